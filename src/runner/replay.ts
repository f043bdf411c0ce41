/** The same run again: exactly in the simulator, with the same seed and fault schedule in real clusters. */

import type { RunData } from '../store/read.ts';
import { readRun } from '../store/read.ts';
import type { RunObserver } from './observer.ts';
import type { OneRun } from './one-run.ts';
import { resolveOptions } from './options.ts';
import { runAll, type RunResult } from './run.ts';
import { selectCluster } from './select-cluster.ts';

export interface ReplayOptions {
  /** The directory of the run. */
  readonly run: string;
  /** How often; the default is once. */
  readonly runs?: number;
  readonly failFast?: boolean;
  readonly storeDirectory?: string;
}

export interface ReplayResult extends RunResult {
  readonly original: RunData;
}

/** Reads the run's `test.json` and does what it says. */
export async function replay(asked: ReplayOptions, observer: RunObserver, signal: AbortSignal): Promise<ReplayResult> {
  const original = await readRun(asked.run);
  const { test } = original;
  const options = await resolveOptions({
    system: test.system,
    workload: test.workload,
    faults: test.faults.length === 0 ? ['none'] : test.faults,
    faultIntervalS: test.faultIntervalS,
    cluster: test.cluster,
    nodes: test.nodes.length,
    concurrency: test.concurrency,
    rate: test.rate,
    timeLimitS: test.timeLimitS,
    seed: test.seed,
    runs: asked.runs ?? 1,
    // A run that ended with its violation ends with it again.
    failFast: test.failFast ?? asked.failFast ?? false,
    settings: test.settings,
    ...(test.consistency === undefined ? {} : { consistency: true }),
    ...((test.consistency?.atLeast ?? null) === null ? {} : { atLeast: test.consistency?.atLeast ?? '' }),
    ...(test.mutant === null ? {} : { mutant: test.mutant }),
    ...(asked.storeDirectory === undefined ? {} : { storeDirectory: asked.storeDirectory }),
  });
  const selection = await selectCluster(options.cluster);
  observer.onEvent({ kind: 'phase', phase: 'cluster', detail: `${selection.kind} (as in ${original.directory})` });
  const plans = Array.from({ length: options.runs }, (_, i): OneRun => {
    return { options, selection, seed: test.seed, schedule: test.schedule, number: i + 1, total: options.runs };
  });
  return { ...(await runAll(plans, asked.failFast ?? false, observer, signal)), original };
}
