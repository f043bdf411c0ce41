import { expect, test } from 'vitest';
import { readContents } from '../../../../checkers/linearizable/methods/containers/contents.ts';
import { queueOrder } from '../../../../checkers/linearizable/methods/fifo-queue-order.ts';
import { fifoQueueOvertaking } from '../../../../checkers/linearizable/methods/fifo-queue.ts';
import { fifoQueue } from '../../../../checkers/models/fifo-queue.ts';
import { complete, type CompleteModel } from '../../../../checkers/models/model.ts';
import { withInit } from '../../../../checkers/models/with-init.ts';
import { rounds } from '../../rounds.ts';
import { agrees, answer, drawn, explained, type Drawn } from './container-answer.ts';
import { queue, queueFromInit, queueKnown, queueLarger, queueLong } from './container-trial.ts';
import { judge, onlyPart } from './judge-method.ts';

const said = (...operations: readonly Drawn[]) =>
  answer(fifoQueueOvertaking, fifoQueue, drawn('enqueue', ...operations));

test.each([
  ['removals known', queueKnown, rounds(1200)],
  ['removals of unknown outcome', queue, rounds(1200)],
  ['not empty at first', queueFromInit, rounds(600)],
] as const)('random histories: %s', (name, trial, count) => {
  const { valid, invalid, inapplicable } = judge(trial, count, name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(count / 4);
  expect(inapplicable).toBe(0);
});

test('long histories with many removals of unknown outcome', () => {
  expect(explained(queueLong, rounds(60), 'long')).toBe(rounds(60));
});

test('larger random histories: as the general search', () => {
  const { valid, invalid, inapplicable } = agrees(queueLarger, rounds(100), 'larger');
  expect(Math.min(valid, invalid)).toBeGreaterThan(rounds(100) / 5);
  expect(inapplicable).toBe(0);
});

test('what was enqueued at the same time may be dequeued in any order', () => {
  expect(said([0, 'enqueue', 1, 0, 3], [1, 'enqueue', 2, 1, 2], [1, 'dequeue', 2, 4, 5], [1, 'dequeue', 1, 6, 7])).toBe(
    'valid',
  );
});

test('a value that overtakes another is named with it', () => {
  // 2 was enqueued after 1 and dequeued before; 3 has nothing to do with it.
  const operations: readonly Drawn[] = [
    [0, 'enqueue', 1, 0, 1],
    [0, 'enqueue', 2, 2, 3],
    [0, 'enqueue', 3, 4, 5],
    [0, 'dequeue', 2, 6, 7],
    [0, 'dequeue', 1, 8, 9],
  ];
  expect(said(...operations)).toEqual([0, 2, 6, 8]);
  // 1 is still inside, so that 2 could not have been dequeued.
  expect(said(...operations.slice(0, 4))).toEqual([0, 2, 6]);
});

test('a dequeue of unknown outcome accounts for one value that is missing, if it began in time', () => {
  const missing = (from: number, ...more: readonly Drawn[]): unknown =>
    said(
      [0, 'enqueue', 1, 0, 1],
      [0, 'enqueue', 2, 2, 3],
      [0, 'enqueue', 3, 4, 5],
      [1, 'dequeue', null, from, null],
      [0, 'dequeue', 3, 10, 11],
      ...more,
    );
  // 1 and 2 were before 3, and only one of them can have been dequeued unseen.
  expect(missing(6)).toBe('invalid');
  expect(missing(6, [2, 'dequeue', null, 7, null])).toBe('valid');
  // The second began when 3 had been dequeued already.
  expect(missing(6, [2, 'dequeue', null, 12, null])).toBe('invalid');
  expect(missing(12, [2, 'dequeue', null, 13, null])).toEqual([0, 4, 6]);
});

test('an enqueue of unknown outcome happened if its value came out, before that returned', () => {
  // 1 must have been enqueued before 4, and so before 2.
  expect(
    said([0, 'enqueue', 1, 0, null], [1, 'dequeue', 1, 2, 4], [1, 'enqueue', 2, 5, 6], [1, 'dequeue', 2, 7, 8]),
  ).toBe('valid');
  // Nobody saw 1: it may never have happened.
  expect(said([0, 'enqueue', 1, 0, null], [1, 'enqueue', 2, 1, 2], [1, 'dequeue', 2, 3, 4])).toBe('valid');
  expect(said([0, 'enqueue', 1, 0, null], [1, 'dequeue', null, 3, 4])).toBe('valid');
});

test('empty means that there was a moment without any value', () => {
  const values: readonly Drawn[] = [
    [0, 'enqueue', 1, 0, 1],
    [1, 'enqueue', 2, 2, 6],
    [0, 'dequeue', 1, 4, 7],
    [0, 'dequeue', 2, 8, 9],
  ];
  // 1 can be dequeued at 4 and 2 enqueued at 5.
  expect(said(...values, [2, 'dequeue', null, 3, 5])).toBe('valid');
  // 1 is inside up to 4 at least.
  expect(said(...values, [2, 'dequeue', null, 2.5, 3])).toEqual([0, 3, 5]);
  // 2 is inside from 6 on.
  expect(said(...values, [2, 'dequeue', null, 6.5, 7.5])).toEqual([2, 5, 8]);
  // Neither is certain to be inside at 5, whatever came before.
  expect(said(...values, [2, 'dequeue', null, 3, 6.5])).toBe('valid');
});

test('each moment of emptiness asks for all values that were enqueued by then', () => {
  const operations = (from: number): readonly Drawn[] => [
    [0, 'enqueue', 1, 0, 1],
    [0, 'enqueue', 2, 4, 5],
    [1, 'dequeue', null, from, null],
    [2, 'dequeue', null, 2, 6],
  ];
  // It can be empty at 3, when 1 was dequeued and 2 not yet enqueued.
  expect(said(...operations(2.5))).toBe('valid');
  expect(said(...operations(3.5))).toBe('valid');
  // At 5.5 both values are inside, and only one can have been dequeued.
  expect(said(...operations(5.5))).toBe('invalid');
});

test('it is found empty when the last value whose dequeue is known is gone, and then all others have to be, too', () => {
  // 1 is inside up to 10 at least. So 3 had to be dequeued, though at 5 only 2 was there beside it.
  const operations: readonly Drawn[] = [
    [0, 'enqueue', 1, 0, 1],
    [0, 'enqueue', 2, 2, 3],
    [1, 'dequeue', null, 4, null],
    [2, 'dequeue', null, 5, 20],
    [0, 'enqueue', 3, 6, 7],
    [0, 'dequeue', 1, 10, 11],
  ];
  expect(said(...operations)).toBe('invalid');
  expect(said(...operations, [3, 'dequeue', null, 4.5, null])).toBe('valid');
});

test('there is no order where one value overtakes another', () => {
  const contentsOf = (...operations: readonly Drawn[]) => {
    const part = onlyPart(complete(fifoQueue) as CompleteModel<unknown>, drawn('enqueue', ...operations));
    const reading = part === null ? null : readContents(part, (f) => f === 'enqueue', []);
    if (reading?.kind !== 'contents') throw new Error('nothing to order');
    return reading.contents;
  };
  const before: readonly Drawn[] = Array.from({ length: 6 }, (_, i): Drawn[] => [
    [0, 'enqueue', i, 10 * i, 10 * i + 1],
    [0, 'dequeue', i, 10 * i + 2, 10 * i + 3],
  ]).flat();
  const two: readonly Drawn[] = [
    [0, 'enqueue', 'a', 100, 101],
    [0, 'enqueue', 'b', 102, 103],
  ];
  const overtaking = contentsOf(...before, ...two, [0, 'dequeue', 'b', 104, 105], [0, 'dequeue', 'a', 106, 107]);
  expect(() => queueOrder(overtaking, new Int32Array(0))).toThrow('some value overtakes another');
  const fine = contentsOf(...before, ...two, [0, 'dequeue', 'a', 104, 105], [0, 'dequeue', 'b', 106, 107]);
  expect(queueOrder(fine, new Int32Array(0))).toHaveLength(16);
});

test('values that nobody enqueued, and those that came out twice', () => {
  expect(said([0, 'enqueue', 1, 0, 1], [0, 'dequeue', 7, 2, 3])).toEqual([2]);
  expect(said([0, 'enqueue', 1, 0, 1], [0, 'dequeue', 1, 2, 3], [0, 'dequeue', 1, 4, 5])).toEqual([0, 2, 4]);
  expect(said([0, 'dequeue', 1, 0, 1], [0, 'enqueue', 1, 2, 3])).toEqual([0, 2]);
});

test('a value that is enqueued twice is left to the general search', () => {
  expect(said([0, 'enqueue', 1, 0, 1], [0, 'enqueue', 1, 2, 3])).toBe('inapplicable');
  const one = withInit(fifoQueue, [1]);
  expect(answer(fifoQueueOvertaking, one, drawn('enqueue', [0, 'enqueue', 1, 0, 1]))).toBe('inapplicable');
});

test('what was there at first comes out first, in its order', () => {
  const full = withInit(fifoQueue, ['a', 'b']);
  const from = (...operations: readonly Drawn[]) => answer(fifoQueueOvertaking, full, drawn('enqueue', ...operations));
  expect(from([0, 'dequeue', 'a', 0, 1], [0, 'dequeue', 'b', 2, 3], [0, 'dequeue', null, 4, 5])).toBe('valid');
  expect(from([0, 'dequeue', 'b', 0, 1])).toEqual([0]);
  expect(from([0, 'dequeue', null, 0, 1])).toEqual([0]);
});
