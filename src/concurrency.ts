/**
 * `clew/concurrency`: finds the interleaving that breaks an asynchronous object of JavaScript, as Lincheck does on the
 * JVM (Koval et al., CAV 2023). Several processes call its methods at the same time; fast-check's scheduler decides
 * whose awaits are resolved first; a model says which results are right. What is found is made small: the fewest calls,
 * the simplest arguments, the fewest changes from one process to another.
 *
 * @example
 * await assertConcurrent({
 *   create: (schedule) => new Counter(schedule.wrapAll(fakeStore())),
 *   operations: {
 *     add: { arguments: [fc.integer({ min: 1, max: 9 })], call: (counter, by: number) => counter.add(by) },
 *     get: { call: (counter) => counter.get() },
 *   },
 *   model: counterModel,
 * });
 */

import { search } from './concurrency/check.ts';
import { settingsOf, type ConcurrencyOptions } from './concurrency/options.ts';
import type { ConcurrencyResult } from './concurrency/result.ts';

export type { Event, Execution } from './concurrency/execution.ts';
export type { FailureKind } from './concurrency/judgement.ts';
export type {
  ConcurrencyLimits,
  ConcurrencyOptions,
  ConcurrentOperation,
  OnThrown,
  ThrownMeaning,
} from './concurrency/options.ts';
export type { ConcurrencyResult, Counterexample } from './concurrency/result.ts';
export type { Call, Scenario } from './concurrency/scenario.ts';
export type { Delays, Schedule, Wrapped, WrapOptions } from './concurrency/schedule.ts';

/**
 * Runs scenarios until one shows a bug or `numRuns` have passed. `valid` is true if all passed, which proves nothing of
 * the interleavings that were not run; false with a counterexample; `'unknown'` if some history could not be checked in
 * time. The same seed gives the same result.
 *
 * Throws a UsageError for options that make no sense, an operation that the model does not know or whose values are no
 * JSON, and an operation that waits for a real timer or socket. A method that never lets go of the thread (an endless
 * loop without an `await` on the schedule) can't be interrupted.
 */
export async function checkConcurrent<Subject, State, Arguments extends Record<string, readonly unknown[]>>(
  options: ConcurrencyOptions<Subject, State, Arguments>,
): Promise<ConcurrencyResult> {
  return search(settingsOf(options), options.model);
}

/** Like `checkConcurrent`, for a test: throws a ConcurrencyError, with everything in words, unless all runs passed. */
export async function assertConcurrent<Subject, State, Arguments extends Record<string, readonly unknown[]>>(
  options: ConcurrencyOptions<Subject, State, Arguments>,
): Promise<void> {
  const result = await checkConcurrent(options);
  if (result.valid !== true) throw new ConcurrencyError(result);
}

/** Thrown by `assertConcurrent`; the message is the counterexample in words. */
export class ConcurrencyError extends Error {
  override readonly name = 'ConcurrencyError';
  readonly result: ConcurrencyResult;

  constructor(result: ConcurrencyResult) {
    const { counterexample, reason = '', runs, seed } = result;
    super(counterexample?.text ?? `${reason}\n\nNo counterexample was found in ${runs} runs with seed ${seed}.`);
    this.result = result;
  }
}
