/**
 * Which key comes next, for workloads over many independent keys: a few keys are in use at a time, and each gives way
 * to a fresh one after so many operations, so that no key's history grows too long to check.
 */

import { key, uniform } from '../random.ts';
import type { WorkloadMix } from './workload.ts';

export interface KeyOptions {
  /** Keys in use at a time. */
  readonly active: number;
  /** Operations on one key before the next takes its place. */
  readonly operations: number;
}

/** The workload's own way with keys, as far as the mix does not say otherwise. */
export function mixedKeys(own: KeyOptions, { activeKeys, operationsPerKey }: WorkloadMix = {}): KeyOptions {
  return { active: activeKeys ?? own.active, operations: operationsPerKey ?? own.operations };
}

/** The key of the `ordinal`-th operation, which slot it takes, and whether it is the key's first. Pure. */
export function keyOf(seed: number, ordinal: number, used: readonly number[], options: KeyOptions) {
  const slot = Math.floor(uniform(key(seed, 'key'), ordinal) * options.active);
  const count = used[slot] ?? 0;
  const generation = Math.floor(count / options.operations);
  return { slot, name: `k${generation * options.active + slot}`, fresh: count % options.operations === 0 };
}

/** `used` with one more operation in `slot`. */
export function useSlot(used: readonly number[], slot: number, active: number): readonly number[] {
  const next: number[] = [];
  for (let i = 0; i < active; i++) next.push((used[i] ?? 0) + (i === slot ? 1 : 0));
  return next;
}
