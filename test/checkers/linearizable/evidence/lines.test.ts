import { expect, test } from 'vitest';
import { evidenceLines } from '../../../../checkers/linearizable/evidence/lines.ts';
import type { Failure, LinearizableVerdict } from '../../../../checkers/linearizable/verdict.ts';
import { register } from '../../../../checkers/models/register.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import { history, type Line } from '../../build.ts';

const lines = history(
  [0, 'invoke', 'write', 1],
  [0, 'ok', 'write', 1],
  [1, 'invoke', 'write', 2],
  [2, 'invoke', 'read'],
  [1, 'info', 'write', 2, { error: 'timeout' }],
  [2, 'ok', 'read', 7],
  [3, 'invoke', 'write', 3],
);

const failure: Failure = {
  key: 'x',
  method: 'register-zones',
  completion: 5,
  invocation: 3,
  prefix: { positions: 6, operations: 3, smallest: true },
  explanation: 'process 2 read x = 7, but nobody had written 7 before',
  states: ['1', '2'],
  statesComplete: true,
  paths: [
    { order: [0], state: '1' },
    { order: [0, 2], state: '2' },
  ],
  shrunk: { operations: [], positions: [0, 1, 3, 5], minimal: true },
  around: [0, 2, 3, 6],
};

const verdictOf = (...failures: readonly Failure[]): LinearizableVerdict => ({
  valid: failures.length === 0,
  model: 'register',
  method: 'register-zones',
  methods: {},
  operations: 4,
  parts: { valid: 0, invalid: failures.length, unknown: 0 },
  failures,
  undecided: [],
});
const said = (...failures: readonly Failure[]) => evidenceLines(verdictOf(...failures), lines, register);

test('nothing is said where nothing failed', () => {
  expect(said()).toEqual([]);
});

test('the operation, what fails by itself, what was possible, and how', () => {
  expect(said(failure)).toEqual([
    'The operation that has no place:',
    '  process 2 read x = 7 (3 to 5 in the history: the smallest prefix that fails)',
    'What fails by itself, and would not without any one of these:',
    '  process 0 wrote x = 1 (0 to 1)',
    '  process 2 read x = 7 (3 to 5)',
    'What was possible just before: 1 or 2',
    'How, one order for each, as far as it matters:',
    '  process 0 wrote x = 1 => 1',
    '  process 0 wrote x = 1; process 1 wrote x = 2 => 2',
  ]);
  // Columns are as good as a history.
  expect(evidenceLines(verdictOf(failure), columnsOf(lines), register)).toEqual(said(failure));
});

test('what is around it, where nothing smaller is known; outcomes that are not known, and what goes on', () => {
  const rough: Failure = {
    ...failure,
    prefix: { ...failure.prefix, smallest: false },
    states: ['1'],
    statesComplete: false,
    paths: [{ order: [], state: 'absent' }],
    shrunk: null,
  };
  expect(said(rough)).toEqual([
    'The operation that has no place:',
    '  process 2 read x = 7 (3 to 5 in the history: a prefix that fails)',
    'Operations around it:',
    '  process 0 wrote x = 1 (0 to 1)',
    '  process 1 wrote x = 2 (2 to 4, outcome unknown)',
    '  process 2 read x = 7 (3 to 5)',
    '  process 3 wrote x = 3 (from 6 on, outcome unknown)',
    'What was possible just before: 1, and others',
    'How, one order for each, as far as it matters:',
    '  nothing happened => absent',
  ]);
});

test('what is not minimal says so; without states nothing is said of them', () => {
  const small = { operations: [], positions: [3, 5], minimal: false };
  expect(said({ ...failure, states: [], paths: [], shrunk: small })).toEqual([
    'The operation that has no place:',
    '  process 2 read x = 7 (3 to 5 in the history: the smallest prefix that fails)',
    'What fails by itself, though fewer of these may:',
    '  process 2 read x = 7 (3 to 5)',
  ]);
});

test('several keys are told one after the other, three at most', () => {
  const other: Failure = { ...failure, states: [], paths: [], shrunk: null, around: [], explanation: 'another one' };
  const one = said(other);
  expect(said(other, other)).toEqual([...one, '', 'another one', ...one]);
  const three = said(other, other, other);
  expect(three.length).toBe(3 * one.length + 4);
  expect(said(other, other, other, other)).toEqual([...three, '', '... and 1 more key fails']);
  expect(said(other, other, other, other, other)).toEqual([...three, '', '... and 2 more keys fail']);
});

test('long lists are cut short', () => {
  const many = Array.from({ length: 42 }, (_, i): Line[] => [
    [0, 'invoke', 'write', i],
    [0, 'ok', 'write', i],
  ]);
  const writes = Array.from({ length: 42 }, (_, i) => 2 * i);
  const told = (around: readonly number[], orders: readonly (readonly number[])[]) =>
    evidenceLines(
      verdictOf({
        ...failure,
        invocation: 0,
        shrunk: null,
        states: [],
        around,
        paths: orders.map((order) => ({ order, state: 's' })),
      }),
      history(...many.flat()),
      register,
    );
  expect(told(writes.slice(0, 40), []).filter((line) => line.startsWith('  process')).length).toBe(41);
  expect(told(writes.slice(0, 40), []).at(-1)).toBe('  process 0 wrote x = 39 (78 to 79)');
  expect(told(writes.slice(0, 42), []).slice(-2)).toEqual(['  process 0 wrote x = 39 (78 to 79)', '  ... and 2 more']);
  const order = [0, 2, 4, 6];
  const text = order.map((_, i) => `process 0 wrote x = ${i}`).join('; ');
  expect(told([], [order]).at(-1)).toBe(`  ${text} => s`);
  expect(told([], [[82, ...order]]).at(-1)).toBe(`  ...; ${text} => s`);
  const five = Array.from({ length: 5 }, () => [0]);
  expect(told([], five).at(-1)).toBe('  process 0 wrote x = 0 => s');
  expect(told([], [...five, [0], [0]]).slice(-2)).toEqual(['  process 0 wrote x = 0 => s', '  ... and 2 more']);
});
