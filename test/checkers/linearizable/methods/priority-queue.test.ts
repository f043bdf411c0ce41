import { expect, test } from 'vitest';
import { priorityQueueInTime } from '../../../../checkers/linearizable/methods/priority-queue.ts';
import { priorityQueue } from '../../../../checkers/models/priority-queue.ts';
import { withInit } from '../../../../checkers/models/with-init.ts';
import { rounds } from '../../rounds.ts';
import { agrees, answer, drawn, explained, type Drawn } from './container-answer.ts';
import {
  priorities,
  prioritiesFromInit,
  prioritiesKnown,
  prioritiesLarger,
  prioritiesLong,
} from './container-trial.ts';
import { judge } from './judge-method.ts';

const said = (...operations: readonly Drawn[]) =>
  answer(priorityQueueInTime, priorityQueue, drawn('insert', ...operations));

test.each([
  ['removals known', prioritiesKnown, rounds(1200)],
  ['removals of unknown outcome', priorities, rounds(1200)],
  ['not empty at first', prioritiesFromInit, rounds(600)],
] as const)('random histories: %s', (name, trial, count) => {
  const { valid, invalid, inapplicable } = judge(trial, count, name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(count / 4);
  expect(inapplicable).toBeLessThan(4);
});

test('long histories with many removals of unknown outcome', () => {
  expect(explained(prioritiesLong, rounds(60), 'long')).toBe(rounds(60));
});

test('larger random histories: as the general search', () => {
  const { valid, invalid, inapplicable } = agrees(prioritiesLarger, rounds(60), 'larger');
  expect(Math.min(valid, invalid)).toBeGreaterThan(rounds(60) / 5);
  expect(inapplicable).toBeLessThan(4);
});

test('a value that is removed before a smaller one is named with it', () => {
  const operations: readonly Drawn[] = [
    [0, 'insert', 1, 0, 1],
    [0, 'insert', 2, 2, 3],
    [0, 'insert', 3, 4, 5],
    [0, 'delete-min', 2, 6, 7],
    [0, 'delete-min', 1, 8, 9],
  ];
  expect(said(...operations)).toEqual([0, 2, 6, 8]);
  // 1 is still inside, so that 2 could not have been removed.
  expect(said(...operations.slice(0, 4))).toEqual([0, 2, 6]);
  expect(said(...operations.slice(1, 4))).toBe('valid');
});

test('of equal priorities any may be removed', () => {
  const a = [1, 'a'];
  const b = [1, 'b'];
  const inserts: readonly Drawn[] = [
    [0, 'insert', a, 0, 1],
    [0, 'insert', b, 2, 3],
  ];
  expect(said(...inserts, [0, 'delete-min', a, 4, 5], [0, 'delete-min', b, 6, 7])).toBe('valid');
  expect(said(...inserts, [0, 'delete-min', b, 4, 5], [0, 'delete-min', a, 6, 7])).toBe('valid');
});

test('smaller values that take turns in being inside keep a greater one in', () => {
  // 1 is inside up to 6 at least, and 2 from 5 on.
  const operations: readonly Drawn[] = [
    [0, 'insert', 9, 0, 1],
    [0, 'insert', 1, 2, 3],
    [1, 'delete-min', 9, 3.5, 8],
    [0, 'insert', 2, 4, 5],
    [0, 'delete-min', 1, 6, 7],
    [0, 'delete-min', 2, 9, 10],
  ];
  expect(said(...operations)).toEqual([0, 2, 4, 5, 7, 10]);
  // If 2 may have been inserted as late as at 6.5, 9 can be removed just before.
  expect(said(...operations.with(3, [2, 'insert', 2, 4, 6.5]))).toBe('valid');
});

test('a removal of unknown outcome accounts for one value that is missing, if it began in time', () => {
  const missing = (from: number, ...more: readonly Drawn[]): unknown =>
    said(
      [0, 'insert', 1, 0, 1],
      [0, 'insert', 2, 2, 3],
      [0, 'insert', 3, 4, 5],
      [1, 'delete-min', null, from, null],
      [0, 'delete-min', 3, 10, 11],
      ...more,
    );
  // 1 and 2 are smaller than 3, and only one of them can have been removed unseen.
  expect(missing(6)).toBe('invalid');
  expect(missing(6, [2, 'delete-min', null, 7, null])).toBe('valid');
  expect(missing(6, [2, 'delete-min', null, 12, null])).toBe('invalid');
  expect(missing(12)).toEqual([2, 4, 6]);
});

test('a removal of unknown outcome is used when it is needed, not when it is first of use', () => {
  // 5 can wait until 12, when the second removal has begun; 4 can't, and 1 would be in its way as well.
  expect(
    said(
      [0, 'insert', 1, 0, 1],
      [0, 'insert', 5, 2, 3],
      [1, 'delete-min', null, 4, null],
      [2, 'delete-min', 5, 5, 12],
      [3, 'delete-min', null, 11, null],
    ),
  ).toBe('valid');
});

test('an insert of unknown outcome happened if its value came out, before that returned', () => {
  // 1 can have been inserted after 2 had been removed.
  expect(
    said([0, 'insert', 1, 0, null], [1, 'insert', 2, 1, 2], [1, 'delete-min', 2, 3, 4], [1, 'delete-min', 1, 5, 6]),
  ).toBe('valid');
  // Nobody saw 1: it may never have happened.
  expect(said([0, 'insert', 1, 0, null], [1, 'delete-min', null, 3, 4])).toBe('valid');
});

test('found empty when there are removals for it, not when it is first of use', () => {
  // Empty just before 5 was inserted would take the first removal, and 2 has to be gone before the second began.
  const operations: readonly Drawn[] = [
    [0, 'insert', 9, 0, 1],
    [1, 'delete-min', null, 1.5, null],
    [2, 'delete-min', null, 2, 20],
    [0, 'insert', 5, 2.2, 2.4],
    [0, 'insert', 2, 3, 4],
    [0, 'delete-min', 5, 7, 8],
    [3, 'delete-min', null, 10, null],
  ];
  expect(said(...operations)).toBe('valid');
  expect(said(...operations.slice(0, -1))).toBe('invalid');
  // A value of the same priority that is removed before does not ask for it.
  expect(said(...operations, [4, 'insert', [9, 'same'], 0.5, 1.1], [4, 'delete-min', [9, 'same'], 1.2, 1.3])).toBe(
    'valid',
  );
});

test('empty means that there was a moment without any value', () => {
  const values: readonly Drawn[] = [
    [0, 'insert', 1, 0, 1],
    [1, 'insert', 2, 2, 6],
    [0, 'delete-min', 1, 4, 7],
    [0, 'delete-min', 2, 8, 9],
  ];
  expect(said(...values, [2, 'delete-min', null, 3, 5])).toBe('valid');
  expect(said(...values, [2, 'delete-min', null, 2.5, 3])).toEqual([0, 3, 5]);
  expect(said(...values, [2, 'delete-min', null, 6.5, 7.5])).toEqual([2, 5, 8]);
});

test('values that nobody inserted, and those that came out twice or too early', () => {
  expect(said([0, 'insert', 1, 0, 1], [0, 'delete-min', 7, 2, 3])).toEqual([2]);
  expect(said([0, 'insert', 1, 0, 1], [0, 'delete-min', 1, 2, 3], [0, 'delete-min', 1, 4, 5])).toEqual([0, 2, 4]);
  expect(said([0, 'delete-min', 1, 0, 1], [0, 'insert', 1, 2, 3])).toEqual([0, 2]);
  expect(said([0, 'insert', 1, 0, 1], [0, 'insert', 1, 2, 3])).toBe('inapplicable');
});

test('what was there at first comes out by its priority', () => {
  const full = withInit(priorityQueue, [5, 3]);
  const from = (...operations: readonly Drawn[]) => answer(priorityQueueInTime, full, drawn('insert', ...operations));
  expect(from([0, 'delete-min', 3, 0, 1], [0, 'delete-min', 5, 2, 3], [0, 'delete-min', null, 4, 5])).toBe('valid');
  expect(from([0, 'delete-min', 5, 0, 1])).toEqual([0]);
  expect(from([0, 'insert', 4, 0, 1], [0, 'delete-min', 4, 2, 3])).toEqual([0, 2]);
});
