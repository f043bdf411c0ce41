import { expect, test } from 'vitest';
import { checkLinearizable } from '../../../checkers/linearizable/linearizable.ts';
import { models } from '../../../checkers/models/index.ts';
import { history, type Line } from '../build.ts';

/** So many operations that the states before a failure are asked of a near-linear method. */
const many = 1100;

const done = (process: number, f: string, value: number | null, answer = value): readonly Line[] => [
  [process, 'invoke', f, f === 'read' ? null : value],
  [process, 'ok', f, answer],
];

const readAndWritten: readonly Line[] = Array.from({ length: many }, (_, i) => i + 1).flatMap((i) => [
  ...done(0, 'write', i),
  ...done(0, 'read', i),
]);

const statesOf = (...lines: readonly Line[]): readonly [states: readonly string[], complete: boolean] => {
  const [failure] = checkLinearizable(history(...lines), models.register).failures;
  return [failure?.states ?? [], failure?.statesComplete ?? false];
};

test('the last value is the only one after writes one after the other', () => {
  expect(statesOf(...readAndWritten, ...done(1, 'read', 7))).toEqual([['1100'], true]);
});

test('writes that are open may have come last, and those that returned before the last one began may not', () => {
  const open: readonly Line[] = [[1, 'invoke', 'write', 5001], [2, 'invoke', 'write', 5002], ...done(0, 'write', 5003)];
  expect(statesOf(...readAndWritten, ...open, ...done(3, 'read', 7))).toEqual([['5001', '5002', '5003'], true]);
});

test('of two writes beside each other either may have come last', () => {
  const beside: readonly Line[] = [
    [1, 'invoke', 'write', 5001],
    [2, 'invoke', 'write', 5002],
    [2, 'ok', 'write', 5002],
    [1, 'ok', 'write', 5001],
  ];
  expect(statesOf(...readAndWritten, ...beside, ...done(3, 'read', 7))).toEqual([['5001', '5002'], true]);
});

test('a read fixes which of two writes beside each other came last', () => {
  const beside: readonly Line[] = [
    [1, 'invoke', 'write', 5001],
    [2, 'invoke', 'write', 5002],
    [2, 'ok', 'write', 5002],
    [1, 'ok', 'write', 5001],
  ];
  const seen = done(4, 'read', 5001);
  expect(statesOf(...readAndWritten, ...beside, ...seen, ...done(3, 'read', 7))).toEqual([['5001'], true]);
});

test('where nothing was surely written the initial value may still be there', () => {
  const reads = Array.from({ length: 2 * many }, () => done(0, 'read', null)).flat();
  const open: readonly Line[] = [[1, 'invoke', 'write', 5001]];
  expect(statesOf(...reads, ...open, ...done(2, 'read', 7))).toEqual([['5001', 'absent'], true]);
});

test('a compare-and-set that returned leaves what it wrote', () => {
  const swapped: readonly Line[] = [
    [1, 'invoke', 'cas', [many, 5001]],
    [1, 'ok', 'cas', [many, 5001]],
  ];
  expect(statesOf(...readAndWritten, ...swapped, ...done(2, 'read', 7))).toEqual([['5001'], true]);
});
