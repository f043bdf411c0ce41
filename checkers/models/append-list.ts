/**
 * A list, or many under different keys. It is empty at first.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `append` | one element | `ok` |
 * | `read` | null | `ok`: the whole list; null if it is empty |
 */

import type { Json } from '../../src/history/operation.ts';
import { canonical, equal, isList, shown } from '../../src/history/json.ts';
import { explainAppendList } from './append-list-explanation.ts';
import { byKey, impossible, named, type Model, type ModelOperation } from './model.ts';
import { textHash } from './text-hash.ts';

/** A list by its last element and what was before it, so that an append need not copy it. */
export interface List {
  readonly length: number;
  readonly last: Json;
  readonly before: List | null;
  /** Of all elements. */
  readonly hash: number;
}

const empty: List = { length: 0, last: null, before: null, hash: 0 };

export const appendList: Model<List> = {
  name: 'append-list',
  init: empty,
  objection: ({ f }) => (f === 'read' || f === 'append' ? null : `a list knows read and append, not "${f}"`),
  matters: ({ f, outcome }) => outcome === 'ok' || (outcome === 'info' && f === 'append'),
  observes: ({ f }) => f === 'read',
  // Lists only grow: what is to be read of them must begin with what they are.
  admits(state, { output, outcome }) {
    if (outcome === 'info') return true;
    const list = output ?? [];
    return isList(list) && hashOfFirst(list, state.length) === state.hash;
  },
  step(state, { f, input, output, outcome }) {
    if (f === 'append') return appended(state, input);
    if (outcome === 'info') return state;
    const list = output ?? [];
    return isList(list) && holds(state, list) ? state : impossible;
  },
  neededAmong: readAmong,
  partition: byKey,
  family: 'append-list',
  from: listFrom,
  equal: areEqual,
  hash: ({ hash }) => hash,
  describe: (state) => shown(elements(state)),
  describeOperation({ f, key, input, output }) {
    if (f === 'read') return `read ${named(key, output === null ? '[]' : shown(output))}`;
    return `appended ${shown(input)}${key === null ? '' : ` to ${key}`}`;
  },
  explain: (failed, others) => explainAppendList([], failed, others),
};

function listFrom(json: Json): Model<List> | string {
  if (!isList(json)) return 'a list of elements';
  const init = json.reduce(appended, empty);
  return { ...appendList, init, explain: (failed, others) => explainAppendList(json, failed, others) };
}

function appended(list: List, element: Json): List {
  return { length: list.length + 1, last: element, before: list, hash: hashWith(list.hash, element) };
}

function hashWith(hash: number, element: Json): number {
  return (Math.imul(hash, 0x01000193) + textHash(canonical(element))) | 0;
}

function elements(list: List): readonly Json[] {
  const result: Json[] = [];
  for (let rest = list; rest.before !== null; rest = rest.before) result.push(rest.last);
  return result.reverse();
}

function areEqual(a: List, b: List): boolean {
  if (a.length !== b.length) return false;
  for (let left = a, right = b; left !== right;) {
    if (!equal(left.last, right.last)) return false;
    if (left.before === null || right.before === null) break;
    left = left.before;
    right = right.before;
  }
  return true;
}

function holds(state: List, list: readonly Json[]): boolean {
  if (list.length !== state.length || hashOfFirst(list, list.length) !== state.hash) return false;
  let rest = state;
  for (let i = list.length - 1; i >= 0 && rest.before !== null; i--, rest = rest.before) {
    if (!equal(list[i] as Json, rest.last)) return false;
  }
  return true;
}

/** The same read is compared with many states. */
const hashes = new WeakMap<readonly Json[], Int32Array>();

/** The hash of the first `count` elements; undefined if there are not so many. */
function hashOfFirst(list: readonly Json[], count: number): number | undefined {
  let known = hashes.get(list);
  if (known === undefined) {
    known = new Int32Array(list.length + 1);
    let hash = 0;
    for (let i = 0; i < list.length; i++) known[i + 1] = hash = hashWith(hash, list[i] as Json);
    hashes.set(list, known);
  }
  return known[count];
}

/**
 * An append of unknown outcome whose element nobody read need not be tried: in an order with it no read comes after it,
 * or would have shown the element; so without it everything that was read is still right.
 */
function readAmong(operations: readonly ModelOperation[]): (pending: ModelOperation) => boolean {
  const unknown = new Set<string>();
  for (const { f, outcome, input } of operations)
    if (f === 'append' && outcome === 'info') unknown.add(canonical(input));
  const read = new Set<string>();
  for (const { f, output } of operations) {
    if (read.size === unknown.size) break;
    if (f !== 'read' || !isList(output)) continue;
    for (const element of output) {
      const text = canonical(element);
      if (unknown.has(text)) read.add(text);
    }
  }
  return ({ input }) => read.has(canonical(input));
}
