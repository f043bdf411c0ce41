import { describe, expect, it } from 'vitest';
import { sessionPatterns } from './patterns.ts';
import { keepsItsPromises } from './promises.ts';
import { faultsOf, runs } from './runs.ts';

const timeLimitS = 20;

it('is causally convergent under all faults, and its nodes agree after healing', () => keepsItsPromises(1, timeLimitS));

describe('a run of the mutant', () => {
  /** The runs of these two seeds must show `patterns`, and none of them any of `never`. */
  it.each([
    { mutant: 'fifo-only', patterns: ['WriteCORead', 'CyclicCF', 'Diverged'], never: ['ThinAirRead', 'CyclicCO'] },
    { mutant: 'no-session', patterns: ['WriteCORead', 'WriteCOInitRead'], never: ['ThinAirRead', 'Diverged'] },
    { mutant: 'lww-wall-clock', patterns: ['WriteCORead'], never: ['WriteCOInitRead', 'Diverged'] },
    { mutant: 'no-convergence', patterns: ['CyclicCF', 'Diverged'], never: ['WriteCORead', 'WriteCOInitRead'] },
  ])('$mutant shows $patterns', async ({ mutant, patterns, never }) => {
    const all = await runs({ seed: 1, runs: 2, timeLimitS, mutant });
    const shown = new Set(all.flatMap((seen) => [...faultsOf(seen)]));
    expect([...shown]).toEqual(expect.arrayContaining(patterns));
    expect(never.filter((pattern) => shown.has(pattern))).toEqual([]);
    expect(all.some(({ broken }) => broken)).toBe(false);
  });

  it('no-convergence is a causal memory all the same, since each node shows one order of all writes', async () => {
    const [seen] = await runs({ seed: 3, timeLimitS: 15, mutant: 'no-convergence' });
    expect(seen === undefined ? null : [...sessionPatterns(seen.history, false)]).toEqual([]);
  });

  it('fifo-only is a pipelined RAM all the same, though no causal memory', async () => {
    const all = await runs({ seed: 1, runs: 2, timeLimitS, mutant: 'fifo-only' });
    expect(all.flatMap(({ history }) => [...sessionPatterns(history, true)])).toEqual([]);
    expect(all.flatMap(({ history }) => [...sessionPatterns(history, false).keys()])).toContain('CyclicHB');
  });
});
