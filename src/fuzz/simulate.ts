/**
 * Does what a plan says, in this process and on virtual time: nodes, clients, faults, and every check. Nothing is written;
 * the outcome has all that is needed to say what happened and to do it again.
 */

import { crashes } from '../../checkers/crashes.ts';
import { invariants } from '../../checkers/invariants.ts';
import type { Checker, Verdict } from '../../checkers/verdict.ts';
import { faultKinds } from '../../nemesis/index.ts';
import { nemesis, type Nemesis } from '../../nemesis/nemesis.ts';
import { begin, recordingTarget } from '../../nemesis/records.ts';
import { nemesisTarget } from '../../nemesis/target.ts';
import type { ClusterState, NodeId, System } from '../../systems/protocol.ts';
import type { NodeEvent } from '../cluster/cluster.ts';
import { simulatedCluster, type SimulatedCluster } from '../cluster/simulator/cluster.ts';
import { RunError } from '../errors.ts';
import type { Generator, Invocation } from '../generator/generator.ts';
import { nothing } from '../generator/lift.ts';
import type { Operation } from '../history/operation.ts';
import { interpret } from '../runner/interpreter.ts';
import { recorder } from '../runner/recorder.ts';
import { watch, type Watch } from '../runner/watch.ts';
import type { Completion, Workload } from '../workloads/workload.ts';
import { failureOf, type Failure } from './failures.ts';
import { drawnCourse, listedCourse, type Conduct } from './course.ts';
import { operationRecords } from './listed.ts';
import type { ListedCourse, RunPlan } from '../store/plan.ts';
import { progressWatch } from './progress.ts';

/** What a plan names, loaded. */
export interface Subject {
  readonly system: System;
  readonly workload: Workload;
}

export interface SimulateOptions {
  /** `full`: every message, timer and sync is told, too. */
  readonly trace?: 'state' | 'full';
  /** Told of everything that happens at nodes, in ms since the test's start. */
  readonly onEvent?: (event: NodeEvent, atMs: number) => void;
  /** Told of every operation as it is recorded. */
  readonly onOperation?: (operation: Operation) => void;
  /** From `atMs` on, everything left to chance comes out otherwise, as `salt` says. */
  readonly anew?: { readonly atMs: number; readonly salt: number };
  /** Told of the nodes, live, before anything happens at them. */
  readonly onNodes?: (nodes: ClusterState) => void;
  /** Something has happened, and whatever it led to at once. */
  readonly onStep?: () => void;
  /** Goes on after a crash or a broken invariant; by default the run ends there. */
  readonly toTheEnd?: boolean;
}

export interface Outcome {
  /** The most telling first; none where everything held. */
  readonly failures: readonly Failure[];
  /** Why it can't be said whether everything held; null where it can. */
  readonly unknown: string | null;
  readonly verdicts: Readonly<Record<string, Verdict>>;
  readonly history: readonly Operation[];
  /** The plan with every operation and fault listed as it was. */
  readonly listed: RunPlan;
  readonly hash: string;
  readonly events: number;
  /** Virtual time from the test's start to its end. */
  readonly virtualMs: number;
  /** How often each probe was reached. */
  readonly coverage: Readonly<Record<string, number>>;
}

/** How long checkers may take, each. */
const checkBudgetMs = 20_000;

export async function simulate(plan: RunPlan, subject: Subject, options: SimulateOptions = {}): Promise<Outcome> {
  const { system, workload } = subject;
  const cluster = simulatedCluster({
    deployment: { system, module: '', mutant: plan.mutant, settings: plan.settings },
    runId: 'fuzz',
    nodes: plan.nodes,
    seed: plan.seed,
    directory: null,
    // Nobody measures here whether faults bite, and pings change nothing else.
    simulator: { pingEveryUs: null, ...plan.simulator, trace: options.trace ?? 'state' },
    ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
  });
  options.onNodes?.(cluster.state);
  const run = conditions(plan, workload, cluster, options);
  await cluster.drive(async () => {
    await cluster.start();
    run.start();
    await interpret({
      clock: cluster.clock,
      generator: generatorOf(run),
      concurrency: plan.concurrency,
      open: (thread, process) => {
        const node = plan.nodes[thread % plan.nodes.length] ?? '';
        const own = { ...cluster, connect: (to: NodeId) => cluster.connect(to, `process ${process}`) };
        return { node, client: workload.open(own, node, process) };
      },
      nemesis: { invoke: (operation) => run.invoke(operation) },
      seed: plan.seed,
      record: run.log,
      log: () => undefined,
      signal: run.enough.signal,
    });
  });
  await cluster.stop();
  const broke = run.broke();
  if (broke !== null) throw broke;
  return outcomeOf(run, subject, cluster);
}

function generatorOf(run: Run): Generator {
  const { course } = run.plan;
  if (course.kind === 'listed') return listedCourse(run, course, (error) => run.fail(error));
  return run.faults === null ? nothing : drawnCourse(run, run.faults, course);
}

/** One run under way. */
interface Run extends Conduct {
  readonly watched: Watch;
  /** Draws and makes the faults of a drawn plan; null for a listed one. */
  readonly faults: Nemesis | null;
  readonly coverage: Map<string, number>;
  /** When everything was healed. */
  readonly healedMs: number[];
  /** Ends the run. */
  readonly enough: AbortController;
  /** The nemesis's operations, for plans that draw them. */
  invoke(operation: Invocation): Promise<Completion>;
  start(): void;
  /** Something went wrong with the run itself. */
  fail(error: unknown): void;
  broke(): Error | null;
}

function conditions(plan: RunPlan, workload: Workload, cluster: SimulatedCluster, options: SimulateOptions): Run {
  const { clock } = cluster;
  /** Until the test starts it is 0 ms after its start. */
  let startMs: number | null = null;
  const sinceStart = (atMs: number): number => (startMs === null ? 0 : atMs - startMs);
  const nowMs = (): number => sinceStart(clock.now());
  const enough = new AbortController();
  const coverage = new Map<string, number>();
  const watched = watch({ onEvent: () => undefined }, { number: 1, total: 1 });
  const progress = plan.progress === null ? null : progressWatch(plan.progress);
  const target = recordingTarget(nemesisTarget(cluster.faults), () => startMs ?? 0);
  const healedMs: number[] = [];
  /** What nodes do before the test starts, which is at a negative time. */
  let early: NodeEvent[] | null = [];
  const log = recorder((operation) => {
    watched.onOperation(operation);
    progress?.onOperation(operation);
    options.onOperation?.(operation);
  });
  cluster.onEvent((event) => {
    const atMs = sinceStart(event.at);
    const { kind, name } = event;
    if (kind === 'probe') coverage.set(name, (coverage.get(name) ?? 0) + 1);
    watched.onNodeEvent(event, atMs);
    progress?.onNodeEvent(event, atMs);
    if (early === null) options.onEvent?.(event, atMs);
    else early.push(event);
    if ((kind === 'crash' || kind === 'violation') && options.toTheEnd !== true) enough.abort();
  });

  const faults =
    plan.course.kind === 'drawn' ? nemesis(target, faultKinds, plan.course.schedule, { measures: false }) : null;
  const lasting = plan.course.kind === 'drawn' ? plan.course.lasting : [];
  let heals = 0;
  let broke: Error | null = null;
  return {
    plan,
    workload,
    log,
    watched,
    keys: watched.keys,
    faults,
    progress,
    target,
    coverage,
    healedMs,
    enough,
    nowMs,
    broke: () => broke,
    fail(error) {
      broke ??= error instanceof Error ? error : new RunError(String(error));
      enough.abort();
    },
    start() {
      startMs = clock.now();
      const before = early ?? [];
      early = null;
      for (const event of before) options.onEvent?.(event, event.at - startMs);
      if (options.anew === undefined) return;
      const { atMs, salt } = options.anew;
      clock.after(atMs, () => {
        cluster.chance.anew(salt);
      });
    },
    async invoke(operation) {
      if (faults === null) throw new RunError('a listed plan has no nemesis operations');
      if (operation.f === 'heal') healedMs.push(nowMs());
      const completion = await faults.invoke(operation);
      if (operation.f === 'heal' && heals++ === 0) for (const trouble of lasting) await begin(trouble, target);
      return completion;
    },
  };
}

function outcomeOf(run: Run, { system, workload }: Subject, cluster: SimulatedCluster): Outcome {
  const { plan, log, watched, progress, coverage } = run;
  const endMs = run.nowMs();
  const verdicts: Record<string, Verdict> = {};
  const checkers: readonly Checker[] = [
    ...((system.invariants ?? []).length > 0 ? [invariants(watched.broken)] : []),
    crashes(watched.crashes),
    // A run of a swarm leaves whole kinds out: that some operation never succeeded in it says nothing.
    ...workload.checkers(checkBudgetMs).filter(({ name }) => name !== 'stats'),
  ];
  for (const checker of checkers) verdicts[checker.name] = checker.check(log.history);
  const stuck = run.enough.signal.aborted ? null : (progress?.failure(endMs) ?? null);
  if (progress !== null) {
    verdicts['progress'] = stuck === null ? { valid: true } : { valid: false, reason: stuck.reason };
  }
  const failures = Object.entries(verdicts)
    .filter(([name, { valid }]) => valid === false && name !== 'progress')
    .map(([name, verdict]) => failureOf(name, verdict));
  if (stuck !== null) failures.push({ check: 'progress', ...stuck });
  const undecided = Object.values(verdicts).find(({ valid }) => valid === 'unknown');
  return {
    failures,
    unknown: failures.length > 0 || undecided === undefined ? null : (undecided.reason ?? 'a checker could not decide'),
    verdicts,
    history: log.history,
    listed: plan.course.kind === 'listed' ? plan : { ...plan, course: listedAsItWas(run) },
    hash: cluster.hash(),
    events: cluster.events(),
    virtualMs: endMs,
    coverage: Object.fromEntries([...coverage].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function listedAsItWas({ plan, log, target, healedMs }: Run): ListedCourse {
  return {
    kind: 'listed',
    operations: operationRecords(log.history, plan),
    faults: target.records(),
    healMs: healedMs,
  };
}
