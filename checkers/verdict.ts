/** Verdicts: plain records with three values and an order (jepsen.checker/merge-valid). */

import type { History } from '../src/history/operation.ts';

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
