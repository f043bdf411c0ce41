/**
 * Walks through the configurations of a part, depth first.
 *
 * A configuration is a way to explain the history up to some return: the position (how many returns it has passed), the
 * state, the open mutators that have taken effect (`done`), the open observers that have (`seen`), and how many of each
 * class of pending operations have (`used`). Each is one integer (see `tries.ts`), whatever the concurrency.
 *
 * Only a return forces anything (just-in-time linearization, Lowe 2017, section 5): at position `p` operations are made
 * to take effect one after the other until `returns[p]` has. That misses no order: cut any order after the place of each
 * return, in the sequence of the returns; what is left over never returned, and is tried after the last return.
 *
 * What is not tried, and why nothing is lost:
 * - An open observer takes effect as soon as it can. It has to sooner or later, and taken out of a later place in an order
 *   it leaves all others as they were, since it changes no state. That an operation changes nothing *here* is not enough:
 *   a write of the value that is there already may be needed after a write of another.
 * - Of open mutators of one class the one that returns first comes first: in an order in which it comes after another that
 *   was open with it, the two can change places.
 * - Of pending operations of one class the one that was invoked first comes first: it can stand wherever a later one can.
 *   One that leaves the state as it is need not happen.
 * - A configuration is left out where another one can do all that it can (`visited.ts`).
 * - So is one from which the next observer that has yet to take effect never can (`Model.admits`).
 *
 * The stack holds one frame a configuration, in arrays: the six integers of above, `via` (the place of the operation that
 * led to it from the frame below, -1 for the first) and `tried` (how many of its candidates have been). Candidates are
 * numbered: 0 is the returning operation itself; then `listLength` open mutators, listed anew when the search comes back
 * to a frame; then the pending classes twice: those after which the returning operation is possible, and the others.
 */

import { heap } from './heap.ts';
import type { Setting } from './setting.ts';
import { doubled } from './tries.ts';
import { visited } from './visited.ts';

/** What an explorer looks for: a configuration at `position` or later whose state is acceptable. */
export interface Goal {
  readonly position: number;
  readonly accepts: (state: number) => boolean;
}

export interface Explorer {
  /** Starts from one more configuration. Only when `advance` has not been called yet or said `exhausted`. */
  enter(position: number, state: number, done: number, seen: number, used: number): 'goal' | 'entered';
  /** Goes on until a goal is reached, everything is explored, or `pause` says so. May be called again in any case. */
  advance(pause: () => boolean): 'goal' | 'exhausted' | 'paused';
  /** The state of the configuration that was entered last: after `goal`, the one at the goal. */
  state(): number;
  /** How that was reached from where the exploration began: places, in order. */
  order(): number[];
  /** The most returns that any configuration has passed. */
  furthest(): number;
  visited(): number;
  /** Looks into tables so far: a measure of time that is the same in every run. */
  work(): number;
  bytes(): number;
}

/** The number of the first candidate that is a pending operation. */
const pendingFirst = 1 << 30;
const framesAtFirst = 64;

/**
 * With `isUnlimited`, a pending operation may take effect as often as it helps. That is more than can happen, and far
 * less to explore: how many of each class have been used does not matter then.
 */
export function explorer<State>(
  { timeline, transitions, tries, marks, tuning }: Setting<State>,
  goal: Goal,
  isUnlimited = false,
): Explorer {
  const { workPerQuestion, workPerStep, thrift } = tuning;
  const { returns, cls, observes, mutators, observers, observersInvoked, observersBefore, nextObserver, pending } =
    timeline;
  const end = returns.length;
  const { after, admits } = transitions;
  const known = visited(tries, observers.depth, pending.depth);

  /** How many frames there are, and those that are being explored: the last first. */
  let count = 0;
  let depth = 0;
  let stack = new Int32Array(framesAtFirst);
  let positions = new Int32Array(framesAtFirst);
  let states = new Int32Array(framesAtFirst);
  let dones = new Int32Array(framesAtFirst);
  let seens = new Int32Array(framesAtFirst);
  let useds = new Int32Array(framesAtFirst);
  let spents = new Int32Array(framesAtFirst);
  let vias = new Int32Array(framesAtFirst);
  let froms = new Int32Array(framesAtFirst);
  let befores = new Int32Array(framesAtFirst);
  let trieds = new Int32Array(framesAtFirst);
  const waiting = heap((a, b) => {
    const byPosition = (positions[b] as number) - (positions[a] as number);
    return byPosition !== 0 ? byPosition : (spents[a] as number) - (spents[b] as number) || b - a;
  });
  /** How many frames there may be before the best of those that wait is taken up. */
  let thriftyUntil = thrift;
  let entered = 0;

  /** The candidates of the frame `listedFrame` (-1: of none) among the open mutators, by the positions of their returns. */
  let listedFrame = -1;
  let listLength = 0;
  let listedWords = 0;
  let listing = 0;
  let list = new Int32Array(framesAtFirst);
  let work = 0;
  let askAt = workPerQuestion;
  let furthest = 0;
  let begun: readonly [position: number, state: number, done: number, seen: number] = [0, 0, 0, 0];

  const grow = (): void => {
    stack = doubled(stack);
    positions = doubled(positions);
    states = doubled(states);
    dones = doubled(dones);
    seens = doubled(seens);
    useds = doubled(useds);
    spents = doubled(spents);
    vias = doubled(vias);
    froms = doubled(froms);
    befores = doubled(befores);
    trieds = doubled(trieds);
  };

  const askedBefore = transitions.asked();
  const workDone = (): number => work + workPerStep * (transitions.asked() - askedBefore);

  /** Where `settle` has come to. */
  let position = 0;
  let done = 0;
  let seen = 0;

  /** Lets the observers take effect that are open at `position` and can. */
  const observeOpen = (state: number, record: number[] | null): void => {
    const open = observers.open[position] as number;
    if (seen === open) return;
    for (let word = 0; word < observers.words; word++) {
      const its = tries.at(seen, observers.depth, word);
      let left = tries.at(open, observers.depth, word) & ~its;
      let now = its;
      while (left !== 0) {
        const bit = left & -left;
        left ^= bit;
        work++;
        const at = observers.returnIn((word << 5) + 31 - Math.clz32(bit), position);
        if (after(state, cls[at] as number) < 0) continue;
        now |= bit;
        record?.push(returns[at] as number);
      }
      if (now !== its) seen = tries.with(seen, observers.depth, word, now);
    }
  };

  /** The same for those that are invoked between the returns before and at `position`. */
  const observeNew = (state: number, record: number[] | null): void => {
    const to = observersBefore[position + 1] as number;
    for (let i = observersBefore[position] as number; i < to; i++) {
      work++;
      const at = observersInvoked[i] as number;
      if (after(state, cls[at] as number) < 0) continue;
      const slot = observers.slotOf[returns[at] as number] as number;
      const its = tries.at(seen, observers.depth, slot >>> 5);
      seen = tries.with(seen, observers.depth, slot >>> 5, its | (1 << (slot & 31)));
      record?.push(returns[at] as number);
    }
  };

  /** Lets everything happen that needs no choice, from (`position`, `done`, `seen`) on; `record` is told which observers. */
  const settle = (state: number, record: number[] | null): void => {
    if (position < end) observeOpen(state, record);
    while (position < end) {
      const slots = observes[position] === 1 ? observers : mutators;
      const slot = slots.slotOf[returns[position] as number] as number;
      const set = slots === observers ? seen : done;
      const its = tries.at(set, slots.depth, slot >>> 5);
      const bit = 1 << (slot & 31);
      if ((its & bit) === 0) return;
      const without = tries.with(set, slots.depth, slot >>> 5, its ^ bit);
      if (slots === observers) seen = without;
      else done = without;
      position++;
      // To those that were open before, nothing has changed.
      if (position < end) observeNew(state, record);
    }
  };

  /** Whether the next observer that has yet to take effect, if there is one, still can. */
  const isPromising = (state: number): boolean => {
    if (!transitions.looksAhead) return true;
    for (let next = nextObserver[position] as number; next < end; next = nextObserver[next + 1] as number) {
      const place = returns[next] as number;
      const slot = observers.slotOf[place] as number;
      work++;
      const isOpen = (tries.at(observers.open[position] as number, observers.depth, slot >>> 5) >>> (slot & 31)) & 1;
      const isThis = isOpen === 1 && observers.returnIn(slot, position) === next;
      const isSeen = (tries.at(seen, observers.depth, slot >>> 5) >>> (slot & 31)) & 1;
      if (!isThis || isSeen === 0) return admits(state, cls[next] as number);
    }
    return true;
  };

  /**
   * Puts a configuration on the stack, unless it is known to be of no use. 0: it is of none, 1: it is there, 2: and it is
   * the goal.
   */
  const push = (
    from: number,
    via: number,
    isPending: boolean,
    state: number,
    itsDone: number,
    used: number,
    at: number,
    itsSeen: number,
  ): number => {
    position = at;
    done = itsDone;
    seen = itsSeen;
    settle(state, null);
    if (!isPromising(state)) return 0;
    if (position > furthest) {
      furthest = position;
      thriftyUntil = entered + thrift;
    }
    if (!known.add(position, state, done, seen, used)) return 0;
    entered++;
    if (count === positions.length) grow();
    const frame = count++;
    positions[frame] = position;
    states[frame] = state;
    dones[frame] = done;
    seens[frame] = seen;
    useds[frame] = used;
    spents[frame] = from < 0 ? 0 : (spents[from] as number) + (isPending ? 1 : 0);
    vias[frame] = via;
    froms[frame] = from;
    befores[frame] = isPending && position === at && seen === itsSeen ? (states[from] as number) : -1;
    trieds[frame] = 0;
    if (listedFrame === frame) listedFrame = -1;
    stack[depth++] = frame;
    return position >= goal.position && goal.accepts(state) ? 2 : 1;
  };

  /**
   * Lists the open mutators of a frame that can take effect, one a class: first those after which the returning operation
   * is possible, in the order of their returns. That one itself is not among them. False if it is time to ask whether to
   * pause: where very many are open it goes on with the next call.
   */
  const listCandidates = (frame: number): boolean => {
    if (listedFrame !== frame) {
      listedFrame = frame;
      listLength = 0;
      listedWords = 0;
      listing = ++marks.listings;
    }
    const at = positions[frame] as number;
    if (at === end || listedWords === mutators.words) return true;
    const state = states[frame] as number;
    const before = befores[frame] as number;
    const forced = cls[at] as number;
    const open = mutators.open[at] as number;
    const done = dones[frame] as number;
    while (listedWords < mutators.words) {
      let left = tries.at(open, mutators.depth, listedWords) & ~tries.at(done, mutators.depth, listedWords);
      while (left !== 0) {
        const bit = left & -left;
        left ^= bit;
        work++;
        const returning = mutators.returnIn((listedWords << 5) + 31 - Math.clz32(bit), at);
        const its = cls[returning] as number;
        if (its === forced) continue;
        const next = after(state, its);
        if (next < 0 || (before >= 0 && after(before, its) === next)) continue;
        const rank = after(next, forced) < 0 ? returning - at + end : returning - at;
        if (marks.listedIn[its] === listing) {
          const other = marks.listedAt[its] as number;
          if (rank < (list[other] as number)) list[other] = rank;
          continue;
        }
        marks.listedIn[its] = listing;
        marks.listedAt[its] = listLength;
        if (listLength === list.length) list = doubled(list);
        list[listLength++] = rank;
      }
      listedWords++;
      if (listedWords < mutators.words && workDone() >= askAt) return false;
    }
    sort(list, listLength);
    return true;
  };

  const tryOpen = (frame: number, returning: number, next: number): number => {
    const place = returns[returning] as number;
    const slot = mutators.slotOf[place] as number;
    const set = dones[frame] as number;
    const word = tries.at(set, mutators.depth, slot >>> 5) | (1 << (slot & 31));
    const itsDone = tries.with(set, mutators.depth, slot >>> 5, word);
    const used = useds[frame] as number;
    return push(frame, place, false, next, itsDone, used, positions[frame] as number, seens[frame] as number);
  };

  /** Tries pending class `c` if the returning operation is (`wanted`) or is not possible after it. */
  const tryPending = (frame: number, c: number, wanted: boolean): number => {
    work++;
    const at = positions[frame] as number;
    const state = states[frame] as number;
    const used = useds[frame] as number;
    const its = pending.cls[c] as number;
    const next = after(state, its);
    if (next < 0 || next === state) return 0;
    if ((at < end && after(next, cls[at] as number) >= 0) !== wanted) return 0;
    const before = befores[frame] as number;
    if (before >= 0 && after(before, its) === next) return 0;
    const count = isUnlimited ? 0 : tries.at(used, pending.depth, c);
    const member = (pending.start[c] as number) + count;
    if (member >= (pending.start[c + 1] as number) || (pending.openFrom[member] as number) > at) return 0;
    const itsUsed = isUnlimited ? used : tries.with(used, pending.depth, c, count + 1);
    const place = pending.members[member] as number;
    return push(frame, place, true, next, dones[frame] as number, itsUsed, at, seens[frame] as number);
  };

  /** Tries the next candidate of the top frame: 2 if that leads to the goal. */
  const tryNext = (): number => {
    const frame = stack[depth - 1] as number;
    const at = positions[frame] as number;
    let candidate = (trieds[frame] as number)++;
    if (candidate >= pendingFirst) {
      candidate -= pendingFirst;
      const classes = pending.classesAt[at] as number;
      if (candidate < classes) return tryPending(frame, classes - 1 - candidate, true);
      candidate -= classes;
      if (candidate < classes) return tryPending(frame, classes - 1 - candidate, false);
      depth--;
      if (frame === count - 1) count--;
      return 0;
    }
    if (candidate === 0) {
      if (at === end || observes[at] === 1) return 0;
      const next = after(states[frame] as number, cls[at] as number);
      if (next < 0) return 0;
      const before = befores[frame] as number;
      return before >= 0 && after(before, cls[at] as number) === next ? 0 : tryOpen(frame, at, next);
    }
    if (!listCandidates(frame)) {
      trieds[frame] = candidate;
      return 0;
    }
    candidate--;
    if (candidate < listLength) {
      const rank = list[candidate] as number;
      const returning = at + (rank < end ? rank : rank - end);
      return tryOpen(frame, returning, after(states[frame] as number, cls[returning] as number));
    }
    depth--;
    if ((pending.classesAt[at] as number) > 0) {
      trieds[frame] = pendingFirst;
      waiting.add(frame);
    } else if (frame === count - 1) count--;
    return 0;
  };

  return {
    enter(at, state, itsDone, itsSeen, used) {
      count = 0;
      depth = 0;
      begun = [at, state, itsDone, itsSeen];
      return push(-1, -1, false, state, itsDone, used, at, itsSeen) === 2 ? 'goal' : 'entered';
    },
    advance(pause) {
      for (;;) {
        if (workDone() >= askAt) {
          askAt = workDone() + workPerQuestion;
          if (pause()) return 'paused';
        }
        if ((depth === 0 || entered >= thriftyUntil) && waiting.size() > 0) {
          stack[depth++] = waiting.take();
          thriftyUntil = entered + thrift;
        }
        if (depth === 0) return 'exhausted';
        work++;
        if (tryNext() === 2) return 'goal';
      }
    },
    state: () => states[stack[depth - 1] as number] as number,
    order() {
      const path: number[] = [];
      for (let frame = stack[depth - 1] as number; frame >= 0; frame = froms[frame] as number) path.push(frame);
      const order: number[] = [];
      for (const frame of path.reverse()) {
        const from = froms[frame] as number;
        if (from < 0) {
          [position, , done, seen] = begun;
        } else {
          const via = vias[frame] as number;
          order.push(via);
          position = positions[from] as number;
          done = dones[from] as number;
          seen = seens[from] as number;
          const slot = mutators.slotOf[via] as number;
          if (slot >= 0) {
            const word = tries.at(done, mutators.depth, slot >>> 5) | (1 << (slot & 31));
            done = tries.with(done, mutators.depth, slot >>> 5, word);
          }
        }
        settle(states[frame] as number, order);
      }
      return order;
    },
    furthest: () => furthest,
    visited: known.count,
    work: workDone,
    bytes: () => known.bytes() + waiting.bytes() + 11 * positions.byteLength + list.byteLength,
  };
}

/** Few numbers in place. */
function sort(list: Int32Array, length: number): void {
  if (length > 64) {
    list.subarray(0, length).sort();
    return;
  }
  for (let i = 1; i < length; i++) {
    const one = list[i] as number;
    let at = i;
    for (; at > 0 && (list[at - 1] as number) > one; at--) list[at] = list[at - 1] as number;
    list[at] = one;
  }
}
