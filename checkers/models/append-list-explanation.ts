/** Why a list could not have been what a read saw, in words that a reader can verify in the history. */

import type { Json } from '../../src/history/operation.ts';
import { canonical, equal, isList, shown } from '../../src/history/json.ts';
import type { Explanation, TimedOperation } from './model.ts';

/**
 * Explains a read by one element that it shows or lacks, or by an earlier read that it does not continue. Null when
 * there is no such simple reason.
 */
export function explainAppendList(
  initial: readonly Json[],
  failed: TimedOperation,
  others: readonly TimedOperation[],
): Explanation | null {
  if (failed.f !== 'read') return null;
  const list = failed.output ?? [];
  if (!isList(list)) return { clause: `${shown(list)} is not a list`, witnesses: [] };
  const counts = new Map<string, number>();
  for (const element of list) counts.set(canonical(element), (counts.get(canonical(element)) ?? 0) + 1);
  const appends = others.filter(({ f }) => f === 'append');
  return (
    strangeElement(initial, list, counts, appends) ??
    lostElement(failed, counts, appends) ??
    divergence(failed, list, others)
  );
}

function strangeElement(
  initial: readonly Json[],
  list: readonly Json[],
  counts: ReadonlyMap<string, number>,
  appends: readonly TimedOperation[],
): Explanation | null {
  const appended = new Map<string, TimedOperation[]>();
  for (const append of appends) {
    const text = canonical(append.input);
    const same = appended.get(text);
    if (same === undefined) appended.set(text, [append]);
    else same.push(append);
  }
  for (const element of list) {
    const text = canonical(element);
    const witnesses = appended.get(text) ?? [];
    const count = counts.get(text) ?? 0;
    const initially = initial.filter((other) => equal(other, element)).length;
    if (witnesses.length + initially === 0) {
      return { clause: `nobody had appended ${shown(element)} before`, witnesses };
    }
    if (initially === 0 && count > witnesses.length) {
      const times = witnesses.length === 1 ? 'once' : `${witnesses.length} times`;
      return { clause: `${shown(element)} is in it ${count} times and was appended ${times}`, witnesses };
    }
  }
  return null;
}

function lostElement(
  failed: TimedOperation,
  counts: ReadonlyMap<string, number>,
  appends: readonly TimedOperation[],
): Explanation | null {
  for (const append of appends) {
    if (append.outcome !== 'ok' || append.completed >= failed.invoked || counts.has(canonical(append.input))) continue;
    const clause = `it lacks ${shown(append.input)}, which process ${append.process} had appended before that read began`;
    return { clause, witnesses: [append] };
  }
  return null;
}

function divergence(
  failed: TimedOperation,
  list: readonly Json[],
  others: readonly TimedOperation[],
): Explanation | null {
  const texts = list.map(canonical);
  for (const other of others.toReversed()) {
    if (other.f !== 'read' || other.completed > failed.completed) continue;
    const known = other.output ?? [];
    if (!isList(known)) continue;
    const differs = known.findIndex((element, i) => i < texts.length && canonical(element) !== texts[i]);
    if (differs !== -1) {
      const clause = `process ${other.process} had read a list that differs from it at position ${differs + 1}`;
      return { clause, witnesses: [other] };
    }
    if (known.length > list.length && other.completed < failed.invoked) {
      const clause = `process ${other.process} had read a longer list before that read began`;
      return { clause, witnesses: [other] };
    }
  }
  return null;
}
