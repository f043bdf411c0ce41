import { expect, test } from 'vitest';
import { mixed } from '../../../../checkers/linearizable/general/hash.ts';

type Numbers = readonly [a: number, b: number, c?: number, d?: number, e?: number];

/** The kinds of numbers that tables hold: counts, bits, nodes that were made one after the other. */
test.each<[name: string, of: (i: number) => Numbers]>([
  ['the first', (i) => [i, 7]],
  ['the second', (i) => [7, i]],
  ['the third', (i) => [7, 7, i]],
  ['the fourth', (i) => [7, 7, 7, i]],
  ['the fifth', (i) => [7, 7, 7, 7, i]],
  ['the high bits of the first', (i) => [i << 18, 0]],
  ['the high bits of the second', (i) => [0, i << 18]],
  ['the high bits of the third', (i) => [0, 0, i << 18]],
  ['the high bits of the fourth', (i) => [0, 0, 0, i << 18]],
  ['the high bits of the fifth', (i) => [0, 0, 0, 0, i << 18]],
  ['two at once', (i) => [i & 127, i >> 7]],
  ['two that follow each other', (i) => [i, i + 1]],
  ['the last two at once', (i) => [0, 0, 0, i & 127, i >> 7]],
])('%s: numbers are spread over a table as by chance, by their low bits and by their high ones', (_name, of) => {
  const count = 1 << 14;
  const low = new Set<number>();
  const high = new Set<number>();
  for (let i = 0; i < count; i++) {
    const hash = mixed(...of(i));
    low.add(hash & (2 * count - 1));
    high.add(hash >>> 17);
  }
  // Twice as many places as numbers; by chance 1 - 1 / √e of the places are taken.
  const expected = 2 * count * (1 - Math.exp(-0.5));
  expect(Math.abs(low.size / expected - 1)).toBeLessThan(0.02);
  expect(Math.abs(high.size / expected - 1)).toBeLessThan(0.02);
});

test('the order of the numbers matters', () => {
  const orders: Numbers[] = [
    [1, 2, 3, 4, 5],
    [2, 1, 3, 4, 5],
    [1, 3, 2, 4, 5],
    [1, 2, 4, 3, 5],
    [1, 2, 3, 5, 4],
  ];
  expect(new Set(orders.map((numbers) => mixed(...numbers))).size).toBe(orders.length);
});
