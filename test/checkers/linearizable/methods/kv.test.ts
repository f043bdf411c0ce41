import { expect, test } from 'vitest';
import { kvRegisters } from '../../../../checkers/linearizable/methods/kv-registers.ts';
import { kv } from '../../../../checkers/models/kv.ts';
import { complete, type CompleteModel } from '../../../../checkers/models/model.ts';
import { history, type Line } from '../../build.ts';
import { rounds } from '../../rounds.ts';
import { judge, onlyPart } from './judge-method.ts';
import { kvTrials } from './register-trial.ts';

test.each(Object.entries(kvTrials))('random histories: %s', (name, trial) => {
  const { valid, invalid, inapplicable } = judge(trial, rounds(2000), name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(rounds(2000) / 6);
  expect(inapplicable).toBe(0);
});

function decide(...lines: readonly Line[]) {
  const model = complete(kv) as CompleteModel<unknown>;
  const part = onlyPart(model, history(...lines));
  if (part === null) throw new Error('nothing to decide');
  return kvRegisters.decide(model, part);
}

test.each<[why: string, lines: readonly Line[], kind: 'valid' | 'invalid' | 'inapplicable']>([
  [
    'what was deleted is absent',
    [
      [0, 'invoke', 'put', 1],
      [0, 'ok', 'put', 1],
      [0, 'invoke', 'delete'],
      [0, 'ok', 'delete'],
      [0, 'invoke', 'get'],
      [0, 'ok', 'get', null],
    ],
    'valid',
  ],
  [
    'a put of null deletes',
    [
      [0, 'invoke', 'put', null],
      [0, 'ok', 'put', null],
      [0, 'invoke', 'get'],
      [0, 'ok', 'get', null],
    ],
    'valid',
  ],
  [
    'it was deleted before that get began',
    [
      [0, 'invoke', 'put', 1],
      [0, 'ok', 'put', 1],
      [0, 'invoke', 'remove'],
      [0, 'ok', 'remove'],
      [0, 'invoke', 'get'],
      [0, 'ok', 'get', 1],
    ],
    'invalid',
  ],
  [
    'two deletes, and a swap from absent after each',
    [
      [0, 'invoke', 'delete'],
      [0, 'ok', 'delete'],
      [0, 'invoke', 'cas', [null, 1]],
      [0, 'ok', 'cas', [null, 1]],
      [0, 'invoke', 'delete'],
      [0, 'ok', 'delete'],
      [0, 'invoke', 'cas', [null, 2]],
      [0, 'ok', 'cas', [null, 2]],
    ],
    'valid',
  ],
  [
    'a swap from absent takes the only absence away',
    [
      [0, 'invoke', 'cas', [null, 1]],
      [0, 'ok', 'cas', [null, 1]],
      [0, 'invoke', 'cas', [null, 2]],
      [0, 'ok', 'cas', [null, 2]],
    ],
    'invalid',
  ],
  [
    'an append is no operation of a register',
    [
      [0, 'invoke', 'append', 'a'],
      [0, 'ok', 'append', 'a'],
    ],
    'inapplicable',
  ],
])('%s', (_why, lines, kind) => {
  expect(decide(...lines).kind).toBe(kind);
});
