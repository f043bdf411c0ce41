/** A list, or many under different keys: append of one element and read of the whole list. It is empty at first. */

import type { Json } from '../../src/history/operation.ts';
import { canonical, isList, shown } from '../../src/history/json.ts';
import { explainAppendList } from './append-list-explanation.ts';
import { byKey, impossible, named, type Model } from './model.ts';

/** A list by its last element and what was before it, so that an append need not copy it. */
export interface List {
  readonly length: number;
  /** Canonical texts of all elements, each followed by a comma. */
  readonly text: string;
  readonly last: Json;
  readonly before: List | null;
}

const empty: List = { length: 0, text: '', last: null, before: null };

export const appendList: Model<List> = {
  name: 'append-list',
  init: empty,
  objection: ({ f }) => (f === 'read' || f === 'append' ? null : `a list knows read and append, not "${f}"`),
  matters: ({ f, outcome }) => outcome === 'ok' || (outcome === 'info' && f === 'append'),
  observes: ({ f }) => f === 'read',
  // Lists only grow: what is to be read of them must begin with what they are.
  admits: (state, { output }) =>
    output === null ? state.length === 0 : isList(output) && textOf(output).startsWith(state.text),
  step(state, { f, input, output }) {
    if (f === 'append') {
      return { length: state.length + 1, text: `${state.text}${canonical(input)},`, last: input, before: state };
    }
    if (output === null) return state.length === 0 ? state : impossible;
    if (!isList(output) || output.length !== state.length) return impossible;
    return textOf(output) === state.text ? state : impossible;
  },
  partition: byKey,
  family: 'append-list',
  key: ({ text }) => text,
  describe: (state) => shown(elements(state)),
  describeOperation({ f, key, input, output }) {
    if (f === 'read') return `read ${named(key, output === null ? '[]' : shown(output))}`;
    return `appended ${shown(input)}${key === null ? '' : ` to ${key}`}`;
  },
  explain: explainAppendList,
};

function elements(list: List): readonly Json[] {
  const result: Json[] = [];
  for (let rest = list; rest.before !== null; rest = rest.before) result.push(rest.last);
  return result.reverse();
}

/** The same read is compared with many states. */
const texts = new WeakMap<readonly Json[], string>();

function textOf(list: readonly Json[]): string {
  let text = texts.get(list);
  if (text === undefined) {
    text = list.map((element) => `${canonical(element)},`).join('');
    texts.set(list, text);
  }
  return text;
}
