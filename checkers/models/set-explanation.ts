/** Why a set could not have been what an operation saw, in words that a reader can verify in the history. */

import { canonical, equal, isList, shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { countOf, elementOf, type Bag } from './bag.ts';
import type { Explanation, TimedOperation } from './model.ts';
import { setCalls } from './vocabulary.ts';

/**
 * Explains what was seen by one element: nobody had added it, it was removed for good, or it had been added and nobody
 * removed it. Null when there is no such simple reason.
 */
export function explainSet(init: Bag, failed: TimedOperation, others: readonly TimedOperation[]): Explanation | null {
  const call = setCalls.known(failed.f);
  if (failed.outcome !== 'ok' || call === 'add' || call === 'remove') return null;
  const changes = changesOf(others);
  if (call === 'contains') {
    if (typeof failed.output !== 'boolean') return { clause: 'that is neither true nor false', witnesses: [] };
    return failed.output ? whyNotThere(init, failed.input, failed, changes) : whyThere(failed.input, failed, changes);
  }
  const list = failed.output ?? [];
  if (!isList(list)) return { clause: `${shown(list)} is not a list`, witnesses: [] };
  const seen = new Set<string>();
  for (const element of list) {
    if (seen.has(canonical(element))) return { clause: `${shown(element)} is in it twice`, witnesses: [] };
    seen.add(canonical(element));
    const reason = whyNotThere(init, element, failed, changes);
    if (reason !== null) return reason;
  }
  for (const [text, { adds }] of changes) {
    const [add] = adds;
    const reason = add === undefined || seen.has(text) ? null : whyThere(add.input, failed, changes);
    if (reason !== null) return reason;
  }
  return null;
}

interface Changes {
  readonly adds: TimedOperation[];
  readonly removes: TimedOperation[];
}

function changesOf(others: readonly TimedOperation[]): ReadonlyMap<string, Changes> {
  const result = new Map<string, Changes>();
  for (const other of others) {
    const call = setCalls.known(other.f);
    if (call !== 'add' && call !== 'remove') continue;
    const text = canonical(other.input);
    let changes = result.get(text);
    if (changes === undefined) result.set(text, (changes = { adds: [], removes: [] }));
    (call === 'add' ? changes.adds : changes.removes).push(other);
  }
  return result;
}

/** Nobody had added the element, or every add was over before a remove that was over before `failed` began. */
function whyNotThere(
  init: Bag,
  element: Json,
  failed: TimedOperation,
  all: ReadonlyMap<string, Changes>,
): Explanation | null {
  const { adds, removes } = all.get(canonical(element)) ?? { adds: [], removes: [] };
  if (adds.length === 0 && countOf(init, elementOf(element)) === 0)
    return { clause: `nobody had added ${shown(element)} before`, witnesses: [] };
  const remove = removes.findLast(
    ({ invoked, completed }) => completed < failed.invoked && adds.every((add) => add.completed < invoked),
  );
  if (remove === undefined) return null;
  const clause = `process ${remove.process} had removed ${shown(element)} before that ${failed.f} began`;
  return { clause, witnesses: [...adds.slice(-3), remove] };
}

/** It had been added before `failed` began, and every remove was over before that add or began too late. */
function whyThere(element: Json, failed: TimedOperation, all: ReadonlyMap<string, Changes>): Explanation | null {
  const { adds, removes } = all.get(canonical(element)) ?? { adds: [], removes: [] };
  const add = adds.findLast(
    ({ invoked, completed, input }) =>
      completed < failed.invoked && equal(input, element) && removes.every((remove) => remove.completed < invoked),
  );
  if (add === undefined) return null;
  const nobody = removes.length === 0 ? 'nobody had removed it' : 'nobody had removed it since';
  const clause =
    setCalls.known(failed.f) === 'read'
      ? `it lacks ${shown(element)}, which process ${add.process} had added before that read began, and ${nobody}`
      : `process ${add.process} had added it before that ${failed.f} began, and ${nobody}`;
  return { clause, witnesses: [add] };
}
