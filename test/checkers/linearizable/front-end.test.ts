import { describe, expect, test } from 'vitest';
import { checkLinearizable, linearizable } from '../../../checkers/linearizable/linearizable.ts';
import type { Progress } from '../../../checkers/linearizable/turns.ts';
import { counter } from '../../../checkers/models/counter.ts';
import { impossible, type Model } from '../../../checkers/models/model.ts';
import { register } from '../../../checkers/models/register.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { random } from '../../../src/random.ts';
import { history, type Line } from '../build.ts';
import { rounds } from '../rounds.ts';
import { subsetSum, wrongRead } from './hard.ts';
import { kinds } from './kinds.ts';

describe('a part', () => {
  test.each(Object.entries(kinds))(
    'of a %s gets the same verdict with and without near-linear methods',
    (name, kind) => {
      for (let seed = 0; seed < rounds(300); seed++) {
        const lines = kind.make(random(seed, `front end ${name}`), seed);
        const [best, searched] = (['best', 'search'] as const).map((methods) =>
          checkLinearizable(lines, kind.model, { methods, evidence: false }),
        );
        expect([seed, best?.valid, best?.parts]).toEqual([seed, searched?.valid, searched?.parts]);
        expect(Object.keys(searched?.methods ?? {})).toEqual(searched?.operations === 0 ? [] : ['wing-gong-lowe']);
      }
    },
  );

  test('is decided by a near-linear method where one applies, by the search where none does, and both are named', () => {
    const lines = ['a', 'b', 'c'].flatMap((key): Line[] => [
      [0, 'invoke', 'write', 1, { key }],
      [0, 'ok', 'write', 1, { key }],
      [0, 'invoke', 'read', null, { key }],
      [0, 'ok', 'read', 1, { key }],
    ]);
    const { methods, method } = checkLinearizable(history(...lines), register);
    expect(methods).toEqual({ 'register-zones': 3 });
    expect(method).toBe('register-zones');
    const sums = history(...wrongRead('a'), ...subsetSum('b', 0, 3));
    expect(checkLinearizable(sums, counter)).toMatchObject({
      methods: { 'wing-gong-lowe': 2 },
      method: 'wing-gong-lowe',
    });
  });
});

describe('a check', () => {
  test('takes operations or columns', () => {
    const lines = history(...wrongRead('a'));
    expect(checkLinearizable(columnsOf(lines), counter)).toEqual(checkLinearizable(lines, counter));
    expect(linearizable(counter, { budgetMs: 1000 }).check(lines)).toEqual(checkLinearizable(lines, counter));
  });

  test('can watch a run: it says what fails as soon as it does', () => {
    const checker = linearizable(register, { budgetMs: 1000 });
    expect(checker.name).toBe('linearizable');
    let now = 0;
    const watched = checker.watch?.(() => now);
    const said = history(
      [0, 'invoke', 'write', 1],
      [0, 'ok', 'write', 1],
      [0, 'invoke', 'read'],
      [0, 'ok', 'read', 2],
    ).map((operation) => {
      watched?.record(operation);
      now += 1000;
      return watched?.violation();
    });
    expect(said.slice(0, 3)).toEqual([null, null, null]);
    expect(said[3]).toMatch(/^not linearizable: process 0 read x = 2, but nobody had written 2 before/);
  });

  test('of nothing is valid', () => {
    expect(checkLinearizable([], register)).toMatchObject({ valid: true, method: 'wing-gong-lowe', methods: {} });
  });

  test('ends with the first failure where that is enough, and says what it left out', () => {
    const lines = history(...wrongRead('a'), ...wrongRead('b'), ...subsetSum('c'));
    const verdict = checkLinearizable(lines, counter, { stopAtFirstFailure: true });
    expect(verdict).toMatchObject({
      valid: false,
      parts: { valid: 0, invalid: 1, unknown: 0, skipped: 2 },
      undecided: [],
    });
    expect(verdict.failures).toMatchObject([{ key: 'a', shrunk: { minimal: true } }]);
  });

  test('can be called off, and then knows nothing it did not know', () => {
    let asked = 0;
    const lines = history(...subsetSum('a'), ...subsetSum('b', 100));
    const verdict = checkLinearizable(lines, counter, { cancelled: () => asked++ > 50 });
    expect(verdict).toMatchObject({
      valid: 'unknown',
      reason: 'the check was called off with 2 parts to go',
      parts: { skipped: 2 },
    });
  });

  test('tells how far it is', () => {
    const told: Progress[] = [];
    const lines = history(...wrongRead('a'), ...subsetSum('b', 0, 8));
    checkLinearizable(lines, counter, { onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toEqual({ parts: 2, decided: 2, operations: 11, explained: 0, bytes: 0 });
  });

  test('confirms the orders that it found', () => {
    const lines = history(
      [0, 'invoke', 'write', 1],
      [1, 'invoke', 'read'],
      [1, 'ok', 'read', 1],
      [0, 'ok', 'write', 1],
    );
    expect(checkLinearizable(lines, register, { replayWitnesses: true }).witnesses).toEqual({
      confirmed: 1,
      refuted: [],
    });
  });

  test('does not pass off as valid what has no order that can be confirmed', () => {
    // A model that is not pure: it allows the read only the first time.
    let reads = 0;
    const fickle: Model<number> = {
      name: 'fickle',
      init: 0,
      step: (state) => (reads++ === 0 ? state : impossible),
    };
    const verdict = checkLinearizable(history(...wrongRead('a')), fickle, { replayWitnesses: true });
    expect(verdict).toMatchObject({ valid: 'unknown', witnesses: { confirmed: 0 } });
    expect(verdict.reason).toMatch(/^an order that was found is none, an error of Clew: wing-gong-lowe/);
  });

  test('says what the model objects to', () => {
    expect(checkLinearizable(history([0, 'invoke', 'pop']), register)).toMatchObject({
      valid: 'unknown',
      operations: 0,
    });
  });

  test('refuses what is no history', () => {
    expect(() => checkLinearizable(history([0, 'ok', 'read', 1]), register)).toThrow(RangeError);
  });
});

describe('a verdict', () => {
  test('details ten failures, and tells all', () => {
    const keys = Array.from({ length: 14 }, (_, i) => `k${i}`);
    const verdict = checkLinearizable(history(...keys.flatMap((key) => wrongRead(key))), counter);
    expect(verdict.failures.map(({ key }) => key)).toEqual(keys);
    expect(verdict.failures.map(({ shrunk }) => shrunk !== null)).toEqual(keys.map((_, i) => i < 10));
    expect(verdict.failures.at(-1)?.explanation).toMatch(/^process 900 read k13 = 5, but [^;]*$/);
    expect(verdict.reason).toMatch(/; possible was 0 \(and 13 more keys fail\)$/);
  });

  test('says how far it came and what to raise where the time was too short', () => {
    let now = 0;
    const verdict = checkLinearizable(history(...subsetSum('a')), counter, { timeBudgetMs: 50, now: () => now++ });
    expect(verdict).toMatchObject({
      valid: 'unknown',
      reason:
        'linearizability is not decided for key a: the time budget of 0.05 s was used up after 1 of 42 completions; --time-budget allows more',
      undecided: [{ explained: 1, completions: 42, reached: 1, raise: '--time-budget' }],
    });
  });

  test('of a violation stays one when there is no time to explain it', () => {
    let now = 0;
    const lines = history(...wrongRead('a'));
    const verdict = checkLinearizable(lines, counter, { timeBudgetMs: 4, now: () => now++ });
    expect(verdict.valid).toBe(false);
  });
});
