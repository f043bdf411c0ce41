/** One or many runs of the same test, summed up. */

import type { Valid } from '../../checkers/verdict.ts';
import { mergeValid } from '../../checkers/verdict.ts';
import { exitCodes, messageOf } from '../errors.ts';
import type { RunObserver } from './observer.ts';
import { oneRun, type OneRun, type RunSummary } from './one-run.ts';
import { resolveOptions, type TestOptions } from './options.ts';
import { selectCluster } from './select-cluster.ts';

export interface RunResult {
  readonly valid: Valid;
  /** Crash beats invalid beats unknown beats valid. */
  readonly exitCode: number;
  /** How many runs were to be done; fewer were when one broke, or failed and that was to end it. */
  readonly asked: number;
  readonly runs: readonly RunSummary[];
}

/**
 * Runs a test as often as asked; the seed grows by one with each run. Stops at the first invalid run when `failFast`
 * says so, and after the present run when `signal` aborts. Throws a UsageError or RunError when nothing could start.
 */
export async function runTest(asked: TestOptions, observer: RunObserver, signal: AbortSignal): Promise<RunResult> {
  const options = await resolveOptions(asked);
  const selection = await selectCluster(options.cluster);
  observer.onEvent({ kind: 'phase', phase: 'cluster', detail: `${selection.kind} (${selection.reason})` });
  const plans = Array.from({ length: options.runs }, (_, i): OneRun => {
    return { options, selection, seed: options.seed + i, schedule: null, number: i + 1, total: options.runs };
  });
  return runAll(plans, options.failFast, observer, signal);
}

/** Runs these in order and sums them up. */
export async function runAll(
  plans: readonly OneRun[],
  failFast: boolean,
  observer: RunObserver,
  signal: AbortSignal,
): Promise<RunResult> {
  const runs: RunSummary[] = [];
  for (const plan of plans) {
    if (signal.aborted) break;
    const { number, total } = plan;
    observer.onEvent({ kind: 'run', number, total, seed: plan.seed });
    const summary = await oneRun(plan, observer, signal);
    runs.push(summary);
    const { valid, reason, directory, broke } = summary;
    observer.onEvent({ kind: 'done', number, total, valid, reason, directory });
    if (broke !== null) {
      observer.onEvent({ kind: 'message', level: 'warning', text: messageOf(broke) });
      break;
    }
    if (failFast && valid === false) break;
  }
  const valid = mergeValid(runs.map((run) => run.valid));
  const crashed = signal.aborted || runs.some(({ broke }) => broke !== null);
  const code = valid === true ? exitCodes.valid : valid === false ? exitCodes.invalid : exitCodes.unknown;
  return { valid, exitCode: crashed ? exitCodes.crash : code, asked: plans.length, runs };
}
