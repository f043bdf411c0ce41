import { describe, expect, test } from 'vitest';
import { checkCausal } from '../../../checkers/causal/causal.ts';
import type { ModelVerdict } from '../../../checkers/causal/patterns.ts';
import { columnsBuilder, type ColumnsBuilder } from '../../../src/history/columns-builder.ts';
import type { HistoryColumns } from '../../../src/history/columns.ts';
import { random } from '../../../src/random.ts';
import { judgeCausal } from '../../checkers/causal/cc-trial.ts';
import { tell } from '../tell.ts';

test('on 20,000 random histories the verdicts for CC and CCv are those of the definitions', () => {
  const tally = judgeCausal(20_000, 'many, causal');
  tell('CC and CCv', tally);
  for (const { valid, invalid } of [tally.CC, tally.CCv]) expect(Math.min(valid, invalid)).toBeGreaterThan(4000);
  for (const count of Object.values(tally.patterns)) expect(count).toBeGreaterThan(300);
});

interface Writer {
  /** One operation of `process`, ended at once. Returns its row. */
  write(process: number, key: string, value: number): number;
  read(process: number, key: string, value: number | null): number;
}

function built(fill: (operation: Writer) => void): HistoryColumns {
  const builder: ColumnsBuilder = columnsBuilder();
  const [write, read] = [builder.name('write'), builder.name('read')];
  const absent = builder.value(null);
  const done = (process: number, f: number, key: string, input: number, output: number): number => {
    const row = builder.invoke(process, f, builder.key(key), input, NaN);
    builder.complete(process, 'ok', output, NaN);
    return row;
  };
  fill({
    write(process, key, value) {
      const number = builder.integer(value);
      return done(process, write, key, number, number);
    },
    read: (process, key, value) => done(process, read, key, absent, value === null ? absent : builder.integer(value)),
  });
  return builder.columns();
}

const verdicts = (columns: HistoryColumns): readonly [ModelVerdict, ModelVerdict] => {
  return checkCausal(columns) as [ModelVerdict, ModelVerdict];
};

describe('size', () => {
  const size = 1_000_000;

  test('one session with a million operations', () => {
    const columns = built(({ write, read }) => {
      for (let i = 0; i < size / 2; i++) {
        write(0, `k${i % 1000}`, i);
        read(0, `k${i % 1000}`, i);
      }
    });
    expect(verdicts(columns).map(({ valid }) => valid)).toEqual([true, true]);
  });

  test('a million sessions of one operation each', () => {
    const columns = built(({ write, read }) => {
      for (let i = 0; i < size / 2; i++) {
        write(2 * i, `k${i % 1000}`, i);
        read(2 * i + 1, `k${i % 1000}`, i);
      }
    });
    expect(verdicts(columns).map(({ valid }) => valid)).toEqual([true, true]);
  });

  test('a key written 500,000 times by sessions that know of each other, and by sessions that do not', () => {
    for (const share of [1, 0]) {
      const columns = built(({ write, read }) => {
        const last = [0, 0, 0, 0];
        for (let i = 1; i <= size / 2; i++) {
          const process = i % 4;
          write(process, 'x', i);
          last[process] = i;
          read(process, 'x', last[share === 1 ? process : (process + 4) % 4] ?? 0);
          if (share === 1 && i % 4 === 3) for (let other = 0; other < 4; other++) read(other, 'x', i);
        }
        for (let process = 0; share === 0 && process < 4; process++) read(process, 'x', last[0] ?? 0);
      });
      expect(verdicts(columns).map(({ valid }) => valid)).toEqual([true, true]);
    }
  });

  test('half a million reads that all violate', () => {
    const columns = built(({ write, read }) => {
      for (let i = 1; i <= size / 4; i++) {
        write(0, `k${i}`, 1);
        write(0, `k${i}`, 2);
      }
      for (let i = size / 4; i >= 1; i--) {
        read(1, `k${i}`, 2);
        read(1, `k${i}`, 1);
      }
    });
    const [cc] = verdicts(columns);
    expect([cc.valid, cc.found, cc.violations.length]).toEqual([false, size / 4, 100]);
  });

  test('a cycle of 100,000 messages in CO, with four operations at its core', () => {
    const length = 100_000;
    const columns = built(({ write, read }) => {
      for (let i = 0; i < length; i++) {
        read(i, `k${i}`, 1);
        write(i, `k${(i + 1) % length}`, 1);
      }
    });
    const [cc, ccv] = verdicts(columns);
    expect(cc.violations.map(({ pattern, core }) => [pattern, core.length])).toEqual([['CyclicCO', 4]]);
    expect(ccv.valid).toBe(false);
  });

  test('a cycle of 100,000 edges in CF', () => {
    const length = 100_000;
    const columns = built(({ write, read }) => {
      // Session i says that value 1 of its key comes before value 2, which is before value 1 of the next key in po.
      for (let i = 0; i < length; i++) {
        write(i, `k${i}`, 2);
        write(i, `k${(i + 1) % length}`, 1);
        read(i, `k${(i + 1) % length}`, 2);
      }
    });
    const [cc, ccv] = verdicts(columns);
    expect(cc.valid).toBe(true);
    expect(ccv.violations.map(({ pattern, core }) => [pattern, core.length])).toEqual([['CyclicCF', 4]]);
  });
});

describe('patterns planted in 100,000 operations of 20 sessions on one replica', () => {
  const sessions = 20;

  const planted = (
    plant: (operation: Writer) => readonly number[],
  ): { columns: HistoryColumns; rows: readonly number[] } => {
    let rows: readonly number[] = [];
    const columns = built((operation) => {
      const of = random(4, 'planted');
      const store = new Map<string, number>();
      for (let i = 0; i < 100_000; i++) {
        if (i === 60_000) rows = plant(operation);
        const key = `k${of.int(100)}`;
        const process = of.int(sessions);
        if (of.next() < 0.5) {
          operation.write(process, key, i);
          store.set(key, i);
        } else operation.read(process, key, store.get(key) ?? null);
      }
    });
    return { columns, rows };
  };

  test.each([
    ['CyclicCO', (o) => [o.read(1, 'a', 1), o.write(1, 'b', 1), o.read(2, 'b', 1), o.write(2, 'a', 1)]],
    [
      'WriteCOInitRead',
      (o) => {
        const first = o.write(1, 'a', 1);
        o.write(1, 'b', 1);
        o.read(2, 'b', 1);
        return [first, o.read(2, 'a', null)];
      },
    ],
    ['ThinAirRead', (o) => [o.read(3, 'a', 1)]],
    [
      'WriteCORead',
      (o) => {
        const first = o.write(1, 'a', 1);
        o.read(2, 'a', 1);
        const second = o.write(2, 'a', 2);
        o.read(3, 'a', 2);
        return [first, second, o.read(3, 'a', 1)];
      },
    ],
    ['CyclicCF', (o) => [o.write(21, 'a', 1), o.write(22, 'a', 2), o.read(21, 'a', 2), o.read(22, 'a', 1)]],
  ] as const satisfies readonly (readonly [string, (operation: Writer) => readonly number[]])[])(
    '%s is found, and nothing else, with these operations at its core',
    (pattern, plant) => {
      const { columns, rows } = planted(plant);
      const [cc, ccv] = verdicts(columns);
      expect(cc.valid).toBe(pattern === 'CyclicCF');
      expect(ccv.violations.map((violation) => violation.pattern)).toEqual([pattern]);
      const core = ccv.violations[0]?.core ?? [];
      expect(core.toSorted((a, b) => a - b)).toEqual(rows.toSorted((a, b) => a - b));
      expect(core.length).toBeLessThanOrEqual(4);
    },
  );
});
