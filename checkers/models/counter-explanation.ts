/** Why a counter could not have had the value that an operation saw, in words that a reader can verify in the history. */

import { shown } from '../../src/history/json.ts';
import { addedBy, seenBy } from './counter-operation.ts';
import type { Explanation, TimedOperation } from './model.ts';

/**
 * Explains a value by its bounds, as Jepsen's checker of counters computes them: what was over when the operation began
 * is counted, and of what else began before it was over, all that helps.
 */
export function explainCounter(
  init: number,
  failed: TimedOperation,
  others: readonly TimedOperation[],
): Explanation | null {
  const seen = seenBy(failed);
  if (seen === null) return null;
  if (typeof seen.value !== 'number') return { clause: `${shown(seen.value)} is no number`, witnesses: [] };
  let least = init + (seen.when === 'after' ? addedBy(failed) : 0);
  let most = least;
  for (const other of others) {
    const amount = addedBy(other);
    const isCertain = other.completed < failed.invoked;
    if (isCertain || amount < 0) least += amount;
    if (isCertain || amount > 0) most += amount;
  }
  const changes = others.filter((other) => addedBy(other) !== 0);
  const nearest = changes.slice(-6);
  if (seen.value > most) {
    return { clause: `all that can have been added by then makes it ${most} at most`, witnesses: nearest };
  }
  if (seen.value < least) {
    return {
      clause: `what had been added before that ${failed.f} began makes it ${least} at least`,
      witnesses: nearest,
    };
  }
  return null;
}
