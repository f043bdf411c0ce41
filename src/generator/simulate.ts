/**
 * Runs a generator against imaginary clients whose every answer and delay is known, to see exactly what it does
 * (jepsen.generator.test). Nothing waits: it is a function from a generator to a history.
 */

import { RunError } from '../errors.ts';
import type { Operation } from '../history/operation.ts';
import { atTime, initialContext, renumbered, threadOf, withBusy, withFree } from './context.ts';
import type { Invocation, Thread } from './generator.ts';
import type { GeneratorLike } from './lift.ts';
import { validate } from './validate.ts';

/** What becomes of an operation, and how long it takes. */
export interface Outcome {
  readonly type: 'ok' | 'fail' | 'info';
  readonly latencyNs: number;
}

export interface SimulateOptions {
  /** Client threads; there is also a nemesis. */
  readonly concurrency?: number;
  readonly seed?: number;
  /** More operations than this are taken for a generator without an end: a RunError. */
  readonly operationsMax?: number;
}

export interface Simulated {
  readonly history: readonly Operation[];
  /** The sleep and log operations, which no history holds. */
  readonly asides: readonly Invocation[];
}

/** An operation under way, or a thread asleep (`operation` null). */
interface Running {
  readonly thread: Thread;
  readonly until: number;
  readonly operation: Operation | null;
  readonly type: Outcome['type'];
}

/**
 * What happens when every operation has the outcome that `outcome` says. As in a real run, whatever completes at some
 * time does so before anything is invoked at that time, and the thread that has been free longest comes first.
 */
export function simulate(
  generator: GeneratorLike,
  outcome: (operation: Operation, thread: Thread) => Outcome,
  { concurrency = 2, seed = 0, operationsMax = 10_000 }: SimulateOptions = {},
): Simulated {
  const history: Operation[] = [];
  const asides: Invocation[] = [];
  let context = initialContext(concurrency, seed);
  let current = validate(generator);
  let running: readonly Running[] = [];

  const record = (operation: Operation): Operation => {
    history.push(operation);
    return operation;
  };

  const start = ({ thread, until, ...rest }: Running): void => {
    const after = running.findIndex((other) => other.until > until);
    running = running.toSpliced(after < 0 ? running.length : after, 0, { thread, until, ...rest });
  };

  const invoke = (invocation: Invocation): void => {
    const { type, time, value } = invocation;
    context = atTime(context, time);
    if (type !== 'invoke') asides.push(invocation);
    if (type === 'log') return;
    const thread = threadOf(context, invocation.process) ?? 0;
    context = withBusy(context, time, thread);
    if (type === 'sleep') {
      start({ thread, until: time + Math.round(Number(value) * 1e9), operation: null, type: 'ok' });
      return;
    }
    const operation = record({ ...invocation, type: 'invoke', index: history.length });
    const { type: result, latencyNs } = outcome(operation, thread);
    start({ thread, until: time + latencyNs, operation, type: result });
    current = current.update(context, operation);
  };

  const complete = ({ thread, until, operation, type }: Running): void => {
    running = running.slice(1);
    context = withFree(context, until, thread);
    if (operation === null) return;
    const completion = record({ ...operation, index: history.length, type, time: until });
    current = current.update(context, completion);
    if (type === 'info') context = renumbered(context, thread, concurrency);
  };

  for (;;) {
    if (history.length > 2 * operationsMax || asides.length > operationsMax) {
      throw new RunError(`the generator yielded more than ${operationsMax} operations: is it meant to end?`);
    }
    const first = running[0];
    if (first !== undefined && first.until <= context.time) {
      complete(first);
      continue;
    }
    const step = current.next(context);
    if (step.kind === 'operation' && (first === undefined || step.operation.time < first.until)) {
      const { rest, operation } = step;
      current = rest ?? validate(null);
      invoke(operation);
      continue;
    }
    if (step.kind === 'pending') current = step.rest;
    if (first !== undefined) complete(first);
    else if (step.kind === 'done') return { history, asides };
    else throw new RunError('the generator is pending but nothing is under way: it would wait for ever');
  }
}

const invocationsOf = ({ history }: Simulated): readonly Operation[] => history.filter(({ type }) => type === 'invoke');

/** How long operations take below, except in `quick`. */
export const latencyNs = 10;

/** Invocations when every operation succeeds in no time. */
export function quick(generator: GeneratorLike, options?: SimulateOptions): readonly Operation[] {
  return invocationsOf(simulate(generator, () => ({ type: 'ok', latencyNs: 0 }), options));
}

/** Invocations when every operation succeeds in 10 ns. */
export function perfect(generator: GeneratorLike, options?: SimulateOptions): readonly Operation[] {
  return invocationsOf(simulate(generator, () => ({ type: 'ok', latencyNs }), options));
}

/** Invocations when nothing is known of any operation after 10 ns. */
export function perfectInfo(generator: GeneratorLike, options?: SimulateOptions): readonly Operation[] {
  return invocationsOf(simulate(generator, () => ({ type: 'info', latencyNs }), options));
}

/** The whole history when on each thread operations fail, are unknown and succeed in turn, after 10 ns each. */
export function imperfect(generator: GeneratorLike, options?: SimulateOptions): readonly Operation[] {
  const turns = new Map<Thread, number>();
  const types = ['fail', 'info', 'ok'] as const;
  const outcome = (_operation: Operation, thread: Thread): Outcome => {
    const turn = turns.get(thread) ?? 0;
    turns.set(thread, turn + 1);
    return { type: types[turn % types.length] ?? 'ok', latencyNs };
  };
  return simulate(generator, outcome, options).history;
}
