import { expect, test } from 'vitest';
import { kvAppends } from '../../../../checkers/linearizable/methods/kv-appends.ts';
import { kv } from '../../../../checkers/models/kv.ts';
import { complete, type CompleteModel } from '../../../../checkers/models/model.ts';
import { history, type Line } from '../../build.ts';
import { appendTrials, confusingStrings } from './kv-appends-trial.ts';
import { judge, onlyPart } from './judge-method.ts';

test.each(Object.entries(appendTrials))('random histories: %s', (name, trial) => {
  const { valid, invalid, inapplicable, cores } = judge(trial, 3000, name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(750);
  expect(inapplicable).toBe(0);
  expect(cores).toBe(invalid);
});

test('where strings can be confused, what is decided is right', () => {
  const { valid, invalid, inapplicable } = judge(confusingStrings, 1000, 'confusing strings');
  expect(Math.min(valid, invalid, inapplicable)).toBeGreaterThan(100);
});

const appended = (process: number, value: string): Line[] => [
  [process, 'invoke', 'append', value],
  [process, 'ok', 'append', value],
];
const got = (process: number, value: string | null): Line[] => [
  [process, 'invoke', 'get'],
  [process, 'ok', 'get', value],
];

test.each<[why: string, lines: readonly Line[], expected: 'valid' | 'inapplicable' | readonly number[]]>([
  ['every get shows what was appended before', [...got(0, null), ...appended(0, 'a;'), ...got(0, 'a;')], 'valid'],
  [
    'an append that timed out was seen',
    [[1, 'invoke', 'append', 'a;'], ...appended(0, 'b;'), ...got(0, 'b;a;')],
    'valid',
  ],
  ['one that timed out was not', [[1, 'invoke', 'append', 'a;'], ...appended(0, 'b;'), ...got(0, 'b;')], 'valid'],
  ['the appends were not at the same time', [...appended(0, 'a;'), ...appended(0, 'b;'), ...got(0, 'b;a;')], [0, 1, 2]],
  [
    'two gets that differ in the order',
    [[1, 'invoke', 'append', 'a;'], ...appended(0, 'b;'), ...got(0, 'b;a;'), ...got(0, 'a;b;')],
    [0, 1, 2, 3],
  ],
  ['it had grown', [...appended(0, 'a;'), ...appended(0, 'b;'), ...got(0, 'a;b;'), ...got(0, 'a;')], [0, 1, 2, 3]],
  ['the last append had returned', [...appended(0, 'a;'), ...appended(0, 'b;'), ...got(0, 'a;')], [0, 1, 2]],
  ['nobody appended a c', [...appended(0, 'a;'), ...got(0, 'a;c')], [0, 1]],
  ['a; was appended once', [...appended(0, 'a;'), ...got(0, 'a;a;')], [0, 1]],
  ['absent is not the empty string', [...got(0, '')], [0]],
  ['half of what was appended', [...appended(0, 'a;'), ...got(0, 'a;'), ...got(0, 'a')], [0, 1, 2]],
  ['an append of nothing turns absent into the empty string', [...appended(0, ''), ...got(0, '')], 'inapplicable'],
  ['a put is another matter', [[0, 'invoke', 'put', 'a'], [0, 'ok', 'put', 'a'], ...got(0, 'a')], 'inapplicable'],
])('%s', (_why, lines, expected) => {
  const model = complete(kv) as CompleteModel<unknown>;
  const part = onlyPart(model, history(...lines));
  if (part === null) throw new Error('nothing to decide');
  const answer = kvAppends.decide(model, part);
  expect(answer.kind === 'invalid' ? answer.core : answer.kind).toEqual(expected);
});
