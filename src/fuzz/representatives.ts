/** Which of many runs that show the same failure are shrunk. */

import type { CampaignAsked, SeedResult } from '../store/campaign.ts';
import type { Pool } from './pool.ts';
import type { ShrinkProgress } from './shrink/shrink.ts';
import { drawFor, type ShrunkSeed } from './work.ts';

/**
 * Of one class so many runs are shrunk, until one has got short: first those that nothing unusual was done in (`buggify`),
 * which fail for fewer reasons, and of those the ones with the fewest operations. One that gets stuck early leaves its time
 * to the others, and none of them takes more than a third of what is left.
 */
const representatives = 8;
const shares = 3;
const shortEnough = 12;
/** With less time than this the next would hardly begin. */
const worthwhileMs = 500;

export interface ShortestOptions {
  readonly asked: CampaignAsked;
  readonly failure: string;
  readonly results: readonly SeedResult[];
  /** Of a campaign that asks for the same. */
  readonly workers: Pool;
  readonly budgetMs: number;
  readonly onProgress: (seed: number, progress: ShrinkProgress) => void;
}

/** Shrinks what is likely to get short soonest, and gives the shortest; null where no run fails so, or it was aborted. */
export async function shortest(options: ShortestOptions, signal: AbortSignal): Promise<ShrunkSeed | null> {
  const { failure, workers, budgetMs, onProgress } = options;
  const seeds = await chosen(options);
  const endMs = performance.now() + budgetMs;
  let best: ShrunkSeed | null = null;
  for (const [index, seed] of seeds.entries()) {
    const leftMs = endMs - performance.now();
    if (signal.aborted || (best !== null && leftMs < worthwhileMs)) break;
    const report = await workers.assign(
      { kind: 'shrink', seed, failure, budgetMs: Math.max(0, leftMs) / Math.min(shares, seeds.length - index) },
      (told) => {
        if (told.kind === 'shrinking') onProgress(seed, told.progress);
      },
    );
    if (report.kind !== 'shrunk') continue;
    if (best === null || lengthOf(report.shrunk) < lengthOf(best)) best = report.shrunk;
    if (lengthOf(best) <= shortEnough) break;
  }
  return best;
}

async function chosen({ asked, failure, results }: ShortestOptions): Promise<readonly number[]> {
  const draw = await drawFor(asked);
  const isUnusual = (seed: number): number => ((draw(seed).simulator.buggify?.live ?? 0) > 0 ? 1 : 0);
  return results
    .filter(({ failures }) => failures[0]?.failure === failure)
    .map(({ seed, operations }) => ({ seed, operations, unusual: isUnusual(seed) }))
    .sort((a, b) => a.unusual - b.unusual || a.operations - b.operations || a.seed - b.seed)
    .slice(0, representatives)
    .map(({ seed }) => seed);
}

function lengthOf({ plan: { course } }: ShrunkSeed): number {
  return course.kind === 'listed' ? course.operations.length + course.faults.length : Infinity;
}
