/** Which operations of unknown outcome on a key of a key-value store have to be tried. */

import type { Json } from '../../src/history/operation.ts';
import { canonical } from '../../src/history/json.ts';
import { casOf } from './cas.ts';
import type { ModelOperation } from './model.ts';
import { kvCalls } from './vocabulary.ts';

/** Characters that may be looked through for what the operations of unknown outcome wrote. */
const charactersMax = 1e8;

/**
 * As for a register (see there), an operation need not be tried when nobody saw what it wrote and no compare-and-set
 * failed. Take it out of an order: what it wrote, with whatever was appended to it later, is the value up to the next
 * put, delete or compare-and-set, and from there on the states are the same. Up to there nobody looked, or somebody
 * saw a value that begins with what was put, or that contains what was appended. And all appends there remain
 * possible if the value before was absent or a string, as it always is where nothing else is ever written.
 *
 * That a key was deleted, which a put of null does as well, is seen in every value that begins with something
 * appended: where there are appends, it always has to be tried.
 */
export function observedInKeyValue(operations: readonly ModelOperation[]): (pending: ModelOperation) => boolean {
  if (operations.some(({ outcome }) => outcome === 'fail')) return () => true;
  const observed = new Map<string, Json>();
  let pendingCount = 0;
  let appends = false;
  let onlyStrings = true;
  for (const operation of operations) {
    const call = kvCalls.known(operation.f);
    if (operation.outcome === 'info') pendingCount++;
    if (call === 'append') appends = true;
    const seen = call === 'get' ? operation.output : call === 'cas' ? casOf(operation)[0] : undefined;
    if (seen !== undefined) observed.set(canonical(seen), seen);
    const written = writtenBy(operation);
    if (written !== null && typeof written !== 'string') onlyStrings = false;
  }
  if (pendingCount === 0) return () => true;
  if (!appends) return (pending) => observed.has(canonical(writtenBy(pending)));
  const texts = longest([...observed.values()].filter((value) => typeof value === 'string'));
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  if (!onlyStrings || characters * pendingCount > charactersMax) return () => true;
  return (pending) => {
    const written = writtenBy(pending);
    if (typeof written !== 'string') return true;
    return kvCalls.known(pending.f) === 'append'
      ? texts.some((text) => text.includes(written))
      : texts.some((text) => text.startsWith(written));
  };
}

/** What it puts or appends: null where it deletes. Of a `get` no matter what. */
function writtenBy(operation: ModelOperation): Json {
  switch (kvCalls.known(operation.f)) {
    case 'put':
    case 'append':
      return operation.input;
    case 'cas':
      return casOf(operation)[1];
    case 'get':
    case 'delete':
      return null;
  }
}

/** Those that no other of them begins with: what they begin with or contain, the others do. */
function longest(texts: readonly string[]): readonly string[] {
  const sorted = texts.toSorted();
  return sorted.filter((text, i) => sorted[i + 1]?.startsWith(text) !== true);
}
