import { describe, expect, test } from 'vitest';
import { linearizable } from '../../checkers/linearizable/linearizable.ts';
import { appendList } from '../../checkers/models/append-list.ts';
import { counter } from '../../checkers/models/counter.ts';
import { register } from '../../checkers/models/register.ts';
import type { History } from '../../src/history/operation.ts';
import { history, type Line } from './build.ts';
import { subsetSum, wrongRead } from './linearizable/hard.ts';

describe('the time budget', () => {
  test('holds for a history that would take far longer', () => {
    const began = performance.now();
    const verdict = linearizable(counter, { budgetMs: 500 }).check(history(...subsetSum('x')));
    const tookMs = performance.now() - began;
    expect(verdict).toMatchObject({
      valid: 'unknown',
      reason:
        'linearizability is not decided for key x: the time budget of 0.5 s was used up after 1 of 42 completions; --time-budget allows more',
      undecided: [{ key: 'x', reached: 1, explained: 1, completions: 42, raise: '--time-budget' }],
      parts: { valid: 0, invalid: 0, unknown: 1 },
    });
    // Other tests share the machine: the promise of 10 % is for a machine of one's own.
    expect(tookMs).toBeLessThan(1000);
  });

  test('is measured by the clock that is passed in', () => {
    let now = 0;
    const checker = linearizable(counter, { budgetMs: 20, now: () => now++ });
    expect(checker.check(history(...subsetSum('x'))).valid).toBe('unknown');
    expect(now).toBeLessThan(60);
  });

  test('does not let one hard key hide a violation in another', () => {
    // Long enough that it takes a turn of its own to get to the violation.
    const reads = Array.from({ length: 200 }, (): Line[] => [
      [901, 'invoke', 'read', null, { key: 'y' }],
      [901, 'ok', 'read', 0, { key: 'y' }],
      [901, 'invoke', 'add', 0, { key: 'y' }],
      [901, 'ok', 'add', 0, { key: 'y' }],
    ]);
    const lines = history(...subsetSum('x'), ...reads.flat(), ...wrongRead('y'));
    const verdict = linearizable(counter, { budgetMs: 200 }).check(lines);
    expect(verdict).toMatchObject({ valid: false, parts: { valid: 0, invalid: 1, unknown: 1 } });
  });
});

describe('the memory budget', () => {
  test('ends in unknown, with the largest part', () => {
    const checker = linearizable(counter, { budgetMs: 60_000, memoryBudgetBytes: 20_000_000 });
    expect(checker.check(history(...subsetSum('x'), ...wrongRead('y')))).toMatchObject({
      valid: false,
      undecided: [
        {
          key: 'x',
          reason: 'the memory budget of 20 MB was used up after 1 of 42 completions',
          raise: '--memory-budget',
        },
      ],
    });
  });
});

/** A run as it is: concurrent clients, a few operations of unknown outcome, and every answer that of one real object. */
function longRun(f: 'write' | 'append', operations: number): History {
  const lines: Line[] = [];
  const state = new Map<string, number[]>();
  for (let i = 0; i < operations; i += 10) {
    const key = `k${Math.floor(i / 10) % 5}`;
    const list = state.get(key) ?? [];
    const round = Array.from({ length: 10 }, (_, process) => process);
    // Some threads have a new process every so often: its predecessor's operation has an unknown outcome.
    const processOf = (process: number): number => process + 10 * Math.floor(i / 300);
    for (const process of round) {
      lines.push([
        processOf(process),
        'invoke',
        process % 2 === 0 ? f : 'read',
        process % 2 === 0 ? i + process : null,
        { key },
      ]);
    }
    for (const process of round.toReversed()) {
      const isLost = i % 300 === 290;
      if (process % 2 === 0) {
        list.push(i + process);
        lines.push([processOf(process), isLost ? 'info' : 'ok', f, i + process, { key }]);
      } else {
        const value = f === 'append' ? [...list] : (list.at(-1) ?? null);
        lines.push([processOf(process), isLost ? 'info' : 'ok', 'read', value, { key }]);
      }
    }
    state.set(key, list);
  }
  return history(...lines);
}

test.each([
  ['registers', 'write', register],
  ['lists', 'append', appendList],
] as const)('a run of 6,000 operations on %s, 200 of unknown outcome, takes well under a second', (_what, f, model) => {
  const lines = longRun(f, 6000);
  expect(lines.filter(({ type }) => type === 'info')).toHaveLength(200);
  const checker = linearizable(model as typeof register, { budgetMs: 5000 });
  const began = performance.now();
  expect(checker.check(lines).valid).toBe(true);
  expect(performance.now() - began).toBeLessThan(1500);
});
