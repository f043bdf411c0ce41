/**
 * The writes of each key, session by session: to find, in each session that writes a key, the last write of it before
 * some node.
 *
 * `writes` holds write accesses: those of a key together, and among them those of a session, in order. Group g (a key
 * and a session) is `writes[groupStart[g]]` and after; the groups of key k are `keyStart[k]` and after.
 */

import type { Relations } from './relations.ts';

export interface KeyWriters {
  readonly writes: Int32Array;
  /** By group, and one more. */
  readonly groupStart: Int32Array;
  /** By group. */
  readonly groupSession: Int32Array;
  /** By key, and one more: its first group. */
  readonly keyStart: Int32Array;
  /** By access: the last write access of the same key by an earlier node of the same session, or -1. */
  readonly ownBefore: Int32Array;
  /** The last write access of group `g` by a node below `node`, or -1. */
  lastBelow(group: number, node: number): number;
}

export function keyWriters({ accesses, keys, key, isWrite, node, session }: Relations): KeyWriters {
  const next = new Int32Array(keys + 1);
  for (let access = 0; access < accesses; access++) {
    if (isWrite[access] === 1) next[(key[access] as number) + 1] = (next[(key[access] as number) + 1] as number) + 1;
  }
  for (let k = 0; k < keys; k++) next[k + 1] = (next[k + 1] as number) + (next[k] as number);
  const ends = next.slice(1);
  const writes = new Int32Array(next[keys] as number);
  const ownBefore = ownWritesBefore();
  // Nodes are in the order of sessions, and so are the writes of each key.
  for (let access = 0; access < accesses; access++) {
    if (isWrite[access] === 0) continue;
    const k = key[access] as number;
    const at = next[k] as number;
    writes[at] = access;
    next[k] = at + 1;
  }

  const sessionAt = (at: number): number => session[node[writes[at] as number] as number] as number;
  const keyStart = new Int32Array(keys + 1);
  let groups = 0;
  eachGroup(() => {
    groups++;
  });
  const groupStart = new Int32Array(groups + 1);
  const groupSession = new Int32Array(groups);
  groups = 0;
  eachGroup((k, at) => {
    groupStart[groups] = at;
    groupSession[groups++] = sessionAt(at);
    keyStart[k + 1] = groups;
  });
  groupStart[groups] = writes.length;
  for (let k = 0; k < keys; k++) keyStart[k + 1] = Math.max(keyStart[k + 1] as number, keyStart[k] as number);

  return {
    writes,
    groupStart,
    groupSession,
    keyStart,
    ownBefore,
    lastBelow(group, limit) {
      let low = groupStart[group] as number;
      let high = groupStart[group + 1] as number;
      const start = low;
      if ((node[writes[high - 1] as number] as number) < limit) return writes[high - 1] as number;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((node[writes[middle] as number] as number) < limit) low = middle + 1;
        else high = middle;
      }
      return low === start ? -1 : (writes[low - 1] as number);
    },
  };

  function eachGroup(visit: (key: number, at: number) => void): void {
    for (let k = 0, at = 0; k < keys; k++) {
      for (let of = -1; at < (ends[k] as number); at++) {
        if (sessionAt(at) === of) continue;
        of = sessionAt(at);
        visit(k, at);
      }
    }
  }

  function ownWritesBefore(): Int32Array {
    const before = new Int32Array(accesses).fill(-1);
    /** By key: the last write access so far, and the one before it by an earlier node. */
    const last = new Int32Array(keys).fill(-1);
    const earlier = new Int32Array(keys).fill(-1);
    for (let access = 0; access < accesses; access++) {
      const k = key[access] as number;
      const of = node[access] as number;
      const own = (write: number): number =>
        write >= 0 && session[node[write] as number] === session[of] ? write : -1;
      const latest = last[k] as number;
      before[access] = own(latest >= 0 && node[latest] === of ? (earlier[k] as number) : latest);
      if (isWrite[access] === 0) continue;
      if (latest < 0 || node[latest] !== of) earlier[k] = latest;
      last[k] = access;
    }
    return before;
  }
}

/** The group of `session` from `start` up to `end` in `groupSession`, which is in increasing order there, or -1. */
export function groupIn(groupSession: Int32Array, start: number, end: number, session: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((groupSession[middle] as number) < session) low = middle + 1;
    else high = middle;
  }
  return low < end && groupSession[low] === session ? low : -1;
}
