/**
 * A part in time, for a search that goes from return to return. At position `p` the returns before `returns[p]` have been
 * passed; open are the operations invoked before `returns[p]` returns that were not passed, itself included.
 *
 * While it is open, an operation has a slot (a bit) of its own among the mutators or among the observers; slots are used
 * again, so that sets of open operations are as wide as the part is concurrent, however long it is.
 */

import { outcomes } from '../../../src/history/columns.ts';
import type { Part } from '../part.ts';
import type { Classes } from './classes.ts';
import { depthOf, type Tries } from './tries.ts';

/** Operations of one kind, mutators or observers, in their slots. */
export interface Slots {
  /** The slot of each operation of this kind, by place. */
  readonly slotOf: Int32Array;
  /** Words in a set of slots, and the depth of the trie that holds one. */
  readonly words: number;
  readonly depth: number;
  /** The set of slots that are open at each position; none after the last return. */
  readonly open: Int32Array;
  /** The position at which the operation in `slot` returns that is open at `position`. */
  returnIn(slot: number, position: number): number;
}

/** Operations that never returned, by class; classes in the order of their first invocations. */
export interface Pending {
  readonly count: number;
  /** The class in `Classes` of each. */
  readonly cls: Int32Array;
  /** Members of class `c`, in the order of their invocations: `members[start[c]]` to before `members[start[c + 1]]`. */
  readonly start: Int32Array;
  readonly members: Int32Array;
  /** The first position at which each member is open. */
  readonly openFrom: Int32Array;
  /** How many classes have a member that is open at each position. */
  readonly classesAt: Int32Array;
  readonly depth: number;
}

export interface Timeline {
  /** Places of the operations that returned, in the order of their returns. */
  readonly returns: Int32Array;
  /** Their classes. */
  readonly cls: Int32Array;
  /** Whether they only observe. */
  readonly observes: Uint8Array;
  /** The first position from each on at which an observer returns; the number of positions if none does. */
  readonly nextObserver: Int32Array;
  /** Observers in the order of their invocations, as the positions of their returns. */
  readonly observersInvoked: Int32Array;
  /** How many of them are invoked before each position, and in all. */
  readonly observersBefore: Int32Array;
  readonly mutators: Slots;
  readonly observers: Slots;
  readonly pending: Pending;
  bytes(): number;
}

export function timelineOf(part: Part, classes: Classes, pendingPlaces: Int32Array, tries: Tries): Timeline {
  const returns = returnsOf(part);
  const positions = returns.length;
  const cls = new Int32Array(positions);
  const observes = new Uint8Array(positions);
  for (let p = 0; p < positions; p++) {
    cls[p] = classes.of[returns[p] as number] as number;
    observes[p] = classes.observes[cls[p] as number] as number;
  }
  const openFrom = openFromOf(part, returns);
  const mutators = slotsOf(part, returns, openFrom, (p) => observes[p] === 0, tries);
  const observers = slotsOf(part, returns, openFrom, (p) => observes[p] === 1, tries);
  const pending = pendingOf(classes, pendingPlaces, openFrom, positions);
  return {
    returns,
    cls,
    observes,
    nextObserver: observersAhead(observes),
    ...invocationsOf(returns, observes, openFrom),
    mutators,
    observers,
    pending,
    bytes: () => 44 * part.count + 44 * positions,
  };
}

/** Places sorted by their returns; float64 sorts natively and holds (return, place) exactly. */
function returnsOf({ count, outcome, returned }: Part): Int32Array {
  const keys = new Float64Array(count);
  let length = 0;
  for (let i = 0; i < count; i++) {
    if (outcome[i] !== outcomes.info) keys[length++] = (returned[i] as number) * count + i;
  }
  const sorted = keys.subarray(0, length).sort();
  const result = new Int32Array(length);
  for (let p = 0; p < length; p++) result[p] = (sorted[p] as number) % count;
  return result;
}

/** For each place, how many returns come before its invocation. */
function openFromOf({ count, invoked, returned }: Part, returns: Int32Array): Int32Array {
  const result = new Int32Array(count);
  let p = 0;
  for (let i = 0; i < count; i++) {
    while (p < returns.length && (returned[returns[p] as number] as number) < (invoked[i] as number)) p++;
    result[i] = p;
  }
  return result;
}

function slotsOf(
  part: Part,
  returns: Int32Array,
  openFrom: Int32Array,
  isOfKind: (position: number) => boolean,
  tries: Tries,
): Slots {
  const { count } = part;
  const positions = returns.length;
  /** The position at which each place of this kind returns, or -1. */
  const returnAt = new Int32Array(count).fill(-1);
  for (let p = 0; p < positions; p++) if (isOfKind(p)) returnAt[returns[p] as number] = p;

  const slotOf = new Int32Array(count).fill(-1);
  const free: number[] = [];
  let width = 0;
  let passed = 0;
  const pass = (to: number): void => {
    for (; passed < to; passed++) if (isOfKind(passed)) free.push(slotOf[returns[passed] as number] as number);
  };
  for (let i = 0; i < count; i++) {
    if (returnAt[i] === -1) continue;
    pass(openFrom[i] as number);
    slotOf[i] = free.pop() ?? width++;
  }

  const words = Math.max(1, (width + 31) >>> 5);
  const depth = depthOf(words);
  const open = new Int32Array(positions + 1);
  let set = 0;
  const flip = (slot: number): void => {
    set = tries.with(set, depth, slot >>> 5, tries.at(set, depth, slot >>> 5) ^ (1 << (slot & 31)));
  };
  for (let p = 0, next = 0; p < positions; p++) {
    for (; next < count && (openFrom[next] as number) <= p; next++)
      if (returnAt[next] !== -1) flip(slotOf[next] as number);
    open[p] = set;
    if (isOfKind(p)) flip(slotOf[returns[p] as number] as number);
  }

  // Who is in a slot when: the returns of its operations one after the other. A search moves little at a time, so the
  // place where it looked last is a good place to start from.
  const start = new Int32Array(width + 1);
  for (let p = 0; p < positions; p++) if (isOfKind(p)) increment(start, (slotOf[returns[p] as number] as number) + 1);
  for (let slot = 0; slot < width; slot++) start[slot + 1] = (start[slot + 1] as number) + (start[slot] as number);
  const occupants = new Int32Array(start[width] as number);
  const cursor = start.slice(0, width);
  for (let p = 0; p < positions; p++) {
    if (!isOfKind(p)) continue;
    const slot = slotOf[returns[p] as number] as number;
    occupants[cursor[slot] as number] = p;
    cursor[slot] = (cursor[slot] as number) + 1;
  }
  cursor.set(start.subarray(0, width));
  const returnIn = (slot: number, position: number): number => {
    let at = cursor[slot] as number;
    const from = start[slot] as number;
    while ((occupants[at] as number) < position) at++;
    while (at > from && (occupants[at - 1] as number) >= position) at--;
    cursor[slot] = at;
    return occupants[at] as number;
  };
  return { slotOf, words, depth, open, returnIn };
}

function pendingOf(classes: Classes, places: Int32Array, openFrom: Int32Array, positions: number): Pending {
  const number = new Map<number, number>();
  const cls: number[] = [];
  const sizes: number[] = [];
  for (const place of places) {
    const its = classes.of[place] as number;
    const c = number.get(its);
    if (c === undefined) {
      number.set(its, cls.push(its) - 1);
      sizes.push(1);
    } else sizes[c] = (sizes[c] as number) + 1;
  }
  const count = cls.length;
  const start = new Int32Array(count + 1);
  for (let c = 0; c < count; c++) start[c + 1] = (start[c] as number) + (sizes[c] as number);
  const members = new Int32Array(places.length);
  const next = start.slice(0, count);
  const classesAt = new Int32Array(positions + 1);
  for (const place of places) {
    const c = number.get(classes.of[place] as number) as number;
    if (next[c] === start[c]) increment(classesAt, openFrom[place] as number);
    members[next[c] as number] = place;
    next[c] = (next[c] as number) + 1;
  }
  for (let p = 0; p < positions; p++) classesAt[p + 1] = (classesAt[p + 1] as number) + (classesAt[p] as number);
  return {
    count,
    cls: Int32Array.from(cls),
    start,
    members,
    openFrom: members.map((place) => openFrom[place] as number),
    classesAt,
    depth: depthOf(count),
  };
}

function increment(counts: Int32Array, at: number): void {
  counts[at] = (counts[at] as number) + 1;
}

/** `result[p]` is the first position at or after `p` at which an observer returns; the number of positions if none does. */
function observersAhead(observes: Uint8Array): Int32Array {
  const result = new Int32Array(observes.length + 2).fill(observes.length);
  for (let p = observes.length - 1; p >= 0; p--) result[p] = observes[p] === 1 ? p : (result[p + 1] as number);
  return result;
}

/** Observers as they come: those that open at position `p` are `observersInvoked` from `observersBefore[p]` on. */
function invocationsOf(
  returns: Int32Array,
  observes: Uint8Array,
  openFrom: Int32Array,
): Pick<Timeline, 'observersInvoked' | 'observersBefore'> {
  const positions = returns.length;
  const observersBefore = new Int32Array(positions + 2);
  for (let p = 0; p < positions; p++) {
    if (observes[p] === 1) increment(observersBefore, (openFrom[returns[p] as number] as number) + 1);
  }
  for (let p = 0; p <= positions; p++) {
    observersBefore[p + 1] = (observersBefore[p + 1] as number) + (observersBefore[p] as number);
  }
  const observersInvoked = new Int32Array(observersBefore[positions + 1] as number);
  const next = observersBefore.slice();
  for (let p = 0; p < positions; p++) {
    if (observes[p] === 0) continue;
    const from = openFrom[returns[p] as number] as number;
    observersInvoked[next[from] as number] = p;
    increment(next, from);
  }
  return { observersInvoked, observersBefore };
}
