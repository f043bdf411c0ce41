/**
 * What was taken out of a part and could have explained what is left. Blaming the rest is fair only if it stays
 * unexplained with these as operations of unknown outcome.
 */

import { NEVER, outcomes } from '../../../src/history/columns.ts';
import type { Part } from '../part.ts';
import type { Dependence } from './dependence.ts';

/** Places, in increasing order, of the operations of `part` that are not in `kept` (places, too) and could matter to it. */
export function takenAway(part: Part, dependence: Dependence, kept: readonly number[]): readonly number[] {
  const isKept = new Uint8Array(part.count);
  for (const place of kept) isKept[place] = 1;
  const isRemoved = (place: number): boolean => isKept[place] === 0 && dependence.effects[place] === 1;
  switch (dependence.kind) {
    case 'cell':
      return inCell(part, dependence, kept, isRemoved);
    case 'elements':
      return amongElements(part, dependence, kept, isRemoved);
    case 'opaque':
      return placesOf(part.count, isRemoved);
  }
}

function placesOf(count: number, is: (place: number) => boolean): readonly number[] {
  const places: number[] = [];
  for (let place = 0; place < count; place++) if (is(place)) places.push(place);
  return places;
}

/** What speaks of the same elements, and removals of unknown outcome, which may have taken any. */
function amongElements(
  part: Part,
  { touches }: Dependence,
  kept: readonly number[],
  isRemoved: (place: number) => boolean,
): readonly number[] {
  const spoken = new Set(kept.flatMap((place) => touches[place] ?? []));
  return placesOf(part.count, (place) => {
    if (!isRemoved(place)) return false;
    const mine = touches[place] ?? [];
    return mine.some((value) => spoken.has(value)) || (mine.length === 0 && part.outcome[place] === outcomes.info);
  });
}

/**
 * What made a value that is seen, unless something that is kept surely replaced it: it returned before a kept effect
 * began that returned before the value was seen. A failed comparison sees every value but its own.
 */
function inCell(
  part: Part,
  { shows, makes, makers, effects }: Dependence,
  kept: readonly number[],
  isRemoved: (place: number) => boolean,
): readonly number[] {
  const replacedBefore = replacements(part, kept, effects);
  const sights = new Map<number, Sights>();
  const anything = sightings();
  for (const place of kept) {
    const invoked = part.invoked[place] as number;
    const returned = part.returned[place] as number;
    if (part.outcome[place] === outcomes.mismatch) anything.add(replacedBefore(invoked), returned);
    for (const value of shows[place] ?? []) {
      let seen = sights.get(value);
      if (seen === undefined) sights.set(value, (seen = sightings()));
      seen.add(replacedBefore(invoked), returned);
    }
  }
  const matters = new Set<number>();
  const queue = [...sights.keys()];
  const consider = (place: number, seen: Sights): void => {
    if (matters.has(place) || !isRemoved(place)) return;
    const invoked = part.invoked[place] as number;
    const returned = part.returned[place] as number;
    if (!seen.sees(invoked, returned)) return;
    matters.add(place);
    // It can only have taken effect where what it found there was there.
    for (const value of shows[place] ?? []) {
      let found = sights.get(value);
      if (found === undefined) sights.set(value, (found = sightings()));
      found.add(replacedBefore(invoked), returned);
      queue.push(value);
    }
  };
  if (!anything.isEmpty()) for (let place = 0; place < part.count; place++) consider(place, anything);
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    const seen = sights.get(value);
    if (seen !== undefined) for (const place of makers[value] ?? []) consider(place, seen);
  }
  // A value that is made is worth nothing to a place that makes none.
  return [...matters].filter((place) => (makes[place] ?? []).length > 0).sort((a, b) => a - b);
}

/** For a position, the latest invocation among the kept effects that had surely happened by then; -1 for none. */
function replacements(part: Part, kept: readonly number[], effects: Uint8Array): (position: number) => number {
  const sure = kept
    .filter((place) => effects[place] === 1 && part.returned[place] !== NEVER)
    .sort((a, b) => (part.returned[a] as number) - (part.returned[b] as number));
  const returned = Int32Array.from(sure, (place) => part.returned[place] as number);
  const latest = Int32Array.from(sure, (place) => part.invoked[place] as number);
  for (let i = 1; i < latest.length; i++) latest[i] = Math.max(latest[i] as number, latest[i - 1] as number);
  return (position) => {
    let low = 0;
    for (let high = returned.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((returned[middle] as number) < position) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : (latest[low - 1] as number);
  };
}

interface Sights {
  /** Someone looks, who returns at `until`; what had returned before `replaced` is not there any more. */
  add(replaced: number, until: number): void;
  /** Whether someone may have seen what was called at `invoked` and was there from `returned` on. */
  sees(invoked: number, returned: number): boolean;
  isEmpty(): boolean;
}

/** So many are told apart; beyond that one stands for all, which may count too much as seen but never too little. */
const sightsMax = 256;

function sightings(): Sights {
  let untilBy = new Map<number, number>();
  return {
    add(replaced, until) {
      untilBy.set(replaced, Math.max(until, untilBy.get(replaced) ?? -1));
      if (untilBy.size <= sightsMax) return;
      let earliest = NEVER;
      let latest = -1;
      for (const [from, to] of untilBy) {
        earliest = Math.min(earliest, from);
        latest = Math.max(latest, to);
      }
      untilBy = new Map([[earliest, latest]]);
    },
    sees(invoked, returned) {
      for (const [replaced, until] of untilBy) if (returned >= replaced && invoked < until) return true;
      return false;
    },
    isEmpty: () => untilBy.size === 0,
  };
}
