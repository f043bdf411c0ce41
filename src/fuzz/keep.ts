/** Does a plan and keeps everything of it: a run directory like any other, with its report. */

import { mkdir, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { compose } from '../../checkers/verdict.ts';
import { faultKinds } from '../../nemesis/index.ts';
import { failingHistory } from '../../reports/evidence.ts';
import { openHistory } from '../history/writer.ts';
import { packageVersion } from '../package.ts';
import type { RunObserver } from '../runner/observer.ts';
import { report, type RunSummary } from '../runner/one-run.ts';
import { quote } from '../runner/shell.ts';
import { createRunDirectory, linkLatest, runFile } from '../store/layout.ts';
import { formatPlan } from '../store/plan-file.ts';
import type { RunPlan } from '../store/plan.ts';
import type { TestRecord } from '../store/run.ts';
import { openTrace } from '../store/trace-writer.ts';
import { writeAtomically, writeFailing, writeResults, writeTest } from '../store/write.ts';
import type { Failure } from './failures.ts';
import { simulate, type Subject } from './simulate.ts';

export interface KeptRun extends RunSummary {
  readonly failures: readonly Failure[];
}

/** A new directory among all runs, which `latest` then points to; or this one, in place of what is there. */
export type Place = { readonly store: string } | { readonly directory: string };

/** What was done is in the run directory, whatever comes of it. */
export async function keepRun(plan: RunPlan, subject: Subject, place: Place, observer: RunObserver): Promise<KeptRun> {
  const startedAt = new Date();
  const directory = await directoryFor(plan, subject, place, startedAt);
  await writeTest(directory, recordOf(plan, startedAt, directory));
  await writeAtomically(runFile(directory, 'schedule'), formatPlan(plan));
  if ('store' in place) await linkLatest(place.store, directory);
  observer.onEvent({ kind: 'phase', phase: 'run' });
  const history = openHistory(runFile(directory, 'history'));
  const trace = openTrace(directory);
  const began = performance.now();
  try {
    const outcome = await simulate(plan, subject, {
      trace: 'full',
      onOperation: (operation) => history.write(operation),
      onEvent({ node, kind, name, detail }, atMs) {
        trace.write({ time: Math.round(atMs * 1e6), node, kind, name, ...(detail === undefined ? {} : { detail }) });
      },
    });
    const results = {
      version: 1,
      ...compose(outcome.verdicts),
      tookMs: { run: Math.round(performance.now() - began) },
      hash: outcome.hash,
    } as const;
    await writeResults(directory, results);
    const failing = failingHistory(results);
    if (failing !== null) await writeFailing(directory, failing);
    const { valid, reason = null, hash } = results;
    return { seed: plan.seed, directory, valid, reason, hash, broke: null, failures: outcome.failures };
  } finally {
    history.close();
    trace.close();
    await report(directory, observer);
  }
}

async function directoryFor(plan: RunPlan, { system }: Subject, place: Place, startedAt: Date): Promise<string> {
  if ('store' in place) {
    return createRunDirectory({ store: place.store, system: system.name, seed: plan.seed, startedAt });
  }
  await rm(place.directory, { recursive: true, force: true });
  await mkdir(place.directory, { recursive: true });
  return place.directory;
}

function recordOf(plan: RunPlan, startedAt: Date, directory: string): TestRecord {
  const { course } = plan;
  const kinds = new Set(
    course.kind === 'listed' ? course.faults.map(({ kind }) => kind) : course.schedule.map(({ kind }) => kind),
  );
  const lastMs = course.kind === 'listed' ? Math.max(0, ...course.operations.map(({ atMs }) => atMs)) : 0;
  const clew = import.meta.url.endsWith('.ts') ? 'npm run clew --' : 'npx clew';
  return {
    version: 1,
    clew: packageVersion(),
    runId: `fuzz-${plan.seed}`,
    startedAt: startedAt.toISOString(),
    system: plan.system,
    mutant: plan.mutant,
    workload: plan.workload,
    cluster: 'sim',
    clusterReason: 'campaigns are simulated',
    nodes: plan.nodes,
    concurrency: plan.concurrency,
    rate: course.kind === 'drawn' ? course.rate : 0,
    timeLimitS: Math.ceil((plan.progress?.fromMs ?? lastMs) / 1000),
    seed: plan.seed,
    faults: [...kinds],
    faultIntervalS: 0,
    schedule: course.kind === 'drawn' ? course.schedule : [],
    settings: plan.settings,
    colours: Object.fromEntries(
      faultKinds.filter(({ name }) => kinds.has(name)).map(({ name, colour }) => [name, colour]),
    ),
    plan,
    command: `${clew} replay ${quote(runFile(directory, 'schedule'))}`,
    host: { node: process.version, platform: `${process.platform} ${process.arch}`, cpus: cpus().length },
  };
}
