/**
 * The kill matrix of a system: several campaigns against each of its mutants, each over seeds of its own, and as many runs
 * of the system itself, in which nothing may fail.
 */

import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Mutant, System } from '../../../systems/protocol.ts';
import { packageVersion } from '../../package.ts';
import { loadSystem } from '../../runner/options.ts';
import type { CampaignAsked, SeedResult } from '../../store/campaign.ts';
import { fileName } from '../../store/layout.ts';
import { writeMatrix } from '../../store/matrix-files.ts';
import type { HuntRecord, Kill, MatrixRecord, MutantRecord, SmallestKill } from '../../store/matrix.ts';
import { checkOf, mostFrequent } from '../failures.ts';
import { keepRun } from '../keep.ts';
import { pool, type Pool } from '../pool.ts';
import { shortest } from '../representatives.ts';
import { subjectOf } from '../subject.ts';
import { runControl } from './control.ts';
import { hunt } from './hunt.ts';

export interface MatrixOptions {
  /** What every campaign runs, whatever the mutant; its seeds are not used. */
  readonly asked: CampaignAsked;
  readonly command: string;
  readonly directory: string;
  readonly jobs: number;
  readonly campaigns: number;
  /** Of all workers together, for each campaign. */
  readonly killBudgetMs: number;
  /** Control runs at least. */
  readonly controlMin: number;
  /** For each mutant; null: nothing is shrunk. */
  readonly shrinkMs: number | null;
}

export type MatrixProgress =
  | {
      readonly kind: 'hunt';
      readonly mutant: string;
      /** From 0. */
      readonly place: number;
      readonly mutants: number;
      readonly campaign: number;
      readonly campaigns: number;
      readonly seeds: number;
    }
  | { readonly kind: 'shrinking'; readonly mutant: string; readonly operations: number; readonly faults: number }
  | { readonly kind: 'mutant'; readonly mutant: MutantRecord }
  | { readonly kind: 'control'; readonly done: number; readonly total: number; readonly failed: number };

/** Campaign k begins with the seed `k * stride + 1`. */
const stride = 100_000;

export async function runMatrix(
  options: MatrixOptions,
  onProgress: (progress: MatrixProgress) => void,
  signal: AbortSignal,
): Promise<MatrixRecord> {
  const { asked, directory, jobs, campaigns } = options;
  const { system } = await loadSystem(asked.system);
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const mutants: MutantRecord[] = [];
  const recordOf = (control: MatrixRecord['control']): MatrixRecord => ({
    version: 1,
    clew: packageVersion(),
    startedAt,
    seconds: (performance.now() - began) / 1000,
    command: options.command,
    host: hostNow(),
    system: asked.system,
    name: system.name,
    description: system.description,
    jobs,
    campaigns,
    killBudgetS: options.killBudgetMs / 1000,
    mutants,
    control,
    notPlanted: system.notPlanted ?? [],
  });
  for (const [place, mutant] of system.mutants.entries()) {
    const record = await runMutant(mutant, place, system, options, onProgress, signal);
    if (signal.aborted) return recordOf(null);
    mutants.push(record);
    onProgress({ kind: 'mutant', mutant: record });
    await writeMatrix(directory, recordOf(null));
  }
  const took = mutants.flatMap(({ hunts }) => hunts).reduce((sum, { seeds }) => sum + seeds, 0);
  const seeds = controlSeeds(Math.max(took, options.controlMin), campaigns);
  const control = await runControl(
    { asked, jobs, seeds },
    (done, failed) => onProgress({ kind: 'control', done, total: seeds.length, failed }),
    signal,
  );
  const record = recordOf(control);
  await writeMatrix(directory, record);
  return record;
}

/** The first seeds of each campaign, as many of each. */
export function controlSeeds(count: number, campaigns: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => (i % campaigns) * stride + 1 + Math.floor(i / campaigns));
}

async function runMutant(
  mutant: Mutant<never>,
  place: number,
  { mutants: { length: mutants } }: System,
  options: MatrixOptions,
  onProgress: (progress: MatrixProgress) => void,
  signal: AbortSignal,
): Promise<MutantRecord> {
  const { jobs, campaigns, killBudgetMs: budgetMs } = options;
  const { name, broken, source, faults, killedBy } = mutant;
  const asked = { ...options.asked, mutant: name };
  const hunts: HuntRecord[] = [];
  const failing: SeedResult[] = [];
  const workers = pool(asked, jobs);
  try {
    // Loading what workers run is no part of the search.
    await Promise.all(Array.from({ length: jobs }, () => workers.assign({ kind: 'seeds', seeds: [] })));
    for (let campaign = 0; campaign < campaigns && !signal.aborted; campaign++) {
      const firstSeed = campaign * stride + 1;
      const found = await hunt(
        { workers, jobs, firstSeed, lastSeed: firstSeed + stride - 1, budgetMs },
        (seeds) => onProgress({ kind: 'hunt', mutant: name, place, mutants, campaign, campaigns, seeds }),
        signal,
      );
      if (found.failing !== null) failing.push(found.failing);
      hunts.push({
        firstSeed,
        seeds: found.seeds,
        seconds: found.tookMs / 1000,
        busySeconds: found.busyMs / 1000,
        kill: killOf(found.failing),
      });
    }
    const smallest = await smallestOf(asked, failing, workers, options, onProgress, signal);
    return { name, broken, source, faults, killedBy, hunts, smallest };
  } finally {
    await workers.end();
  }
}

function killOf(failing: SeedResult | null): Kill | null {
  const first = failing?.failures[0];
  if (failing === null || first === undefined) return null;
  return {
    seed: failing.seed,
    check: checkOf(first.failure),
    failures: failing.failures.map(({ failure }) => failure),
    reason: first.reason,
  };
}

/** Of the class of failure that killed most campaigns. */
async function smallestOf(
  asked: CampaignAsked & { readonly mutant: string },
  failing: readonly SeedResult[],
  workers: Pool,
  { shrinkMs, directory }: MatrixOptions,
  onProgress: (progress: MatrixProgress) => void,
  signal: AbortSignal,
): Promise<SmallestKill | null> {
  const failure = mostFrequent(failing.flatMap(({ failures }) => failures.slice(0, 1).map((first) => first.failure)));
  if (failure === null || shrinkMs === null) return null;
  const { mutant } = asked;
  const began = performance.now();
  const best = await shortest(
    {
      asked,
      failure,
      results: failing,
      workers,
      budgetMs: shrinkMs,
      onProgress: (_seed, { operations, faults }) => onProgress({ kind: 'shrinking', mutant, operations, faults }),
    },
    signal,
  );
  if (best?.plan.course.kind !== 'listed') return null;
  const { plan, seed, isMinimal } = best;
  const seconds = (performance.now() - began) / 1000;
  const kept = fileName(mutant);
  await keepRun(plan, await subjectOf(plan), { directory: join(directory, kept) }, { onEvent: () => undefined });
  const { operations, faults } = best.plan.course;
  return {
    failure,
    seed,
    directory: kept,
    operations: operations.length,
    faults: faults.length,
    nodes: plan.nodes.length,
    isMinimal,
    seconds,
  };
}

function hostNow(): MatrixRecord['host'] {
  const model = cpus()[0]?.model.trim() ?? '';
  return {
    cpu: model === 'unknown' ? '' : model,
    cores: cpus().length,
    node: process.versions.node,
    platform: process.platform,
    load: loadavg()[0] ?? 0,
  };
}
