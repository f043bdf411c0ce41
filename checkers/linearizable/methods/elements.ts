/** Numbers for the elements of sets and lists: 0, 1, … in the order in which they are first named. */

import { canonical } from '../../../src/history/json.ts';
import type { Json } from '../../../src/history/operation.ts';

export interface Elements {
  /** How many there are. */
  count(): number;
  /** The number of `element`, which is new if need be. Elements that are equal as JSON have the same number. */
  numberOf(element: Json): number;
  /** The number of `element`, or -1. */
  find(element: Json): number;
}

/**
 * Integers from 0 up to `directMax`, which most tests insert, are looked up in an array, other numbers and texts in a
 * map, and lists and objects by their canonical text.
 */
export function elementNumbers(directMax: number): Elements {
  const direct = new Int32Array(directMax + 1).fill(-1);
  const plain = new Map<Json, number>();
  const composite = new Map<string, number>();
  let count = 0;
  const find = (element: Json): number => {
    if (typeof element === 'number' && element >= 0 && element <= directMax && Number.isInteger(element)) {
      return direct[element] as number;
    }
    if (typeof element === 'object' && element !== null) return composite.get(canonical(element)) ?? -1;
    return plain.get(element) ?? -1;
  };
  return {
    count: () => count,
    find,
    numberOf(element) {
      const known = find(element);
      if (known >= 0) return known;
      if (typeof element === 'object' && element !== null) composite.set(canonical(element), count);
      else if (typeof element === 'number' && element >= 0 && element <= directMax && Number.isInteger(element)) {
        direct[element] = count;
      } else plain.set(element, count);
      return count++;
    },
  };
}
