/**
 * Which writes a read must not have missed. For each read r that returned w1, of every session the last write w2 of the
 * same key with w2 CO r is enough: it violates CC if w1 CO w2, is of no interest if w2 CO w1, and else comes before w1
 * in CF. An earlier write of that session follows from it by po (AWDIT, Møldrup & Pavlogiannis, PLDI 2025).
 *
 * Most sessions have nothing to say about most reads. So the writes of a key are kept as a list in topological order,
 * the newest first, without those that no other session can learn of any more (`lastForeignReach`); and of each write
 * it is known below which place every write in the list comes before it in CO (`settled`). What a read can have missed
 * lies above that place of the write that it returned: with replicas that keep up, a few writes. Where that is longer
 * than going through the sessions that write the key, the latter is done.
 *
 * Arrays by access: `older`: the next older write in the list of its key; `settled`: the place, for writes. By key:
 * `newest`.
 */

import type { Causality } from './causality.ts';
import { keyWriters } from './key-writers.ts';
import { lastForeignReach } from './last-reach.ts';
import { INITIAL } from './relations.ts';
import { triples, type Triples } from './triples.ts';

export interface Conflicts {
  /** Accesses `[w1, w2, r]`: WriteCORead, once a read. */
  readonly staleReads: Triples;
  /** Accesses `[INITIAL, w, r]`: WriteCOInitRead, once a read. */
  readonly initialReads: Triples;
  /** CF as far as it does not follow from the rest: accesses `[w2, w1, r]`, the node of w2 before that of w1. */
  readonly edges: Triples;
}

export function conflicts(causal: Causality): Conflicts {
  const { relations, topological, clocks } = causal;
  const { keys, accesses, session, first, start, node, isWrite, key, from } = relations;
  const { order, rank } = topological;
  const { clock, entry } = clocks;
  const writers = keyWriters(relations);
  const { keyStart, groupSession, ownBefore, lastBelow } = writers;
  const reach = lastForeignReach(causal);
  const newest = new Int32Array(keys).fill(-1);
  const older = new Int32Array(accesses).fill(-1);
  const settled = new Int32Array(accesses);
  /** By session: the read for which the last write of that session was found. */
  const done = new Int32Array(relations.sessions).fill(-1);
  const staleReads = triples();
  const initialReads = triples();
  const edges = triples();

  const isBefore = (a: number, b: number): boolean => {
    const of = session[a] as number;
    if (of === session[b]) return a < b;
    return entry(clock[b] as number, of) > a - (first[of] as number);
  };
  const stepsFor = (k: number): number => 8 + 2 * ((keyStart[k + 1] as number) - (keyStart[k] as number));

  const unlink = (k: number, write: number, newer: number): void => {
    if (newer < 0) newest[k] = older[write] as number;
    else older[newer] = older[write] as number;
  };

  /** Below which place every write in the list comes before `write`. */
  const settle = (write: number, place: number): number => {
    const k = key[write] as number;
    const own = node[write] as number;
    let below = 0;
    let open = place;
    let newer = -1;
    let steps = stepsFor(k);
    for (let at = newest[k] as number; at >= 0; at = older[at] as number) {
      const wrote = node[at] as number;
      if ((rank[wrote] as number) < below) break;
      if ((reach[wrote] as number) < place) {
        unlink(k, at, newer);
        continue;
      }
      newer = at;
      if (steps-- === 0) return below;
      if (wrote === own) continue;
      if (isBefore(wrote, own)) below = Math.max(below, settled[at] as number);
      else open = rank[wrote] as number;
    }
    return open;
  };

  /**
   * `w2`, a write of the key of `read`, comes before it in CO, and `read` returned `w1`. Whether that violates CC. Notes
   * the edge of CF if it does not.
   */
  const violates = (read: number, w1: number, w2: number): boolean => {
    if (w1 === INITIAL) return true;
    const returned = node[w1] as number;
    const wrote = node[w2] as number;
    if (wrote === returned || isBefore(wrote, returned)) return false;
    if (isBefore(returned, wrote)) return true;
    edges.push(w2, w1, read);
    return false;
  };

  /** A write that `read` must not have missed but did, or -1. */
  const check = (read: number, w1: number): number => {
    const k = key[read] as number;
    const reader = node[read] as number;
    const own = session[reader] as number;
    const place = rank[reader] as number;
    const limit = w1 === INITIAL ? 0 : (settled[w1] as number);
    let missed = -1;
    const ownLast = ownBefore[read] as number;
    if (ownLast >= 0 && violates(read, w1, ownLast)) {
      if (w1 === INITIAL) return ownLast;
      missed = ownLast;
    }
    let steps = stepsFor(k);
    let newer = -1;
    for (let at = newest[k] as number; at >= 0; at = older[at] as number) {
      const wrote = node[at] as number;
      if ((rank[wrote] as number) < limit) return missed;
      if ((reach[wrote] as number) < place) {
        unlink(k, at, newer);
        continue;
      }
      newer = at;
      if (steps-- === 0) break;
      const of = session[wrote] as number;
      if (of === own || done[of] === read || !isBefore(wrote, reader)) continue;
      done[of] = read;
      if (!violates(read, w1, at)) continue;
      if (w1 === INITIAL) return at;
      if (missed < 0) missed = at;
    }
    if (steps >= 0) return missed;
    for (let group = keyStart[k] as number; group < (keyStart[k + 1] as number); group++) {
      const of = groupSession[group] as number;
      if (of === own || done[of] === read) continue;
      const w2 = lastBelow(group, (first[of] as number) + entry(clock[reader] as number, of));
      if (w2 < 0 || !violates(read, w1, w2)) continue;
      if (w1 === INITIAL) return w2;
      if (missed < 0) missed = w2;
    }
    return missed;
  };

  for (let place = 0; place < order.length; place++) {
    const of = order[place] as number;
    const end = start[of + 1] as number;
    for (let access = start[of] as number; access < end; access++) {
      const w1 = from[access] as number;
      if (isWrite[access] === 1 || w1 < INITIAL) continue;
      const missed = check(access, w1);
      if (missed >= 0) (w1 === INITIAL ? initialReads : staleReads).push(w1, missed, access);
    }
    for (let access = start[of] as number; access < end; access++) {
      if (isWrite[access] === 0) continue;
      settled[access] = settle(access, place);
      older[access] = newest[key[access] as number] as number;
      newest[key[access] as number] = access;
    }
  }
  return { staleReads, initialReads, edges };
}
