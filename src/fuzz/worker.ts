/** A worker thread of a campaign: does one assignment after the other, as long as there are any. */

import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { CampaignAsked, SeedResult } from '../store/campaign.ts';
import type { ShrinkProgress } from './shrink/shrink.ts';
import { drawFor, runSeed, shrinkSeed, type ShrunkSeed } from './work.ts';

export type Assignment =
  | { readonly kind: 'seeds'; readonly seeds: readonly number[] }
  | { readonly kind: 'shrink'; readonly seed: number; readonly failure: string; readonly budgetMs: number };

export type Report =
  | { readonly kind: 'ran'; readonly results: readonly SeedResult[]; readonly tookMs: number }
  | { readonly kind: 'shrinking'; readonly progress: ShrinkProgress }
  | { readonly kind: 'shrunk'; readonly shrunk: ShrunkSeed }
  /** The assignment could not be done. */
  | { readonly kind: 'broke'; readonly message: string };

/** Milliseconds between two words about progress. */
const tellMs = 100;

const draw = drawFor(workerData as CampaignAsked);
const say = (report: Report): void => parentPort?.postMessage(report);

parentPort?.on('message', (assignment: Assignment) => {
  work(assignment).catch((thrown: unknown) => {
    say({ kind: 'broke', message: messageOf(thrown) });
  });
});

async function work(assignment: Assignment): Promise<void> {
  if (assignment.kind === 'shrink') {
    const { seed, failure, budgetMs } = assignment;
    let told = 0;
    const shrunk = await shrinkSeed(await draw, seed, failure, budgetMs, (progress) => {
      const now = performance.now();
      if (now - told < tellMs) return;
      told = now;
      say({ kind: 'shrinking', progress });
    });
    say({ kind: 'shrunk', shrunk });
    return;
  }
  const began = performance.now();
  const results: SeedResult[] = [];
  for (const seed of assignment.seeds) {
    try {
      results.push(await runSeed(await draw, seed));
    } catch (thrown) {
      throw new Error(`the run of seed ${seed} broke: ${messageOf(thrown)}`, { cause: thrown });
    }
  }
  say({ kind: 'ran', results, tookMs: performance.now() - began });
}
