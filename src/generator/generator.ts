/**
 * Generators are pure values that yield the next operation, given a context (jepsen.generator, after Jepsen 0.2).
 * All effects live in the interpreter (`src/runner/interpreter.ts`).
 */

import type { Json, Operation, Process } from '../history/operation.ts';

/** A worker: one logical thread of the test. Client threads are 0, 1, …; a thread runs one process at a time. */
export type Thread = number | 'nemesis';

/** What a generator may look at. Immutable. */
export interface Context {
  /** Nanoseconds since the test started. */
  readonly time: number;
  /** All threads that this generator may use. */
  readonly threads: readonly Thread[];
  /** Those of them that are doing nothing, in an order that treats all fairly. */
  readonly free: readonly Thread[];
  /** The process that each thread runs now. */
  readonly processOf: (thread: Thread) => Process;
  /** Decides every random choice together with a generator's own state. */
  readonly seed: number;
}

/** An operation before it has happened; the combinators fill in what a user's template leaves open. */
export interface Invocation {
  /** `sleep` makes its process wait `value` seconds, `log` prints `value`; neither enters the history. */
  readonly type: 'invoke' | 'sleep' | 'log';
  readonly process: Process;
  /** When it should happen, in ns since the test started; never before `Context.time` at which it was asked for. */
  readonly time: number;
  readonly f: string;
  readonly key?: string;
  readonly value: Json;
  /** The node that is to be asked; without it, the one that the process's client is bound to. */
  readonly node?: string;
}

/**
 * The answer of a generator: nothing any more (unless an operation under way changes that), nothing yet, or an operation
 * and what comes after it.
 */
export type Step =
  | { readonly kind: 'done' }
  | { readonly kind: 'pending'; readonly rest: Generator }
  | { readonly kind: 'operation'; readonly operation: Invocation; readonly rest: Generator | null };

export interface Generator {
  /** The next step. Pure: asking twice gives the same answer. */
  next(context: Context): Step;
  /** What this generator is after `event` (an invocation or a completion, nemesis included) has entered the history. */
  update(context: Context, event: Operation): Generator;
}
