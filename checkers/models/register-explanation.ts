/**
 * Why a register could not have held the value that an operation saw, in words that a reader can verify in the history
 * without searching through orders.
 */

import type { Json } from '../../src/history/operation.ts';
import { equal, isList, shown } from '../../src/history/json.ts';
import type { Explanation, TimedOperation } from './model.ts';

/** The value that the register holds right after `operation`, or undefined when the operation does not tell. */
function valueAfter({ f, input, output, outcome }: TimedOperation): Json | undefined {
  if (outcome === 'fail') return undefined;
  if (f === 'read') return outcome === 'ok' ? output : undefined;
  return f === 'write' ? input : isList(input) ? input[1] : undefined;
}

/** The value that the register held right before `operation`, where the operation shows it. */
function valueBefore({ f, input, output, outcome }: TimedOperation): Json | undefined {
  if (outcome !== 'ok' || f === 'write') return undefined;
  return f === 'read' ? output : isList(input) ? input[0] : undefined;
}

/**
 * Explains a read or a successful compare-and-set by the value that it saw: nobody had written it, or it was gone for
 * good before the operation began. Neither is claimed unless it holds in every order.
 */
export function explainRegister(failed: TimedOperation, others: readonly TimedOperation[]): Explanation | null {
  const seen = valueBefore(failed);
  if (seen === undefined) return null;
  const value = shown(seen);
  const writers = others.filter((other) => other.f !== 'read' && is(valueAfter(other), seen));
  if (writers.length === 0) {
    return seen === null
      ? goneInitially(failed, others)
      : { clause: `nobody had written ${value} before`, witnesses: [] };
  }
  if (seen === null) return null;

  const settled = settledBy(writers, seen, others);
  const replacement = replacedAfter(settled, seen, failed, others);
  if (replacement === null) return null;
  const { clause, witness } = replacement;
  return { clause: `${value} had been ${clause}`, witnesses: [...writers.slice(-3), witness] };
}

const is = (value: Json | undefined, other: Json): boolean => value !== undefined && equal(value, other);

function goneInitially(failed: TimedOperation, others: readonly TimedOperation[]): Explanation | null {
  // The initial value needs no writer: it was there before everything.
  const replacement = replacedAfter(-1, null, failed, others);
  return replacement === null
    ? null
    : { clause: `it had been ${replacement.clause}`, witnesses: [replacement.witness] };
}

/**
 * The history index by which every writer of `value` must have taken effect; infinite when one of them may do so at
 * any time. A writer takes effect before its completion, and before anybody has seen the value if nobody else wrote it.
 */
function settledBy(writers: readonly TimedOperation[], value: Json, others: readonly TimedOperation[]): number {
  let settled = -1;
  for (const writer of writers) {
    let by = writer.completed;
    if (writers.length === 1) {
      for (const other of others) {
        if (other !== writer && is(valueBefore(other), value)) by = Math.min(by, other.completed);
      }
    }
    settled = Math.max(settled, by);
  }
  return settled;
}

/** An operation between `settled` and the beginning of `failed` that shows another value than `value`; the last such. */
function replacedAfter(
  settled: number,
  value: Json,
  failed: TimedOperation,
  others: readonly TimedOperation[],
): { clause: string; witness: TimedOperation } | null {
  for (const other of others.toReversed()) {
    if (other.invoked <= settled || other.completed >= failed.invoked) continue;
    const after = valueAfter(other);
    if (after === undefined || equal(after, value)) continue;
    const what = `${shown(after)} (process ${other.process}`;
    const when = `before that ${failed.f} began`;
    const clause = other.f === 'read' ? `replaced by ${what} had read it) ${when}` : `overwritten by ${what}) ${when}`;
    return { clause, witness: other };
  }
  return null;
}
