import { describe, expect, test } from 'vitest';
import { checkInParallel, type ParallelOptions } from '../../src/checking/parallel.ts';
import { columnsOf } from '../../src/history/columns-builder.ts';
import type { Progress } from '../../checkers/linearizable/turns.ts';
import type { ModelName } from '../../checkers/models/index.ts';
import type { History } from '../../src/history/operation.ts';
import { random } from '../../src/random.ts';
import { history, type Line } from '../checkers/build.ts';
import { subsetSum, wrongRead } from '../checkers/linearizable/hard.ts';
import { interleaved } from '../checkers/linearizable/kinds.ts';
import { randomRegisterHistory } from '../checkers/random-history.ts';

const shape = { operations: 40, processes: 3, values: 4, unknown: 0.05, lies: 0.03 };

const hard = [...subsetSum('a'), ...subsetSum('b', 100)];

/** Some keys are linearizable, some are not. */
const manyKeys = (keys: number): History => {
  const chance = random(7, 'parallel');
  return interleaved(
    chance,
    Array.from({ length: keys }, () => randomRegisterHistory(chance, shape)),
  );
};

const check = (lines: History, options: ParallelOptions, name: ModelName = 'register') =>
  checkInParallel(columnsOf(lines), { name }, { headStartMs: 0, ...options });

describe('a check on several threads', () => {
  test('says exactly what one thread says', async () => {
    const lines = manyKeys(40);
    const [one, two, three] = await Promise.all([1, 2, 3].map((jobs) => check(lines, { jobs, replayWitnesses: true })));
    expect(one).toMatchObject({ valid: false, parts: { unknown: 0 } });
    expect(one?.parts.valid).toBeGreaterThan(5);
    expect(one?.parts.invalid).toBeGreaterThan(5);
    expect(one?.witnesses).toEqual({ confirmed: one?.parts.valid, refuted: [] });
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    // Without workers, because it is done before they would start.
    expect(await check(lines, { jobs: 2, replayWitnesses: true, headStartMs: 60_000 })).toEqual(one);
  });

  test('stops with the first failure where that is enough', async () => {
    const lines = history(...hard, ...wrongRead('wrong'));
    const verdict = await check(lines, { jobs: 2, stopAtFirstFailure: true, timeBudgetMs: 60_000 }, 'counter');
    expect(verdict).toMatchObject({ valid: false, parts: { valid: 0, invalid: 1, unknown: 0, skipped: 2 } });
    expect(verdict.reason).toContain('process 900 read wrong = 5');
    // Who found it goes on to explain it.
    expect(verdict.failures).toMatchObject([{ prefix: { smallest: true }, shrunk: { minimal: true }, states: ['0'] }]);
  });

  test('keeps the time budget', async () => {
    const verdict = await check(history(...hard), { jobs: 2, timeBudgetMs: 300 }, 'counter');
    expect(verdict).toMatchObject({ valid: 'unknown', parts: { unknown: 2 } });
    expect(verdict.reason).toContain('the time budget of 0.3 s was used up');
  });

  test('tells how far it is over all threads, and ends when the signal says so', async () => {
    const controller = new AbortController();
    const told: Progress[] = [];
    const onProgress = (progress: Progress): void => {
      told.push(progress);
      if (progress.bytes > 0 && progress.explained >= 2) controller.abort(new Error('enough'));
    };
    const options = { jobs: 2, timeBudgetMs: 60_000, signal: controller.signal, onProgress };
    await expect(check(history(...hard), options, 'counter')).rejects.toThrow('enough');
    // The first addition of each key is explained soon.
    expect(told.at(-1)).toMatchObject({ parts: 2, decided: 0, explained: 2 });
    await expect(check([], { signal: controller.signal })).rejects.toThrow('enough');
  });

  test('starts from the initial value that is asked for', async () => {
    const reads = ['a', 'b'].flatMap((key): Line[] => [
      [0, 'invoke', 'read', null, { key }],
      [0, 'ok', 'read', 7, { key }],
    ]);
    const columns = columnsOf(history(...reads));
    const options = { jobs: 2, headStartMs: 0 };
    expect((await checkInParallel(columns, { name: 'register', init: 7 }, options)).valid).toBe(true);
    expect((await checkInParallel(columns, { name: 'register' }, options)).valid).toBe(false);
    await expect(checkInParallel(columns, { name: 'set', init: 7 }, options)).rejects.toThrow(TypeError);
  });

  test('refuses operations that the model does not know', async () => {
    expect(await check(history([0, 'invoke', 'pop']), { jobs: 2 })).toMatchObject({ valid: 'unknown' });
  });
});
