import { describe, expect, test } from 'vitest';
import { checkCM } from '../../../checkers/causal/cm.ts';
import { checkPRAM } from '../../../checkers/causal/pram.ts';
import { checkSequential } from '../../../checkers/causal/sequential.ts';
import { checkSessions } from '../../../checkers/causal/sessions.ts';
import { columnsBuilder } from '../../../src/history/columns-builder.ts';
import { historyOfSeed } from '../../checkers/causal/cm-histories.ts';
import { analysed, judgeSequential, judgeSessions, judgeViews, unlimited } from '../../checkers/causal/cm-trial.ts';
import { sharpHistoryOfSeed } from '../../checkers/causal/sharp-histories.ts';
import { tell } from '../tell.ts';

const count = 20_000;

test.each(['CM', 'PRAM'] as const)('%s is judged as by its definition', (model) => {
  const tally = judgeViews(model, count);
  tell(model, tally);
  expect(tally['true']).toBeGreaterThan(count / 2);
  expect(tally['false']).toBeGreaterThan(count / 10);
});

test.each(['CM', 'PRAM'] as const)('%s is judged as by its definition where views are what fails', (model) => {
  const tally = judgeViews(model, count, sharpHistoryOfSeed);
  tell(`${model}, sharp histories`, tally);
  for (const of of ['true', 'false', 'WriteHBInitRead', 'CyclicHB']) {
    expect([of, tally[of]]).toEqual([of, expect.toSatisfy((n: number) => n > count / 20)]);
  }
});

test.each([
  ['', historyOfSeed, count / 400],
  [', sharp histories', sharpHistoryOfSeed, count / 20],
] as const)('session guarantees are judged as by their definitions%s', (name, historyOf, least) => {
  const tally = judgeSessions(count, historyOf);
  tell(`session guarantees${name}`, tally);
  for (const model of ['RYW', 'MR', 'MW', 'WFR']) {
    for (const mode of ['strict', 'graded']) expect(tally[`${model} ${mode} false`]).toBeGreaterThan(least);
  }
});

test('sequential consistency is judged as by its definition', () => {
  const tally = judgeSequential(count);
  tell('sequential consistency', tally);
  expect(tally['true']).toBeGreaterThan(count / 2);
  expect(tally['necessary-order']).toBeGreaterThan(count / 200);
});

describe('size', () => {
  type Do = (process: number, f: 'write' | 'read', key: string, value: number) => void;

  /** The verdicts for CM, PRAM, the session guarantees and sequential consistency, with the number of violations of each. */
  function verdicts(fill: (operation: Do) => void): Readonly<Record<string, string>> {
    const builder = columnsBuilder();
    fill((process, f, key, value) => {
      const number = builder.integer(value);
      builder.invoke(process, builder.name(f), builder.key(key), f === 'write' ? number : builder.value(null), NaN);
      builder.complete(process, 'ok', number, NaN);
    });
    const { accesses, causal, found } = analysed(builder.columns());
    const all = [
      checkCM(causal, found),
      checkPRAM(causal),
      checkSequential(accesses, causal, found, unlimited),
      ...checkSessions(causal).map((verdict) => ({ ...verdict, model: `${verdict.model} ${verdict.mode}` })),
    ];
    for (const { violations } of all) for (const { core } of violations) expect(core.length).toBeLessThanOrEqual(4);
    return Object.fromEntries(all.map(({ model, valid, found: violations }) => [model, `${valid} ${violations}`]));
  }
  const allTrue = (of: Readonly<Record<string, string>>): void => {
    expect(new Set(Object.values(of))).toEqual(new Set(['true 0']));
  };

  test('one session with a million operations', () => {
    allTrue(
      verdicts((operation) => {
        for (let i = 1; i <= 500_000; i++) {
          operation(0, 'write', `k${i % 1000}`, i);
          operation(0, 'read', `k${i % 1000}`, i);
        }
      }),
    );
  });

  test('5,000 sessions, of which four are there at a time', () => {
    allTrue(
      verdicts((operation) => {
        for (let i = 1; i <= 250_000; i++) {
          const process = Math.floor(i / 200) * 4 + (i % 4);
          operation(process, 'write', `k${i % 100}`, i);
          if (i > 100) operation(process, 'read', `k${(i + 1) % 100}`, i - 99);
        }
      }),
    );
  });

  test('a key written 500,000 times, read by all', () => {
    allTrue(
      verdicts((operation) => {
        for (let i = 1; i <= 500_000; i++) {
          operation(i % 4, 'write', 'x', i);
          if (i % 4 === 0) for (let process = 0; process < 4; process++) operation(process, 'read', 'x', i);
        }
      }),
    );
  });

  test('a cycle of 100,000 messages in po and rf', () => {
    const length = 100_000;
    const all = verdicts((operation) => {
      for (let i = 0; i < length; i++) {
        operation(i, 'read', `k${i}`, 1);
        operation(i, 'write', `k${(i + 1) % length}`, 1);
      }
    });
    expect(all).toMatchObject({ CM: 'false 1', PRAM: 'true 0', sequential: 'false 1', 'MR strict': 'true 0' });
  });

  test('a cycle of 100,000 arrows in what one session must have seen', () => {
    const length = 100_000;
    const all = verdicts((operation) => {
      for (let i = 0; i < length; i++) {
        operation(i + 1, 'write', `k${i}`, 2);
        operation(i + 1, 'write', `k${(i + 1) % length}`, 1);
        operation(i + 1, 'write', `m${i}`, 1);
      }
      for (let i = 0; i < length; i++) operation(0, 'read', `m${i}`, 1);
      for (let i = 0; i < length; i++) operation(0, 'read', `k${i}`, 2);
    });
    expect(all).toMatchObject({ CM: 'false 1', PRAM: 'false 1', sequential: 'false 1', 'RYW strict': 'true 0' });
  });
});
