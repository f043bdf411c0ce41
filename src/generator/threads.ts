/** Which threads may do what. */

import { UsageError } from '../errors.ts';
import type { Process } from '../history/operation.ts';
import { key, uniform } from '../random.ts';
import { any } from './choice.ts';
import { narrow, reseed, threadOf } from './context.ts';
import type { Context, Generator, Thread } from './generator.ts';
import { done, lift, nothing, type GeneratorLike } from './lift.ts';
import { soonest, type Offer } from './soonest.ts';

/**
 * Only on the threads that `allows` lets through; only their events reach the generator. Where there are no such
 * threads it has nothing to do.
 */
export function onThreads(allows: (thread: Thread) => boolean, generator: GeneratorLike): Generator {
  return restricted(allows, lift(generator));
}

function restricted(allows: (thread: Thread) => boolean, inner: Generator): Generator {
  const self: Generator = {
    next(context) {
      const inside = narrow(context, allows);
      const step = inside.threads.length === 0 ? done : inner.next(inside);
      if (step.kind === 'done') return done;
      if (step.kind === 'pending') return { kind: 'pending', rest: restricted(allows, step.rest) };
      return { ...step, rest: step.rest === null ? null : restricted(allows, step.rest) };
    },
    update(context, event) {
      const thread = threadOf(context, event.process);
      if (thread === undefined || !allows(thread)) return self;
      return restricted(allows, inner.update(narrow(context, allows), event));
    },
  };
  return self;
}

/** Only on client threads; with a second generator, that one on the nemesis at the same time. */
export function clients(generator: GeneratorLike, nemesisGenerator?: GeneratorLike): Generator {
  const restrictedToClients = onThreads((thread) => thread !== 'nemesis', generator);
  return nemesisGenerator === undefined ? restrictedToClients : any(restrictedToClients, nemesis(nemesisGenerator));
}

/** Only on the nemesis; with a second generator, that one on the clients at the same time. */
export function nemesis(generator: GeneratorLike, clientGenerator?: GeneratorLike): Generator {
  const restrictedToNemesis = onThreads((thread) => thread === 'nemesis', generator);
  return clientGenerator === undefined ? restrictedToNemesis : any(restrictedToNemesis, clients(clientGenerator));
}

/**
 * The first threads to the first generator, the next ones to the second, …, all that remain to the last. Threads are
 * counted among those that this generator may use, so reserves nest. A UsageError when there are too few of them.
 */
export function reserve(
  ranges: readonly (readonly [count: number, generator: GeneratorLike])[],
  remainder: GeneratorLike,
): Generator {
  const counts = ranges.map(([count]) => count);
  return reserved(counts, 0, [...ranges.map(([, generator]) => lift(generator)), lift(remainder)]);
}

function reserved(counts: readonly number[], ordinal: number, generators: readonly Generator[]): Generator {
  return {
    next(context) {
      const offers: Offer<number>[] = [];
      let waiting: readonly Generator[] | null = null;
      for (const [i, inside] of split(counts, context).entries()) {
        const step = inside.threads.length === 0 ? done : (generators[i] ?? nothing).next(inside);
        if (step.kind === 'pending') waiting = (waiting ?? generators).with(i, step.rest);
        if (step.kind === 'operation') offers.push({ source: i, step, weight: inside.threads.length });
      }
      const chosen = soonest(offers, () => uniform(key(context.seed, 'reserve'), ordinal));
      if (chosen === undefined) {
        return waiting === null ? done : { kind: 'pending', rest: reserved(counts, ordinal, waiting) };
      }
      const after = generators.with(chosen.source, chosen.step.rest ?? nothing);
      return { ...chosen.step, rest: reserved(counts, ordinal + 1, after) };
    },
    update(context, event) {
      const parts = split(counts, context);
      const i = parts.findIndex((part) => threadOf(part, event.process) !== undefined);
      const [generator, inside] = [generators[i], parts[i]];
      if (generator === undefined || inside === undefined) return reserved(counts, ordinal, generators);
      return reserved(counts, ordinal, generators.with(i, generator.update(inside, event)));
    },
  };
}

/** The part of the context for each count of threads, and for those that remain. */
function split(counts: readonly number[], context: Context): readonly Context[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > context.threads.length) {
    throw new UsageError(
      `${total} threads are reserved but there are only ${context.threads.length}: raise the concurrency`,
    );
  }
  let from = 0;
  return [...counts, context.threads.length - total].map((count, i) => {
    const own = new Set(context.threads.slice(from, (from += count)));
    return reseed(
      narrow(context, (thread) => own.has(thread)),
      i,
    );
  });
}

/** A generator of one thread's own, and the process for which it was begun. */
interface Copy {
  readonly process: Process;
  readonly generator: Generator;
}

/** A copy of the generator for each thread, which sees that thread and its events alone. */
export function eachThread(generator: GeneratorLike): Generator {
  return copied('thread', lift(generator), 0, new Map());
}

/** A copy of the generator for each process: a thread that goes on as a new process begins anew. */
export function eachProcess(generator: GeneratorLike): Generator {
  return copied('process', lift(generator), 0, new Map());
}

function copied(
  per: 'thread' | 'process',
  original: Generator,
  ordinal: number,
  copies: ReadonlyMap<Thread, Copy>,
): Generator {
  const copyOf = (thread: Thread, process: Process): Copy => {
    const copy = copies.get(thread);
    return copy === undefined || (per === 'process' && copy.process !== process)
      ? { process, generator: original }
      : copy;
  };
  const contextOf = (thread: Thread, context: Context): Context => {
    const identity = per === 'thread' ? thread : context.processOf(thread);
    return reseed(
      narrow(context, (other) => other === thread),
      identity === 'nemesis' ? -1 : identity,
    );
  };
  const withCopy = (nextOrdinal: number, thread: Thread, copy: Copy): Generator =>
    copied(per, original, nextOrdinal, new Map(copies).set(thread, copy));

  const self: Generator = {
    next(context) {
      const offers: Offer<Thread>[] = [];
      let waits = context.free.length < context.threads.length;
      for (const thread of context.free) {
        const step = copyOf(thread, context.processOf(thread)).generator.next(contextOf(thread, context));
        if (step.kind === 'operation') offers.push({ source: thread, step, weight: 1 });
        if (step.kind === 'pending') waits = true;
      }
      const chosen = soonest(offers, () => uniform(key(context.seed, 'each', per), ordinal));
      if (chosen === undefined) return waits ? { kind: 'pending', rest: self } : done;
      const process = context.processOf(chosen.source);
      const generator = chosen.step.rest ?? nothing;
      return { ...chosen.step, rest: withCopy(ordinal + 1, chosen.source, { process, generator }) };
    },
    update(context, event) {
      const thread = threadOf(context, event.process);
      if (thread === undefined) return self;
      const copy = copyOf(thread, event.process);
      const generator = copy.generator.update(contextOf(thread, context), event);
      return withCopy(ordinal, thread, { ...copy, generator });
    },
  };
  return self;
}
