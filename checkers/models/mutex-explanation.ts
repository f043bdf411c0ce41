/** Why a mutex could not have been acquired or released, in words that a reader can verify in the history. */

import { foundHeld } from './lock-operation.ts';
import type { Explanation, TimedOperation } from './model.ts';
import { lockCalls } from './vocabulary.ts';

/**
 * An acquire is explained by another one before it without a release in between, a release by another one before it
 * without an acquire in between, or by no acquire at all. For a mutex that is free at first.
 */
export function explainMutex(failed: TimedOperation, others: readonly TimedOperation[]): Explanation | null {
  if (failed.outcome !== 'ok') return null;
  const acquires = others.filter((other) => lockCalls.known(other.f) === 'acquire' && !foundHeld(other));
  const releases = others.filter(({ f }) => lockCalls.known(f) === 'release');
  const isAcquire = lockCalls.known(failed.f) === 'acquire' && !foundHeld(failed);
  if (isAcquire) return unanswered(failed, acquires, releases, 'acquired it', 'nobody had released it since');
  return acquires.length === 0
    ? { clause: 'nobody had acquired it before', witnesses: [] }
    : unanswered(failed, releases, acquires, 'released it', 'nobody had acquired it since');
}

/** One of `done` that was over before `failed` began, such that none of `undone` can have come after it. */
function unanswered(
  failed: TimedOperation,
  done: readonly TimedOperation[],
  undone: readonly TimedOperation[],
  what: string,
  since: string,
): Explanation | null {
  const last = done.findLast(
    ({ invoked, completed }) => completed < failed.invoked && undone.every((other) => other.completed < invoked),
  );
  if (last === undefined) return null;
  const clause = `process ${last.process} had ${what} before that ${failed.f} began, and ${since}`;
  return { clause, witnesses: [last] };
}
