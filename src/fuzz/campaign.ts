/**
 * Thousands of simulated runs, one for each seed, on all cores; failures told apart by class, and for each class the
 * smallest schedule that shows it. What is done is written as it is done, so that a campaign can be stopped and go on.
 */

import { join } from 'node:path';
import { packageVersion } from '../package.ts';
import { loadSystem } from '../runner/options.ts';
import type {
  CampaignAsked,
  CampaignRecord,
  CampaignTiming,
  FailureClass,
  SeedResult,
  Smallest,
} from '../store/campaign.ts';
import { addResults, writeCampaign, writeResults, writeTiming } from '../store/campaign-files.ts';
import { fileName } from '../store/layout.ts';
import { summedCoverage } from './coverage.ts';
import { handOut, seedsBetween } from './hand-out.ts';
import { keepRun } from './keep.ts';
import { pool, type Pool } from './pool.ts';
import { shortest } from './representatives.ts';
import type { ShrinkProgress } from './shrink/shrink.ts';
import { subjectOf } from './subject.ts';

export interface CampaignOptions {
  readonly asked: CampaignAsked;
  readonly directory: string;
  /** What an earlier sitting of the same campaign came to. */
  readonly earlier: { readonly results: readonly SeedResult[]; readonly timing: CampaignTiming | null };
  /** Worker threads. */
  readonly jobs: number;
  /** No new runs are begun after so long; null: until all seeds are done. */
  readonly budgetMs: number | null;
  /** Begin no more runs once one has failed. */
  readonly failFast: boolean;
  /** Null: failures are left as they are. */
  readonly shrinkMs: number | null;
}

export type CampaignProgress =
  | {
      readonly kind: 'runs';
      readonly done: number;
      readonly total: number;
      readonly events: number;
      readonly virtualMs: number;
      /** In this sitting. */
      readonly elapsedMs: number;
      readonly failures: readonly { readonly failure: string; readonly count: number }[];
    }
  | { readonly kind: 'failure'; readonly seed: number; readonly failure: string; readonly reason: string }
  | { readonly kind: 'shrinking'; readonly failure: string; readonly seed: number; readonly progress: ShrinkProgress }
  | { readonly kind: 'shrunk'; readonly failure: string; readonly smallest: Smallest };

export interface Campaign {
  readonly record: CampaignRecord;
  readonly timing: CampaignTiming;
  /** Whether every seed was run. */
  readonly isComplete: boolean;
}

const classSeedsMax = 100;

export async function runCampaign(
  options: CampaignOptions,
  onProgress: (progress: CampaignProgress) => void,
  signal: AbortSignal,
): Promise<Campaign> {
  const { asked, directory, earlier, jobs } = options;
  const startedAt = earlier.timing?.startedAt ?? new Date().toISOString();
  const began = performance.now();
  const { system } = await loadSystem(asked.system);
  const results = [...earlier.results];
  const done = new Set(results.map(({ seed }) => seed));
  let busyMs = 0;
  const record = (smallest: ReadonlyMap<string, Smallest> = new Map()): CampaignRecord =>
    recordOf(asked, results, system.coverage ?? [], smallest);
  await writeCampaign(directory, record());

  const workers = pool(asked, jobs);
  let isComplete = false;
  const smallest = new Map<string, Smallest>();
  try {
    isComplete = await runSeeds();
    await writeResults(directory, results);
    await writeCampaign(directory, record());
    if (options.shrinkMs !== null) {
      for (const found of record().failures) {
        if (signal.aborted) break;
        const best = await smallestOf(found, workers, options.shrinkMs);
        if (best !== null) smallest.set(found.failure, best);
      }
    }
  } finally {
    await workers.end();
  }
  const final = record(smallest);
  await writeCampaign(directory, final);
  const timing: CampaignTiming = {
    startedAt,
    seconds: (earlier.timing?.seconds ?? 0) + (performance.now() - began) / 1000,
    jobs,
    busySeconds: (earlier.timing?.busySeconds ?? 0) + busyMs / 1000,
  };
  await writeTiming(directory, timing);
  return { record: final, timing, isComplete };

  /** True when all seeds are done. */
  async function runSeeds(): Promise<boolean> {
    const counts = new Map<string, number>();
    for (const { failures } of results) count(failures[0]?.failure);
    let events = 0;
    let virtualMs = 0;
    let isEnough = false;

    function count(failure: string | undefined): void {
      if (failure !== undefined) counts.set(failure, (counts.get(failure) ?? 0) + 1);
    }
    const mayGoOn = (): boolean =>
      !isEnough && !signal.aborted && (options.budgetMs === null || performance.now() - began < options.budgetMs);
    const tell = (): void => {
      onProgress({
        kind: 'runs',
        done: results.length,
        total: asked.lastSeed - asked.firstSeed + 1,
        events,
        virtualMs,
        elapsedMs: performance.now() - began,
        failures: [...counts].map(([failure, count]) => ({ failure, count })).sort((a, b) => b.count - a.count),
      });
    };
    tell();
    const seeds = seedsBetween(asked.firstSeed, asked.lastSeed, done);
    await handOut({ workers, jobs, seeds, mayGoOn }, async (ran) => {
      busyMs += ran.tookMs;
      results.push(...ran.results);
      await addResults(directory, ran.results);
      for (const result of ran.results) {
        events += result.events;
        virtualMs += result.virtualMs;
        const [first] = result.failures;
        if (first === undefined) continue;
        if (!counts.has(first.failure)) onProgress({ kind: 'failure', seed: result.seed, ...first });
        count(first.failure);
        if (options.failFast) isEnough = true;
      }
      tell();
    });
    return results.length === asked.lastSeed - asked.firstSeed + 1;
  }

  /** Shrinks, and keeps the run of the shortest. */
  async function smallestOf({ failure }: FailureClass, workers: Pool, budgetMs: number): Promise<Smallest | null> {
    const onShrinking = (seed: number, progress: ShrinkProgress): void =>
      onProgress({ kind: 'shrinking', failure, seed, progress });
    const best = await shortest({ asked, failure, results, workers, budgetMs, onProgress: onShrinking }, signal);
    if (best?.plan.course.kind !== 'listed') return null;
    const { plan, seed, isMinimal } = best;
    const name = join('failures', fileName(failure.replaceAll(/[^A-Za-z0-9]+/g, '-')).slice(0, 60));
    await keepRun(plan, await subjectOf(plan), { directory: join(directory, name) }, { onEvent: () => undefined });
    const { operations, faults } = best.plan.course;
    const kept: Smallest = {
      seed,
      directory: name,
      operations: operations.length,
      faults: faults.length,
      nodes: plan.nodes.length,
      isMinimal,
    };
    onProgress({ kind: 'shrunk', failure, smallest: kept });
    return kept;
  }
}

/** The same for the same results, in whatever order they came. */
export function recordOf(
  asked: CampaignAsked,
  results: readonly SeedResult[],
  expected: readonly string[],
  smallest: ReadonlyMap<string, Smallest>,
): CampaignRecord {
  const sorted = results.toSorted((a, b) => a.seed - b.seed);
  const classes = new Map<string, { readonly seeds: number[]; readonly reason: string }>();
  for (const { seed, failures } of sorted) {
    const [first] = failures;
    if (first === undefined) continue;
    const known = classes.get(first.failure);
    if (known === undefined) classes.set(first.failure, { seeds: [seed], reason: first.reason });
    else known.seeds.push(seed);
  }
  const sum = (of: (result: SeedResult) => number): number => sorted.reduce((total, result) => total + of(result), 0);
  return {
    version: 1,
    clew: packageVersion(),
    asked,
    runs: sorted.length,
    failed: sorted.filter(({ failures }) => failures.length > 0).length,
    unknown: sorted.filter(({ unknown }) => unknown !== null).length,
    events: sum(({ events }) => events),
    operations: sum(({ operations }) => operations),
    virtualMs: sum(({ virtualMs }) => virtualMs),
    failures: [...classes]
      .map(([failure, { seeds, reason }]): FailureClass => ({
        failure,
        seeds: seeds.slice(0, classSeedsMax),
        count: seeds.length,
        reason,
        smallest: smallest.get(failure) ?? null,
      }))
      .sort((a, b) => b.count - a.count || (a.failure < b.failure ? -1 : 1)),
    coverage: summedCoverage(
      sorted.map(({ coverage }) => coverage),
      expected,
    ),
  };
}
