/**
 * Chance in a simulated run: each decision is a function of the seed, of what it is for, and of how many of its kind came
 * before it. From a moment on it can be drawn anew, so that a run has the same past and another future.
 */

import { key, mix } from '../../random.ts';

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
    draw: (family, ordinal) => spread(salt === 0 ? family : mix(family, salt), ordinal),
    anew(next) {
      salt = next;
    },
  };
}

/** Steps by the golden ratio from the family on, and mixes where that leads (as SplitMix does): cheap, and drawn all the time. */
function spread(family: number, ordinal: number): number {
  let z = (family + Math.imul(ordinal, 0x9e3779b9)) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
}

/** `table[share * length]`: one entry of an integer table by a number in [0, 1). */
export const choose = (table: readonly number[], share: number): number => table[Math.floor(share * table.length)] ?? 0;
