/**
 * The life of one test: set up nodes, wait until they answer, run clients and nemesis, heal everything, read what
 * survived, tear down, check, report. Whatever happens on the way, the cluster is removed and the data is kept.
 */

import { rm } from 'node:fs/promises';
import { availability } from '../../checkers/availability.ts';
import { crashes } from '../../checkers/crashes.ts';
import { exceptions } from '../../checkers/exceptions.ts';
import { faults as faultEvidence } from '../../checkers/faults.ts';
import { invariants } from '../../checkers/invariants.ts';
import { consistency } from '../../checkers/spectrum/checker.ts';
import { compose, type Valid, type Verdict } from '../../checkers/verdict.ts';
import type { ScheduledFault } from '../../nemesis/fault.ts';
import { nemesis as makeNemesis, type Nemesis } from '../../nemesis/nemesis.ts';
import { nemesisTarget } from '../../nemesis/target.ts';
import { failingHistory } from '../../reports/evidence.ts';
import type { Cluster, NodeEvent } from '../cluster/cluster.ts';
import { messageOf } from '../errors.ts';
import { any, clients, lift, nemesis as onNemesis, phases, scheduled, stagger, timeLimit } from '../generator/index.ts';
import type { Generator } from '../generator/generator.ts';
import type { Operation } from '../history/operation.ts';
import { openHistory } from '../history/writer.ts';
import { createRunDirectory, linkLatest, runFile } from '../store/layout.ts';
import type { ResultsRecord, TestRecord } from '../store/run.ts';
import { openTrace } from '../store/trace-writer.ts';
import { writeFailing, writeJunit, writeReport, writeResults, writeTest } from '../store/write.ts';
import { interpret } from './interpreter.ts';
import { liveCheck } from './live-check.ts';
import type { RunObserver } from './observer.ts';
import type { ResolvedOptions } from './options.ts';
import { drawSchedule, drawSettings, possibleFaults, recoveryMs, testRecord } from './plan.ts';
import { recorder } from './recorder.ts';
import { makeCluster, type Selection } from './select-cluster.ts';
import { watch, type Watch } from './watch.ts';

export interface OneRun {
  readonly options: ResolvedOptions;
  readonly selection: Selection;
  readonly seed: number;
  /** The faults of an earlier run instead of those that the seed would draw. */
  readonly schedule: readonly ScheduledFault[] | null;
  readonly number: number;
  readonly total: number;
}

export interface RunSummary {
  readonly seed: number;
  readonly directory: string;
  readonly valid: Valid;
  readonly reason: string | null;
  readonly hash: string | null;
  /** Why there is no verdict: the run itself broke. */
  readonly broke: unknown;
}

/** Time for all checkers together; beyond it they answer `unknown`. */
const checkBudgetMs = 60_000;
const tickMs = 100;
/** How often the history is checked while the run goes on. */
const lookMs = 500;

export async function oneRun(run: OneRun, observer: RunObserver, signal: AbortSignal): Promise<RunSummary> {
  const { options, selection, seed } = run;
  const startedAt = new Date();
  const directory = await createRunDirectory({
    store: options.storeDirectory,
    system: options.deployment.system.name,
    seed,
    startedAt,
  });
  const settings = drawSettings(options, selection.kind, seed);
  const runId = `${startedAt.getTime().toString(36)}-${process.pid.toString(36)}-${run.number}`;
  const clusterOptions = {
    deployment: { ...options.deployment, settings },
    runId,
    nodes: options.nodes,
    seed,
    directory,
  };
  const cluster = await makeCluster(selection.kind, clusterOptions, run.total === 1);
  let test: TestRecord;
  try {
    test = record(run, cluster, { runId, startedAt, seed, settings });
  } catch (thrown) {
    // Nothing has started: what was asked for can't be done on this cluster.
    await Promise.all([cluster.stop(), rm(directory, { recursive: true })]);
    throw thrown;
  }
  await writeTest(directory, test);
  await linkLatest(options.storeDirectory, directory);

  const watched = watch(observer, run);
  const tookMs: Record<string, number> = {};
  const began = performance.now();
  let history: readonly Operation[] = [];
  let broke: unknown = null;
  try {
    history = await operate(run, cluster, test, directory, watched, observer, signal);
  } catch (thrown) {
    broke = thrown;
  }
  tookMs['run'] = Math.round(performance.now() - began);

  const results =
    broke === null
      ? check(run, test, history, watched, cluster, signal, observer, tookMs)
      : brokenResults(broke, tookMs);
  await writeResults(directory, results);
  const failing = failingHistory(results);
  if (failing !== null) await writeFailing(directory, failing);
  // Of many simulated runs, which take less time than their reports, only those that went wrong get one at once.
  if (run.total === 1 || selection.kind !== 'sim' || results.valid !== true) await report(directory, observer);
  return {
    seed,
    directory,
    valid: results.valid,
    reason: results.reason ?? null,
    hash: results.hash,
    broke,
  };
}

/** What this run will do, on this cluster. Throws a UsageError when the cluster can't do what was asked for. */
function record(
  { options, selection, schedule }: OneRun,
  { faults: { capabilities } }: Cluster,
  run: Pick<Parameters<typeof testRecord>[2], 'runId' | 'startedAt' | 'seed' | 'settings'>,
): TestRecord {
  const faults = possibleFaults(options, selection.kind, capabilities);
  const drawn = schedule ?? drawSchedule(options, faults, capabilities, run.seed);
  return testRecord(options, selection, { ...run, faults, schedule: drawn });
}

/** Runs clients and nemesis against the cluster to the end, streaming history and trace; removes the cluster in any case. */
async function operate(
  run: OneRun,
  cluster: Cluster,
  test: TestRecord,
  directory: string,
  watched: Watch,
  observer: RunObserver,
  signal: AbortSignal,
): Promise<readonly Operation[]> {
  const { options } = run;
  const { clock } = cluster;
  const trace = openTrace(directory);
  const writer = openHistory(runFile(directory, 'history'));
  // Until the test starts, its start is taken to be now; what nodes said before that has negative times.
  let startMs = clock.now();
  const early: NodeEvent[] = [];
  let started = false;
  const onEvent = (event: NodeEvent): void => {
    if (!started) {
      early.push(event);
      return;
    }
    const sinceStartMs = event.at - startMs;
    watched.onNodeEvent(event, sinceStartMs);
    const { node, kind, name, detail } = event;
    trace.write({
      time: Math.round(sinceStartMs * 1e6),
      node,
      kind,
      name,
      ...(detail === undefined ? {} : { detail }),
    });
  };
  cluster.onEvent(onEvent);
  const live = liveCheck(
    // Nobody watches a simulated run, which takes a second; there a check is worth its time only if it can end the run.
    run.selection.kind === 'sim' && !options.failFast ? [] : options.workload.checkers(checkBudgetMs),
    // What a simulated run does must not depend on how fast this machine is.
    run.selection.kind === 'sim' ? () => clock.now() : () => performance.now(),
    (text) => observer.onEvent({ kind: 'message', level: 'warning', text }),
  );
  const log = recorder((operation) => {
    writer.write(operation);
    watched.onOperation(operation);
    live.record(operation);
  });
  /** Ends the run when it has failed already and that is enough. */
  const enough = new AbortController();

  const work = async (): Promise<void> => {
    observer.onEvent({ kind: 'phase', phase: 'start', detail: `${options.nodes.length} nodes` });
    await cluster.start();
    signal.throwIfAborted();
    const nemesis = makeNemesis(nemesisTarget(cluster.faults), options.faults, test.schedule);
    observer.onEvent({ kind: 'phase', phase: 'run' });
    startMs = clock.now();
    started = true;
    for (const event of early) onEvent(event);
    let ticking = true;
    const tick = (): void => {
      if (!ticking) return;
      watched.tick((clock.now() - startMs) / 1000);
      clock.after(tickMs, tick);
    };
    tick();
    const look = (): void => {
      if (!ticking) return;
      if (live.look((clock.now() - startMs) / 1000) && options.failFast) enough.abort();
      else clock.after(lookMs, look);
    };
    clock.after(lookMs, look);
    await interpret({
      clock,
      generator: generatorOf(options, test, nemesis, watched),
      concurrency: options.concurrency,
      open: (thread, process) => {
        const node = options.nodes[thread % options.nodes.length] ?? '';
        return { node, client: options.workload.open(cluster, node, process) };
      },
      nemesis: {
        invoke(operation) {
          if (operation.f === 'heal') observer.onEvent({ kind: 'phase', phase: 'heal' });
          return nemesis.invoke(operation);
        },
      },
      seed: test.seed,
      record: log,
      log: (text) => observer.onEvent({ kind: 'message', level: 'info', text }),
      signal: AbortSignal.any([signal, enough.signal]),
    });
    ticking = false;
  };
  try {
    await cluster.drive(work);
  } finally {
    // What nodes say at their end belongs to the trace.
    await cluster.stop().finally(() => {
      writer.close();
      trace.close();
    });
  }
  return log.history;
}

/** Clients for the whole time limit; faults until the recovery begins; then, once, a read of every key. */
function generatorOf(options: ResolvedOptions, test: TestRecord, nemesis: Nemesis, watched: Watch): Generator {
  const workloadOptions = { seed: test.seed, concurrency: options.concurrency, nodes: options.nodes };
  const operations = options.workload.generator(workloadOptions);
  const paced = options.rate > 0 ? stagger(1 / options.rate, operations) : operations;
  const healAtMs = options.timeLimitS * 1000 - recoveryMs(options.timeLimitS);
  const heal = scheduled([{ atMs: healAtMs, template: { f: 'heal', value: null } }]);
  return phases(
    any(clients(timeLimit(options.timeLimitS, paced)), onNemesis(phases(nemesis.generator(), heal))),
    clients(
      lift((_context, ordinal) =>
        ordinal === 0 ? options.workload.finalGenerator(workloadOptions, [...watched.keys]) : null,
      ),
    ),
  );
}

function check(
  run: OneRun,
  test: TestRecord,
  history: readonly Operation[],
  watched: Watch,
  cluster: Cluster,
  signal: AbortSignal,
  observer: RunObserver,
  tookMs: Record<string, number>,
): ResultsRecord {
  observer.onEvent({ kind: 'phase', phase: 'check', detail: `${history.length} operations` });
  const checkers = [
    ...run.options.workload.checkers(checkBudgetMs),
    ...(run.options.consistency === null
      ? []
      : [consistency(run.options.consistency.atLeast, { timeBudgetMs: checkBudgetMs })]),
    crashes(watched.crashes),
    ...(isWatched(run) ? [invariants(watched.broken)] : []),
    faultEvidence(test.faults),
    availability(),
    exceptions(),
  ];
  const verdicts: Record<string, Verdict> = {};
  for (const checker of checkers) {
    const began = performance.now();
    verdicts[checker.name] = checker.check(history);
    tookMs[checker.name] = Math.round(performance.now() - began);
  }
  if (signal.aborted) {
    verdicts['interrupted'] = { valid: 'unknown', reason: 'the run was interrupted before its end' };
  }
  return { version: 1, ...compose(verdicts), tookMs, hash: cluster.hash() };
}

/** Only the simulator sees all nodes at one moment. */
function isWatched({ options, selection }: OneRun): boolean {
  return selection.kind === 'sim' && (options.deployment.system.invariants ?? []).length > 0;
}

function brokenResults(thrown: unknown, tookMs: Readonly<Record<string, number>>): ResultsRecord {
  const verdict: Verdict = { valid: 'unknown', reason: `the run broke: ${messageOf(thrown)}` };
  return { version: 1, ...compose({ run: verdict }), tookMs, hash: null };
}

/** Renders report.html and junit.xml from what the run directory holds. */
export async function report(directory: string, observer: RunObserver): Promise<void> {
  observer.onEvent({ kind: 'phase', phase: 'report' });
  const [{ readRun }, { renderReport }, { renderJunit }] = await Promise.all([
    import('../store/read.ts'),
    import('../../reports/page.ts'),
    import('../../reports/junit.ts'),
  ]);
  const data = await readRun(directory);
  await writeReport(directory, await renderReport(data));
  await writeJunit(directory, renderJunit(data));
}
