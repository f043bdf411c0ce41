import { expect, test } from 'vitest';
import { nemesisPairs, pairs, type Pair } from '../../src/history/pairs.ts';
import { history } from '../checkers/build.ts';

const indices = (all: readonly Pair[]): unknown[] =>
  all.map(({ invocation, completion }) => [invocation.index, completion?.index ?? null]);

const mixed = history(
  [0, 'invoke', 'write', 1],
  ['nemesis', 'invoke', 'start-kill'],
  [1, 'invoke', 'read'],
  [1, 'ok', 'read', 1],
  ['nemesis', 'info', 'start-kill'],
  [0, 'ok', 'write', 1],
  [1, 'invoke', 'read'],
  [0, 'invoke', 'read'],
  [0, 'info', 'read'],
);

test('every invocation of a client has its own completion, or none, in the order of the invocations', () => {
  expect(indices(pairs(mixed))).toEqual([
    [0, 5],
    [2, 3],
    [6, null],
    [7, 8],
  ]);
});

test('the nemesis is apart', () => {
  expect(indices(nemesisPairs(mixed))).toEqual([[1, 4]]);
});

test('a completion of nothing and a second open operation are errors', () => {
  expect(() => pairs(history([0, 'ok', 'read']))).toThrow(/operation 0 completes nothing/);
  expect(() => pairs(history([0, 'invoke', 'read'], [0, 'invoke', 'read']))).toThrow(/process 0 is busy/);
});
