/** Sequences and bags beside plain arrays, in random orders of adding and removing. */

import { describe, expect, test } from 'vitest';
import * as bags from '../../../checkers/models/bag.ts';
import * as sequences from '../../../checkers/models/sequence.ts';
import type { Json } from '../../../src/history/operation.ts';
import { random } from '../../../src/random.ts';

describe('sequences', () => {
  test('do what arrays do, and equal ones are equal and of the same hash, whatever they held before', () => {
    for (let seed = 0; seed < 60; seed++) {
      const draw = random(seed, 'sequence');
      let sequence = sequences.emptySequence;
      let array: Json[] = [];
      for (let i = 0; i < 80; i++) {
        if (array.length === 0 || draw.next() < 0.6) {
          const value = draw.pick<Json>([draw.int(3), 'a', [1, 2], { a: 1 }]);
          sequence = sequences.appended(sequence, value);
          array = [...array, value];
        } else if (draw.next() < 0.6) {
          expect(sequences.oldestOf(sequence)).toEqual(array[0]);
          sequence = sequences.withoutOldest(sequence);
          array = array.slice(1);
        } else {
          expect(sequences.newestOf(sequence)).toEqual(array.at(-1));
          sequence = sequences.withoutNewest(sequence);
          array = array.slice(0, -1);
        }
        expect(sequences.elementsOf(sequence)).toEqual(array);
        const fresh = sequences.sequenceOf(array);
        expect(sequences.equalSequences(sequence, fresh)).toBe(true);
        expect(sequences.sequenceHash(sequence)).toBe(sequences.sequenceHash(fresh));
      }
    }
  });

  test('that differ in one element are different', () => {
    const of = sequences.sequenceOf;
    expect(sequences.equalSequences(of([1, 2, 3]), of([1, 2, 4]))).toBe(false);
    expect(sequences.equalSequences(of([0, 2, 3]), of([1, 2, 3]))).toBe(false);
    expect(sequences.equalSequences(of([2, 3]), of([1, 2, 3]))).toBe(false);
    expect(sequences.equalSequences(of(['1']), of([1]))).toBe(false);
  });

  test('a queue of 100,000 elements is emptied from the old end in order', () => {
    let sequence = sequences.sequenceOf(Array.from({ length: 100_000 }, (_, i) => i));
    for (let i = 0; i < 100_000; i++) {
      if (sequences.oldestOf(sequence) !== i) throw new Error(`${i} is not the oldest`);
      sequence = sequences.withoutOldest(sequence);
    }
    expect(sequence).toBe(sequences.emptySequence);
  });
});

describe('bags', () => {
  const element = (value: number) => bags.elementOf(value, value % 3);

  test('do what sorted arrays do, and equal ones are equal and of the same hash, however they came about', () => {
    for (let seed = 0; seed < 60; seed++) {
      const draw = random(seed, 'bag');
      let bag: bags.Bag = null;
      const array: number[] = [];
      for (let i = 0; i < 80; i++) {
        const value = draw.int(12);
        const at = array.indexOf(value);
        if (draw.next() < 0.55) {
          bag = bags.added(bag, element(value));
          array.push(value);
        } else if (at === -1) expect(bags.removed(bag, element(value))).toBe(bag);
        else {
          bag = bags.removed(bag, element(value));
          array.splice(at, 1);
        }
        expect(bags.sizeOf(bag)).toBe(array.length);
        expect(bags.countOf(bag, element(value))).toBe(array.filter((other) => other === value).length);
        const order = array.toSorted((a, b) => (a % 3) - (b % 3) || (String(a) < String(b) ? -1 : 1));
        expect(bags.valuesOf(bag)).toEqual(order);
        expect(bags.leastOf(bag)?.value).toBe(order[0]);
        let fresh: bags.Bag = null;
        for (const one of draw.shuffle(array)) fresh = bags.added(fresh, element(one));
        expect(bags.equalBags(bag, fresh)).toBe(true);
        expect(bags.bagHash(bag)).toBe(bags.bagHash(fresh));
      }
    }
  });

  test('that differ in one element, or in how often it is in them, are different', () => {
    const of = (...values: number[]) => values.reduce<bags.Bag>((bag, value) => bags.added(bag, element(value)), null);
    expect(bags.equalBags(of(1, 2), of(1, 3))).toBe(false);
    expect(bags.equalBags(of(1, 1), of(1))).toBe(false);
    expect(bags.equalBags(of(1, 1, 2), of(1, 2, 2))).toBe(false);
    expect(bags.equalBags(of(), of(1))).toBe(false);
  });
});
