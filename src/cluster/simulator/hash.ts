/**
 * A rolling hash over everything that happens in a simulated run: two runs with the same hash took the same course.
 *
 * Two lanes of 32 bits, each turned, combined with the next integer and multiplied by an odd constant: steps that can be
 * undone, so that lanes which differ stay different while the same things happen to both.
 */

import { hashString, mix } from '../../random.ts';

export interface RollingHash {
  /** Folds an integer in; of a large one the low 32 bits. */
  integer(value: number): void;
  /** Folds a JSON-shaped value in; a field that is undefined counts as absent. */
  value(value: unknown): void;
  /** 32 bits of the state, at no cost. */
  low(): number;
  /** 16 hexadecimal digits. */
  digest(): string;
}

/** Texts whose hashes are kept. Field names and node names come again and again, written values do not. */
const textsMax = 4096;

export function rollingHash(): RollingHash {
  let low = 0x6a09e667;
  let high = 0xbb67ae85 | 0;
  const scratch = new Float64Array(1);
  const words = new Int32Array(scratch.buffer);
  const texts = new Map<string, number>();

  const integer = (value: number): void => {
    low = Math.imul(((low << 5) | (low >>> 27)) ^ value, 0x9e3779b1);
    high = Math.imul((((high << 13) | (high >>> 19)) + value) | 0, 0x85ebca6b);
  };
  const text = (item: string): void => {
    let known = texts.get(item);
    if (known === undefined) {
      if (texts.size >= textsMax) texts.clear();
      known = hashString(item) | 0;
      texts.set(item, known);
    }
    integer(known);
  };
  const value = (item: unknown): void => {
    switch (typeof item) {
      case 'number':
        if ((item | 0) === item) {
          integer(item);
        } else {
          scratch[0] = item;
          integer(words[0] as number);
          integer(words[1] as number);
        }
        return;
      case 'string':
        text(item);
        return;
      case 'object':
        if (item === null) {
          integer(-1);
        } else if (Array.isArray(item)) {
          integer(item.length);
          for (const element of item as readonly unknown[]) value(element);
        } else {
          for (const name in item) {
            const field = (item as Record<string, unknown>)[name];
            if (field === undefined) continue;
            text(name);
            value(field);
          }
        }
        return;
      default:
        integer(item === true ? -2 : item === false ? -3 : -4);
    }
  };

  const hex = (lane: number): string => mix(lane, 0).toString(16).padStart(8, '0');
  return {
    integer,
    value,
    low: () => low,
    digest: () => hex(low) + hex(high),
  };
}
