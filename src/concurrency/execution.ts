/** One run: a scenario in one interleaving, recorded as a history. */

import { messageOf, UsageError } from '../errors.ts';
import { MISMATCH, type History, type Operation, type OperationType } from '../history/operation.ts';
import { added, type EventLoop } from './event-loop.ts';
import type { Settings, ThrownMeaning } from './options.ts';
import { inputOf, keyOf, outputOf } from './recorded-values.ts';
import type { Call, Scenario } from './scenario.ts';
import { schedulePort, type Task } from './schedule.ts';
import { preferred, type Strategy } from './strategy.ts';
import { listed, named, textOf } from './words.ts';

/** What a process did, and at which step. */
export interface Event {
  /** From 1: how many tasks the scheduler had released. */
  readonly step: number;
  /** Null for what belongs to no operation. */
  readonly process: number | null;
  readonly text: string;
}

/** What could have been released at a step, by name; the first is what the run would have gone on with by itself. */
export interface Choice {
  readonly options: readonly string[];
  readonly taken: string;
  /** Whose it was. */
  readonly process: number | null;
}

/** An operation that had not returned when the run was over. */
export interface Pending {
  readonly process: number;
  readonly call: Call;
}

export type Ending =
  | { readonly kind: 'finished' }
  /** Nothing was left to release. */
  | { readonly kind: 'deadlock'; readonly pending: readonly Pending[] }
  /** `stepsMax` tasks were released. */
  | { readonly kind: 'endless'; readonly pending: readonly Pending[] }
  /** An operation threw what is a bug. */
  | { readonly kind: 'thrown'; readonly process: number; readonly call: Call; readonly thrown: unknown };

export interface Execution {
  readonly history: History;
  readonly choices: readonly Choice[];
  /** Empty unless asked for. */
  readonly events: readonly Event[];
  readonly ending: Ending;
}

/** A step of a run is a millisecond in its history. */
const stepNs = 1_000_000;
const outsidePollMs = 5;

/**
 * Runs `scenario` on a fresh object. Processes call their operations one after the other; each invocation waits for the
 * scheduler, and is recorded when the method is called; a completion when its promise settles. Throws a UsageError when
 * an operation waits for something that is not from the schedule, or its values can't be written to a history.
 */
export async function execute<Subject>(
  settings: Settings<Subject>,
  scenario: Scenario,
  strategy: Strategy,
  loop: EventLoop,
  traced = false,
): Promise<Execution> {
  const { limits } = settings;
  const choices: Choice[] = [];
  const events: Event[] = [];
  let options: readonly string[] = [];
  let last: number | null = null;
  let progress = 0;

  const port = schedulePort(strategy.scheduler, {
    scheduled() {
      progress++;
    },
    released(task: Task) {
      last = task.process;
      choices.push({ options, taken: task.name, process: task.process });
    },
    said(process, words) {
      if (traced) events.push({ step: choices.length, process, text: words() });
    },
  });
  const subject = await settings.create(port.schedule);
  const resourcesBefore = loop.resources();
  port.open();

  const record = recorder(() => choices.length * stepNs);
  const busy = new Map<number, Call>();
  let unfinished = scenario.length;
  let ending: Ending | null = null;
  let broken: { readonly thrown: unknown } | null = null;

  const callOne = async (process: number, id: number, call: Call): Promise<boolean> => {
    const operation = settings.operations.get(call.name);
    if (operation === undefined) throw new RangeError(`no operation ${call.name}`);
    const f = operation.f ?? call.name;
    const about = { process: id, f, ...keyOf(operation, call) };
    const owner = { process, id: call.id };
    await port.begin(owner, () => `${named(call.name, call.args)} begins`);
    const input = inputOf(operation, call);
    record({ ...about, type: 'invoke', value: input });
    busy.set(process, call);
    const says = (text: () => string): void => {
      if (traced) events.push({ step: choices.length, process, text: text() });
    };
    let result: unknown;
    try {
      result = await port.within(owner, () => operation.call(subject, ...call.args));
    } catch (thrown) {
      const meaning = meaningOf(operation.onThrown ?? settings.onThrown, thrown);
      says(() => `${call.name} throws ${textOf(thrown)}`);
      record({ ...about, value: input, ...completionOf(meaning, thrown) });
      busy.delete(process);
      progress++;
      if (meaning === 'error') ending ??= { kind: 'thrown', process, call, thrown };
      return meaning !== 'info';
    }
    const value = outputOf(operation, call, result);
    says(() => `${call.name} returns${result === undefined ? '' : ` ${textOf(result)}`}`);
    record({ ...about, type: 'ok', value });
    busy.delete(process);
    progress++;
    return true;
  };
  const runProcess = async (process: number, calls: readonly Call[]): Promise<void> => {
    // After an unknown outcome a thread goes on as another process.
    let id = process;
    for (const call of calls) if (!(await callOne(process, id, call))) id += scenario.length;
    unfinished--;
  };
  scenario.forEach((calls, process) => {
    runProcess(process, calls).catch((thrown: unknown) => {
      broken ??= { thrown };
    });
  });
  const pending = (): readonly Pending[] => [...busy].map(([process, call]) => ({ process, call }));

  for (;;) {
    await loop.settled();
    const { failed, over } = { failed: broken as { readonly thrown: unknown } | null, over: ending as Ending | null };
    if (failed !== null) throw failed.thrown;
    if (over !== null) return { history: record.history, choices, events, ending: over };
    if (unfinished === 0) return { history: record.history, choices, events, ending: { kind: 'finished' } };
    const waiting = preferred(port.waiting(), last);
    if (waiting.length === 0) {
      const stuck = pending();
      const outside = await wentOutside(loop, resourcesBefore, limits.outsideMs, () => progress);
      if (outside !== null) throw new UsageError(`${stillIn(stuck)}${outside}`);
      return { history: record.history, choices, events, ending: { kind: 'deadlock', pending: stuck } };
    }
    if (choices.length >= limits.stepsMax) {
      return { history: record.history, choices, events, ending: { kind: 'endless', pending: pending() } };
    }
    options = waiting.map(({ name }) => name);
    strategy.choose(waiting, choices.length);
    await strategy.scheduler.waitNext(1);
  }
}

/** `p1 still in withdraw(5)` */
export function stillIn(pending: readonly Pending[]): string {
  return listed(pending.map(({ process, call }) => `p${process} still in ${named(call.name, call.args)}`));
}

/**
 * With nothing left to release, what keeps an operation from returning, unless it is a deadlock: something that this
 * process waits for (a timer, a socket) and that came up in the run. Waits until that is gone, or somebody goes on.
 */
async function wentOutside(
  loop: EventLoop,
  before: readonly string[],
  limitMs: number,
  progress: () => number,
): Promise<string | null> {
  const advice = 'give the object a fake of it made with schedule.wrap or schedule.point, so that runs can be repeated';
  const progressBefore = progress();
  for (let waitedMs = 0; ; waitedMs += outsidePollMs) {
    const kinds = added(before, loop.resources());
    await loop.settled();
    if (progress() > progressBefore) {
      return `, which went on by something outside of the schedule after some ${waitedMs} ms: ${advice}`;
    }
    if (kinds.length === 0) return null;
    if (waitedMs >= limitMs) {
      return ` after ${waitedMs} ms with nothing left to schedule, while ${listed(kinds)} was active: if it waits for that, ${advice}; if not, it is a deadlock`;
    }
    await loop.wait(outsidePollMs);
  }
}

interface Recorder {
  (operation: Omit<Operation, 'index' | 'time'>): void;
  readonly history: History;
}

function recorder(now: () => number): Recorder {
  const history: Operation[] = [];
  const record = (operation: Omit<Operation, 'index' | 'time'>): void => {
    history.push({ index: history.length, ...operation, time: now() });
  };
  return Object.assign(record, { history });
}

function meaningOf(onThrown: Settings<unknown>['onThrown'], thrown: unknown): ThrownMeaning {
  return typeof onThrown === 'function' ? onThrown(thrown) : onThrown;
}

function completionOf(meaning: ThrownMeaning, thrown: unknown): { type: OperationType; error: string } {
  if (meaning === 'mismatch') return { type: 'fail', error: MISMATCH };
  const message = messageOf(thrown);
  // That word alone would be evidence of what the value was not.
  const error = message === MISMATCH ? `threw ${message}` : message;
  return { type: meaning === 'fail' ? 'fail' : 'info', error };
}
