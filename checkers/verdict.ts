/** Verdicts: plain records with three values and an order (jepsen.checker/merge-valid). */

import type { History, Operation } from '../src/history/operation.ts';

export type Valid = true | false | 'unknown';

/** A checker's answer. Everything besides `valid` and `reason` is evidence, JSON-shaped. */
export interface Verdict {
  readonly valid: Valid;
  /** Why, in one sentence for a person. Always there unless `valid` is true. */
  readonly reason?: string;
}

/** A pure function from a history to a verdict. */
export interface Checker<Evidence extends Verdict = Verdict> {
  readonly name: string;
  check(history: History): Evidence;
  /** For a checker that can find violations in a history that is still growing. `now` is ms from any start. */
  watch?(now: () => number): Watcher;
}

/** Looks at a history while it grows. */
export interface Watcher {
  /** The next operation of the history. */
  record(operation: Operation): void;
  /**
   * Why no history that begins with what was recorded can be valid, in one sentence; null as long as that is not known.
   * From the first violation on always the same.
   */
  violation(): string | null;
}

const rank = (valid: Valid): number => (valid === false ? 2 : valid === 'unknown' ? 1 : 0);

/** `false` beats `'unknown'` beats `true`; nothing at all is true. */
export function mergeValid(all: Iterable<Valid>): Valid {
  let worst: Valid = true;
  for (const valid of all) if (rank(valid) > rank(worst)) worst = valid;
  return worst;
}

/** The verdicts of several checkers over one history, with the worst as the whole. */
export interface Composed extends Verdict {
  readonly checkers: Readonly<Record<string, Verdict>>;
}

/** Merges named verdicts; the reason is that of the first among the worst. */
export function compose(checkers: Readonly<Record<string, Verdict>>): Composed {
  const valid = mergeValid(Object.values(checkers).map((verdict) => verdict.valid));
  const reason = Object.values(checkers).find((verdict) => verdict.valid === valid)?.reason;
  return { valid, ...(valid === true || reason === undefined ? {} : { reason }), checkers };
}
