/** Histories of a register by hand; each says why its verdict holds. */

import { describe, expect, test } from 'vitest';
import { linearizable } from '../../checkers/linearizable/linearizable.ts';
import { register } from '../../checkers/models/register.ts';
import type { History } from '../../src/history/operation.ts';
import { history } from './build.ts';

const check = (lines: History) => linearizable(register, { budgetMs: 1000 }).check(lines);

describe('valid', () => {
  test.each<[why: string, lines: History]>([
    ['nothing happened', history()],
    ['before any write the register is absent', history([0, 'invoke', 'read'], [0, 'ok', 'read', null])],
    [
      'a read beside a write may come before it',
      history([0, 'invoke', 'write', 1], [1, 'invoke', 'read'], [1, 'ok', 'read', null], [0, 'ok', 'write', 1]),
    ],
    [
      'a read beside a write may come after it, though the write returns later',
      history([0, 'invoke', 'write', 1], [1, 'invoke', 'read'], [1, 'ok', 'read', 1], [0, 'ok', 'write', 1]),
    ],
    [
      'a write that timed out may happen long after',
      history(
        [0, 'invoke', 'write', 1],
        [0, 'info', 'write', 1],
        [1, 'invoke', 'read'],
        [1, 'ok', 'read', null],
        [1, 'invoke', 'read'],
        [1, 'ok', 'read', 1],
      ),
    ],
    [
      'a write that timed out need not happen',
      history([0, 'invoke', 'write', 1], [0, 'info', 'write', 1], [1, 'invoke', 'read'], [1, 'ok', 'read', null]),
    ],
    [
      'a write without a completion may have happened',
      history([0, 'invoke', 'write', 1], [1, 'invoke', 'read'], [1, 'ok', 'read', 1]),
    ],
    [
      'two writes of the same value both matter: the second comes after the 1',
      history(
        [0, 'invoke', 'write', 2],
        [0, 'ok', 'write', 2],
        [0, 'invoke', 'write', 2],
        [1, 'invoke', 'write', 1],
        [1, 'ok', 'write', 1],
        [0, 'ok', 'write', 2],
        [1, 'invoke', 'read'],
        [1, 'ok', 'read', 2],
      ),
    ],
    [
      'a swap that failed saw 1 between the writes',
      history(
        [0, 'invoke', 'write', 1],
        [0, 'ok', 'write', 1],
        [1, 'invoke', 'cas', [2, 3]],
        [0, 'invoke', 'write', 2],
        [0, 'ok', 'write', 2],
        [1, 'fail', 'cas', [2, 3], { error: 'mismatch' }],
      ),
    ],
    [
      'a swap that was refused for another reason says nothing of the value',
      history([0, 'invoke', 'cas', [null, 1]], [0, 'fail', 'cas', [null, 1], { error: 'no leader' }]),
    ],
    [
      'a swap of unknown outcome may have happened',
      history(
        [0, 'invoke', 'write', 1],
        [0, 'ok', 'write', 1],
        [1, 'invoke', 'cas', [1, 2]],
        [1, 'info', 'cas', [1, 2]],
        [0, 'invoke', 'read'],
        [0, 'ok', 'read', 2],
      ),
    ],
    [
      'an unseen write that timed out explains why the swap failed',
      history(
        [0, 'invoke', 'write', 1],
        [0, 'ok', 'write', 1],
        [1, 'invoke', 'write', 9],
        [1, 'info', 'write', 9],
        [0, 'invoke', 'cas', [1, 2]],
        [0, 'fail', 'cas', [1, 2], { error: 'mismatch' }],
      ),
    ],
    [
      'a read of unknown outcome says nothing',
      history([0, 'invoke', 'read'], [0, 'info', 'read', 7], [1, 'invoke', 'read'], [1, 'ok', 'read', null]),
    ],
    [
      'keys are registers of their own',
      history(
        [0, 'invoke', 'write', 1, { key: 'x' }],
        [0, 'ok', 'write', 1, { key: 'x' }],
        [0, 'invoke', 'read', null, { key: 'y' }],
        [0, 'ok', 'read', null, { key: 'y' }],
      ),
    ],
    [
      'objects are equal whatever the order of their keys',
      history(
        [0, 'invoke', 'write', { a: 1, b: 2 }],
        [0, 'ok', 'write', 0],
        [0, 'invoke', 'read'],
        [0, 'ok', 'read', { b: 2, a: 1 }],
      ),
    ],
    [
      'the nemesis is no client',
      history(
        ['nemesis', 'invoke', 'start-kill', 1],
        [0, 'invoke', 'read'],
        [0, 'ok', 'read'],
        ['nemesis', 'info', 'start-kill'],
      ),
    ],
  ])('%s', (_why, lines) => {
    expect(check(lines)).toMatchObject({ valid: true, failures: [] });
  });
});

describe('invalid', () => {
  test.each<[why: string, lines: History, explanation: string]>([
    [
      'a read of null after a write is a violation, not a wildcard',
      history([0, 'invoke', 'write', 1], [0, 'ok', 'write', 1], [1, 'invoke', 'read'], [1, 'ok', 'read', null]),
      'process 1 read x = absent, but it had been overwritten by 1 (process 0) before that read began; possible was 1',
    ],
    [
      'a value from nowhere',
      history([0, 'invoke', 'read'], [0, 'ok', 'read', 5]),
      'process 0 read x = 5, but nobody had written 5 before; possible was absent',
    ],
    [
      'the number 1 and the text "1" differ',
      history([0, 'invoke', 'write', 1], [0, 'ok', 'write', 1], [0, 'invoke', 'read'], [0, 'ok', 'read', '1']),
      'process 0 read x = "1", but nobody had written "1" before; possible was 1',
    ],
    [
      'a failed write did not happen',
      history(
        [0, 'invoke', 'write', 1],
        [0, 'fail', 'write', 1, { error: 'refused' }],
        [1, 'invoke', 'read'],
        [1, 'ok', 'read', 1],
      ),
      'process 1 read x = 1, but nobody had written 1 before; possible was absent',
    ],
    [
      'a write that began after the read had ended',
      history([1, 'invoke', 'read'], [1, 'ok', 'read', 1], [0, 'invoke', 'write', 1], [0, 'ok', 'write', 1]),
      'process 1 read x = 1, but nobody had written 1 before; possible was absent',
    ],
    [
      'a stale read',
      history(
        [0, 'invoke', 'write', 4],
        [0, 'ok', 'write', 4],
        [1, 'invoke', 'write', 7],
        [1, 'ok', 'write', 7],
        [2, 'invoke', 'write', 9],
        [3, 'invoke', 'read'],
        [3, 'ok', 'read', 4],
      ),
      'process 3 read x = 4, but 4 had been overwritten by 7 (process 1) before that read began; possible were 7 or 9',
    ],
    [
      'a write that timed out happens once: after 7 had replaced it, it can not come back',
      history(
        [0, 'invoke', 'write', 4],
        [0, 'info', 'write', 4],
        [1, 'invoke', 'read'],
        [1, 'ok', 'read', 4],
        [1, 'invoke', 'write', 7],
        [1, 'ok', 'write', 7],
        [1, 'invoke', 'read'],
        [1, 'ok', 'read', 4],
      ),
      'process 1 read x = 4, but 4 had been overwritten by 7 (process 1) before that read began; possible was 7',
    ],
    [
      'new, then old: the write took effect for process 1, so process 2 must see it, too',
      history(
        [0, 'invoke', 'write', 1],
        [1, 'invoke', 'read'],
        [1, 'ok', 'read', 1],
        [2, 'invoke', 'read'],
        [2, 'ok', 'read', null],
        [0, 'ok', 'write', 1],
      ),
      'process 2 read x = absent, but it had been replaced by 1 (process 1 had read it) before that read began; possible was 1',
    ],
    [
      'a swap that failed although the value was what it expected',
      history(
        [0, 'invoke', 'write', 1],
        [0, 'ok', 'write', 1],
        [1, 'invoke', 'cas', [1, 2]],
        [1, 'fail', 'cas', [1, 2], { error: 'mismatch' }],
      ),
      'process 1 failed to change x from 1 to 2, but no order of the operations allows that; possible was 1',
    ],
    [
      'two swaps from the same value can not both succeed',
      history(
        [0, 'invoke', 'cas', [null, 1]],
        [1, 'invoke', 'cas', [null, 2]],
        [0, 'ok', 'cas', [null, 1]],
        [1, 'ok', 'cas', [null, 2]],
      ),
      'process 1 changed x from absent to 2, but no order of the operations allows that; possible was 1',
    ],
    [
      'two readers can not see two writes in opposite orders',
      history(
        [0, 'invoke', 'write', 1],
        [1, 'invoke', 'write', 2],
        [2, 'invoke', 'read'],
        [2, 'ok', 'read', 1],
        [2, 'invoke', 'read'],
        [2, 'ok', 'read', 2],
        [3, 'invoke', 'read'],
        [3, 'ok', 'read', 1],
      ),
      'process 3 read x = 1, but 1 had been replaced by 2 (process 2 had read it) before that read began; possible was 2',
    ],
  ])('%s', (_why, lines, explanation) => {
    const verdict = check(lines);
    expect(verdict).toMatchObject({ valid: false, reason: `not linearizable: ${explanation}` });
    expect(verdict.failures.map((failure) => failure.explanation)).toEqual([explanation]);
  });
});

describe('the verdict', () => {
  const stale = history(
    [0, 'invoke', 'write', 1, { key: 'a' }],
    [0, 'ok', 'write', 1, { key: 'a' }],
    [1, 'invoke', 'write', 4, { key: 'b' }],
    [1, 'ok', 'write', 4, { key: 'b' }],
    [2, 'invoke', 'write', 9, { key: 'b' }],
    [3, 'invoke', 'read', null, { key: 'b' }],
    [3, 'ok', 'read', null, { key: 'b' }],
    [2, 'ok', 'write', 9, { key: 'b' }],
  );

  test('points into the history', () => {
    const explanation =
      'process 3 read b = absent, but it had been overwritten by 4 (process 1) before that read began; possible were 4 or 9';
    const [why = ''] = explanation.split('; possible');
    const verdict = linearizable(register, { budgetMs: 1000, methods: 'search' }).check(stale);
    const { failures, ...about } = verdict;
    expect(about).toEqual({
      valid: false,
      reason: expect.stringContaining(`not linearizable: ${why}; possible were `) as string,
      model: 'register',
      method: 'wing-gong-lowe',
      methods: { 'wing-gong-lowe': 2 },
      operations: 4,
      parts: { valid: 1, invalid: 1, unknown: 0 },
      undecided: [],
    });
    expect(failures).toEqual([
      {
        key: 'b',
        method: 'wing-gong-lowe',
        completion: 6,
        invocation: 5,
        prefix: { positions: 7, operations: 3, smallest: true },
        explanation: expect.stringContaining(why) as string,
        states: expect.toSatisfy((states: string[]) => states.toSorted().join() === '4,9') as string[],
        statesComplete: true,
        paths: expect.arrayContaining([
          { order: [2], state: '4' },
          { order: [2, 4], state: '9' },
        ]) as object[],
        shrunk: {
          operations: history(
            [1, 'invoke', 'write', 4, { key: 'b', time: 2e6 }],
            [1, 'ok', 'write', 4, { key: 'b', time: 3e6 }],
            [3, 'invoke', 'read', null, { key: 'b', time: 5e6 }],
            [3, 'ok', 'read', null, { key: 'b', time: 6e6 }],
          ),
          positions: [2, 3, 5, 6],
          minimal: true,
        },
        around: [2, 4, 5],
      },
    ]);
  });

  test('is JSON', () => {
    expect(JSON.parse(JSON.stringify(check(stale)))).toEqual(check(stale));
  });

  test('tells the first failing key first, and how many more there are', () => {
    const both = history(
      [0, 'invoke', 'read', null, { key: 'a' }],
      [1, 'invoke', 'read', null, { key: 'b' }],
      [1, 'ok', 'read', 2, { key: 'b' }],
      [0, 'ok', 'read', 1, { key: 'a' }],
    );
    const verdict = check(both);
    expect(verdict.failures.map(({ key }) => key)).toEqual(['b', 'a']);
    expect(verdict.reason).toBe(
      'not linearizable: process 1 read b = 2, but nobody had written 2 before; possible was absent (and 1 more key fails)',
    );
  });

  test('knows histories without keys', () => {
    const verdict = check(history([0, 'invoke', 'read', null, { key: null }], [0, 'ok', 'read', 1, { key: null }]));
    expect(verdict.failures).toMatchObject([
      { key: null, explanation: expect.stringMatching(/^process 0 read 1, but/) as string },
    ]);
  });

  test.each([
    ['append', 1, 'a register knows read, write and cas, not "append"'],
    ['cas', 1, 'a cas takes [from, to], not 1'],
  ])('of what is no register operation is unknown: %s %j', (f, value, objection) => {
    expect(check(history([0, 'invoke', 'read'], [0, 'ok', 'read', 7], [0, 'invoke', f, value]))).toMatchObject({
      valid: 'unknown',
      reason: `operation 2 can't be checked: ${objection}`,
    });
  });
});
