import { describe, expect, test } from 'vitest';
import { checkTransactions } from '../../../checkers/transactions/transactions.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import type { Json } from '../../../src/history/operation.ts';
import { history, type Line } from '../build.ts';

type Micro = readonly [f: 'r' | 'w', key: Json, value: Json];
type Became = 'ok' | 'fail' | 'info';
type Transaction = readonly [process: number, micros: readonly Micro[], became?: Became];

const r = (key: Json, value: Json): Micro => ['r', key, value];
const w = (key: Json, value: Json): Micro => ['w', key, value];

/** Transactions one after the other; row n is the n-th. */
function columns(...all: readonly Transaction[]) {
  const lines = all.flatMap(([process, micros, became = 'ok']): readonly Line[] => {
    const asked = micros.map(([f, key, value]) => [f, key, f === 'r' ? null : value] as const);
    return [
      [process, 'invoke', 'txn', asked, { key: null }],
      [
        process,
        became,
        'txn',
        became === 'ok' ? micros : asked,
        { key: null, ...(became === 'ok' ? {} : { error: 'e' }) },
      ],
    ];
  });
  return columnsOf(history(...lines));
}

/** What each model says, weakest first: true, `'unknown'`, or the first violation. */
function judged(...all: readonly Transaction[]): readonly unknown[] {
  return checkTransactions(columns(...all)).map(({ valid, violations: [first] }) =>
    first === undefined ? valid : [first.pattern, ...first.core],
  );
}

const forAll = (answer: unknown): readonly unknown[] => [answer, answer, answer];

describe('inside a transaction, whatever the model', () => {
  test('ThinAirRead: nobody ever wrote 7', () => {
    expect(judged([0, [r('x', 7)]])).toEqual(forAll(['ThinAirRead', 0]));
    expect(judged([0, [w('x', 1), r('x', 7)]])).toEqual(forAll(['ThinAirRead', 0]));
  });

  test('AbortedRead: the transaction that wrote 1 failed', () => {
    expect(judged([0, [w('x', 1)], 'fail'], [1, [r('x', 1)]])).toEqual(forAll(['AbortedRead', 0, 1]));
    expect(judged([0, [w('x', 1)], 'fail'], [1, [w('x', 2), r('x', 1)]])).toEqual(forAll(['AbortedRead', 0, 1]));
  });

  test('FutureRead: it read its own write before it wrote', () => {
    expect(judged([0, [r('x', 1), w('x', 1)]])).toEqual(forAll(['FutureRead', 0]));
    expect(judged([0, [w('x', 2), r('x', 1), w('x', 1)]])).toEqual(forAll(['FutureRead', 0]));
  });

  test('NotMyLastWrite: its own 1 was overwritten by its own 2', () => {
    expect(judged([0, [w('x', 1), w('x', 2), r('x', 1)]])).toEqual(forAll(['NotMyLastWrite', 0]));
  });

  test("NotMyOwnWrite: it read another's 1 after it had written 2 itself", () => {
    expect(judged([0, [w('x', 1)]], [1, [w('x', 2), r('x', 1)]])).toEqual(forAll(['NotMyOwnWrite', 0, 1]));
    // The initial value was there before its own.
    expect(judged([1, [w('x', 2), r('x', null)]])).toEqual(forAll(['NotMyOwnWrite', 0]));
  });

  test('IntermediateRead: 1 was overwritten by the transaction that wrote it', () => {
    expect(judged([0, [w('x', 1), w('x', 2)]], [1, [r('x', 1)]])).toEqual(forAll(['IntermediateRead', 0, 1]));
  });

  test('nothing of that: its own last write, again and again', () => {
    expect(judged([0, [r('x', null), w('x', 1), r('x', 1), w('x', 2), r('x', 2)]], [1, [r('x', 2)]])).toEqual(
      forAll(true),
    );
  });
});

describe('read committed', () => {
  test('CyclicRC: one transaction read of 0, then of 1; the other of 1, then of 0', () => {
    // Read atomic needs the first alone: of both it saw one half.
    expect(
      judged(
        [0, [w('x', 1), w('y', 1)]],
        [1, [w('x', 2), w('y', 2)]],
        [2, [r('x', 1), r('y', 2)]],
        [3, [r('x', 2), r('y', 1)]],
      ),
    ).toEqual([
      ['CyclicRC', 1, 0, 3, 2],
      ['CyclicRA', 1, 0, 2],
      ['CyclicTCC', 1, 0, 2],
    ]);
  });

  test('a read of an older version after the newer one goes back, whatever order the two have', () => {
    expect(judged([0, [w('x', 1)]], [0, [w('x', 2)]], [1, [r('x', 2), r('x', 1)]])).toEqual(
      forAll(['WriteCORead', 0, 1, 2]),
    );
  });

  test('the initial value after a version of it is gone back to', () => {
    expect(judged([0, [w('x', 1)]], [1, [r('x', 1), r('x', null)]])).toEqual(forAll(['WriteCOInitRead', 0, 1]));
  });

  test('allows a read that is not repeatable; read atomic does not', () => {
    expect(
      judged([0, [w('x', 1)]], [1, [w('x', 2)]], [2, [r('x', 1), r('x', 2)]]).map((answer) => answer === true),
    ).toEqual([true, false, false]);
  });
});

describe('read atomic', () => {
  test('a fractured read: of transaction 1 it saw y, but not x; read committed, since x was read first', () => {
    expect(judged([0, [w('x', 1)]], [0, [w('x', 2), w('y', 2)]], [1, [r('x', 1), r('y', 2)]])).toEqual([
      true,
      ['WriteCORead', 0, 1, 2],
      ['WriteCORead', 0, 1, 2],
    ]);
  });

  test('the session knew a write that a later transaction of it does not see', () => {
    expect(judged([0, [w('x', 1)]], [0, [r('x', null)]])).toEqual([
      true,
      ['WriteCOInitRead', 0, 1],
      ['WriteCOInitRead', 0, 1],
    ]);
  });

  test('allows what two steps tell: 2 knew of 0 by 1, and read the initial x', () => {
    expect(judged([0, [w('x', 1)]], [1, [r('x', 1), w('y', 1)]], [2, [r('y', 1), r('x', null)]])).toEqual([
      true,
      true,
      ['WriteCOInitRead', 0, 2],
    ]);
  });
});

test('a derived step needs its premise: read committed and read atomic do not skip what lies between', () => {
  const all: readonly Transaction[] = [
    [0, [w('x', 1)]],
    [1, [r('x', 1), w('x', 2), w('z', 2)]],
    [2, [w('x', 3), w('y', 3)]],
    [3, [r('y', 3), r('x', 1)]],
    [4, [r('z', 2), r('x', 3)]],
  ];
  // 4 had read from 1, but not from 0.
  const stepwise = [
    { from: 2, to: 0, relation: 'cf', because: 3 },
    { from: 0, to: 1, relation: 'co' },
    { from: 1, to: 2, relation: 'cf', because: 4 },
  ];
  const [committed, atomic, causal] = checkTransactions(columns(...all)).map(({ violations: [first] }) =>
    first?.arrows.toSorted((a, b) => (a.because ?? 3.5) - (b.because ?? 3.5)),
  );
  expect(committed).toEqual(stepwise);
  expect(atomic).toEqual(stepwise);
  expect(causal).toEqual([
    { from: 2, to: 0, relation: 'cf', because: 3 },
    { from: 0, to: 2, relation: 'cf', because: 4 },
  ]);
});

describe('causal', () => {
  test('is convergent: two sessions that see two writes in different orders contradict it', () => {
    expect(
      judged(
        [0, [w('x', 1)]],
        [1, [w('x', 2)]],
        [2, [r('x', 1)]],
        [2, [r('x', 2)]],
        [3, [r('x', 2)]],
        [3, [r('x', 1)]],
      ),
    ).toEqual([true, true, ['CyclicTCC', 1, 0, 5, 3]]);
  });

  test('allows that concurrent writes are both lost updates', () => {
    expect(judged([0, [r('x', null), w('x', 1)]], [1, [r('x', null), w('x', 2)]], [2, [r('x', 2)]])).toEqual(
      forAll(true),
    );
  });

  test('is named with its variant', () => {
    expect(checkTransactions(columns([0, [w('x', 1)]])).at(-1)?.title).toContain('CCv');
  });
});

test('CyclicCO: two transactions read from each other', () => {
  expect(judged([0, [r('x', 2), w('y', 1)]], [1, [r('y', 1), w('x', 2)]])).toEqual(forAll(['CyclicCO', 1, 0]));
});

describe('unknown outcomes', () => {
  test('one that was read happened, after what its session had done', () => {
    // 1 was read, so that transaction 0 had happened before; 2 missed it.
    expect(judged([0, [w('y', 1)]], [0, [w('x', 1)], 'info'], [1, [r('x', 1), r('y', null)]])).toEqual([
      true,
      true,
      ['WriteCOInitRead', 0, 2],
    ]);
  });

  test('nothing of its session comes after it', () => {
    // It may have taken effect after the read of its own process.
    expect(judged([0, [w('x', 1)], 'info'], [0, [r('x', null)]], [1, [r('x', 1)]])).toEqual(forAll(true));
  });

  test('one that nobody read tells nothing, its reads neither', () => {
    expect(judged([0, [r('x', 7), w('x', 1)], 'info'], [1, [r('x', null)]])).toEqual(forAll(true));
  });
});

describe('what leaves a history undecided', () => {
  test('the same value written twice, naming both', () => {
    const [verdict] = checkTransactions(columns([0, [w('x', 1)]], [1, [w('x', 1)]]));
    expect(verdict).toMatchObject({ valid: 'unknown', ambiguity: { key: 'x', rows: [0, 1] } });
    expect(verdict?.reason).toBe(
      'a read of x = 1 may be that of either of two writes: process 0 wrote x = 1 (operation 0); process 1 wrote x = 1 (operation 2)',
    );
  });

  test('a write of the initial value', () => {
    expect(judged([0, [w('x', null)]])).toEqual(forAll('unknown'));
  });

  test('a read of what the transaction writes later, if another of unknown outcome wrote it too', () => {
    expect(judged([0, [w('x', 1)], 'info'], [1, [r('x', 1), w('x', 1)]])).toEqual(forAll('unknown'));
  });

  test('a violation that is there in any case is one', () => {
    expect(judged([0, [w('x', 1)]], [1, [w('x', 1)]], [2, [r('y', 7)]])).toEqual(forAll(['ThinAirRead', 2]));
  });

  test('an operation that is no transaction, by its number', () => {
    const of = columnsOf(history([0, 'invoke', 'txn', [['append', 'x', 1]], { key: null }]));
    expect(checkTransactions(of)[0]).toMatchObject({ valid: 'unknown', found: 0 });
    expect(checkTransactions(of)[0]?.reason).toContain('operation 0: a txn takes [["r", key, null]');
  });

  test('an answer to another question', () => {
    const of = columnsOf(
      history(
        [0, 'invoke', 'txn', [['r', 'x', null]], { key: null }],
        [0, 'ok', 'txn', [['r', 'y', 1]], { key: null }],
      ),
    );
    expect(checkTransactions(of)[0]?.reason).toContain("can't complete with");
  });
});

test('every key may hold something else at first', () => {
  const of = columns([0, [r('x', 0)]], [0, [w('x', 1)]], [0, [r('x', 0)]]);
  expect(checkTransactions(of, 0).map(({ valid }) => valid)).toEqual([true, false, false]);
  expect(checkTransactions(of)[0]?.violations[0]?.pattern).toBe('ThinAirRead');
});

test('keys are texts: 1 and "1" are the same', () => {
  expect(judged([0, [w(1, 5)]], [0, [r('1', null)]])[1]).toEqual(['WriteCOInitRead', 0, 1]);
});

test('single operations among transactions, or alone, are transactions of their own', () => {
  const write: readonly Line[] = [
    [0, 'invoke', 'write', 1],
    [0, 'ok', 'write', 1],
  ];
  const read: readonly Line[] = [
    [0, 'invoke', 'read'],
    [0, 'ok', 'read', null],
  ];
  const txn: readonly Line[] = [
    [0, 'invoke', 'txn', [['r', 'x', null]], { key: null }],
    [0, 'ok', 'txn', [['r', 'x', null]], { key: null }],
  ];
  for (const lines of [
    [...write, ...read],
    [...write, ...txn],
    [...write, ...read, ...txn],
  ]) {
    expect(checkTransactions(columnsOf(history(...lines))).map(({ valid }) => valid)).toEqual([true, false, false]);
  }
});

test('the sentence names the pattern, the transactions and their operations', () => {
  const [, atomic] = checkTransactions(
    columns([0, [w('x', 1)]], [0, [w('x', 2), w('y', 2)]], [1, [r('x', 1), r('y', 2)]]),
  );
  expect(atomic?.reason).toBe(
    'not read atomic (WriteCORead): process 1 read x = 1 and read y = 2 (operation 4), but that x had been overwritten: ' +
      'process 0 wrote x = 1 (operation 0); then process 0 wrote x = 2 and wrote y = 2 (operation 2)',
  );
});
