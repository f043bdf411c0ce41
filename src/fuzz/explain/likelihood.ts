/**
 * How likely a failure is from each moment of a run on: the run is done again up to there, and from there on all chance is
 * drawn anew, many times. Where the likelihood jumps, it was caused.
 */

import type { Likelihood } from '../../store/explanation.ts';
import { shareOf } from '../../store/explanation.ts';

export interface LikelihoodOptions {
  /** Moments at which something happened, in ms, ascending, each once. After the last, the run has failed. */
  readonly moments: readonly number[];
  /** Whether the run fails in the same way when everything left to chance from `atMs` on comes out as `salt` says. */
  readonly fails: (atMs: number, salt: number) => Promise<boolean>;
  /** Futures for each moment on the way; where it jumps, three times as many. */
  readonly futures: number;
  /** Time is up: no more futures. */
  readonly isEnough: () => boolean;
  readonly onProgress?: (progress: { readonly runs: number; readonly moments: number }) => void;
}

export interface Likelihoods {
  /** Ascending; the last is for after the last moment, and certain. */
  readonly points: readonly Likelihood[];
  /** The place in `points` before the greatest rise, and whether the points around it have no moment between them. */
  readonly rise: { readonly place: number; readonly isExact: boolean };
  readonly runs: number;
}

/** So many moments are looked at first, evenly spread; then always the middle of the greatest rise. */
const spread = 16;

export async function likelihoods(options: LikelihoodOptions): Promise<Likelihoods> {
  const { moments, fails, futures, isEnough, onProgress } = options;
  /** By the place of the moment before which chance is drawn anew. */
  const known = new Map<number, Likelihood>([[moments.length, { atMs: moments.at(-1) ?? 0, futures: 0, failed: 0 }]]);
  let runs = 0;

  const look = async (place: number, count: number): Promise<void> => {
    const atMs = moments[place];
    if (atMs === undefined) return;
    let { futures: done, failed } = known.get(place) ?? { futures: 0, failed: 0 };
    for (; done < count && !isEnough(); done++) {
      if (await fails(atMs, done + 1)) failed++;
      runs++;
      onProgress?.({ runs, moments: known.size });
    }
    if (done > 0) known.set(place, { atMs, futures: done, failed });
  };
  const places = (): readonly number[] => [...known.keys()].sort((a, b) => a - b);
  const share = (place: number): number => shareOf(known.get(place) ?? { atMs: 0, futures: 0, failed: 0 });
  /** The greatest rise between neighbours among those known. */
  const greatest = (): readonly [from: number, to: number] => {
    const all = places();
    let best: readonly [number, number] = [all[0] ?? 0, all[1] ?? all[0] ?? 0];
    for (let i = 1; i < all.length; i++) {
      const [from, to] = [all[i - 1] ?? 0, all[i] ?? 0];
      if (share(to) - share(from) > share(best[1]) - share(best[0])) best = [from, to];
    }
    return best;
  };

  const steps = Math.min(spread, moments.length);
  for (let i = 0; i < steps; i++) await look(Math.floor((i * moments.length) / steps), futures);
  let rise = greatest();
  for (let before = -1; before !== runs && !isEnough(); rise = greatest()) {
    before = runs;
    const [from, to] = rise;
    if (to - from > 1) await look(Math.floor((from + to) / 2), futures);
    else {
      // With more futures on both sides another rise may turn out to be greater.
      await look(from, 3 * futures);
      await look(to, 3 * futures);
    }
  }
  rise = greatest();
  const order = places();
  return {
    points: order.flatMap((place) => known.get(place) ?? []),
    rise: { place: order.indexOf(rise[0]), isExact: rise[1] - rise[0] <= 1 },
    runs,
  };
}
