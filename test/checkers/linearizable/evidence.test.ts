import { describe, expect, test } from 'vitest';
import { checkLinearizable } from '../../../checkers/linearizable/linearizable.ts';
import type { Failure } from '../../../checkers/linearizable/verdict.ts';
import { fifoQueue } from '../../../checkers/models/fifo-queue.ts';
import type { Model } from '../../../checkers/models/model.ts';
import { mutex } from '../../../checkers/models/mutex.ts';
import { register } from '../../../checkers/models/register.ts';
import type { History } from '../../../src/history/operation.ts';
import { history, type Line } from '../build.ts';
import { rounds } from '../rounds.ts';
import { proveKind } from './evidence-proof.ts';
import { kinds } from './kinds.ts';

test.each(Object.entries(kinds))(
  'verdict, prefix, states, orders and sub-history of random histories of a %s are those of the definitions',
  (name, kind) => proveKind(name, kind, rounds(400)),
);

function failureOf<State>(model: Model<State>, ...lines: Line[]): Failure {
  const [failure] = checkLinearizable(history(...lines), model).failures;
  if (failure === undefined) throw new Error('no failure');
  return failure;
}

const did = (process: number, f: string, input: unknown, output: unknown = input): Line[] => [
  [process, 'invoke', f, input as null],
  [process, 'ok', f, output as null],
];

const shown = (operations: History): readonly string[] =>
  operations.map(({ process, type, f, value }) => `${process} ${type} ${f} ${JSON.stringify(value)}`);

describe('the sub-history', () => {
  test('of a stale read is the read, its write, and the write that came between', () => {
    const failure = failureOf(
      register,
      ...did(0, 'write', 1),
      ...did(1, 'write', 2),
      ...did(1, 'read', null, 2),
      ...did(0, 'write', 3),
      ...did(2, 'read', null, 1),
      ...did(0, 'write', 4),
    );
    expect(shown(failure.shrunk?.operations ?? [])).toEqual([
      '0 invoke write 1',
      '0 ok write 1',
      // Either of 2 and 3 would do.
      expect.stringMatching(/^(1 invoke write 2|0 invoke write 3)$/) as string,
      expect.stringMatching(/^(1 ok write 2|0 ok write 3)$/) as string,
      '2 invoke read null',
      '2 ok read 1',
    ]);
    expect(failure).toMatchObject({ prefix: { positions: 10, operations: 5, smallest: true }, completion: 9 });
  });

  test('does not blame a read on a write that shrinking took away', () => {
    // 1 was written twice; without the second write, the read would be stale, and that is not why it fails.
    const failure = failureOf(
      register,
      ...did(0, 'write', 1),
      ...did(0, 'write', 2),
      [3, 'invoke', 'write', 1],
      ...did(1, 'read', null, 1),
      ...did(0, 'write', 4),
      ...did(1, 'read', null, 1),
    );
    const writes = failure.shrunk?.operations.filter(
      ({ type, f, value }) => type === 'invoke' && f === 'write' && value === 1,
    );
    expect(writes?.map(({ process }) => process)).toContain(3);
  });

  test('keeps the release that made a second acquire possible', () => {
    const failure = failureOf(
      mutex,
      ...did(0, 'acquire', null),
      ...did(0, 'release', null),
      ...did(1, 'acquire', null),
      ...did(2, 'acquire', null),
    );
    // Without the release, it would be the second acquire that is at fault; without the first, the release would be.
    expect(shown(failure.shrunk?.operations ?? []).filter((line) => line.includes(' ok '))).toEqual([
      '0 ok acquire null',
      '0 ok release null',
      '1 ok acquire null',
      '2 ok acquire null',
    ]);
  });

  test('keeps a removal that explains why another element was next', () => {
    const failure = failureOf(
      fifoQueue,
      ...did(0, 'enqueue', 1),
      ...did(0, 'enqueue', 2),
      ...did(0, 'enqueue', 3),
      ...did(1, 'dequeue', null, 1),
      ...did(1, 'dequeue', null, 3),
    );
    // 1 may go: without it, and its removal, 3 still came before 2.
    expect(shown(failure.shrunk?.operations ?? []).filter((line) => line.includes(' ok '))).toEqual([
      '0 ok enqueue 2',
      '0 ok enqueue 3',
      '1 ok dequeue 3',
    ]);
  });

  test('fails by itself, for the same model', () => {
    const failure = failureOf(register, ...did(0, 'write', 1), ...did(0, 'write', 2), ...did(1, 'read', null, 1));
    const again = checkLinearizable(failure.shrunk?.operations ?? [], register);
    expect(again).toMatchObject({ valid: false, failures: [{ explanation: failure.explanation }] });
  });

  test('says where its operations were', () => {
    const failure = failureOf(
      register,
      ['nemesis', 'invoke', 'kill'],
      ...did(0, 'write', 1),
      ...did(4, 'write', 5),
      ...did(0, 'write', 2),
      ['nemesis', 'info', 'kill'],
      ...did(1, 'read', null, 5),
    );
    expect(failure.shrunk?.positions).toEqual([3, 4, 5, 6, 8, 9]);
    expect(failure.shrunk?.operations.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('the states that were possible', () => {
  test('include what an operation of unknown outcome may have left', () => {
    const failure = failureOf(register, [0, 'invoke', 'write', 1], [0, 'info', 'write', 1], ...did(1, 'read', null, 7));
    expect(failure).toMatchObject({ states: ['1', 'absent'], statesComplete: true });
    expect(failure.paths).toEqual([
      { order: [0], state: '1' },
      { order: [], state: 'absent' },
    ]);
  });

  test('are those after the operation where others saw its effect', () => {
    // The swap must have taken effect, for 2 was read; that it failed can't be.
    const failure = failureOf(
      register,
      ...did(0, 'write', 1),
      [1, 'invoke', 'cas', [1, 2]],
      ...did(0, 'read', null, 2),
      [1, 'fail', 'cas', [1, 2]],
    );
    expect(failure).toMatchObject({ invocation: 2, completion: 5, states: ['2'] });
    expect(failure.paths).toEqual([{ order: [0, 2, 3], state: '2' }]);
  });

  test('are ten at most, and then said not to be all', () => {
    const pending = Array.from({ length: 30 }, (_, i): Line => [i, 'invoke', 'write', i]);
    const failure = failureOf(register, ...pending, ...did(99, 'read', null, -1));
    expect(failure.states).toHaveLength(10);
    expect(failure.statesComplete).toBe(false);
    expect(failure.explanation).toMatch(/, but nobody had written -1 before; possible were .* and others$/);
  });

  test('of a long history of a register are found without a search', () => {
    const long = Array.from({ length: 4000 }, (_, i) => did(i % 5, 'write', i)).flat();
    const lines: Line[] = [
      ...long,
      [7, 'invoke', 'write', -2],
      [8, 'invoke', 'write', -3],
      ...did(9, 'read', null, 17),
    ];
    expect(failureOf(register, ...lines)).toMatchObject({ states: ['-2', '-3', '3999'], statesComplete: true });
  });
});

test('evidence can be left out', () => {
  const lines = history(...did(0, 'write', 1), ...did(0, 'read', null, 2), ...did(0, 'write', 3));
  const verdict = checkLinearizable(lines, register, { evidence: false });
  expect(verdict).toMatchObject({
    valid: false,
    failures: [{ prefix: { smallest: false }, shrunk: null, states: [] }],
  });
  expect(verdict.reason).toBe(
    'not linearizable: no order explains the 3 operations on x up to operation 5 (which has no place first was not looked for)',
  );
});
