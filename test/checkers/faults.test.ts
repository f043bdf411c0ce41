import { describe, expect, test } from 'vitest';
import { faults } from '../../checkers/faults.ts';
import type { Json } from '../../src/history/operation.ts';
import { history, type Line } from './build.ts';

const start = (id: number, kind: string, error?: string): Line[] => [
  ['nemesis', 'invoke', `start-${kind}`, { id }],
  [
    'nemesis',
    'info',
    `start-${kind}`,
    { id, kind, shape: 'one', done: error === undefined ? ['n1'] : null },
    error === undefined ? {} : { error },
  ],
];
const stop = (id: number, kind: string, bit: Json, detail = 'measured', error?: string): Line[] => [
  ['nemesis', 'invoke', `stop-${kind}`, { id }],
  [
    'nemesis',
    'info',
    `stop-${kind}`,
    { id, kind, shape: 'one', evidence: { bit, detail } },
    error === undefined ? {} : { error },
  ],
];
const heal = (ended: Json, error?: string): Line[] => [
  ['nemesis', 'invoke', 'heal'],
  ['nemesis', 'info', 'heal', { ended, started: [], silent: [], errors: [] }, error === undefined ? {} : { error }],
];

const verdictOf = (asked: readonly string[], ...lines: readonly Line[][]) =>
  faults(asked).check(history(...lines.flat()));

describe('valid', () => {
  test('when every kind was seen to bite, and each fault is listed', () => {
    const verdict = verdictOf(
      ['kill', 'clock'],
      start(1, 'kill'),
      start(2, 'clock'),
      stop(1, 'kill', true),
      stop(2, 'clock', true, 'skew 500 ms'),
    );
    expect(verdict).toEqual({
      valid: true,
      asked: ['kill', 'clock'],
      healing: [],
      faults: [
        { id: 1, kind: 'kill', shape: 'one', start: 0, stop: 5, bit: true, detail: 'measured', error: null },
        { id: 2, kind: 'clock', shape: 'one', start: 2, stop: 7, bit: true, detail: 'skew 500 ms', error: null },
      ],
    });
  });

  test('when one of a kind was not observed and another bit', () => {
    expect(
      verdictOf(['kill'], start(1, 'kill'), stop(1, 'kill', 'unobserved'), start(2, 'kill'), stop(2, 'kill', true))
        .valid,
    ).toBe(true);
  });

  test('when only the healing ended the fault, and it had bitten', () => {
    const ended = [{ id: 1, kind: 'kill', shape: 'one', evidence: { bit: true, detail: 'pid changed' } }];
    expect(verdictOf(['kill'], start(1, 'kill'), heal(ended))).toMatchObject({
      valid: true,
      faults: [{ id: 1, start: 0, stop: 3, bit: true, detail: 'pid changed' }],
    });
  });

  test('when nothing was asked for and nothing was done', () => {
    expect(verdictOf([])).toEqual({ valid: true, asked: [], faults: [], healing: [] });
  });
});

describe('unknown', () => {
  test.each<[why: string, lines: readonly Line[][], reason: string]>([
    ['asked for and never done', [], 'partition was asked for and never began'],
    [
      'never observed',
      [start(1, 'partition'), stop(1, 'partition', 'unobserved')],
      'partition was asked for and never seen to bite',
    ],
    ['begun and never ended', [start(1, 'partition')], 'partition was asked for and never seen to bite'],
    [
      'evidence that says nothing',
      [start(1, 'partition'), stop(1, 'partition', 'maybe')],
      'partition was asked for and never seen to bite',
    ],
    [
      'no effect',
      [
        start(1, 'partition'),
        stop(1, 'partition', true),
        start(3, 'clock'),
        stop(3, 'clock', false, 'skew measured 0 ms'),
      ],
      'clock fault 3 took no effect: skew measured 0 ms',
    ],
    [
      'could not be begun, though another of its kind bit',
      [
        start(1, 'partition'),
        stop(1, 'partition', true),
        start(2, 'partition', 'nft failed'),
        stop(2, 'partition', false),
      ],
      'partition fault 2 failed: nft failed',
    ],
    [
      'could not be ended',
      [start(1, 'partition'), stop(1, 'partition', true, 'silent', 'nft failed')],
      'partition fault 1 failed: nft failed',
    ],
    [
      'healing failed',
      [start(1, 'partition'), stop(1, 'partition', true), heal([], 'n3 does not answer')],
      'healing failed: n3 does not answer',
    ],
    [
      'several problems',
      [start(1, 'kill'), stop(1, 'kill', false, 'same pid')],
      'kill fault 1 took no effect: same pid (and 1 more)',
    ],
  ])('%s', (_why, lines, reason) => {
    expect(verdictOf(['partition'], ...lines)).toMatchObject({ valid: 'unknown', reason });
  });
});
