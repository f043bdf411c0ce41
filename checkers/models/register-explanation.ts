/**
 * Why a register could not have held the value that an operation saw, in words that a reader can verify in the history
 * without searching through orders.
 */

import type { Json } from '../../src/history/operation.ts';
import { equal, shown } from '../../src/history/json.ts';
import { casOf } from './cas.ts';
import type { Explanation, TimedOperation } from './model.ts';

/** What an operation shows of the value: undefined where it shows nothing. */
export interface Shown {
  /** The value right before it. */
  readonly before?: Json | undefined;
  /** The value right after it. */
  readonly after?: Json | undefined;
}

/** What a compare-and-set shows. */
export function shownByCas(operation: TimedOperation): Shown {
  const [from, to] = casOf(operation);
  if (operation.outcome === 'fail') return {};
  return operation.outcome === 'ok' ? { before: from, after: to } : { after: to };
}

export function shownByRead({ outcome, output }: TimedOperation): Shown {
  return outcome === 'ok' ? { before: output, after: output } : {};
}

/** How the explanation reads the operations of a model. */
export interface ValueView {
  /** The value at first. */
  readonly init: Json;
  readonly show: (operation: TimedOperation) => Shown;
  readonly isRead: (operation: TimedOperation) => boolean;
}

/**
 * Explains an operation by the value that it saw: nobody had written it, or it was gone for good before the operation
 * began. Neither is claimed unless it holds in every order.
 */
export function explainValue(
  view: ValueView,
  failed: TimedOperation,
  others: readonly TimedOperation[],
): Explanation | null {
  const { init, show, isRead } = view;
  const seen = show(failed).before;
  if (seen === undefined) return null;
  const value = shown(seen);
  const writers = others.filter((other) => !isRead(other) && is(show(other).after, seen));
  const wasThere = equal(seen, init);
  if (writers.length === 0) {
    return wasThere
      ? goneInitially(view, failed, others)
      : { clause: `nobody had written ${value} before`, witnesses: [] };
  }
  if (wasThere) return null;

  const settled = settledBy(view, writers, seen, others);
  const replacement = replacedAfter(view, settled, seen, failed, others);
  if (replacement === null) return null;
  const { clause, witness } = replacement;
  return { clause: `${value} had been ${clause}`, witnesses: [...writers.slice(-3), witness] };
}

const is = (value: Json | undefined, other: Json): boolean => value !== undefined && equal(value, other);

function goneInitially(view: ValueView, failed: TimedOperation, others: readonly TimedOperation[]): Explanation | null {
  // The initial value needs no writer: it was there before everything.
  const replacement = replacedAfter(view, -1, view.init, failed, others);
  return replacement === null
    ? null
    : { clause: `it had been ${replacement.clause}`, witnesses: [replacement.witness] };
}

/**
 * The history index by which every writer of `value` must have taken effect; infinite when one of them may do so at
 * any time. A writer takes effect before its completion, and before anybody has seen the value if nobody else wrote it.
 */
function settledBy(
  { show }: ValueView,
  writers: readonly TimedOperation[],
  value: Json,
  others: readonly TimedOperation[],
): number {
  let settled = -1;
  for (const writer of writers) {
    let by = writer.completed;
    if (writers.length === 1) {
      for (const other of others) {
        if (other !== writer && is(show(other).before, value)) by = Math.min(by, other.completed);
      }
    }
    settled = Math.max(settled, by);
  }
  return settled;
}

/** An operation between `settled` and the beginning of `failed` that shows another value than `value`; the last such. */
function replacedAfter(
  { show, isRead }: ValueView,
  settled: number,
  value: Json,
  failed: TimedOperation,
  others: readonly TimedOperation[],
): { clause: string; witness: TimedOperation } | null {
  for (const other of others.toReversed()) {
    if (other.invoked <= settled || other.completed >= failed.invoked) continue;
    const { after } = show(other);
    if (after === undefined || equal(after, value)) continue;
    const what = `${shown(after)} (process ${other.process}`;
    const when = `before that ${failed.f} began`;
    const clause = isRead(other) ? `replaced by ${what} had read it) ${when}` : `overwritten by ${what}) ${when}`;
    return { clause, witness: other };
  }
  return null;
}
