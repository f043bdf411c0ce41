/** What the operations on one key of a key-value store can see of a value. */

import { canonical } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { casOf } from './cas.ts';
import type { ModelOperation } from './model.ts';
import { kvCalls } from './vocabulary.ts';

/**
 * The key of a value among `operations` (`Model.keyAmong`). Texts that no text which one of them returned or compared
 * with begins with are all alike: whatever is appended to them, none is ever seen, until something is put in their place.
 */
export function keyAmongKeyValue(operations: readonly ModelOperation[]): (value: Json) => string {
  const seen = new Set<string>();
  for (const operation of operations) {
    const value = seenBy(operation);
    if (typeof value === 'string') seen.add(value);
  }
  const sorted = [...seen].sort();
  return (value) => {
    if (typeof value !== 'string') return `\0${canonical(value)}`;
    let from = 0;
    let to = sorted.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((sorted[middle] as string) < value) from = middle + 1;
      else to = middle;
    }
    // Of the sorted texts that begin with `value`, the first is the first that is not before it.
    return sorted[from]?.startsWith(value) === true ? keyOfText(value) : '\0unseen';
  };
}

/** What it saw, or did not find; undefined if it does not look. */
function seenBy(operation: ModelOperation): Json | undefined {
  switch (kvCalls.known(operation.f)) {
    case 'cas':
      return casOf(operation)[0];
    case 'get':
      return operation.outcome === 'ok' ? operation.output : undefined;
    case 'put':
    case 'append':
    case 'delete':
      return undefined;
  }
}

/** A string that grows by appends is its own key, so that it is in memory once. */
export function keyOfText(text: string): string {
  return text.startsWith('\0') ? `\0"${text}` : text;
}
