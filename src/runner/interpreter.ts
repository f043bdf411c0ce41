/**
 * Makes what a generator says happen (jepsen.generator.interpreter): hands operations to clients and the nemesis when
 * it is time, and records what becomes of them. An event-driven machine on one clock; between an operation's
 * completion and the next invocation there is nothing but the generator's own work.
 */

import type { Clock } from '../cluster/clock.ts';
import { messageOf, RunError } from '../errors.ts';
import { atTime, initialContext, renumbered, threadOf, withBusy, withFree } from '../generator/context.ts';
import type { Context, Generator, Invocation, Thread } from '../generator/generator.ts';
import { nothing, type GeneratorLike } from '../generator/lift.ts';
import { validate } from '../generator/validate.ts';
import type { Operation } from '../history/operation.ts';
import type { Client, Completion } from '../workloads/workload.ts';
import type { Recorder } from './recorder.ts';

/** A client and the node that it is bound to. */
export interface BoundClient {
  readonly client: Client;
  readonly node?: string;
}

export interface InterpretOptions {
  readonly clock: Clock;
  readonly generator: GeneratorLike;
  /** Client threads. */
  readonly concurrency: number;
  /** A new client for a thread that begins as `process`. Throwing means that there is none: the operation is `fail`. */
  readonly open: (thread: number, process: number) => BoundClient;
  /** Whatever its completions say, they are recorded as `info`. */
  readonly nemesis: { invoke(operation: Invocation): Promise<Completion> };
  readonly seed: number;
  readonly record: Recorder;
  /** Takes the messages of `log` operations, and what goes wrong with clients outside operations. */
  readonly log: (message: string) => void;
  /**
   * Called when the generator has been pending for ten seconds though nothing is under way, and every ten seconds
   * after that. Without it the run ends with a RunError then.
   */
  readonly onStall?: () => void;
  /** Ends the run early: what is under way has another second to complete and is then `info`, "interrupted". */
  readonly signal?: AbortSignal;
}

/** How long the generator is left alone after it was pending, unless something completes. */
const pendingMs = 5;
const stalledMs = 10_000;
/** Longer waits are cut in pieces: timers can't be set for months. */
const timerMaxMs = 3_600_000;
/** For operations that are under way when the run is interrupted. */
const graceMs = 1_000;

/**
 * Runs the generator to its end and waits for the last completion. Times in the history are ns of `clock` since this
 * call. Clients are opened when their thread first needs them, and anew after an `info`; all are closed in the end.
 * The client of thread 0 is set up before the first operation, that of the last thread is asked to tear down after
 * the last unless the run was interrupted.
 *
 * Rejects when the generator or the set-up fails; what was under way is then `info`, "interrupted".
 */
export async function interpret(options: InterpretOptions): Promise<void> {
  const { clock, concurrency, log, signal } = options;
  const start = clock.now();
  const clients = clientPool(options);
  try {
    if (concurrency > 0) await unlessAborted(setUp(clients), signal);
    const context = await run(options, clients, start);
    if (concurrency > 0 && signal?.aborted !== true) {
      await unlessAborted(tearDown(clients, context, concurrency - 1, log), signal);
    }
  } finally {
    clients.closeAll();
  }
}

async function setUp(clients: ClientPool): Promise<void> {
  try {
    await clients.of(0, 0).client.setup?.();
  } catch (error) {
    throw new RunError(`the client of thread 0 could not set up: ${messageOf(error)}`, { cause: error });
  }
}

async function tearDown(
  clients: ClientPool,
  context: Context,
  thread: number,
  log: (message: string) => void,
): Promise<void> {
  try {
    await clients.of(thread, Number(context.processOf(thread))).client.teardown?.();
  } catch (error) {
    log(`the client of thread ${thread} could not tear down: ${messageOf(error)}`);
  }
}

/** Goes on without `work` when the run is interrupted. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  const race = Promise.withResolvers<undefined>();
  const stop = (): void => race.resolve(undefined);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([work, race.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface ClientPool {
  /** The thread's client, opened when there is none. Throws what opening throws. */
  of(thread: number, process: number): BoundClient;
  close(thread: number): void;
  closeAll(): void;
}

function clientPool({ open, log }: InterpretOptions): ClientPool {
  const clients = new Map<number, BoundClient>();
  const close = (thread: number): void => {
    try {
      clients.get(thread)?.client.close();
    } catch (error) {
      log(`the client of thread ${thread} could not be closed: ${messageOf(error)}`);
    }
    clients.delete(thread);
  };
  return {
    of(thread, process) {
      const client = clients.get(thread) ?? open(thread, process);
      clients.set(thread, client);
      return client;
    },
    close,
    closeAll() {
      for (const thread of [...clients.keys()]) close(thread);
    },
  };
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new RunError(messageOf(thrown)));

/** What a busy thread does: an operation, or sleep. */
interface Busy {
  readonly thread: Thread;
  readonly operation: Operation | null;
  /** Takes back the timer of a sleep. */
  readonly cancel: () => void;
}

/** Returns the context of the end. */
function run(options: InterpretOptions, clients: ClientPool, startMs: number): Promise<Context> {
  const { clock, concurrency, nemesis, record, log, signal } = options;
  return new Promise((resolve, reject) => {
    let context = initialContext(concurrency, options.seed);
    let generator: Generator = validate(options.generator);
    const busy = new Map<Thread, Busy>();
    let completed: { readonly of: Busy; readonly completion: Completion | null }[] = [];
    let advancing = false;
    let ended = false;
    let interrupted = false;
    let timer: { readonly at: number; readonly cancel: () => void } | null = null;
    let early = false;
    let stalledSince: number | null = null;

    const now = (): number => Math.max(context.time, Math.round((clock.now() - startMs) * 1e6));

    /** Has `advance` run once all that is settled at this moment has said so. */
    const wake = (): void => {
      if (advancing || ended) return;
      advancing = true;
      queueMicrotask(advance);
    };

    const wakeAt = (time: number): void => {
      if (timer?.at === time) return;
      timer?.cancel();
      const ms = Math.min(Math.ceil((time - context.time) / 1e3) / 1e3, timerMaxMs);
      const cancel = clock.after(early ? Math.ceil(ms) : ms, () => {
        timer = null;
        // Timers may fire a little too soon; asking for whole milliseconds then keeps them from doing so for ever.
        early = now() < time;
        wake();
      });
      timer = { at: time, cancel };
    };

    const end = (settle: () => void): void => {
      ended = true;
      timer?.cancel();
      signal?.removeEventListener('abort', wake);
      const time = now();
      try {
        for (const { operation, cancel } of busy.values()) {
          cancel();
          if (operation === null) continue;
          record.complete(operation, { type: 'info', value: operation.value, error: 'interrupted' }, time);
        }
        settle();
      } catch (error) {
        reject(asError(error));
      }
    };

    const advance = (): void => {
      advancing = false;
      if (ended) return;
      try {
        complete();
        if (signal?.aborted === true) interrupt();
        else ask();
      } catch (error) {
        end(() => reject(asError(error)));
      }
    };

    const complete = (): void => {
      const batch = completed;
      completed = [];
      for (const { of, completion } of batch) {
        const { thread, operation } = of;
        busy.delete(thread);
        context = withFree(context, now(), thread);
        if (operation === null || completion === null) continue;
        const result: Completion = thread === 'nemesis' ? { ...completion, type: 'info' } : completion;
        const event = record.complete(operation, result, context.time);
        generator = generator.update(context, event);
        if (result.type !== 'info' || thread === 'nemesis') continue;
        context = renumbered(context, thread, concurrency);
        clients.close(thread);
      }
    };

    const ask = (): void => {
      for (;;) {
        context = atTime(context, now());
        const step = generator.next(context);
        switch (step.kind) {
          case 'done':
            if (busy.size === 0) end(() => resolve(context));
            return;
          case 'pending':
            generator = step.rest;
            if (busy.size === 0) checkStall();
            if (context.free.length > 0 && !ended) wakeAt(context.time + pendingMs * 1e6);
            return;
          case 'operation':
            stalledSince = null;
            if (step.operation.time > context.time) {
              wakeAt(step.operation.time);
              return;
            }
            generator = step.rest ?? nothing;
            begin(step.operation);
        }
      }
    };

    const checkStall = (): void => {
      stalledSince ??= context.time;
      if (context.time - stalledSince < stalledMs * 1e6) return;
      stalledSince = context.time;
      if (options.onStall === undefined) {
        throw new RunError(
          `the generator has been pending for ${stalledMs / 1000} s though nothing is under way: it would wait for ever`,
        );
      }
      options.onStall();
    };

    const begin = (invocation: Invocation): void => {
      const { type, value } = invocation;
      if (type === 'log') {
        log(typeof value === 'string' ? value : JSON.stringify(value));
        return;
      }
      const thread = threadOf(context, invocation.process);
      if (thread === undefined) throw new RunError(`no thread runs process ${invocation.process}`);
      context = withBusy(context, context.time, thread);
      if (type === 'sleep') {
        const cancel = clock.after(Number(value) * 1000, () => settled(asleep, null));
        const asleep: Busy = { thread, operation: null, cancel };
        busy.set(thread, asleep);
        return;
      }
      const { work, node } = prepare(thread, invocation);
      const operation = record.invoke(invocation, context.time, node);
      const of: Busy = { thread, operation, cancel: () => undefined };
      const crashed = (error: unknown): void =>
        settled(of, { type: 'info', value: operation.value, error: messageOf(error) });
      busy.set(thread, of);
      generator = generator.update(context, operation);
      try {
        work().then((completion) => settled(of, completion), crashed);
      } catch (error) {
        crashed(error);
      }
    };

    /** How to do it. Without a client it certainly doesn't happen. */
    const prepare = (
      thread: Thread,
      invocation: Invocation,
    ): { readonly work: () => Promise<Completion>; readonly node?: string } => {
      if (thread === 'nemesis') return { work: () => nemesis.invoke(invocation) };
      try {
        const { client, node } = clients.of(thread, Number(invocation.process));
        return { work: () => client.invoke(invocation), ...(node === undefined ? {} : { node }) };
      } catch (error) {
        const refused: Completion = { type: 'fail', value: invocation.value, error: `no client: ${messageOf(error)}` };
        return { work: () => Promise.resolve(refused) };
      }
    };

    const settled = (of: Busy, completion: Completion | null): void => {
      completed.push({ of, completion });
      wake();
    };

    const interrupt = (): void => {
      if (interrupted) {
        if (busy.size === 0) end(() => resolve(context));
        return;
      }
      interrupted = true;
      timer?.cancel();
      for (const { thread, operation, cancel } of [...busy.values()]) {
        if (operation !== null) continue;
        cancel();
        busy.delete(thread);
      }
      if (busy.size === 0) end(() => resolve(context));
      else timer = { at: Infinity, cancel: clock.after(graceMs, () => end(() => resolve(context))) };
    };

    signal?.addEventListener('abort', wake);
    advance();
  });
}
