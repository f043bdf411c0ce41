/** What a concurrency test is made of. */

import type fc from 'fast-check';
import type { Model } from '../../checkers/models/model.ts';
import { UsageError } from '../errors.ts';
import type { Json } from '../history/operation.ts';
import type { Schedule } from './schedule.ts';

/**
 * What to make of an operation that threw (or whose promise was rejected):
 * - `'error'`: that is a bug, and the counterexample is the interleaving that led to it;
 * - `'fail'`: it definitely did not happen, and the model does not see it;
 * - `'mismatch'`: it compared, found a difference and changed nothing, as a failed compare-and-set does; the model sees
 *   it with the outcome `fail`;
 * - `'info'`: it may have happened, now or later, or not at all.
 */
export type ThrownMeaning = 'error' | 'fail' | 'mismatch' | 'info';

/** The same for everything that is thrown, or a decision from what was thrown. */
export type OnThrown = ThrownMeaning | ((thrown: unknown) => ThrownMeaning);

/** An operation that processes may call. `Args` are the types of its arguments. */
export interface ConcurrentOperation<Subject, Args extends readonly unknown[] = readonly unknown[]> {
  /**
   * How to make each argument, e.g. `[fc.nat(9)]`. Absent: the operation takes none. Name their types in `call`, which
   * the compiler compares with these: `call: (counter, by: number) => counter.add(by)`.
   */
  readonly arguments?: { readonly [Index in keyof Args]: fc.Arbitrary<Args[Index]> };
  /**
   * Calls the method. What it returns, or its promise resolves to, goes into the history. Must not change its arguments:
   * the same ones are passed again when the scenario is run in another interleaving.
   */
  call(subject: Subject, ...args: Args): unknown;
  /** What the model knows the operation as. Absent: its name in `operations`. */
  readonly f?: string;
  /** The key in the history, for models that are checked key by key. Absent: no key. */
  key?(...args: Args): string;
  /**
   * The value of the invocation in the history. Absent: null for no argument, the argument itself for one, a list for
   * several.
   */
  input?(...args: Args): Json;
  /** The value of the completion in the history. Absent: what `call` gave; null for undefined. */
  output?(result: unknown): Json;
  /** What to make of a throw; goes before the option of that name of the whole test. */
  readonly onThrown?: OnThrown;
  /** How often it is chosen beside the others: a whole number from 1. Absent: 1. */
  readonly weight?: number;
}

export interface ConcurrencyOptions<Subject, State, Arguments extends Record<string, readonly unknown[]>> {
  /**
   * Makes a fresh object to test, for each run. What it awaits must come from `schedule` (fakes of a store, a network, a
   * timer): there, and only there, processes are interleaved. Until `create` is done, calls of wrapped functions go
   * straight through, so that it may fill a store.
   */
  readonly create: (schedule: Schedule) => Subject | Promise<Subject>;
  /** What may be called, by name. */
  readonly operations: { readonly [Name in keyof Arguments]: ConcurrentOperation<Subject, Arguments[Name]> };
  /** What the object would do if operations ran one after the other. */
  readonly model: Model<State>;
  /** How many processes call operations at the same time, each one after the other. Default: 3. */
  readonly processes?: number;
  /** How many operations a process calls at most. Default: 3. */
  readonly operationsPerProcess?: number;
  /** How many scenarios are run, each in one random interleaving. Default: 300. */
  readonly numRuns?: number;
  /** Decides scenarios and interleavings. Default: a new one each time, which the result names. */
  readonly seed?: number;
  /** With the `seed` of a result: its `path` goes straight to its counterexample. */
  readonly path?: string;
  /** What to make of an operation that throws. Default: `'error'`. */
  readonly onThrown?: OnThrown;
  /**
   * What to make of a run in which nothing is left to schedule and some operation has not returned. `'error'`: that is a
   * bug. `'allowed'`: the operation is pending, which is right for one that may wait for ever (a `take` from an empty
   * queue). Default: `'error'`.
   */
  readonly onDeadlock?: 'error' | 'allowed';
  readonly limits?: Partial<ConcurrencyLimits>;
}

/** Where a test gives up. */
export interface ConcurrencyLimits {
  /** How many steps a run may take: who spins without end is found by it. Default: 1000. */
  readonly stepsMax: number;
  /** How many more interleavings may be run to make a counterexample small. Default: 5000. */
  readonly shrinkRunsMax: number;
  /**
   * How long, in real milliseconds, to wait for an operation that went on a timer or a socket of its own instead of
   * something from `schedule`, before it is told so. Default: 500.
   */
  readonly outsideMs: number;
  /** How long, in real milliseconds, the check of one history against the model may take. Default: 2000. */
  readonly checkMs: number;
}

/** Options with nothing left open, and the types of arguments forgotten. */
export interface Settings<Subject> {
  readonly create: (schedule: Schedule) => Subject | Promise<Subject>;
  readonly operations: ReadonlyMap<string, ConcurrentOperation<Subject>>;
  readonly processes: number;
  readonly operationsPerProcess: number;
  readonly numRuns: number;
  readonly seed: number | undefined;
  readonly path: string | undefined;
  readonly onThrown: OnThrown;
  readonly onDeadlock: 'error' | 'allowed';
  readonly limits: ConcurrencyLimits;
}

const defaultLimits: ConcurrencyLimits = { stepsMax: 1000, shrinkRunsMax: 5000, outsideMs: 500, checkMs: 2000 };

/** Throws a UsageError for options that make no sense. */
export function settingsOf<Subject, State, Arguments extends Record<string, readonly unknown[]>>(
  options: ConcurrencyOptions<Subject, State, Arguments>,
): Settings<Subject> {
  const { processes = 3, operationsPerProcess = 3, numRuns = 300, limits = {} } = options;
  const operations = new Map<string, ConcurrentOperation<Subject>>();
  // Arguments are made by the arbitraries of the same operation, so that their types need not be known here.
  const named = options.operations as Readonly<Record<string, ConcurrentOperation<Subject>>>;
  for (const [name, operation] of Object.entries(named)) {
    atLeastOne(`the weight of operation "${name}"`, operation.weight ?? 1);
    operations.set(name, operation);
  }
  if (operations.size === 0) throw new UsageError('a concurrency test needs at least one operation');
  atLeastOne('processes', processes);
  atLeastOne('operationsPerProcess', operationsPerProcess);
  atLeastOne('numRuns', numRuns);
  if (options.path !== undefined && options.seed === undefined) {
    throw new UsageError('path goes with a seed: give the seed of the same result');
  }
  return {
    create: options.create,
    operations,
    processes,
    operationsPerProcess,
    numRuns,
    seed: options.seed,
    path: options.path,
    onThrown: options.onThrown ?? 'error',
    onDeadlock: options.onDeadlock ?? 'error',
    limits: { ...defaultLimits, ...limits },
  };
}

function atLeastOne(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new UsageError(`${what} must be a whole number from 1, not ${value}`);
  }
}
