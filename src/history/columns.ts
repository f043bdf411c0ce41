/**
 * A history as columns: one row for each client operation, in the order of the invocations, each fact of it in a typed
 * array. A million operations take some 50 bytes each here, and no objects.
 *
 * Names, keys and values are interned: two values are equal as JSON exactly if they have the same number.
 */

import { MISMATCH, type Json } from './operation.ts';

/** What became of an operation. */
export const outcomes = {
  ok: 0,
  /** Unknown: it may have happened at any time after its invocation, or never. */
  info: 1,
  /** It was executed, compared, and found a difference: evidence of what the value was not. */
  mismatch: 2,
  /** It definitely did not happen. */
  fail: 3,
} as const;

/** The place of something that did not come within the history. */
export const NEVER = 0x7fffffff;

/** The number of null (absent) among the values of every history. */
export const ABSENT = 0;

export interface HistoryColumns {
  /** Rows. All typed arrays have this length. */
  readonly count: number;
  /** How many lines (positions) the history has, those of the nemesis included. */
  readonly positions: number;
  readonly process: Int32Array;
  /** Number in `names`. */
  readonly f: Uint16Array;
  /** Number in `keys`, or -1 for an operation without a key. */
  readonly key: Int32Array;
  /** Number in `values` of the value of the invocation. */
  readonly input: Int32Array;
  /** Number in `values` of the value of the completion; `ABSENT` where there is none. */
  readonly output: Int32Array;
  /** One of `outcomes`; an operation without a completion is `info`. */
  readonly outcome: Uint8Array;
  /** Position of the invocation in the history, from 0. Increasing. */
  readonly invoked: Int32Array;
  /** Position of the completion, of whatever type; `NEVER` where there is none. */
  readonly completed: Int32Array;
  /** Nanoseconds since the start of the test, or NaN in histories without times. */
  readonly invokedAt: Float64Array;
  /** As `invokedAt`; NaN for an operation without a completion. */
  readonly completedAt: Float64Array;
  readonly names: readonly string[];
  readonly keys: readonly string[];
  /** `values[ABSENT]` is null. */
  readonly values: readonly Json[];
  /** The error of the completion, by row, where there was one. */
  readonly errors: ReadonlyMap<number, string>;
}

/** The number in `outcomes` of a completion of type `type`. */
export function outcomeOf(type: 'ok' | 'fail' | 'info', error: string | undefined): number {
  if (type !== 'fail') return outcomes[type];
  return error === undefined || error === MISMATCH ? outcomes.mismatch : outcomes.fail;
}
