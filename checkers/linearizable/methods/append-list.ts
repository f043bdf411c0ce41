/**
 * Append-only lists whose appended elements are distinct: every read shows the order of all appends before it, so that
 * only one order of the appends is left to be tried.
 *
 * The longest read has all elements that were ever seen, in their order (`level` 1, 2, …); every other read has to be a
 * prefix of it. An order of the part therefore is, level by level: the append of that level's element, then the reads of
 * that length; and at the end, in any order, the appends that returned and were never seen. Appends of unknown outcome
 * happened if they were seen, and can be left out if not. Such an order respects real time exactly if nothing in it had
 * returned before something was invoked that comes earlier.
 *
 * Takes time linear in the operations and in the elements of all reads that differ.
 */

import { ABSENT, outcomes } from '../../../src/history/columns.ts';
import { equal, isList } from '../../../src/history/json.ts';
import type { Json } from '../../../src/history/operation.ts';
import type { List } from '../../models/append-list.ts';
import type { Method, MethodAnswer } from '../method.ts';
import type { Part } from '../part.ts';
import { elementNumbers, type Elements } from './elements.ts';

export const appendListPrefixes: Method = {
  name: 'append-list-prefixes',
  decide: (model, part) => decide(part, initialElements(model.init)),
};

const READ = 0;
const APPEND = 1;

/** The operations of a part, apart from reads of unknown outcome. */
interface Lists {
  readonly part: Part;
  /** What the list holds at first: levels 1 to `initial.length`. */
  readonly initial: readonly Json[];
  /** `READ` or `APPEND`, by place. */
  readonly kind: Uint8Array;
  /** Place of the longest read (the first of these), or -1. */
  readonly longest: number;
  /** What it shows; what the list holds at first, if there is no read. */
  readonly order: readonly Json[];
}

function decide(part: Part, initial: readonly Json[]): MethodAnswer {
  const kind = kinds(part);
  if (kind === null) return { kind: 'inapplicable', why: 'it has operations that failed' };
  const strange = notAList(part, kind);
  if (strange >= 0) return { kind: 'invalid', core: [strange] };
  const longest = longestRead(part, kind);
  const lists: Lists = { part, initial, kind, longest, order: longest < 0 ? initial : shownBy(part, longest) };
  const appends = appendsOf(lists);
  const clash = divergence(lists);
  if (clash !== null) return { kind: 'invalid', core: withAppends(lists, appends, clash) };
  const levels = levelsOf(lists, appends);
  if (levels.kind === 'strange') return { kind: 'invalid', core: withAppends(lists, appends, [levels.read]) };
  if (appends.twice) return { kind: 'inapplicable', why: 'an element was appended twice' };
  const order = inOrder(lists, levels.level);
  const early = returnedTooEarly(lists, levels.level, order);
  if (early === null) return { kind: 'valid', witness: () => order };
  return { kind: 'invalid', core: withAppends(lists, appends, together(lists, levels.level, early)) };
}

/** Null if there is something that neither happened nor may have. */
function kinds({ count, columns, f, outcome }: Part): Uint8Array | null {
  const append = columns.names.indexOf('append');
  const result = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (outcome[i] === outcomes.mismatch) return null;
    result[i] = f[i] === append ? APPEND : READ;
  }
  return result;
}

function isRead({ outcome }: Part, kind: Uint8Array, place: number): boolean {
  return kind[place] === READ && outcome[place] === outcomes.ok;
}

/** The list that a read shows: the empty one may be shown as absent. */
function shownBy({ columns, output }: Part, place: number): readonly Json[] {
  return (columns.values[output[place] as number] ?? []) as readonly Json[];
}

function notAList(part: Part, kind: Uint8Array): number {
  const { count, output, columns } = part;
  for (let i = 0; i < count; i++) {
    if (output[i] === ABSENT || !isRead(part, kind, i)) continue;
    if (!isList(columns.values[output[i] as number] ?? null)) return i;
  }
  return -1;
}

function longestRead(part: Part, kind: Uint8Array): number {
  let longest = -1;
  let length = -1;
  for (let i = 0; i < part.count; i++) {
    if (!isRead(part, kind, i)) continue;
    const list = shownBy(part, i);
    if (list.length > length) {
      longest = i;
      ({ length } = list);
    }
  }
  return longest;
}

/** A read that does not begin as the longest one, or with the initial elements, and a short one that contradicts it. */
function divergence(lists: Lists): readonly number[] | null {
  const { part, initial, kind, longest, order } = lists;
  if (longest < 0) return null;
  if (common(initial, order) < initial.length) return [longest];
  const { count, output } = part;
  /** Numbers of the lists that were compared already: they are seen many times. */
  const fine = new Set<number>([output[longest] as number]);
  let shortest = -1;
  for (let i = 0; i < count; i++) {
    if (!isRead(part, kind, i) || fine.has(output[i] as number)) continue;
    const list = shownBy(part, i);
    if (list.length < initial.length) return [i];
    if (common(list, order) === list.length) fine.add(output[i] as number);
    else if (shortest < 0 || list.length < shownBy(part, shortest).length) shortest = i;
  }
  if (shortest < 0) return null;
  const difference = common(shownBy(part, shortest), order);
  return [
    shortest,
    shortestRead(lists, (place) => {
      return shownBy(part, place).length > difference && fine.has(output[place] as number);
    }),
  ];
}

/** How many elements both begin with. */
function common(a: readonly Json[], b: readonly Json[]): number {
  const length = Math.min(a.length, b.length);
  let k = 0;
  while (k < length && (a[k] === b[k] || equal(a[k] as Json, b[k] as Json))) k++;
  return k;
}

function shortestRead({ part, kind, longest }: Lists, isWanted: (place: number) => boolean): number {
  let shortest = longest;
  for (let i = 0; i < part.count; i++) {
    if (!isRead(part, kind, i) || shownBy(part, i).length >= shownBy(part, shortest).length) continue;
    if (isWanted(i)) shortest = i;
  }
  return shortest;
}

interface Appends {
  readonly elements: Elements;
  /** By place: the number of the element that is appended; -1 for reads. */
  readonly element: Int32Array;
  /** By element: the place of its only append, or the last of them. */
  readonly places: readonly number[];
  /** Whether some element was appended twice. Having been in the list from the start does not count. */
  readonly twice: boolean;
}

function appendsOf({ part, kind }: Lists): Appends {
  const { count, input, columns } = part;
  const elements = elementNumbers(2 * count);
  const element = new Int32Array(count).fill(-1);
  const places: number[] = [];
  let twice = false;
  for (let i = 0; i < count; i++) {
    if (kind[i] !== APPEND) continue;
    const e = elements.numberOf(columns.values[input[i] as number] as Json);
    if (e < places.length) twice = true;
    element[i] = e;
    places[e] = i;
  }
  return { elements, element, places, twice };
}

/**
 * Levels by place: of a read its length; of an append 1 for the first element of the list, and so on, or one more than
 * all others if it returned and was not seen; -1 for what is in no order. Or a read that shows an element that was not
 * appended, or one twice that was appended once.
 */
type Levels =
  { readonly kind: 'levels'; readonly level: Int32Array } | { readonly kind: 'strange'; readonly read: number };

function levelsOf(lists: Lists, appends: Appends): Levels {
  const { part, initial, kind, order } = lists;
  const { count, outcome } = part;
  const level = new Int32Array(count);
  for (let k = initial.length; k < order.length; k++) {
    const append = appends.places[appends.elements.find(order[k] as Json)] ?? -1;
    if (append < 0 || (level[append] !== 0 && !appends.twice)) {
      return { kind: 'strange', read: shortestRead(lists, (place) => shownBy(part, place).length > k) };
    }
    level[append] = k + 1;
  }
  for (let i = 0; i < count; i++) {
    const happened = outcome[i] === outcomes.ok;
    if (kind[i] === READ) level[i] = happened ? shownBy(part, i).length : -1;
    else if (level[i] === 0) level[i] = happened ? order.length + 1 : -1;
  }
  return { kind: 'levels', level };
}

/** Places by level, in each an append before the reads, and those of a kind by invocation: a counting sort. */
function inOrder({ part: { count }, kind, order }: Lists, level: Int32Array): Int32Array {
  const starts = new Int32Array(2 * order.length + 5);
  const bucket = (place: number): number => 2 * (level[place] as number) + (kind[place] === READ ? 1 : 0);
  let placed = 0;
  for (let i = 0; i < count; i++) {
    if (level[i] === -1) continue;
    const next = bucket(i) + 1;
    starts[next] = (starts[next] as number) + 1;
    placed++;
  }
  for (let b = 1; b < starts.length; b++) starts[b] = (starts[b] as number) + (starts[b - 1] as number);
  const result = new Int32Array(placed);
  for (let i = 0; i < count; i++) {
    if (level[i] === -1) continue;
    const at = bucket(i);
    const start = starts[at] as number;
    result[start] = i;
    starts[at] = start + 1;
  }
  return result;
}

/** Two operations of which `later` comes later in every order and had returned before `earlier` was invoked. */
interface TooEarly {
  readonly later: number;
  readonly earlier: number;
}

function returnedTooEarly({ part, kind }: Lists, level: Int32Array, order: Int32Array): TooEarly | null {
  const { invoked, returned } = part;
  /** Of what comes before the operations of the same level and kind: the one that was invoked last. */
  let latest = -1;
  let invokedLatest = -1;
  let from = 0;
  while (from < order.length) {
    const first = order[from] as number;
    let to = from;
    for (; to < order.length; to++) {
      const place = order[to] as number;
      if (level[place] !== level[first] || kind[place] !== kind[first]) break;
      if ((returned[place] as number) < invokedLatest) return { later: place, earlier: latest };
    }
    // Within these, places are in the order of the invocations.
    const last = order[to - 1] as number;
    if ((invoked[last] as number) > invokedLatest) {
      latest = last;
      invokedLatest = invoked[last] as number;
    }
    from = to;
  }
  return null;
}

/**
 * What shows that `earlier` does come earlier: one of the two is a read; or else it takes a read that saw `earlier`, and
 * saw `later` after it or not at all.
 */
function together(lists: Lists, level: Int32Array, { later, earlier }: TooEarly): readonly number[] {
  if (lists.kind[later] === READ || lists.kind[earlier] === READ) return [earlier, later];
  const saw = shortestRead(lists, (place) => (level[place] as number) >= (level[earlier] as number));
  return [earlier, later, saw];
}

/** `places` and the appends of all that their reads show, in increasing order. */
function withAppends(
  { part, kind }: Lists,
  { elements, element }: Appends,
  places: readonly number[],
): readonly number[] {
  const chosen = new Set(places);
  const shown = new Set<number>();
  for (const place of places) {
    if (kind[place] === READ) for (const value of shownBy(part, place)) shown.add(elements.find(value));
  }
  shown.delete(-1);
  for (let i = 0; i < part.count; i++) if (shown.has(element[i] as number)) chosen.add(i);
  return [...chosen].sort((a, b) => a - b);
}

/** What the model's initial list holds. */
function initialElements(init: unknown): readonly Json[] {
  const result: Json[] = [];
  for (let rest = init as List; rest.before !== null; rest = rest.before) result.push(rest.last);
  return result.reverse();
}
