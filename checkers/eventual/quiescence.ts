/**
 * From when on a run was quiet: no client updates anything any more and nothing is broken. What nodes answer from then on
 * is what eventual consistency speaks of.
 */

import type { History, Json, Operation } from '../../src/history/operation.ts';
import { nemesisPairs, pairs, type Pair } from '../../src/history/pairs.ts';
import { accessCalls } from '../causal/accesses.ts';

/** An operation that returned what it found at a node. */
export interface NodeRead {
  readonly node: string;
  readonly key: string | null;
  readonly value: Json;
  /** Index and time of the invocation and of the completion. */
  readonly invoked: number;
  readonly completed: number;
  readonly invokedAt: number;
  readonly completedAt: number;
}

/** An operation that may have changed something. */
export interface Update {
  readonly key: string | null;
  readonly value: Json;
  readonly f: string;
  readonly invoked: number;
  /** Whether it is known to have happened. */
  readonly isAcknowledged: boolean;
}

export interface Observations {
  /** The last operation of the history by which something was updated or healed: its index, -1 for none, and time. */
  readonly quietFrom: { readonly index: number; readonly time: number };
  /** Reads that returned something and whose node is known, in the order of their completions. */
  readonly reads: readonly NodeRead[];
  /** Reads that returned something, of which the node is not known. */
  readonly homeless: number;
  readonly updates: readonly Update[];
  /** Every node that a client had to do with. */
  readonly nodes: readonly string[];
}

export function observations(history: History): Observations {
  const reads: NodeRead[] = [];
  const updates: Update[] = [];
  const nodes = new Set<string>();
  let quiet: Operation | null = null;
  let homeless = 0;
  const later = (operation: Operation): void => {
    if (quiet === null || operation.index > quiet.index) quiet = operation;
  };
  for (const pair of pairs(history)) {
    const { invocation, completion } = pair;
    // The node that answered may be another than the one that was asked.
    const node = completion?.node ?? invocation.node;
    if (node !== undefined) nodes.add(node);
    if (accessCalls.of(invocation.f) === 'read') {
      if (completion?.type !== 'ok') continue;
      if (node === undefined) homeless++;
      else reads.push(readOf(node, invocation, completion));
    } else if (mayHaveHappened(pair)) {
      const { f, key = null, value, index } = invocation;
      updates.push({ f, key, value, invoked: index, isAcknowledged: completion?.type === 'ok' });
      later(completion ?? invocation);
    }
  }
  for (const { invocation, completion } of nemesisPairs(history)) later(completion ?? invocation);
  const { index = -1, time = 0 } = (quiet as Operation | null) ?? {};
  return {
    quietFrom: { index, time },
    reads: reads.sort((a, b) => a.completed - b.completed),
    homeless,
    updates,
    nodes: [...nodes].sort(),
  };
}

/** A `fail` did not happen; one that compared and differed did not change anything. */
function mayHaveHappened({ completion }: Pair): boolean {
  return completion?.type !== 'fail';
}

function readOf(node: string, invocation: Operation, completion: Operation): NodeRead {
  return {
    node,
    key: invocation.key ?? null,
    value: completion.value,
    invoked: invocation.index,
    completed: completion.index,
    invokedAt: invocation.time,
    completedAt: completion.time,
  };
}
