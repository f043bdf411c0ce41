/** A rolling hash over everything that happens in a simulated run: two runs with the same hash took the same course. */

import { hashString, mix } from '../../random.ts';

export interface RollingHash {
  /** Folds integers and JSON-shaped values in. */
  integer(value: number): void;
  value(value: unknown): void;
  /** 16 hexadecimal digits. */
  digest(): string;
}

export function rollingHash(): RollingHash {
  let low = 0x6a09e667;
  let high = 0xbb67ae85;
  const scratch = new Float64Array(1);
  const words = new Uint32Array(scratch.buffer);

  const integer = (value: number): void => {
    low = mix(low, value);
    high = mix(high ^ low, value + 0x3c6ef372);
  };
  const value = (item: unknown): void => {
    switch (typeof item) {
      case 'number':
        if (Number.isInteger(item) && Math.abs(item) < 2 ** 31) {
          integer(item);
        } else {
          scratch[0] = item;
          integer(words[0] ?? 0);
          integer(words[1] ?? 0);
        }
        return;
      case 'string':
        integer(hashString(item));
        return;
      case 'object':
        if (item === null) {
          integer(-1);
        } else if (Array.isArray(item)) {
          integer(item.length);
          for (const element of item) value(element);
        } else {
          for (const name in item) {
            integer(hashString(name));
            value((item as Record<string, unknown>)[name]);
          }
        }
        return;
      default:
        integer(item === true ? -2 : item === false ? -3 : -4);
    }
  };

  return {
    integer,
    value,
    digest: () => low.toString(16).padStart(8, '0') + high.toString(16).padStart(8, '0'),
  };
}
