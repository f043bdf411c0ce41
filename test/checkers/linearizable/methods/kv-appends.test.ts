import { expect, test } from 'vitest';
import { kvAppends } from '../../../../checkers/linearizable/methods/kv-appends.ts';
import { kv } from '../../../../checkers/models/kv.ts';
import { complete, type CompleteModel } from '../../../../checkers/models/model.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { history, type Line } from '../../build.ts';
import { rounds } from '../../rounds.ts';
import { appendTrials, confusingStrings, repeatedStrings } from './kv-appends-trial.ts';
import { judge, onlyPart } from './judge-method.ts';

test.each(Object.entries(appendTrials))('random histories: %s', (name, trial) => {
  const { valid, invalid, inapplicable, cores } = judge(trial, rounds(1500), name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(rounds(1500) / 8);
  expect(inapplicable).toBe(0);
  expect(cores).toBe(invalid);
});

test('strings that come up again', () => {
  const { valid, invalid, inapplicable } = judge(repeatedStrings, rounds(2000), 'repeated strings');
  expect(Math.min(valid, invalid)).toBeGreaterThan(rounds(2000) / 5);
  expect(inapplicable).toBeLessThan(20);
});

test('where strings can be confused, what is decided is right', () => {
  const { valid, invalid, inapplicable } = judge(confusingStrings, rounds(1000), 'confusing strings');
  expect(Math.min(valid, invalid, inapplicable)).toBeGreaterThan(rounds(1000) / 10);
});

const appended = (process: number, value: string): Line[] => [
  [process, 'invoke', 'append', value],
  [process, 'ok', 'append', value],
];
const put = (process: number, value: Json): Line[] => [
  [process, 'invoke', 'put', value],
  [process, 'ok', 'put', value],
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
  ['half of what was appended', [...appended(0, 'a;'), ...got(0, 'a;'), ...got(0, 'a')], [2]],
  ['an append of nothing turns absent into the empty string', [...appended(0, ''), ...got(0, '')], 'inapplicable'],
  ['a put begins anew', [...appended(0, 'a;'), ...put(0, 'b;'), ...appended(0, 'c;'), ...got(0, 'b;c;')], 'valid'],
  ['what was there before the put is gone', [...appended(0, 'a;'), ...put(0, 'b;'), ...got(0, 'a;b;')], [0, 2]],
  ['a; was put, or put at the end of nothing', [...put(0, 'a;'), ...appended(0, 'a;'), ...got(0, 'a;a;')], 'valid'],
  [
    'the second append of a; is the one that was seen',
    [...appended(0, 'a;'), ...put(0, null), ...appended(0, 'a;'), ...got(0, 'a;')],
    'valid',
  ],
  ['two a; are three', [...appended(0, 'a;'), ...appended(0, 'a;'), ...got(0, 'a;a;a;')], [0, 1, 2]],
  [
    'it was absent or the empty string before the a;',
    [...put(0, ''), ...put(0, null), ...appended(0, 'a;'), ...got(0, 'a;')],
    'inapplicable',
  ],
  [
    'ab was put, or a was and b appended',
    [...put(0, 'ab'), ...put(0, 'a'), ...appended(0, 'b'), ...got(0, 'ab')],
    'inapplicable',
  ],
  [
    'ab was put, or a and b were appended',
    [[1, 'invoke', 'put', 'ab'], ...appended(0, 'a'), ...appended(0, 'b'), ...got(0, 'ab')],
    'inapplicable',
  ],
  [
    'a was appended and b, or ab was',
    [[1, 'invoke', 'append', 'ab'], ...appended(0, 'a'), ...appended(0, 'b'), ...got(0, 'ab')],
    'inapplicable',
  ],
  [
    'hardly a put says that it was seen',
    [
      ...appended(0, 'c;'),
      ...Array.from({ length: 300 }, (_, i) => [...put(0, `${i % 2};`), ...got(0, `${i % 2};`)]).flat(),
    ],
    'inapplicable',
  ],
  ['nothing can be appended to a number', [...put(0, 1), ...appended(0, 'a;')], 'inapplicable'],
  [
    'a swap besides appends',
    [[0, 'invoke', 'cas', [null, 'a']], [0, 'ok', 'cas', [null, 'a']], ...appended(0, 'b'), ...got(0, 'ab')],
    'inapplicable',
  ],
])('%s', (_why, lines, expected) => {
  const model = complete(kv) as CompleteModel<unknown>;
  const part = onlyPart(model, history(...lines));
  if (part === null) throw new Error('nothing to decide');
  const answer = kvAppends.decide(model, part);
  expect(answer.kind === 'invalid' ? answer.core : answer.kind).toEqual(expected);
});
