import { expect, test } from 'vitest';
import { checkTransactions } from '../../../checkers/transactions/transactions.ts';
import { columnsBuilder } from '../../../src/history/columns-builder.ts';
import type { HistoryColumns } from '../../../src/history/columns.ts';

type Micro = readonly [f: 'r' | 'w', key: string, value: number];

/** Transactions that all happened, one after the other. */
function columns(transactions: Iterable<readonly [process: number, micros: readonly Micro[]]>): HistoryColumns {
  const builder = columnsBuilder();
  const txn = builder.name('txn');
  let time = 0;
  for (const [process, micros] of transactions) {
    builder.invoke(
      process,
      txn,
      -1,
      builder.value(micros.map(([f, key, value]) => [f, key, f === 'r' ? null : value])),
      time++,
    );
    builder.complete(process, 'ok', builder.value(micros), time++);
  }
  return builder.columns();
}

const count = 100_000;
const numbers = Array.from({ length: count }, (_, i) => i);

test('a cycle of 100,000 transactions that read from each other is told by at most four of them', () => {
  const [verdict] = checkTransactions(
    columns(
      numbers.map((i) => [
        i % 16,
        [
          ['r', `k${(i + 1) % count}`, 1],
          ['w', `k${i}`, 1],
        ],
      ]),
    ),
  );
  expect(verdict).toMatchObject({ valid: false, found: 1, violations: [{ pattern: 'CyclicCO' }] });
  expect(verdict?.violations[0]?.core.length).toBeLessThanOrEqual(4);
});

test('a cycle of 50,000 derived steps is found, and told by at most four of its transactions', () => {
  const half = count / 2;
  const after = (i: number): string => `k${(i + 1) % half}`;
  // Reader i goes back from what writer i wrote to what writer i + 1 wrote, so that i comes before i + 1.
  const all = columns(
    (function* () {
      for (let i = 0; i < half; i++) {
        yield [
          count + i,
          [
            ['w', `k${i}`, 1],
            ['w', after(i), 2],
          ],
        ] as const;
      }
      for (let i = 0; i < half; i++) {
        yield [
          i % 16,
          [
            ['r', after(i), 2],
            ['r', after(i), 1],
          ],
        ] as const;
      }
    })(),
  );
  const verdicts = checkTransactions(all);
  expect(verdicts.map(({ valid }) => valid)).toEqual([false, false, false]);
  expect(verdicts[0]?.violations[0]?.pattern).toBe('CyclicRC');
  for (const { violations } of verdicts) expect(violations[0]?.core.length).toBeLessThanOrEqual(4);
});

test('one transaction may write 30,000 keys that 30,000 others read, and read what they all wrote', () => {
  const all = columns(
    (function* () {
      const few = numbers.slice(0, 30_000);
      yield [0, few.map((i) => ['w', `k${i}`, 1] as const)] as const;
      for (const i of few) {
        yield [
          1 + (i % 16),
          [
            ['r', `k${i}`, 1],
            ['w', `k${i}`, 2],
          ],
        ] as const;
      }
      yield [0, few.map((i) => ['r', `k${i}`, 2] as const)] as const;
    })(),
  );
  expect(checkTransactions(all).map(({ valid }) => valid)).toEqual([true, true, true]);
});
