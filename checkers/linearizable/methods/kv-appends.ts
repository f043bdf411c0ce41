/**
 * A key of a key-value store with nothing but gets and appends: every get shows all appends before it in their order.
 *
 * The longest value that was read is cut into the strings that were appended. Where that can be done in one way only,
 * it fixes the order: every other value has to be what the first k strings make (`level` k). An order of the part then
 * is, level by level, the append that leads there and the gets that show it; and at the end the appends that returned
 * and were never seen. Appends of unknown outcome happened if they were seen, and can be left out if not. The order
 * respects real time exactly if nothing in it had returned before something was invoked that has to come earlier.
 *
 * Takes time linear in the operations and the characters of all values that differ, for each length of appended strings.
 */

import { outcomes } from '../../../src/history/columns.ts';
import type { Json } from '../../../src/history/operation.ts';
import { kvCalls } from '../../models/vocabulary.ts';
import type { Method, MethodAnswer } from '../method.ts';
import type { Part } from '../part.ts';

export const kvAppends: Method = {
  name: 'kv-appends',
  decide: (model, part) => decide(part, model.init as Json),
};

/** Characters of the longest value times lengths of appended strings. */
const cutsMax = 1e8;

interface Operations {
  readonly part: Part;
  readonly initial: string | null;
  /** Places of the gets that tell something, and of the appends. */
  readonly gets: readonly number[];
  readonly appends: readonly number[];
  /** The get with the longest value, or -1. */
  readonly longest: number;
}

function decide(part: Part, initial: Json): MethodAnswer {
  if (initial !== null && typeof initial !== 'string') return inapplicable('nothing can be appended to what it holds');
  const gets: number[] = [];
  const appends: number[] = [];
  for (let i = 0; i < part.count; i++) {
    const call = kvCalls.known(part.columns.names[part.f[i] as number] as string);
    if (call === 'append') appends.push(i);
    else if (call !== 'get') return inapplicable('it has other operations than gets and appends');
    else if (part.outcome[i] === outcomes.ok) gets.push(i);
  }
  let longest = -1;
  for (const i of gets) {
    const value = valueOf(part, i);
    if (value !== null && typeof value !== 'string') return { kind: 'invalid', core: [i] };
    if (longest < 0 || (value ?? '').length > ((valueOf(part, longest) ?? '') as string).length) longest = i;
  }
  const operations = { part, initial, gets, appends, longest };
  const cut = cutLongest(operations);
  if (cut.kind !== 'cut') return cut;
  const strange = shownWrongly(operations, cut);
  if (strange !== null) return { kind: 'invalid', core: strange };
  return ordered(operations, cut);
}

const inapplicable = (why: string): MethodAnswer => ({ kind: 'inapplicable', why });
const valueOf = ({ columns, output }: Part, i: number): Json => columns.values[output[i] as number] as Json;
const inputOf = ({ columns, input }: Part, i: number): string => columns.values[input[i] as number] as string;
const increasing = (places: Iterable<number>): readonly number[] => [...new Set(places)].sort((a, b) => a - b);

interface Cut {
  readonly kind: 'cut';
  readonly text: string;
  /** Places of the appends in the order in which the longest value shows them: level 1 first. */
  readonly seen: readonly number[];
  /** By length of a value: its level, or -1. */
  readonly levels: Int32Array;
}

function cutLongest({ part, initial, appends, longest }: Operations): Cut | MethodAnswer {
  const start = initial ?? '';
  const shown = longest < 0 ? initial : valueOf(part, longest);
  const text = (shown ?? '') as string;
  /** -1 for a string that was appended more than once. */
  const places = new Map<string, number>();
  for (const i of appends) {
    const string = inputOf(part, i);
    places.set(string, places.has(string) ? -1 : i);
  }
  const lengths = increasing([...places.keys()].map((string) => string.length));
  if (places.has('')) return inapplicable('an empty string was appended');
  if (text.length * lengths.length > cutsMax) return inapplicable('its values are too long');
  if (!text.startsWith(start)) return { kind: 'invalid', core: [longest] };
  const levels = new Int32Array(text.length + 1).fill(-1);
  const seen: number[] = [];
  const isSeen = new Uint8Array(part.count);
  let at = start.length;
  levels[at] = 0;
  while (at < text.length) {
    const matching = lengths.filter((length) => places.has(text.slice(at, at + length)) && at + length <= text.length);
    const [length = 0] = matching;
    if (matching.length > 1) return inapplicable('what was appended can be told from its values in several ways');
    const place = places.get(text.slice(at, at + length));
    if (place === -1) return inapplicable('a string was appended more than once');
    if (place === undefined) break;
    seen.push(place);
    if (isSeen[place] === 1) break;
    isSeen[place] = 1;
    at += length;
    levels[at] = seen.length;
  }
  if (at < text.length) return { kind: 'invalid', core: increasing([longest, ...seen]) };
  return { kind: 'cut', text, seen, levels };
}

/** A get whose value is not what the first strings make, with the longest and what was appended to it; or null. */
function shownWrongly(
  { part, initial, gets, longest }: Operations,
  { text, seen, levels }: Cut,
): readonly number[] | null {
  /** Numbers of values that are right: most are seen many times. */
  const right = new Set<number>();
  for (const i of gets) {
    const number = part.output[i] as number;
    if (right.has(number)) continue;
    const value = valueOf(part, i) as string | null;
    // Absent is not the empty string: only one of them can be there before the first append.
    if ((value ?? '') === '' && value !== initial) return [i];
    if (!text.startsWith(value ?? '') || levels[(value ?? '').length] === -1) return increasing([i, longest, ...seen]);
    right.add(number);
  }
  return null;
}

/**
 * Ranks in the order: 2k - 1 of the append that leads to level k, 2k of the gets that show level k, and one more of the
 * appends that nobody saw; -1 of what did not happen.
 */
function ranksOf({ part, gets, appends }: Operations, { seen, levels }: Cut): Int32Array {
  const rank = new Int32Array(part.count).fill(-1);
  for (const i of appends) if (part.outcome[i] === outcomes.ok) rank[i] = 2 * seen.length + 1;
  seen.forEach((i, k) => {
    rank[i] = 2 * k + 1;
  });
  for (const i of gets) rank[i] = 2 * (levels[((valueOf(part, i) ?? '') as string).length] as number);
  return rank;
}

/** Places by rank, those of the same rank in the order of their invocations. */
function byRank(rank: Int32Array, ranks: number): Int32Array {
  const starts = new Int32Array(ranks + 1);
  for (const at of rank) if (at >= 0) starts[at + 1] = (starts[at + 1] as number) + 1;
  for (let at = 0; at < ranks; at++) starts[at + 1] = (starts[at + 1] as number) + (starts[at] as number);
  const order = new Int32Array(starts[ranks] as number);
  rank.forEach((at, i) => {
    if (at < 0) return;
    order[starts[at] as number] = i;
    starts[at] = (starts[at] as number) + 1;
  });
  return order;
}

function ordered(operations: Operations, cut: Cut): MethodAnswer {
  const { part, longest } = operations;
  const { invoked, returned } = part;
  const rank = ranksOf(operations, cut);
  const order = byRank(rank, 2 * cut.seen.length + 2);
  /** The last to be invoked of all before, and of all of lower ranks. */
  let latest = -1;
  let latestBelow = -1;
  let current = -1;
  for (const i of order) {
    if (rank[i] !== current) {
      current = rank[i] as number;
      latestBelow = latest;
    }
    if (latestBelow >= 0 && (returned[i] as number) < (invoked[latestBelow] as number)) {
      return { kind: 'invalid', core: increasing([i, latestBelow, longest, ...cut.seen]) };
    }
    if (latest < 0 || (invoked[i] as number) > (invoked[latest] as number)) latest = i;
  }
  return { kind: 'valid', witness: () => order };
}
