/**
 * What session guarantees are about: for each key and session the writes and the reads of it, and for each read how much
 * of every session its own session had learned of by reading.
 *
 * A read r reaches back by four kinds of paths, each from writes of its key (Terry, Demers, Petersen, Spreitzer, Theimer,
 * Welch, PDIS 1994): its own session's writes (po), what its session read before (rf; po), what came before those writes
 * in their sessions (po; rf; po), and what was read before them there (rf; po; rf; po). The writes of the third kind and
 * the reads of the fourth are all that some sessions did up to some point, so that a vector clock tells which they are.
 */

import { clockTree } from './clocks.ts';
import { groupIn, keyWriters, type KeyWriters } from './key-writers.ts';
import { INITIAL, type Relations } from './relations.ts';

export interface SessionLists {
  readonly relations: Relations;
  readonly writes: KeyWriters;
  /** Reads that returned a write or the initial value, in the place of writes. */
  readonly reads: KeyWriters;
  /** By access: its place in `writes.writes` or in `reads.writes`, or -1. */
  readonly place: Int32Array;
  /** By place in `reads.writes`: the last read up to there, of the same key and session, that returned a write, or -1. */
  readonly returning: Int32Array;
  /**
   * Calls `visit` with the groups of `list` of the key of `read` in the sessions of which some nodes come before a write
   * in po that the session of the read had returned before `read`: those below `below`. Ends when `visit` says true.
   */
  eachBehind(list: KeyWriters, read: number, visit: (group: number, below: number) => boolean): void;
}

/** To find the group of a session takes so much longer than to go on to the next one. */
const bisection = 8;

export function sessionLists(relations: Relations): SessionLists {
  const { accesses, sessions, session, first, parent, start, node, key, isWrite, from } = relations;
  const returned = isWrite.map((write, access) => (write === 0 && (from[access] as number) >= INITIAL ? 1 : 0));
  const writes = keyWriters(relations);
  const reads = keyWriters({ ...relations, isWrite: returned });
  const place = new Int32Array(accesses).fill(-1);
  for (const { writes: list } of [writes, reads]) list.forEach((access, at) => void (place[access] = at));
  const returning = new Int32Array(reads.writes.length).fill(-1);
  for (let group = 0; group + 1 < reads.groupStart.length; group++) {
    let last = -1;
    for (let at = reads.groupStart[group] as number; at < (reads.groupStart[group + 1] as number); at++) {
      if (from[reads.writes[at] as number] !== INITIAL) last = reads.writes[at] as number;
      returning[at] = last;
    }
  }

  const tree = clockTree(sessions);
  const clocks = new Int32Array(accesses);
  /** By node: the clock after its reads. */
  const after = new Int32Array(relations.nodes);
  /** Sessions of which something is known, in the order in which that came; by access and by node: from where to where. */
  const learned = new Int32Array(2 * reads.writes.length);
  const learnedStart = new Int32Array(accesses);
  const learnedEnd = new Int32Array(accesses);
  const startAfter = new Int32Array(relations.nodes);
  const endAfter = new Int32Array(relations.nodes);
  let end = 0;
  const learn = (known: number, of: number, count: number): number => {
    const knew = tree.entry(known, of);
    if (knew >= count) return known;
    if (knew === 0) learned[end++] = of;
    return tree.with(known, of, count);
  };
  const behindWrite = (known: number, wrote: number): number => {
    const of = session[wrote] as number;
    const above = parent[of] as number;
    const learned =
      above < 0
        ? known
        : learn(known, session[above] as number, above + 1 - (first[session[above] as number] as number));
    return learn(learned, of, wrote - (first[of] as number));
  };
  for (let of = 0; of < sessions; of++) {
    // A session that goes off from another comes after it in number.
    const above = parent[of] as number;
    let known = above < 0 ? 0 : (after[above] as number);
    const own = end;
    for (let n = first[of] as number; n < (first[of + 1] as number); n++) {
      clocks.fill(known, start[n], start[n + 1]);
      learnedStart.fill(above < 0 ? own : (startAfter[above] as number), start[n], start[n + 1]);
      learnedEnd.fill(above < 0 ? end : (endAfter[above] as number), start[n], start[n + 1]);
      for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
        const writer = from[access] as number;
        if (isWrite[access] === 0 && writer >= 0) known = behindWrite(known, node[writer] as number);
      }
      after[n] = known;
      startAfter[n] = own;
      endAfter[n] = end;
    }
  }
  return {
    relations,
    writes,
    reads,
    place,
    returning,
    eachBehind(list, read, visit) {
      const known = clocks[read] as number;
      const k = key[read] as number;
      const low = list.keyStart[k] as number;
      const high = list.keyStart[k + 1] as number;
      const visitIn = (group: number, of: number): boolean => {
        const count = tree.entry(known, of);
        return count > 0 && visit(group, (first[of] as number) + count);
      };
      const to = learnedEnd[read] as number;
      if ((to - (learnedStart[read] as number)) * bisection < high - low) {
        for (let i = learnedStart[read] as number; i < to; i++) {
          const of = learned[i] as number;
          const group = groupOf(list, k, of);
          if (group >= 0 && visitIn(group, of)) return;
        }
      } else {
        for (let group = low; group < high; group++) if (visitIn(group, list.groupSession[group] as number)) return;
      }
    },
  };
}

/** The session whose operations come before `node` in po, and the node below which they are. */
export function ownBefore(
  { session, first, parent }: Relations,
  node: number,
): { readonly session: number; readonly below: number } {
  const of = session[node] as number;
  const above = parent[of] as number;
  if (node > (first[of] as number) || above < 0) return { session: of, below: node };
  return { session: session[above] as number, below: above + 1 };
}

/** The group of `key` and `session`, or -1. */
export function groupOf({ keyStart, groupSession }: KeyWriters, key: number, session: number): number {
  return groupIn(groupSession, keyStart[key] as number, keyStart[key + 1] as number, session);
}

/** The last write of `key` that comes before `node` in po, or -1. */
export function lastOwnWrite({ relations, writes }: SessionLists, key: number, node: number): number {
  const own = ownBefore(relations, node);
  const group = groupOf(writes, key, own.session);
  return group < 0 ? -1 : writes.lastBelow(group, own.below);
}

/** The last read of `key` that comes before `node` in po and returned a write, or -1. */
export function lastOwnRead(lists: SessionLists, key: number, node: number): number {
  const own = ownBefore(lists.relations, node);
  const group = groupOf(lists.reads, key, own.session);
  return group < 0 ? -1 : lastReturning(lists, group, own.below);
}

/** The last read of the group by a node below `below` that returned a write, or -1. */
export function lastReturning({ reads, place, returning }: SessionLists, group: number, below: number): number {
  const last = reads.lastBelow(group, below);
  return last < 0 ? -1 : (returning[place[last] as number] as number);
}
