/**
 * A set, or many under different keys. It is empty at first.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `add` (`insert`) | the element | `ok`, whether it was there or not |
 * | `remove` (`delete`) | the element | `ok`, whether it was there or not |
 * | `contains` (`has`) | the element | `ok`: true or false |
 * | `read` (`get`) | null | `ok`: all elements, as a list in any order; null if it is empty |
 *
 * What an `add` or a `remove` answers tells nothing: many clients repeat the element or say that all went well.
 */

import type { Json } from '../../src/history/operation.ts';
import { canonical, isList, shown } from '../../src/history/json.ts';
import { added, bagHash, countOf, elementOf, equalBags, removed, sizeOf, valuesOf, type Bag } from './bag.ts';
import { byKey, impossible, named, type Model } from './model.ts';
import { explainSet } from './set-explanation.ts';
import { observedInSet } from './set-needed.ts';
import { setCalls } from './vocabulary.ts';

export const set: Model<Bag> = {
  name: 'set',
  init: null,
  objection: ({ f }) => setCalls.objection('a set', f),
  matters: ({ f, outcome }) => outcome === 'ok' || (outcome === 'info' && isChange(f)),
  observes: ({ f }) => !isChange(f),
  step(state, { f, input, output, outcome }) {
    switch (setCalls.known(f)) {
      case 'add':
        return withElement(state, input);
      case 'remove':
        return removed(state, elementOf(input));
      case 'contains':
        return outcome === 'info' || output === countOf(state, elementOf(input)) > 0 ? state : impossible;
      case 'read':
        return outcome === 'info' || holds(state, output ?? []) ? state : impossible;
    }
  },
  neededAmong: observedInSet,
  partition: byKey,
  family: 'set',
  from: setFrom,
  equal: equalBags,
  hash: bagHash,
  describe: (state) => shown(valuesOf(state)),
  describeOperation({ f, key, input, output }) {
    switch (setCalls.known(f)) {
      case 'add':
        return `added ${shown(input)}${key === null ? '' : ` to ${key}`}`;
      case 'remove':
        return `removed ${shown(input)}${key === null ? '' : ` from ${key}`}`;
      case 'contains':
        return `${output === true ? 'found' : 'missed'} ${shown(input)}${key === null ? '' : ` in ${key}`}`;
      case 'read':
        return `read ${named(key, output === null ? '[]' : shown(output))}`;
    }
  },
  explain: (failed, others) => explainSet(null, failed, others),
};

function setFrom(json: Json): Model<Bag> | string {
  if (!isList(json)) return 'a list of elements';
  const init = json.reduce(withElement, null);
  return { ...set, init, explain: (failed, others) => explainSet(init, failed, others) };
}

function isChange(f: string): boolean {
  const call = setCalls.known(f);
  return call === 'add' || call === 'remove';
}

function withElement(state: Bag, value: Json): Bag {
  const element = elementOf(value);
  return countOf(state, element) > 0 ? state : added(state, element);
}

/** Whether the state is just what a read saw: every element once. Takes the time to look up each element. */
function holds(state: Bag, list: Json): boolean {
  if (!isList(list) || list.length !== sizeOf(state)) return false;
  const seen = new Set<string>();
  for (const value of list) {
    if (countOf(state, elementOf(value)) === 0) return false;
    seen.add(canonical(value));
  }
  return seen.size === list.length;
}
