import { describe, expect, test } from 'vitest';
import { registerZones } from '../../../../checkers/linearizable/methods/register-zones.ts';
import { split } from '../../../../checkers/linearizable/part.ts';
import { replayWitness } from '../../../../checkers/linearizable/replay-witness.ts';
import { complete, type CompleteModel } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { withInit } from '../../../../checkers/models/with-init.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { history, type Line } from '../../build.ts';
import { rounds } from '../../rounds.ts';
import { judge, onlyPart } from './judge-method.ts';
import { judgeLonger } from './register-longer.ts';
import { distinct, longerTrials, repeated } from './register-trial.ts';

test.each(Object.entries(distinct))('random histories with distinct values: %s', (name, trial) => {
  const { valid, invalid, inapplicable, cores } = judge(trial, rounds(1500), name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(rounds(1500) / 4);
  expect(inapplicable).toBe(0);
  expect(cores).toBeGreaterThan(0.95 * invalid);
});

test('random histories in which values come up again', () => {
  const { valid, invalid, inapplicable } = judge(repeated, rounds(1500), 'repeated');
  expect(Math.min(valid, invalid)).toBeGreaterThan(rounds(1500) / 5);
  expect(inapplicable).toBe(0);
});

test.each(Object.entries(longerTrials))('longer random histories and their prefixes: %s', (name, trial) => {
  const { valid, invalid, inapplicable } = judgeLonger(trial, rounds(150), name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(rounds(150) / 8);
  expect(inapplicable).toBeLessThan(3);
});

/** Places of the core; the witness is confirmed first. */
function decide(lines: readonly Line[], init: Json = null): 'valid' | readonly number[] | undefined {
  const model = complete(withInit(register, init)) as CompleteModel<unknown>;
  const part = onlyPart(model, history(...lines));
  if (part === null) throw new Error('nothing to decide');
  const answer = registerZones.decide(model, part);
  if (answer.kind === 'inapplicable') throw new Error(answer.why);
  if (answer.kind === 'invalid') return answer.core;
  expect(replayWitness(model, part, answer.witness())).toBeNull();
  return 'valid';
}

const wrote = (process: number, value: Json): Line[] => [
  [process, 'invoke', 'write', value],
  [process, 'ok', 'write', value],
];
const read = (process: number, value: Json): Line[] => [
  [process, 'invoke', 'read'],
  [process, 'ok', 'read', value],
];
const swapped = (process: number, from: Json, to: Json): Line[] => [
  [process, 'invoke', 'cas', [from, to]],
  [process, 'ok', 'cas', [from, to]],
];
const refused = (process: number, from: Json, to: Json): Line[] => [
  [process, 'invoke', 'cas', [from, to]],
  [process, 'fail', 'cas', [from, to], { error: 'mismatch' }],
];

describe('valid', () => {
  test.each<[why: string, lines: readonly Line[], init?: Json]>([
    ['nobody saw the write that timed out', [[1, 'invoke', 'write', 1], ...read(0, null)]],
    ['somebody did', [[1, 'invoke', 'write', 1], ...read(0, null), ...read(0, 1)]],
    [
      'two swaps that timed out are seen by what the second left: both happened',
      [[1, 'invoke', 'cas', [null, 1]], [2, 'invoke', 'cas', [1, 2]], ...read(0, null), ...read(0, 2)],
    ],
    [
      'of two swaps from 1 that timed out only one was seen, so that the other need not have happened',
      [...wrote(0, 1), [1, 'invoke', 'cas', [1, 2]], [2, 'invoke', 'cas', [1, 3]], ...read(0, 3)],
    ],
    ['a swap from 1 to 1 reads 1', [...wrote(0, 1), ...swapped(0, 1, 1), ...read(0, 1)]],
    [
      'while the write of 2 goes on, the value may be 1 or 2 and the swap may fail',
      [[1, 'invoke', 'write', 2], ...wrote(0, 1), ...refused(0, 1, 3), ...read(0, 2), [1, 'ok', 'write', 2]],
    ],
    [
      'the swap failed since 9, which nobody saw, had been written',
      [...wrote(0, 1), [1, 'invoke', 'write', 9], ...refused(0, 1, 2)],
    ],
    [
      'the swap failed since one that timed out had taken the 1 away',
      [...wrote(0, 1), [1, 'invoke', 'cas', [1, 5]], ...refused(0, 1, 2)],
    ],
    [
      'the 7 that was read came of a 5, and neither write nor swap returned; another 7 came later',
      [[1, 'invoke', 'write', 5], [2, 'invoke', 'cas', [5, 7]], ...read(0, 7), ...wrote(0, 7)],
    ],
    [
      'the initial value is found by what it is, whatever the order of its keys',
      [...read(0, { b: 2, a: 1 })],
      { a: 1, b: 2 },
    ],
    ['a swap from the initial value', [...swapped(0, 0, 1), ...read(0, 1)], 0],
    ['nobody saw a value that was written twice', [...wrote(0, 1), ...wrote(0, 1), ...wrote(0, 2), ...read(0, 2)]],
    ['a value came back', [...wrote(0, 1), ...wrote(0, 2), ...read(0, 2), ...wrote(0, 1), ...swapped(0, 1, 3)]],
    [
      'names of other tools',
      [
        [0, 'invoke', 'put', 1],
        [0, 'ok', 'put', 1],
        [0, 'invoke', 'get'],
        [0, 'ok', 'get', 1],
      ],
    ],
  ])('%s', (_why, lines, init) => {
    expect(decide(lines, init)).toBe('valid');
  });
});

test('a part is judged alike among many others, whose values and positions are far apart', () => {
  const model = complete(register) as CompleteModel<unknown>;
  const others = (count: number, at: number): Line[] =>
    Array.from({ length: count }, (_, i): Line[] => [
      [9, 'invoke', 'write', `${at}.${i}`, { key: 'y' }],
      [9, 'ok', 'write', `${at}.${i}`, { key: 'y' }],
    ]).flat();
  for (const [seen, kind] of [
    [4, 'valid'],
    [3, 'invalid'],
  ] as const) {
    const lines = [...wrote(0, 1), ...swapped(0, 1, 2), ...wrote(0, 3), [1, 'invoke', 'write', 4] as Line];
    const apart = [...lines, ...read(0, 4), ...read(0, seen)].flatMap((line, at) => [line, ...others(40, at)]);
    const divided = split(model, columnsOf(history(...apart)));
    if (divided.kind === 'objection') throw new Error(divided.objection);
    const [part] = divided.parts;
    if (part?.key !== 'x') throw new Error('x comes first');
    const answer = registerZones.decide(model, part);
    expect(answer.kind).toBe(kind);
    if (answer.kind === 'valid') expect(replayWitness(model, part, answer.witness())).toBeNull();
  }
});

describe('invalid, by these operations', () => {
  test.each<[why: string, lines: readonly Line[], core: readonly number[], init?: Json]>([
    ['nobody wrote 7', [...wrote(0, 1), ...read(0, 7)], [1]],
    ['a swap that nobody can have made possible was seen', [[1, 'invoke', 'cas', [5, 6]], ...read(0, 6)], [0, 1]],
    ['1 had been overwritten', [...wrote(0, 1), ...wrote(0, 2), ...wrote(0, 3), ...read(0, 1)], [0, 1, 3]],
    ['the initial value had been overwritten', [...wrote(0, 1), ...wrote(0, 2), ...read(0, null)], [0, 2]],
    ['5 is not the initial value any more', [...wrote(0, 1), ...read(0, 5)], [0, 1], 5],
    ['the number 1 is not the text "1"', [...wrote(0, 1), ...read(0, '1')], [1]],
    ['the write began after the read', [...read(0, 1), ...wrote(0, 1)], [0, 1]],
    ['1 was there once, and taken twice', [...wrote(0, 1), ...swapped(0, 1, 2), ...swapped(1, 1, 3)], [0, 1, 2]],
    [
      'these swaps need each other',
      [[1, 'invoke', 'cas', [1, 2]], ...swapped(0, 2, 1), [1, 'ok', 'cas', [1, 2]]],
      [0, 1],
    ],
    [
      'of the chain 1, 2, 3, the 1 was read when 3 had been read',
      [...wrote(0, 1), [1, 'invoke', 'cas', [1, 2]], [2, 'invoke', 'cas', [2, 3]], ...read(0, 3), ...read(0, 1)],
      [0, 1, 2, 3, 4],
    ],
    [
      'the write of 9 has no place between a 1 and a 1',
      [...wrote(0, 1), ...read(0, 1), ...wrote(1, 9), ...read(0, 1)],
      [0, 2, 3],
    ],
    ['the swap from 1 failed at 1', [...wrote(0, 1), ...refused(0, 1, 2), ...wrote(0, 3)], [0, 1]],
    [
      'the swap from the initial value failed at it',
      [...read(0, null), ...refused(0, null, 2), ...read(0, null)],
      [0, 1, 2],
    ],
    [
      '1 was there before and after the failed swap, so that what else was being written has no place',
      [[2, 'invoke', 'write', 8], ...wrote(0, 1), ...read(0, 1), ...refused(1, 1, 2), ...read(0, 1), ...read(0, 8)],
      [1, 2, 3, 4],
    ],
    [
      'a value that was written twice had been overwritten for good',
      [...wrote(0, 1), ...wrote(0, 1), ...wrote(0, 2), ...read(0, 1)],
      [0, 1, 2, 3],
    ],
  ])('%s', (_why, lines, core, init) => {
    expect(decide(lines, init)).toEqual(core);
  });
});

test('where hardly a value is written once, it is left to the search', () => {
  const lines = Array.from({ length: 300 }, (_, i) => [...wrote(0, i % 2), ...read(0, i % 2)]).flat();
  expect(() => decide(lines)).toThrow('which writes were seen');
});
