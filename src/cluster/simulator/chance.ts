/**
 * Chance in a simulated run: each decision is a function of the seed, of what it is for, and of how many of its kind came
 * before it. From a moment on it can be drawn anew, so that a run has the same past and another future.
 */

import { key, mix, uniform } from '../../random.ts';

export interface Chance {
  /** A family of decisions, for `draw`. */
  family(...purpose: readonly (string | number)[]): number;
  /** The `ordinal`-th number in [0, 1) of the family. */
  draw(family: number, ordinal: number): number;
  /** Every decision from now on is another one, as `salt` says. */
  anew(salt: number): void;
}

export function chance(seed: number): Chance {
  let salt = 0;
  return {
    family: (...purpose) => key(seed, ...purpose),
    draw: (family, ordinal) => uniform(salt === 0 ? family : mix(family, salt), ordinal),
    anew(next) {
      salt = next;
    },
  };
}
