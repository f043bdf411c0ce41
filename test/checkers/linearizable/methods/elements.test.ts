import { expect, test } from 'vitest';
import { elementNumbers } from '../../../../checkers/linearizable/methods/elements.ts';
import { methods } from '../../../../checkers/linearizable/methods/index.ts';
import type { Json } from '../../../../src/history/operation.ts';

const different: readonly Json[] = [0, 1, 2, 3, -1, 0.5, 1e9, '0', 'a', true, false, null, [], [0], { a: 1 }, 'null'];

test('elements are numbered in the order in which they are first named, and found by what they are', () => {
  // 2 is the last that is looked up in an array.
  const elements = elementNumbers(2);
  expect(different.map((element) => elements.find(element))).toEqual(different.map(() => -1));
  expect(elements.count()).toBe(0);
  for (const [i, element] of different.entries()) {
    expect(elements.numberOf(element)).toBe(i);
    expect(elements.count()).toBe(i + 1);
  }
  expect(different.map((element) => elements.numberOf(element))).toEqual([...different.keys()]);
  expect(different.map((element) => elements.find(element))).toEqual([...different.keys()]);
  expect(elements.count()).toBe(different.length);
});

test('elements that are equal as JSON have the same number', () => {
  const elements = elementNumbers(10);
  const number = elements.numberOf({ a: 1, b: [2] });
  expect(elements.find({ b: [2], a: 1 })).toBe(number);
  expect(elements.numberOf({ b: [2], a: 1 })).toBe(number);
  expect(elements.find({ b: [2], a: 2 })).toBe(-1);
});

test('each family has its methods, by the names that results give them', () => {
  const names = Object.entries(methods).map(([family, those]) => [family, those.map(({ name }) => name)]);
  expect(Object.fromEntries(names)).toEqual({
    register: ['register-zones'],
    kv: ['kv-registers', 'kv-appends'],
    'append-list': ['append-list-prefixes'],
    set: ['set-chain', 'set-by-element'],
    'fifo-queue': ['fifo-queue-overtaking'],
    stack: ['stack-from-bottom'],
    'priority-queue': ['priority-queue-in-time'],
  });
});
