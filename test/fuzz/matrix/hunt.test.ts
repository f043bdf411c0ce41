import { describe, expect, it } from 'vitest';
import { hunt, type HuntOptions } from '../../../src/fuzz/matrix/hunt.ts';
import { controlSeeds } from '../../../src/fuzz/matrix/matrix.ts';
import type { Pool } from '../../../src/fuzz/pool.ts';
import type { SeedResult } from '../../../src/store/campaign.ts';

/** Workers that take as long for a seed as `tookMs` says, of which some fail. */
function workers(failing: readonly number[], tookMs: (seed: number) => number = () => 0): Pool {
  const resultOf = (seed: number): SeedResult => ({
    seed,
    failures: failing.includes(seed) ? [{ failure: 'crashes: out of memory', reason: 'n1 crashed' }] : [],
    unknown: null,
    hash: '',
    events: 0,
    operations: 0,
    virtualMs: 0,
    coverage: {},
  });
  return {
    async assign(assignment) {
      if (assignment.kind !== 'seeds') throw new Error('only seeds');
      const took = Math.max(0, ...assignment.seeds.map(tookMs));
      await new Promise((resolve) => setTimeout(resolve, took));
      return { kind: 'ran', results: assignment.seeds.map(resultOf), tookMs: took };
    },
    end: () => Promise.resolve(),
  };
}

const hunted = (pool: Pool, more: Partial<HuntOptions> = {}, signal = new AbortController().signal) =>
  hunt({ workers: pool, jobs: 1, firstSeed: 101, lastSeed: 200, budgetMs: 1e9, ...more }, () => undefined, signal);

describe('a campaign against one mutant', () => {
  it.each([1, 2, 3, 8])('ends at the first seed of all that fails, with %i workers', async (jobs) => {
    // The first that fails is the last to be done.
    const pool = workers([107, 108, 109], (seed) => (seed === 107 ? 30 : 1));
    const found = await hunted(pool, { jobs });
    expect(found.failing?.seed).toBe(107);
    expect(found.seeds).toBe(7);
  });

  it('gives up when its workers together have spent their time', async () => {
    const one = await hunted(
      workers([150], () => 2),
      { budgetMs: 20 },
    );
    expect(one).toMatchObject({ failing: null, seeds: 10, busyMs: 20 });
    const two = await hunted(
      workers([150], () => 2),
      { jobs: 2, budgetMs: 20 },
    );
    expect(two.failing).toBeNull();
    expect(two.seeds).toBeLessThanOrEqual(11);
  });

  it('ends with its range, and when it is interrupted', async () => {
    expect(await hunted(workers([900]))).toMatchObject({ failing: null, seeds: 100 });
    const stop = new AbortController();
    stop.abort();
    expect(await hunted(workers([101]), {}, stop.signal)).toMatchObject({ failing: null, seeds: 0 });
  });
});

describe('control runs', () => {
  it('take the first seeds of every campaign', () => {
    expect(controlSeeds(5, 2)).toEqual([1, 100_001, 2, 100_002, 3]);
  });
});
