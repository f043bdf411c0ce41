import { describe, expect, it } from 'vitest';
import { likelihoods } from '../../../src/fuzz/explain/likelihood.ts';
import { key, uniform } from '../../../src/random.ts';
import { shareOf } from '../../../src/store/explanation.ts';

const never = (): boolean => false;
const moments = Array.from({ length: 100 }, (_, i) => 10 * i);

/** Fails from `atMs` on with the probability that `likely` says. */
const failing = (likely: (atMs: number) => number) => (atMs: number, salt: number) =>
  Promise.resolve(uniform(key(7, 'test', atMs), salt) < likely(atMs));

describe('likelihoods', () => {
  it.each([0, 1, 37, 50, 98])('finds the one moment at which the failure becomes likely: number %i', async (at) => {
    const { points, rise } = await likelihoods({
      moments,
      fails: failing((atMs) => (atMs > 10 * at ? 0.9 : 0.1)),
      futures: 40,
      isEnough: never,
    });
    expect(rise.isExact).toBe(true);
    expect(points[rise.place]?.atMs).toBe(10 * at);
    expect(points[rise.place + 1]?.atMs).toBe(10 * (at + 1));
    expect(shareOf(points[rise.place + 1] ?? { atMs: 0, futures: 1, failed: 0 })).toBeGreaterThan(0.75);
  });

  it('takes far fewer futures than there are for all moments', async () => {
    const { runs } = await likelihoods({
      moments,
      fails: failing((atMs) => (atMs > 420 ? 1 : 0)),
      futures: 40,
      isEnough: never,
    });
    expect(runs).toBeLessThan((moments.length * 40) / 3);
  });

  it('ends with what happened, which is certain, also where only the last event brought it about', async () => {
    const { points, rise } = await likelihoods({
      moments,
      fails: () => Promise.resolve(false),
      futures: 10,
      isEnough: never,
    });
    expect(points.at(-1)).toEqual({ atMs: 990, futures: 0, failed: 0 });
    expect(shareOf(points.at(-1) ?? { atMs: 0, futures: 1, failed: 0 })).toBe(1);
    expect(points[rise.place]?.atMs).toBe(990);
    expect(rise.isExact).toBe(true);
  });

  it('says that it is not exact when the time is up before', async () => {
    let left = 16 * 40;
    const { rise, points } = await likelihoods({
      moments,
      fails: failing((atMs) => (atMs > 420 ? 1 : 0)),
      futures: 40,
      isEnough: () => left-- <= 0,
    });
    expect(rise.isExact).toBe(false);
    expect(points[rise.place]?.atMs).toBeLessThanOrEqual(420);
    expect(points[rise.place + 1]?.atMs).toBeGreaterThan(420);
  });

  it('has nothing to look at where nothing happened', async () => {
    const { points, runs } = await likelihoods({
      moments: [],
      fails: () => Promise.resolve(true),
      futures: 5,
      isEnough: never,
    });
    expect(runs).toBe(0);
    expect(points).toHaveLength(1);
  });
});
