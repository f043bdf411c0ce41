import { describe, expect, test } from 'vitest';
import type { Pattern } from '../../../checkers/causal/patterns.ts';
import { explain } from '../../../checkers/explanation/explain.ts';
import { decide, type Question } from '../../../checkers/explanation/decide.ts';
import { checkSpectrum } from '../../../checkers/spectrum/spectrum.ts';
import { columnsBuilder } from '../../../src/history/columns-builder.ts';
import type { HistoryColumns } from '../../../src/history/columns.ts';
import type { Json } from '../../../src/history/operation.ts';
import { random } from '../../../src/random.ts';

const operations = 100_000;
const sessions = 20;

/** What one process does: `f` on `key`, with what was written or read; a `txn` has its micro-operations as its value. */
type Step = readonly [process: number, f: 'read' | 'write' | 'txn', key: string | null, value: Json, type?: 'fail'];

interface Planted {
  readonly pattern: Pattern;
  readonly question: Question;
  readonly steps: readonly Step[];
  /** Which of the steps are its core, in whatever order. */
  readonly core: readonly number[];
}

const r = (process: number, key: string, value: Json): Step => [process, 'read', key, value];
const w = (process: number, key: string, value: Json): Step => [process, 'write', key, value];
const t = (process: number, ...micro: readonly (readonly [string, string, Json])[]): Step => [
  process,
  'txn',
  null,
  micro,
];

/** Sessions from 50 on are not used by the rest of the history; nor are the keys a and b. */
const single: readonly Planted[] = [
  { pattern: 'ThinAirRead', question: { model: 'CC' }, steps: [r(50, 'a', 7)], core: [0] },
  {
    pattern: 'AbortedRead',
    question: { model: 'CC' },
    steps: [[50, 'write', 'a', 1, 'fail'], r(51, 'a', 1)],
    core: [0, 1],
  },
  {
    pattern: 'CyclicCO',
    question: { model: 'CC' },
    steps: [r(50, 'a', 1), w(50, 'b', 1), r(51, 'b', 1), w(51, 'a', 1)],
    core: [0, 1, 2, 3],
  },
  {
    pattern: 'WriteCOInitRead',
    question: { model: 'CC' },
    steps: [w(50, 'a', 1), w(50, 'b', 1), r(51, 'b', 1), r(51, 'a', null)],
    core: [0, 3],
  },
  {
    pattern: 'WriteCORead',
    question: { model: 'CC' },
    steps: [w(50, 'a', 1), r(51, 'a', 1), w(51, 'a', 2), r(52, 'a', 2), r(52, 'a', 1)],
    core: [0, 2, 4],
  },
  {
    pattern: 'CyclicCF',
    question: { model: 'CCv' },
    steps: [w(50, 'a', 1), w(51, 'a', 2), r(50, 'a', 2), r(51, 'a', 1)],
    core: [0, 1, 2, 3],
  },
  {
    pattern: 'WriteHBInitRead',
    question: { model: 'CM' },
    steps: [w(50, 'c', 1), w(50, 'a', 1), w(50, 'b', 1), w(51, 'a', 2), r(51, 'c', null), r(51, 'b', 1), r(51, 'a', 2)],
    core: [0, 4],
  },
  {
    pattern: 'CyclicHB',
    question: { model: 'CM' },
    steps: [w(50, 'a', 1), w(51, 'a', 2), r(51, 'a', 1), r(51, 'a', 2)],
    core: [0, 1, 2, 3],
  },
  {
    pattern: 'ReadYourWrites',
    question: { model: 'RYW', mode: 'graded' },
    steps: [w(50, 'a', 1), w(50, 'a', 2), r(50, 'a', 1)],
    core: [0, 1, 2],
  },
  {
    pattern: 'MonotonicReads',
    question: { model: 'MR', mode: 'graded' },
    steps: [w(50, 'a', 1), w(50, 'a', 2), r(51, 'a', 2), r(51, 'a', 1)],
    core: [0, 1, 3],
  },
  {
    pattern: 'MonotonicWrites',
    question: { model: 'MW', mode: 'graded' },
    steps: [w(50, 'a', 1), w(50, 'a', 2), w(50, 'b', 1), r(51, 'b', 1), r(51, 'a', 1)],
    core: [0, 1, 4],
  },
  {
    pattern: 'WritesFollowReads',
    question: { model: 'WFR', mode: 'graded' },
    steps: [w(50, 'a', 1), w(50, 'a', 2), r(51, 'a', 2), w(51, 'b', 1), r(52, 'b', 1), r(52, 'a', 1)],
    core: [0, 1, 5],
  },
];

const transactions: readonly Planted[] = [
  {
    pattern: 'NotMyOwnWrite',
    question: { model: 'read-committed' },
    steps: [t(50, ['w', 'a', 1]), t(51, ['w', 'a', 2], ['r', 'a', 1])],
    core: [0, 1],
  },
  {
    pattern: 'NotMyLastWrite',
    question: { model: 'read-committed' },
    steps: [t(50, ['w', 'a', 1], ['w', 'a', 2], ['r', 'a', 1])],
    core: [0],
  },
  {
    pattern: 'FutureRead',
    question: { model: 'read-committed' },
    steps: [t(50, ['r', 'a', 1], ['w', 'a', 1])],
    core: [0],
  },
  {
    pattern: 'IntermediateRead',
    question: { model: 'read-committed' },
    steps: [t(50, ['w', 'a', 1], ['w', 'a', 2]), t(51, ['r', 'a', 1])],
    core: [0, 1],
  },
  {
    pattern: 'CyclicRC',
    question: { model: 'read-committed' },
    steps: [
      t(50, ['w', 'a', 1], ['w', 'b', 1]),
      t(51, ['w', 'a', 2], ['w', 'b', 2]),
      t(52, ['r', 'b', 2], ['r', 'a', 1]),
      t(53, ['r', 'a', 1], ['r', 'b', 2]),
    ],
    core: [0, 1, 2, 3],
  },
  {
    pattern: 'CyclicRA',
    question: { model: 'read-atomic' },
    steps: [
      t(50, ['w', 'a', 1], ['w', 'b', 1]),
      t(51, ['w', 'a', 2], ['w', 'b', 2]),
      t(52, ['r', 'a', 1], ['r', 'b', 2]),
    ],
    core: [0, 1, 2],
  },
  {
    pattern: 'CyclicTCC',
    question: { model: 'causal' },
    steps: [
      t(50, ['w', 'a', 1], ['w', 'c', 1]),
      t(51, ['w', 'a', 2], ['w', 'd', 1]),
      t(52, ['r', 'c', 1]),
      t(52, ['r', 'a', 2]),
      t(53, ['r', 'd', 1]),
      t(53, ['r', 'a', 1]),
    ],
    core: [0, 1, 3, 5],
  },
];

/** A history of one replica, in which something is planted somewhere: valid for every model but for that. */
function planted(steps: readonly Step[], seed: number, asTransactions: boolean) {
  const builder = columnsBuilder();
  const of = random(seed, 'planted');
  const store = new Map<string, number>();
  const rows: number[] = [];
  let time = 0;
  const perform = ([process, f, key, value, failed]: Step): void => {
    const type = failed ?? 'ok';
    const input = f === 'read' ? null : value;
    const row = builder.invoke(process, builder.name(f), builder.key(key ?? undefined), builder.value(input), time++);
    builder.complete(process, type, builder.value(value), time++, type === 'fail' ? 'refused' : undefined);
    if (process >= 50) rows.push(row);
  };
  const at = Math.floor(operations * (0.2 + 0.6 * of.next()));
  for (let i = 0; i < operations; i++) {
    if (i === at) for (const step of steps) perform(step);
    const key = `k${of.int(100)}`;
    const process = of.int(sessions);
    const writes = of.next() < 0.5;
    const value = writes ? i : (store.get(key) ?? null);
    if (writes) store.set(key, i);
    if (!asTransactions) perform([process, writes ? 'write' : 'read', key, value]);
    else perform([process, 'txn', null, [[writes ? 'w' : 'r', key, value]]]);
  }
  return { columns: builder.columns(), rows };
}

function finds({ pattern, question, steps, core }: Planted, columns: HistoryColumns, rows: readonly number[]): void {
  expect(rows).toHaveLength(steps.length);
  const decided = decide(question, columns, null);
  expect(decided?.verdict.valid).toBe(false);
  expect(decided?.verdict.violations.map((violation) => violation.pattern)).toEqual([pattern]);
  const found = decided?.verdict.violations[0]?.core ?? [];
  expect(found.length).toBeLessThanOrEqual(4);
  const expected = core.map((step) => rows[step] ?? -1);
  expect(expected).toEqual(expect.arrayContaining([...found]));
  if (decided === null) return;
  const [explanation] = explain(decided.verdict, decided.relations);
  const positions = rows.flatMap((row) => [columns.invoked[row] ?? -1, columns.completed[row] ?? -1]);
  expect(positions).toEqual(expect.arrayContaining([...(explanation?.smallest?.positions ?? [-2])]));
  expect(explanation?.smallest?.minimal).toBe(true);
}

describe(`planted in ${operations} operations of ${sessions} sessions`, () => {
  test.each(single)(
    '$pattern is found where it is, and nothing else, with at most four operations at its core',
    (each) => {
      const { columns, rows } = planted(each.steps, single.indexOf(each), false);
      finds(each, columns, rows);
    },
  );

  test.each(transactions)('$pattern among transactions', (each) => {
    const { columns, rows } = planted(each.steps, transactions.indexOf(each), true);
    finds(each, columns, rows);
  });

  test('nothing is found where nothing is planted', () => {
    for (const asTransactions of [false, true]) {
      const { columns } = planted([], 99, asTransactions);
      const { models } = checkSpectrum(columns);
      expect(models.filter(({ model, valid }) => valid !== true && model !== 'convergence')).toEqual([]);
    }
  });
});
