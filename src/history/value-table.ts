/**
 * Numbers for values: equal values have the same, whichever way they come in.
 *
 * What is stored where: `all[number]` is the value. Integers are found without hashing as long as they are dense: the
 * number of integer `n` is `dense[n]`, 0 where it has none (0 is the number of null). Other integers are in a hash table
 * with linear probing: `keys[slot]` with `numbers[slot]`, free where that is 0. All other values are found by their text.
 */

import { ABSENT } from './columns.ts';
import { canonical } from './json.ts';
import type { Json } from './operation.ts';

export interface ValueTable {
  readonly all: readonly Json[];
  of(value: Json): number;
  /** The number of a safe integer. */
  integer(value: number): number;
  /** The number of the value that `text` stands for. `parse` is called at most once for each text and is a function of it. */
  text(text: string, parse: (text: string) => Json): number;
}

/** `dense` has at most this many elements for each integer in it, so that memory follows what there is. */
const spread = 16;
const denseAtFirst = 4096;
const slotsAtFirst = 1024;

export function valueTable(): ValueTable {
  const all: Json[] = [null];
  const fractions = new Map<number, number>();
  const byText = new Map<string, number>();
  let integers = 0;
  let dense = new Int32Array(denseAtFirst);
  let keys = new Float64Array(slotsAtFirst);
  let numbers = new Int32Array(slotsAtFirst);
  let taken = 0;

  const slotOf = (value: number): number => {
    const mask = numbers.length - 1;
    let slot = hash(value) & mask;
    while (numbers[slot] !== 0 && keys[slot] !== value) slot = (slot + 1) & mask;
    return slot;
  };
  const rehash = (): void => {
    const oldKeys = keys;
    const oldNumbers = numbers;
    keys = new Float64Array(oldKeys.length * 2);
    numbers = new Int32Array(oldKeys.length * 2);
    for (let i = 0; i < oldNumbers.length; i++) {
      if (oldNumbers[i] === 0) continue;
      const slot = slotOf(oldKeys[i] as number);
      keys[slot] = oldKeys[i] as number;
      numbers[slot] = oldNumbers[i] as number;
    }
  };
  const hashed = (value: number): number => {
    let slot = slotOf(value);
    const known = numbers[slot] as number;
    if (known !== 0) return known;
    if (taken * 2 >= numbers.length) {
      rehash();
      slot = slotOf(value);
    }
    taken++;
    integers++;
    keys[slot] = value;
    const number = all.push(value) - 1;
    numbers[slot] = number;
    return number;
  };
  const integer = (value: number): number => {
    if (value >= 0 && value < dense.length) {
      const known = dense[value] as number;
      if (known !== 0) return known;
      // It may have come in before `dense` reached so far.
      const earlier = taken === 0 ? 0 : (numbers[slotOf(value)] as number);
      if (earlier === 0) integers++;
      const number = earlier === 0 ? all.push(value === 0 ? 0 : value) - 1 : earlier;
      dense[value] = number;
      return number;
    }
    if (value >= 0 && value < spread * (integers + denseAtFirst / spread)) {
      const wider = new Int32Array(2 ** Math.ceil(Math.log2(value + 1)));
      wider.set(dense);
      dense = wider;
      return integer(value);
    }
    return hashed(value);
  };
  const byCanonical = (value: Json, text: string): number => {
    let number = byText.get(text);
    if (number === undefined) {
      number = all.push(value) - 1;
      byText.set(text, number);
    }
    return number;
  };
  const of = (value: Json): number => {
    if (value === null) return ABSENT;
    if (typeof value !== 'number') return byCanonical(value, canonical(value));
    if (Number.isSafeInteger(value)) return integer(value);
    let number = fractions.get(value);
    if (number === undefined) {
      number = all.push(value) - 1;
      fractions.set(value, number);
    }
    return number;
  };
  return {
    all,
    of,
    integer,
    text(text, parse) {
      const known = byText.get(text);
      if (known !== undefined) return known;
      // A text that is not canonical is kept beside the one that is: it is likely to come again.
      const number = of(parse(text));
      byText.set(text, number);
      return number;
    },
  };
}

function hash(value: number): number {
  const h = Math.imul(value | 0, 0x9e3779b1) ^ Math.imul((value / 0x100000000) | 0, 0x85ebca6b);
  return (h ^ (h >>> 15)) >>> 0;
}
