/** One campaign against one mutant: seed after seed, until a run fails. */

import type { SeedResult } from '../../store/campaign.ts';
import { handOut, seedsBetween } from '../hand-out.ts';
import type { Pool } from '../pool.ts';

export interface HuntOptions {
  readonly workers: Pool;
  readonly jobs: number;
  readonly firstSeed: number;
  readonly lastSeed: number;
  /** No runs are begun once all workers together have spent so long. */
  readonly budgetMs: number;
}

export interface Hunt {
  /** Up to the one that failed, or all that were run. */
  readonly seeds: number;
  /** The first seed of all whose run fails, however many workers there were; null where none did. */
  readonly failing: SeedResult | null;
  /** By the clock. */
  readonly tookMs: number;
  readonly busyMs: number;
}

/**
 * Seeds are begun in their order, and none after one that has failed; those before it that are still under way are waited
 * for. So the one that counts is the smallest that fails.
 */
export async function hunt(
  { workers, jobs, firstSeed, lastSeed, budgetMs }: HuntOptions,
  onRun: (seeds: number) => void,
  signal: AbortSignal,
): Promise<Hunt> {
  const began = performance.now();
  let busyMs = 0;
  let done = 0;
  let failing: SeedResult | null = null;

  const seeds = seedsBetween(firstSeed, lastSeed);
  const mayGoOn = (): boolean => !signal.aborted && failing === null && busyMs < budgetMs;
  await handOut({ workers, jobs, seeds, batch: 1, mayGoOn }, (ran) => {
    busyMs += ran.tookMs;
    for (const result of ran.results) {
      done++;
      if (result.failures.length > 0 && result.seed < (failing?.seed ?? Infinity)) failing = result;
    }
    onRun(done);
  });
  const found = failing as SeedResult | null;
  const tookMs = performance.now() - began;
  return { seeds: found === null ? done : found.seed - firstSeed + 1, failing: found, tookMs, busyMs };
}
