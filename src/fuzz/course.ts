/** What happens in a run and when: the operations and faults of a plan as a generator. */

import type { Nemesis } from '../../nemesis/nemesis.ts';
import { perform, type FaultRecord, type RecordingTarget } from '../../nemesis/records.ts';
import { any, clients, lift, nemesis as onNemesis, phases, scheduled, stagger } from '../generator/index.ts';
import type { Generator } from '../generator/generator.ts';
import type { Json } from '../history/operation.ts';
import type { Recorder } from '../runner/recorder.ts';
import type { Workload } from '../workloads/workload.ts';
import { listedOperations } from './listed.ts';
import type { DrawnCourse, ListedCourse, RunPlan } from '../store/plan.ts';
import { progressEndMs, type ProgressWatch } from './progress.ts';

/** What a course needs of the run that takes it. */
export interface Conduct {
  readonly plan: RunPlan;
  readonly workload: Workload;
  readonly log: Recorder;
  readonly target: RecordingTarget;
  readonly progress: ProgressWatch | null;
  /** Keys that clients used so far. */
  readonly keys: ReadonlySet<string>;
  /** Since the test's start. */
  nowMs(): number;
}

const healTimeoutMs = 15_000;
/** How long clients go on after healing where no progress is asked for. */
const afterwardsMs = 1500;

/** Clients until there was progress enough; faults, healing, what stays broken; healing of that too, and final reads. */
export function drawnCourse(run: Conduct, faults: Nemesis, { rate, mix, schedule }: DrawnCourse): Generator {
  const { plan, workload, keys, progress, nowMs } = run;
  const workloadOptions = { seed: plan.seed, concurrency: plan.concurrency, nodes: plan.nodes, mix };
  const faultsEndMs = plan.progress?.fromMs ?? Math.max(0, ...schedule.map(({ atMs, forMs }) => atMs + forMs));
  const isOver = (): boolean =>
    nowMs() >= faultsEndMs && (progress?.isOver(nowMs()) ?? nowMs() >= faultsEndMs + afterwardsMs);
  const operations = workload.generator(workloadOptions);
  const paced = rate > 0 ? stagger(1 / rate, operations) : operations;
  const heal = { f: 'heal', value: null };
  return phases(
    any(
      clients(unless(isOver, paced)),
      onNemesis(phases(faults.generator(), scheduled([{ atMs: faultsEndMs, template: heal }]))),
    ),
    onNemesis(lift([heal])),
    clients(lift((_context, ordinal) => (ordinal === 0 ? workload.finalGenerator(workloadOptions, [...keys]) : null))),
  );
}

/** The generator's operations until `isOver` says that it is enough. */
function unless(isOver: () => boolean, inner: Generator): Generator {
  return {
    next(context) {
      if (isOver()) return { kind: 'done' };
      const step = inner.next(context);
      if (step.kind === 'done') return step;
      return { ...step, rest: step.rest === null ? null : unless(isOver, step.rest) } as typeof step;
    },
    update: (context, event) => unless(isOver, inner.update(context, event)),
  };
}

/** Operations and faults as listed, and time for what comes after them. */
export function listedCourse(run: Conduct, course: ListedCourse, onError: (error: unknown) => void): Generator {
  const { plan, log, target, nowMs } = run;
  const { clock } = target;
  const say = (f: string, value: Json): void => {
    const time = Math.round(nowMs() * 1e6);
    const begun = log.invoke({ type: 'invoke', process: 'nemesis', f, value, time }, time);
    log.complete(begun, { type: 'info', value }, time);
  };
  perform(
    course.faults,
    target,
    clock,
    ({ record, index, begins }) => {
      say(`${begins ? 'start' : 'stop'}-${record.kind}`, faultValue(record, index, begins));
    },
    onError,
  );
  for (const atMs of course.healMs) {
    clock.after(atMs, () => {
      say('heal', { ended: [], started: [], silent: [], errors: [] });
      target.clear(healTimeoutMs).catch(onError);
    });
  }
  const endMs = Math.max(0, plan.progress === null ? 0 : progressEndMs(plan.progress), ...course.healMs);
  const operations = listedOperations(course.operations);
  return clients(any(operations, scheduled([{ atMs: endMs, template: { type: 'log', f: 'log', value: 'the end' } }])));
}

function faultValue(record: FaultRecord, id: number, begins: boolean): Json {
  const { kind, atMs: _atMs, untilMs: _untilMs, ...what } = record;
  const said = { id, kind, shape: 'listed' };
  if (begins)
    return {
      ...said,
      done: { ...('node' in what ? { nodes: [what.node] } : {}), ...(what as Readonly<Record<string, Json>>) },
    };
  return { ...said, evidence: { bit: true, detail: 'as the plan lists it' } };
}
