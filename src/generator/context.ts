/** Contexts: what the interpreter shows a generator, and the narrower views that combinators hand down. */

import type { Process } from '../history/operation.ts';
import { key, mix as mixHash } from '../random.ts';
import type { Context, Thread } from './generator.ts';

/**
 * The context of a test that has not begun: client threads 0 to `concurrency - 1` and the nemesis, all free, each
 * client thread running the process of its own number.
 */
export function initialContext(concurrency: number, seed: number): Context {
  const threads: Thread[] = [...Array(concurrency).keys(), 'nemesis'];
  return { time: 0, threads, free: threads, processOf: (thread) => thread, seed: key(seed, 'generator') };
}

export function atTime(context: Context, time: number): Context {
  return view(context, time, context.threads, context.free, context.seed);
}

export function withBusy(context: Context, time: number, busy: Thread): Context {
  return view(
    context,
    time,
    context.threads,
    context.free.filter((thread) => thread !== busy),
    context.seed,
  );
}

/** The thread goes to the end of `free`: whoever has waited longest comes first. */
export function withFree(context: Context, time: number, thread: Thread): Context {
  return view(context, time, context.threads, [...context.free, thread], context.seed);
}

/** Once `thread` has gone on as a new process, as a client thread does after an `info`; the nemesis stays what it is. */
export function renumbered(context: Context, thread: Thread, concurrency: number): Context {
  const process = context.processOf(thread);
  if (process === 'nemesis') return context;
  const processes = new Map<Thread, Process>(context.threads.map((other) => [other, context.processOf(other)]));
  processes.set(thread, process + concurrency);
  return { ...context, processOf: (other) => processes.get(other) ?? other };
}

/** The thread of this context that runs `process`; undefined when none does. */
export function threadOf(context: Context, process: Process): Thread | undefined {
  return context.threads.find((thread) => context.processOf(thread) === process);
}

/** Only the threads that `allows` lets through. */
export function narrow(context: Context, allows: (thread: Thread) => boolean): Context {
  return view(context, context.time, context.threads.filter(allows), context.free.filter(allows), context.seed);
}

/**
 * The context for the part of a generator that is told apart from its siblings by `branch`: its random choices have
 * nothing to do with theirs.
 */
export function reseed(context: Context, branch: number): Context {
  return view(context, context.time, context.threads, context.free, mixHash(context.seed, branch));
}

function view(from: Context, time: number, threads: readonly Thread[], free: readonly Thread[], seed: number): Context {
  return { time, threads, free, processOf: from.processOf, seed };
}
