/**
 * Sets from which nothing is removed, with reads of the whole set.
 *
 * The set only grows: reads have to form a chain by inclusion, and what one read has and a smaller one lacks was added
 * between the two. So an order of the part is, for each set that was read, from the smallest on: the arrival of the
 * elements that it has and the one before lacks, then the reads that saw it; and at the end the arrival of the other
 * elements that were added for certain. Adds of unknown outcome whose element nobody saw are left out.
 *
 * An element arrives after somebody began to add it and after every test that missed it was invoked (`released`); before
 * an add of it or a test that found it first returned (`due`). Whatever else was called for it has room enough: tests
 * that missed it right after their invocation, tests that found it and other adds after it arrived. So an order exists
 * exactly if in the order above nothing is over before something earlier is released.
 *
 * Takes time linear in the operations and in the elements of all reads that differ, and the sorting of these by length.
 * Arrays are indexed by the number of the element, by place, or by `layer`: the number of the set in the chain.
 */

import { NEVER } from '../../../src/history/columns.ts';
import type { MethodAnswer } from '../method.ts';
import {
  arrivalsOf,
  byInstant,
  coreOf,
  instant,
  INVOKED_BEFORE,
  kinds,
  NOWHERE,
  shownBy,
  type Arrivals,
  type SetOperations,
} from './set-operations.ts';

interface Growth extends Arrivals {
  /** When the element can arrive, from the operations on it alone; and what says so. */
  readonly released: Int32Array;
  readonly releasedBy: Int32Array;
}

interface Chain {
  /** A read of each layer. */
  readonly example: readonly number[];
  /** Layer of each element; `example.length` if no read has it. */
  readonly layerOf: Int32Array;
  /** Layer of each read, by place. */
  readonly layerRead: Int32Array;
}

/** Places of operations that clash. */
interface Clash {
  readonly kind: 'clash';
  readonly places: readonly number[];
}

/** When the first of each layer's elements and reads can be, given all that comes before. */
interface Schedule {
  readonly kind: 'schedule';
  readonly elementsFrom: Int32Array;
  readonly readsFrom: Int32Array;
}

/** The part must hold no removes. */
export function decideGrowing(operations: SetOperations): MethodAnswer {
  const growth = growthOf(operations);
  const chain = chainOf(operations);
  if ('places' in chain) return { kind: 'invalid', core: withAdds(operations, chain.places) };
  const schedule = scheduleOf(operations, growth, chain);
  if (schedule.kind === 'clash') return { kind: 'invalid', core: withAdds(operations, schedule.places) };
  return { kind: 'valid', witness: () => witness(operations, growth, chain, schedule) };
}

function growthOf(operations: SetOperations): Growth {
  const { part, kind, element } = operations;
  const arrivals = arrivalsOf(operations);
  const released = arrivals.begun.slice();
  const releasedBy = arrivals.firstAdd.slice();
  for (let i = 0; i < part.count; i++) {
    if (kind[i] !== kinds.lacks) continue;
    const e = element[i] as number;
    if ((part.invoked[i] as number) < (released[e] as number)) continue;
    released[e] = part.invoked[i] as number;
    releasedBy[e] = i;
  }
  return { ...arrivals, released, releasedBy };
}

function chainOf(operations: SetOperations): Chain | Clash {
  const { part, kind, elements } = operations;
  const size = elements.count();
  const none = NEVER;
  const layerOf = new Int32Array(size).fill(none);
  const layerRead = new Int32Array(part.count);
  const example: number[] = [];
  /** Elements of the greatest set so far. */
  let known = 0;
  /** The last list in which an element was seen. */
  const seenIn = new Int32Array(size).fill(NOWHERE);
  /** The smallest set that has an element which this list, not shorter than that, lacks. */
  const leastMissing = (place: number): number => {
    let least = example.length - 1;
    for (let e = 0; e < size; e++) if (seenIn[e] !== place) least = Math.min(least, layerOf[e] as number);
    return least;
  };
  /** Layers of lists, by their numbers. */
  const layers = new Map<number, number>();
  for (const place of shortestFirst(operations)) {
    const list = shownBy(part, place);
    let shared = 0;
    for (const value of list) {
      const e = elements.find(value);
      if (e < 0 || seenIn[e] === place) return { kind: 'clash', places: [place] };
      seenIn[e] = place;
      if (layerOf[e] === none) layerOf[e] = example.length;
      else if ((layerOf[e] as number) < example.length) shared++;
    }
    // All that smaller sets have must be here, too.
    if (shared < known) return { kind: 'clash', places: [place, example[leastMissing(place)] as number] };
    if (list.length > known || example.length === 0) {
      example.push(place);
      known = list.length;
    }
    layers.set(part.output[place] as number, example.length - 1);
  }
  for (let e = 0; e < size; e++) if (layerOf[e] === none) layerOf[e] = example.length;
  for (let i = 0; i < part.count; i++) {
    if (kind[i] === kinds.read) layerRead[i] = layers.get(part.output[i] as number) as number;
  }
  return { example, layerOf, layerRead };
}

/** The first read of each list that differs, the shortest first. */
function shortestFirst({ part, kind }: SetOperations): readonly number[] {
  const first = new Map<number, number>();
  for (let i = 0; i < part.count; i++) {
    const list = part.output[i] as number;
    if (kind[i] === kinds.read && !first.has(list)) first.set(list, i);
  }
  return [...first.values()].sort((a, b) => shownBy(part, a).length - shownBy(part, b).length);
}

function scheduleOf({ part, kind, elements }: SetOperations, growth: Growth, chain: Chain): Schedule | Clash {
  const { due, dueBy, released, releasedBy } = growth;
  const { example, layerOf, layerRead } = chain;
  const layers = example.length;
  const size = elements.count();
  const clash = (...places: number[]): Clash => ({ kind: 'clash', places });
  /** Of the elements and the reads of each layer: the last release, what says so, the first return and what that is. */
  const phases = 2 * layers + 1;
  const lastReleased = new Int32Array(phases).fill(INVOKED_BEFORE);
  const lastReleasedBy = new Int32Array(phases).fill(NOWHERE);
  const firstDue = new Int32Array(phases).fill(NEVER);
  const firstDueBy = new Int32Array(phases).fill(NOWHERE);
  const meet = (phase: number, from: number, fromBy: number, to: number, toBy: number): void => {
    if (from > (lastReleased[phase] as number)) {
      lastReleased[phase] = from;
      lastReleasedBy[phase] = fromBy;
    }
    if (to < (firstDue[phase] as number)) {
      firstDue[phase] = to;
      firstDueBy[phase] = toBy;
    }
  };
  for (let e = 0; e < size; e++) {
    if ((released[e] as number) > (due[e] as number)) return clash(releasedBy[e] as number, dueBy[e] as number);
    meet(
      2 * (layerOf[e] as number),
      released[e] as number,
      releasedBy[e] as number,
      due[e] as number,
      dueBy[e] as number,
    );
  }
  for (let i = 0; i < part.count; i++) {
    if (kind[i] !== kinds.read) continue;
    meet(2 * (layerRead[i] as number) + 1, part.invoked[i] as number, i, part.returned[i] as number, i);
  }
  const from = new Int32Array(phases);
  let latest = INVOKED_BEFORE;
  let latestBy = NOWHERE;
  let latestPhase = 0;
  for (let phase = 0; phase < phases; phase++) {
    if ((firstDue[phase] as number) < latest) {
      const early = firstDueBy[phase] as number;
      const isTold = kind[early] === kinds.read || kind[latestBy] === kinds.read;
      // Else a read of the earlier layer tells the two apart.
      return isTold ? clash(latestBy, early) : clash(latestBy, early, example[latestPhase >> 1] as number);
    }
    from[phase] = latest;
    if ((lastReleased[phase] as number) > latest) {
      latest = lastReleased[phase] as number;
      latestBy = lastReleasedBy[phase] as number;
      latestPhase = phase;
    }
  }
  return {
    kind: 'schedule',
    elementsFrom: from.filter((_, phase) => phase % 2 === 0),
    readsFrom: from.filter((_, phase) => phase % 2 === 1),
  };
}

/** `places` and all adds of the elements that they speak of. */
function withAdds(operations: SetOperations, places: readonly number[]): readonly number[] {
  const { part, kind, element, elements } = operations;
  const chosen = new Set<number>();
  for (const place of places) {
    if (place === NOWHERE) continue;
    if (kind[place] !== kinds.read) chosen.add(element[place] as number);
    else for (const value of shownBy(part, place)) chosen.add(elements.find(value));
  }
  return coreOf(operations, places, chosen, [kinds.add]);
}

function witness(operations: SetOperations, growth: Growth, chain: Chain, schedule: Schedule): Int32Array {
  const { part, kind, element } = operations;
  const { due, released } = growth;
  const { example, layerOf, layerRead } = chain;
  const { elementsFrom, readsFrom } = schedule;
  const rankCount = 3 * example.length + 4;
  const instants = new Float64Array(part.count).fill(NaN);
  for (let i = 0; i < part.count; i++) {
    const what = kind[i];
    const at = (from: number, rank: number): number =>
      instant(Math.max(from, part.invoked[i] as number), rank, rankCount);
    if (what === kinds.read) {
      const layer = layerRead[i] as number;
      instants[i] = at(readsFrom[layer] as number, 3 * layer + 3);
    } else if (what === kinds.lacks) instants[i] = at(INVOKED_BEFORE, 0);
    else if (what === kinds.add || what === kinds.has) {
      const e = element[i] as number;
      const layer = layerOf[e] as number;
      if (layer === example.length && due[e] === NEVER) continue;
      const arrives = Math.max(elementsFrom[layer] as number, released[e] as number);
      instants[i] = at(arrives, 3 * layer + (what === kinds.add ? 1 : 2));
    }
  }
  return byInstant(instants);
}
