import { expect, test } from 'vitest';
import { stackFromBottom } from '../../../../checkers/linearizable/methods/stack.ts';
import { stack } from '../../../../checkers/models/stack.ts';
import { withInit } from '../../../../checkers/models/with-init.ts';
import { rounds } from '../../rounds.ts';
import { agrees, answer, drawn, explained, type Drawn } from './container-answer.ts';
import { stacked, stackedFromInit, stackedKnown, stackedLarger, stackedLong } from './container-trial.ts';
import { judge } from './judge-method.ts';

const said = (...operations: readonly Drawn[]) => answer(stackFromBottom, stack, drawn('push', ...operations));

test.each([
  ['removals known', stackedKnown, rounds(1200)],
  ['removals of unknown outcome', stacked, rounds(1200)],
  ['not empty at first', stackedFromInit, rounds(600)],
] as const)('random histories: %s', (name, trial, count) => {
  const { valid, invalid, inapplicable } = judge(trial, count, name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(count / 4);
  expect(inapplicable).toBeLessThan(4);
});

test('long histories with many removals of unknown outcome', () => {
  expect(explained(stackedLong, rounds(60), 'long')).toBe(rounds(60));
});

test('larger random histories: as the general search', () => {
  const { valid, invalid, inapplicable } = agrees(stackedLarger, rounds(100), 'larger');
  expect(Math.min(valid, invalid)).toBeGreaterThan(rounds(100) / 5);
  expect(inapplicable).toBeLessThan(4);
});

test('a value that is popped from under another is named with it', () => {
  // 2 was pushed onto 1 and popped after it; 3 has nothing to do with it.
  const operations: readonly Drawn[] = [
    [0, 'push', 1, 0, 1],
    [0, 'push', 2, 2, 3],
    [0, 'push', 3, 4, 5],
    [0, 'pop', 3, 6, 7],
    [0, 'pop', 1, 8, 9],
    [0, 'pop', 2, 10, 11],
  ];
  expect(said(...operations)).toEqual([0, 2, 8, 10]);
  // 2 is still inside, so that 1 could not have been popped.
  expect(said(...operations.slice(0, 5))).toEqual([0, 2, 8]);
});

test('what overlaps may be in either order', () => {
  // 1 may have been pushed onto 2.
  expect(said([0, 'push', 1, 0, 3], [1, 'push', 2, 1, 2], [0, 'pop', 1, 4, 5], [0, 'pop', 2, 6, 7])).toBe('valid');
  // 1 may have been popped last.
  expect(said([0, 'push', 1, 0, 1], [0, 'push', 2, 2, 3], [0, 'pop', 1, 4, 7], [1, 'pop', 2, 5, 6])).toBe('valid');
});

test('three values of which any two are fine, and not all together', () => {
  // Some value is inside from 1 to 10. 1 was popped too early to be at the bottom all the time, 2 and 3 were pushed too late.
  const of = (...values: readonly number[]): unknown => {
    const all: readonly Drawn[] = [
      [0, 'push', 1, 0, 1],
      [0, 'push', 2, 2, 5],
      [2, 'push', 3, 4, 7],
      [1, 'pop', 1, 6, 9],
      [0, 'pop', 2, 8, 11],
      [2, 'pop', 3, 10, 13],
    ];
    return said(...all.filter(([, , value]) => values.includes(value as number)));
  };
  expect(of(1, 2, 3)).toEqual([0, 2, 3, 5, 7, 9]);
  expect(of(1, 2)).toBe('valid');
  expect(of(1, 3)).toBe('valid');
  expect(of(2, 3)).toBe('valid');
});

test('the core is the smallest run of values that clashes', () => {
  // 1 and 4 only make the stretch longer in which the stack can't be empty.
  const operations: readonly Drawn[] = [
    [1, 'push', 1, 0, 1],
    [0, 'push', 2, 2, 3],
    [1, 'pop', 1, 4, 20],
    [0, 'push', 3, 5, 6],
    [0, 'pop', 2, 7, 8],
    [0, 'push', 4, 9, 10],
    [2, 'pop', 3, 11, 12],
    [2, 'pop', 4, 13, 14],
  ];
  // The places of 2 and 3: 3 was pushed onto 2, and 2 was popped first.
  expect(said(...operations)).toEqual([2, 5, 7, 11]);
});

test('a pop of unknown outcome accounts for one value that is missing, if it began in time', () => {
  const missing = (from: number, ...more: readonly Drawn[]): unknown =>
    said(
      [0, 'push', 1, 0, 1],
      [0, 'push', 2, 2, 3],
      [0, 'push', 3, 4, 5],
      [1, 'pop', null, from, null],
      [0, 'pop', 1, 10, 11],
      ...more,
    );
  // 2 and 3 were above 1, and only one of them can have been popped unseen.
  expect(missing(6)).toBe('invalid');
  expect(missing(6, [2, 'pop', null, 7, null])).toBe('valid');
  // The second began when 1 had been popped already.
  expect(missing(6, [2, 'pop', null, 12, null])).toBe('invalid');
  expect(missing(12)).toEqual([0, 4, 6]);
});

test('a push of unknown outcome happened if its value came out, before that returned', () => {
  expect(said([0, 'push', 1, 0, null], [1, 'pop', 1, 2, 4], [1, 'pop', null, 5, 6])).toBe('valid');
  // Nobody saw 1: it may never have happened.
  expect(said([0, 'push', 1, 0, null], [1, 'pop', null, 3, 4])).toBe('valid');
  // 1 may have been pushed after 2 had been popped, but 3 was pushed onto 2 and is still there.
  expect(said([0, 'push', 2, 0, 1], [0, 'push', 3, 2, 3], [1, 'push', 1, 3.5, null], [0, 'pop', 2, 4, 5])).toEqual([
    0, 2, 5,
  ]);
});

test('found empty when there are removals for it, not when it is first of use', () => {
  // Empty just before 3 was pushed would take the first pop, and 2 on top of 3 has to be gone before the second began.
  const operations: readonly Drawn[] = [
    [0, 'push', 1, 0, 1],
    [1, 'pop', null, 1.5, null],
    [2, 'pop', null, 2, 20],
    [0, 'push', 3, 2.2, 2.4],
    [0, 'push', 2, 3, 4],
    [0, 'pop', 3, 7, 8],
    [3, 'pop', null, 10, null],
  ];
  expect(said(...operations)).toBe('valid');
  expect(said(...operations.slice(0, -1))).toBe('invalid');
});

test('empty means that there was a moment without any value', () => {
  const values: readonly Drawn[] = [
    [0, 'push', 1, 0, 1],
    [1, 'push', 2, 2, 6],
    [0, 'pop', 1, 4, 7],
    [0, 'pop', 2, 8, 9],
  ];
  expect(said(...values, [2, 'pop', null, 3, 5])).toBe('valid');
  expect(said(...values, [2, 'pop', null, 2.5, 3])).toEqual([0, 3, 5]);
  expect(said(...values, [2, 'pop', null, 6.5, 7.5])).toEqual([2, 5, 8]);
});

test('values that nobody pushed, and those that came out twice or too early', () => {
  expect(said([0, 'push', 1, 0, 1], [0, 'pop', 7, 2, 3])).toEqual([2]);
  expect(said([0, 'push', 1, 0, 1], [0, 'pop', 1, 2, 3], [0, 'pop', 1, 4, 5])).toEqual([0, 2, 4]);
  expect(said([0, 'pop', 1, 0, 1], [0, 'push', 1, 2, 3])).toEqual([0, 2]);
  expect(said([0, 'push', 1, 0, 1], [0, 'push', 1, 2, 3])).toBe('inapplicable');
});

test('what was there at first comes out last, in reverse order', () => {
  const full = withInit(stack, ['a', 'b']);
  const from = (...operations: readonly Drawn[]) => answer(stackFromBottom, full, drawn('push', ...operations));
  expect(from([0, 'pop', 'b', 0, 1], [0, 'pop', 'a', 2, 3], [0, 'pop', null, 4, 5])).toBe('valid');
  expect(from([0, 'pop', 'a', 0, 1])).toEqual([0]);
  expect(from([0, 'push', 'c', 0, 1], [0, 'pop', 'b', 2, 3])).toEqual([0, 2]);
});

test('a deep stack is taken apart without recursion over its depth', () => {
  const depth = 5000;
  const all = Array.from({ length: depth }, (_, i) => i);
  const pushes = all.map((i): Drawn => [0, 'push', i, 2 * i, 2 * i + 1]);
  const pops = all.map((i): Drawn => [0, 'pop', depth - 1 - i, 2 * (depth + i), 2 * (depth + i) + 1]);
  expect(said(...pushes, ...pops)).toBe('valid');
  // The two at the bottom come out in the wrong order.
  const [last, first] = [pops[depth - 2], pops[depth - 1]] as [Drawn, Drawn];
  const wrong = [...pops.slice(0, -2), last.with(2, 0) as unknown as Drawn, first.with(2, 1) as unknown as Drawn];
  expect(said(...pushes, ...wrong)).toEqual([0, 2, 4 * depth - 4, 4 * depth - 2]);
});
