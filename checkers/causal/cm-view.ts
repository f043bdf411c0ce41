/**
 * What one session must have in order to explain its own reads: causal memory and PRAM ask for an order of all writes
 * and the reads of one session p, in which each of these reads returns the last write of its key. There is one exactly
 * if HB_p has no cycle, and no read of an initial value comes after a write of its key (Bouajjani, Enea, Guerraoui,
 * Hamza, POPL 2017, definition 5 and lemma 3). HB_p is the least order that holds the order before (CO for causal
 * memory, po and what p read for PRAM), and w1 before w2 where a read r of p returned w2, and w1, another write of that
 * key, comes before r.
 *
 * It is enough to know what comes before the reads r0, r1, … of p, each time a set that is closed downwards in the
 * order before, and so a vector clock. A pair w1, w2 as above adds nothing to what comes before r, since w2 does. But it
 * adds w1 and all before it to the reads that come after w2 already: to those from the first that knows w2 up to the
 * first that knows w1. A read that learned something is looked at again, until there is nothing new. Clocks of reads
 * only grow from one read to the next, so that the first which knows a write is found by bisection.
 *
 * Arrays by place in `reads`: `known`: its clock; `seen`: the clock with which it was looked at; `queue`: a ring of
 * places to look at (`queued`).
 */

import type { ClockTree } from './clocks.ts';
import { groupIn, type KeyWriters } from './key-writers.ts';
import { INITIAL, type Relations } from './relations.ts';
import type { Triples } from './triples.ts';

/** The order that a view begins with. */
export interface OrderBefore {
  readonly relations: Relations;
  readonly writers: KeyWriters;
  readonly tree: ClockTree;
  /** Whether node `a` comes before node `b`. Only asked of writes. */
  isBefore(a: number, b: number): boolean;
  /** The clock of what comes before `node`, and `node`. */
  upTo(node: number): number;
}

export interface View {
  /** Read accesses of the session, in order. */
  readonly reads: Int32Array;
  /** By place: the clock of what comes before the read in the order before. What it says of its own session means nothing. */
  readonly known: Int32Array;
  /** Whether all that follows from `known` itself is among `pairs` already, so that only what is new has to be looked at. */
  readonly begun: boolean;
  /** Accesses `[w1, w2, r]`, w1 before w2 because of r; what is found is added to them. */
  readonly pairs: Triples;
  /** The only sessions of which clocks in `known` know something, if that is not every one. */
  readonly sessions: Int32Array | null;
}

export type Saturation =
  /** `pairs` are all, but for those that follow from others. Whether there is a cycle is not known. */
  | { readonly kind: 'saturated' }
  /** The pairs make a cycle. */
  | { readonly kind: 'cyclic' }
  /** The read at this access returned the initial value though the write at the other comes before it. */
  | { readonly kind: 'initial'; readonly write: number; readonly read: number };

/** Finds the pairs. Clocks that are made stay in the tree. */
export function saturate(before: OrderBefore, view: View): Saturation {
  const { relations, writers, tree, isBefore, upTo } = before;
  const { session, first, node, key, from } = relations;
  const { keyStart, groupSession, lastBelow } = writers;
  const { entry, join } = tree;
  const { reads, pairs, begun, sessions } = view;
  const count = reads.length;
  const known = view.known;
  const seen = begun ? known.slice() : new Int32Array(count);
  const isFirstLook = new Uint8Array(count).fill(begun ? 0 : 1);
  const sameKey = begun ? null : previousOfSameKey(relations, reads);
  const begunWith = known.slice();
  const queue = new Int32Array(count + 1);
  const queued = new Uint8Array(count);
  let head = 0;
  let tail = 0;
  let outcome: Saturation = { kind: 'saturated' };
  const goesOn = (): boolean => outcome.kind === 'saturated';

  const enqueue = (place: number): void => {
    if (queued[place] === 1) return;
    queued[place] = 1;
    queue[tail] = place;
    tail = tail === count ? 0 : tail + 1;
  };
  /** How many nodes of session `of`, from its first on, come before the read at `place`. */
  const knownOf = (place: number, of: number): number => {
    const reader = node[reads[place] as number] as number;
    return of === session[reader] ? reader - (first[of] as number) : entry(known[place] as number, of);
  };
  /** The first place of a read that comes after `write`, or is in the same operation. It is at most `high`. */
  const firstAfter = (write: number, high: number): number => {
    const of = session[write] as number;
    const nodes = write + 1 - (first[of] as number);
    const isAfter = (place: number): boolean => knownOf(place, of) >= nodes || node[reads[place] as number] === write;
    // Most reads return what was not known before.
    if (high === 0 || !isAfter(high - 1)) return high;
    let low = 0;
    let found = high - 1;
    while (low < found) {
      const middle = (low + found) >>> 1;
      if (isAfter(middle)) found = middle;
      else low = middle + 1;
    }
    return found;
  };

  /** `w1` comes before the read at `place`, which returned `w2`. */
  const order = (w1: number, w2: number, read: number, place: number): void => {
    const older = node[w1] as number;
    const returned = node[w2] as number;
    if (older === returned || isBefore(older, returned)) return;
    pairs.push(w1, w2, read);
    learn(older, returned, place);
  };
  /** The reads that come after `returned` come after `older`. */
  const learn = (older: number, returned: number, place: number): void => {
    const of = session[older] as number;
    const nodes = older + 1 - (first[of] as number);
    let at = firstAfter(returned, place);
    if (knownOf(at, of) >= nodes) return;
    const added = upTo(older);
    // Reads that knew the same go on to know the same, in one clock.
    let joined = -1;
    let now = -1;
    for (; at < count; at++) {
      const was = known[at] as number;
      if (was !== joined) now = join(was, added);
      joined = was;
      if (now === was) return;
      known[at] = now;
      const reader = node[reads[at] as number] as number;
      const own = session[reader] as number;
      if (entry(now, own) > reader - (first[own] as number)) {
        outcome = { kind: 'cyclic' };
        return;
      }
      enqueue(at);
    }
  };
  const look = (place: number): void => {
    const read = reads[place] as number;
    const own = session[node[read] as number] as number;
    const k = key[read] as number;
    const returned = from[read] as number;
    const isFirst = isFirstLook[place] === 1;
    let looked = seen[place] as number;
    isFirstLook[place] = 0;
    seen[place] = known[place] as number;
    const earlier = isFirst && sameKey !== null ? (sameKey[place] as number) : -1;
    if (earlier >= 0) {
      // What was known when the key was read before came before the write that was returned then.
      looked = begunWith[earlier] as number;
      const then = from[reads[earlier] as number] as number;
      if (then !== INITIAL && then !== returned) {
        if (returned === INITIAL) outcome = { kind: 'initial', write: then, read };
        else order(then, returned, read, place);
      }
    }
    const lookAt = (group: number): void => {
      const of = groupSession[group] as number;
      if (of === own && !isFirst) return;
      const nodes = knownOf(place, of);
      if (nodes === 0 || (of !== own && nodes <= entry(looked, of))) return;
      const w1 = lastBelow(group, (first[of] as number) + nodes);
      if (w1 < 0) return;
      if (returned === INITIAL) outcome = { kind: 'initial', write: w1, read };
      else order(w1, returned, read, place);
    };
    const start = keyStart[k] as number;
    const end = keyStart[k + 1] as number;
    if (sessions !== null && sessions.length * 4 < end - start) {
      for (let i = 0; i < sessions.length && goesOn(); i++) {
        const group = groupIn(groupSession, start, end, sessions[i] as number);
        if (group >= 0) lookAt(group);
      }
    } else for (let group = start; group < end && goesOn(); group++) lookAt(group);
  };

  if (begun) {
    for (let i = 0, place = 0; i < pairs.count && goesOn(); i++) {
      const read = pairs.at(i, 2);
      while (reads[place] !== read) place++;
      learn(node[pairs.at(i, 0)] as number, node[pairs.at(i, 1)] as number, place);
    }
  } else for (let place = 0; place < count; place++) enqueue(place);
  while (head !== tail && goesOn()) {
    const place = queue[head] as number;
    head = head === count ? 0 : head + 1;
    queued[place] = 0;
    look(place);
  }
  return outcome;
}

/** By place: that of the last read of the same key before it, or -1. */
function previousOfSameKey({ key }: Relations, reads: Int32Array): Int32Array {
  const last = new Map<number, number>();
  return reads.map((read, place) => {
    const of = key[read] as number;
    const before = last.get(of) ?? -1;
    last.set(of, place);
    return before;
  });
}
