/** What else counts as a generator: templates, functions, arrays and null (Jepsen: maps, functions, sequences, nil). */

import type { Json, Process } from '../history/operation.ts';
import { reseed, threadOf } from './context.ts';
import type { Context, Generator, Invocation, Step } from './generator.ts';

/**
 * One operation with blanks. Without `process` it goes to the process that has been free longest; without `time` it
 * happens at once. Yielded once: see `repeat`.
 */
export interface Template {
  readonly type?: Invocation['type'];
  readonly f: string;
  readonly key?: string;
  readonly value?: Json;
  readonly process?: Process;
  /** Ns since the test started, and never in the past. */
  readonly time?: number;
}

/**
 * Called for the `ordinal`-th time (from 0), and again whenever what it returned is used up. It ends the generator by
 * returning null or anything else that yields nothing. Must be pure; `context.seed` differs from one ordinal to the next.
 */
export type Make = (context: Context, ordinal: number) => GeneratorLike;

/** Whatever `lift` makes a generator of. An array is one after the other; null is nothing at all. */
export type GeneratorLike = Generator | Template | Make | readonly GeneratorLike[] | null;

export const done: Step = { kind: 'done' };

/** Yields nothing, for ever. */
export const nothing: Generator = { next: () => done, update: () => nothing };

export function lift(like: GeneratorLike): Generator {
  if (like === null) return nothing;
  if (typeof like === 'function') return called(like, 0, null);
  if (isSequence(like)) return like.length === 0 ? nothing : sequence(like, 0, lift(like[0] ?? null));
  return 'next' in like ? like : template(like);
}

function isSequence(like: GeneratorLike): like is readonly GeneratorLike[] {
  return Array.isArray(like);
}

function template(blank: Template): Generator {
  const self: Generator = {
    next(context) {
      const process = processFor(blank, context);
      if (process === null) return { kind: 'pending', rest: self };
      const operation: Invocation = {
        type: blank.type ?? 'invoke',
        process,
        time: Math.max(blank.time ?? 0, context.time),
        f: blank.f,
        ...(blank.key === undefined ? {} : { key: blank.key }),
        value: blank.value ?? null,
      };
      return { kind: 'operation', operation, rest: null };
    },
    update: () => self,
  };
  return self;
}

/** Null while it is busy. A process that nobody runs is passed on: `validate` says what is wrong with it. */
function processFor(blank: Template, context: Context): Process | null {
  if (blank.process === undefined) {
    const thread = context.free[0];
    return thread === undefined ? null : context.processOf(thread);
  }
  const thread = threadOf(context, blank.process);
  return thread === undefined || context.free.includes(thread) ? blank.process : null;
}

function called(make: Make, ordinal: number, current: Generator | null): Generator {
  return {
    next(context) {
      const again = ordinal + 1;
      const step = current?.next(reseed(context, ordinal)) ?? done;
      if (step.kind === 'pending') return { kind: 'pending', rest: called(make, ordinal, step.rest) };
      if (step.kind === 'operation') {
        return { ...step, rest: step.rest ? called(make, ordinal, step.rest) : called(make, again, null) };
      }
      const fresh = current === null ? ordinal : again;
      const inside = reseed(context, fresh);
      const first = lift(make(inside, fresh)).next(inside);
      switch (first.kind) {
        case 'done':
          return done;
        case 'pending':
          // Made again when it can begin, so that it sees the context of that moment.
          return { kind: 'pending', rest: called(make, fresh, null) };
        case 'operation':
          return { ...first, rest: first.rest ? called(make, fresh, first.rest) : called(make, fresh + 1, null) };
      }
    },
    update(context, event) {
      return called(make, ordinal, current?.update(reseed(context, ordinal), event) ?? null);
    },
  };
}

/** `items` from position `at` on, of which the first has become `current`. Only that one hears of events. */
function sequence(items: readonly GeneratorLike[], at: number, current: Generator): Generator {
  return {
    next(context) {
      let generator = current;
      for (let i = at; i < items.length; i++) {
        if (i > at) generator = lift(items[i] ?? null);
        const step = generator.next(reseed(context, i));
        if (step.kind === 'pending') return { kind: 'pending', rest: sequence(items, i, step.rest) };
        if (step.kind === 'operation') {
          if (step.rest !== null) return { ...step, rest: sequence(items, i, step.rest) };
          const following = items[i + 1];
          return { ...step, rest: following === undefined ? null : sequence(items, i + 1, lift(following)) };
        }
      }
      return done;
    },
    update: (context, event) => sequence(items, at, current.update(reseed(context, at), event)),
  };
}
