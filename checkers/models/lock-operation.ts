/** What all locks understand by acquire and release. */

import type { ModelOperation } from './model.ts';
import { lockCalls } from './vocabulary.ts';

/** Whether it tried to acquire the lock and found it held by another. */
export function foundHeld({ f, outcome, output }: ModelOperation): boolean {
  return outcome === 'ok' && output === false && lockCalls.known(f) === 'acquire';
}

/** `acquired`, `released`, `found it held`; of a lock with a key, `x` instead of `it`. */
export function describeLockOperation(operation: ModelOperation): string {
  const lock = operation.key ?? 'the lock';
  if (lockCalls.known(operation.f) === 'release') return `released ${lock}`;
  return foundHeld(operation) ? `found ${lock} held` : `acquired ${lock}`;
}

/**
 * Which operations of unknown outcome have to be tried on a lock that knows its owner. A process whose acquire is of
 * unknown outcome does not call again, so that the lock would be held for good; take the acquire out of an order, and
 * the lock is free from there on, or held less often by the same process, and nobody else gets it. Only who found it
 * held may have needed that, or a process that called again all the same, as in histories from elsewhere.
 */
export function neededForOwner(operations: readonly ModelOperation[]): (pending: ModelOperation) => boolean {
  const isFoundHeld = operations.some(foundHeld);
  const unknown = new Set<number>();
  const wentOn = new Set<number>();
  for (const { process, outcome } of operations) {
    if (unknown.has(process)) wentOn.add(process);
    if (outcome === 'info') unknown.add(process);
  }
  return ({ f, process }) => isFoundHeld || lockCalls.known(f) === 'release' || wentOn.has(process);
}
