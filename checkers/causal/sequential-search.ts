/**
 * A search for a total order of all operations in which each read returns the last write of its key.
 *
 * An operation is ready when all that must come before it is done: po, rf and what `mustOrder` found. A write can be done
 * when no read of the present value of its key is left. So the present value of a key that anybody still has to read is
 * known from what is done, other values do not matter, and what is done is enough to tell whether the rest can be: it
 * is a frontier, the number of operations done in each session. Frontiers that led nowhere are remembered.
 *
 * Reads that are ready are done at once, and so are writes that nobody read: they change nothing for the others. What is
 * left to choose is which write of those that can be done comes next; the one that came first in the history is tried
 * first. A choice that led nowhere is undone with all that came after it.
 *
 * Arrays by node: `waiting`: how many that must come before it are not done. By key: `present`: the write access whose
 * value it has, or `INITIAL`. By write access: `unread`: how many of its reads are not done (`unreadInitial` by key).
 * `done`: the nodes that are done, in order. `wholes` holds frontiers, one number for each session.
 */

import { INITIAL, type Relations } from './relations.ts';
import { frontierSet } from './sequential-frontiers.ts';
import { successors } from './sequential-order.ts';
import { readyWrites } from './sequential-ready.ts';
import type { Triples } from './triples.ts';

export interface SequentialSearch {
  /** Goes on until there is an answer or `stop` says so, which is asked often. */
  advance(stop: () => boolean): 'found' | 'none' | 'stopped';
  /** The nodes in the longest order so far. After `found`: all. */
  longest(): Int32Array;
  /** Frontiers that led nowhere. */
  readonly failed: () => number;
  readonly bytes: () => number;
}

/** `rank`: by node, its place in the order in which things are tried first. */
export function sequentialSearch(relations: Relations, rank: Int32Array, arrows: Triples): SequentialSearch {
  const { nodes, sessions, first, start, isWrite, key, from, keys, session, messageStart, messages } = relations;
  const waiting = new Int32Array(nodes);
  const present = new Int32Array(keys).fill(INITIAL);
  const unread = new Int32Array(relations.accesses);
  const unreadInitial = new Int32Array(keys);
  const done = new Int32Array(nodes);
  let end = 0;
  /** What a write replaced, one entry for each write that is done. */
  const replaced = new Int32Array(relations.accesses);
  let writesDone = 0;
  const longest = new Int32Array(nodes);
  let longestEnd = 0;
  /** So much of `longest` is what `done` begins with. */
  let common = 0;
  /** Choices that are made: how much was done before, and which of the candidates was tried last. */
  const choiceAt: number[] = [];
  const choiceTried: number[] = [];
  const memory = frontierSet(sessions);
  const position = new Int32Array(sessions);
  const ready = readyWrites(rank);
  /** By key: writes that nobody read and that wait for reads of the present value only. */
  const held = new Map<number, number[]>();
  let started = false;

  const unreadOf = (k: number): number => {
    const at = present[k] as number;
    return at === INITIAL ? (unreadInitial[k] as number) : (unread[at] as number);
  };
  const countRead = (access: number, by: 1 | -1): void => {
    const writer = from[access] as number;
    if (writer >= 0) unread[writer] = (unread[writer] as number) + by;
    else if (writer === INITIAL)
      unreadInitial[key[access] as number] = (unreadInitial[key[access] as number] as number) + by;
  };
  const eachAfter = successors(relations, arrows);
  const writes = (n: number): boolean => {
    for (let access = start[n] as number; access < (start[n + 1] as number); access++)
      if (isWrite[access] === 1) return true;
    return false;
  };
  /** A key of which others still have to read the value that `n` would replace; -1 if there is none. */
  const blockedBy = (n: number): number => {
    for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
      if (isWrite[access] === 0) continue;
      const k = key[access] as number;
      let left = unreadOf(k);
      for (let own = start[n] as number; own < (start[n + 1] as number) && left > 0; own++) {
        if (isWrite[own] === 0 && key[own] === k && from[own] === present[k]) left--;
      }
      if (left > 0) return k;
    }
    return -1;
  };
  const canBeDone = (n: number): boolean => blockedBy(n) < 0;
  const isUnreadWrite = (n: number): boolean => {
    for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
      if (isWrite[access] === 1 && (unread[access] as number) > 0) return false;
    }
    return true;
  };
  /** Nodes that are ready and are done as soon as they can be: reads, and writes that nobody read. */
  const free: number[] = [];
  const becomesReady = (n: number): void => {
    if (writes(n) && !isUnreadWrite(n)) ready.add(n);
    else free.push(n);
  };
  const isDoneAtOnce = (n: number): boolean => {
    const blocking = blockedBy(n);
    if (blocking < 0) return true;
    const others = held.get(blocking);
    if (others === undefined) held.set(blocking, [n]);
    else others.push(n);
    return false;
  };
  const letGo = (k: number): void => {
    const waitingWrites = held.get(k);
    if (waitingWrites === undefined || unreadOf(k) > 1) return;
    held.delete(k);
    for (const n of waitingWrites) free.push(n);
  };
  const release = (to: number): void => {
    waiting[to] = (waiting[to] as number) - 1;
    if (waiting[to] === 0) becomesReady(to);
  };
  const hold = (to: number): void => {
    waiting[to] = (waiting[to] as number) + 1;
  };
  const act = (n: number): void => {
    for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
      if (isWrite[access] === 1) continue;
      countRead(access, -1);
      letGo(key[access] as number);
    }
    for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
      if (isWrite[access] === 0) continue;
      const k = key[access] as number;
      replaced[writesDone++] = present[k] as number;
      present[k] = access;
    }
    done[end++] = n;
    position[session[n] as number] = (position[session[n] as number] as number) + 1;
    eachAfter(n, release);
  };
  const undo = (): void => {
    const n = done[--end] as number;
    common = Math.min(common, end);
    position[session[n] as number] = (position[session[n] as number] as number) - 1;
    eachAfter(n, hold);
    for (let access = (start[n + 1] as number) - 1; access >= (start[n] as number); access--) {
      if (isWrite[access] === 1) present[key[access] as number] = replaced[--writesDone] as number;
    }
    for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
      if (isWrite[access] === 0) countRead(access, 1);
    }
  };
  /** Does all that leaves no choice. */
  const settle = (): void => {
    for (let n = free.pop(); n !== undefined; n = free.pop()) if (isDoneAtOnce(n)) act(n);
  };
  /** All that is ready, as far as it can be done, best first. */
  const candidates = (): readonly number[] => {
    const found: number[] = [];
    for (let of = 0; of < sessions; of++) {
      const n = (first[of] as number) + (position[of] as number);
      if (n < (first[of + 1] as number) && waiting[n] === 0 && canBeDone(n)) found.push(n);
    }
    return found.sort((a, b) => (rank[a] as number) - (rank[b] as number));
  };
  const refill = (except: number): void => {
    ready.clear();
    held.clear();
    free.length = 0;
    for (let of = 0; of < sessions; of++) {
      const n = (first[of] as number) + (position[of] as number);
      if (n < (first[of + 1] as number) && n !== except && waiting[n] === 0) becomesReady(n);
    }
  };
  const note = (): void => {
    if (end <= longestEnd) return;
    longest.set(done.subarray(common, end), common);
    longestEnd = common = end;
  };

  const begin = (): void => {
    for (let n = 0; n < nodes; n++) {
      if (n > (first[session[n] as number] as number)) hold(n);
      for (let m = messageStart[n] as number; m < (messageStart[n + 1] as number); m++) hold(messages[m] as number);
    }
    for (let i = 0; i < arrows.count; i++) hold(arrows.at(i, 1));
    for (let access = 0; access < relations.accesses; access++) if (isWrite[access] === 0) countRead(access, 1);
    for (let n = 0; n < nodes; n++) if (waiting[n] === 0) becomesReady(n);
    started = true;
  };

  /** Takes back the last choice that has another candidate, and tries that. False if there is none. */
  const backtrack = (stop: () => boolean): boolean | 'stopped' => {
    note();
    while (choiceAt.length > 0) {
      if (stop()) return 'stopped';
      const at = choiceAt.at(-1) as number;
      while (end > at) undo();
      const tried = (choiceTried.pop() as number) + 1;
      const all = candidates();
      const next = all[tried];
      if (next === undefined) {
        choiceAt.pop();
        memory.add(position);
        continue;
      }
      choiceTried.push(tried);
      refill(next);
      act(next);
      return true;
    }
    return false;
  };

  return {
    advance(stop) {
      if (!started) begin();
      for (;;) {
        if (stop()) return 'stopped';
        settle();
        if (end === nodes) {
          note();
          return 'found';
        }
        const next = memory.size() > 0 && memory.has(position) ? -1 : ready.take(canBeDone);
        if (next >= 0) {
          choiceAt.push(end);
          choiceTried.push(0);
          act(next);
          continue;
        }
        const back = backtrack(stop);
        if (back === 'stopped') return 'stopped';
        if (!back) return 'none';
      }
    },
    longest() {
      note();
      return longest.subarray(0, longestEnd);
    },
    failed: memory.size,
    bytes: memory.bytes,
  };
}
