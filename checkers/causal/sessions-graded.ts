/**
 * Session guarantees, graded: which violations of CC a session could have seen by the means of each guarantee. A read r
 * that returned w1, or the initial value, violates the guarantee if one of its paths leads from a write w2 to r, and w1
 * CO w2: then r returned what was overwritten causally before it. Every history that is CC satisfies all four.
 *
 * For the paths from what was read, `pasts` has for each read, by its place in `reads.writes`, a clock of all that comes
 * before the writes that were returned up to it, of the same key and session: w1 is in it exactly if it comes before one
 * of them.
 */

import type { Causality } from './causality.ts';
import { INITIAL } from './relations.ts';
import { lastOwnRead, lastOwnWrite, lastReturning, type SessionLists } from './sessions-lists.ts';
import type { Guarantee } from './sessions-strict.ts';

/** Accesses. `w1` is `INITIAL` where the read returned the initial value. */
export interface GradedViolation {
  readonly w1: number;
  readonly w2: number;
  readonly read: number;
}

/** Once a read. What is on a cycle of CO, or after one, is left out. */
export function gradedViolations(
  { relations, clocks, topological }: Causality,
  lists: SessionLists,
  guarantee: Guarantee,
): readonly GradedViolation[] {
  const { node, key, from, session, first } = relations;
  const { tree, clock, isBefore } = clocks;
  const { rank } = topological;
  const { writes, reads, place } = lists;
  const found: GradedViolation[] = [];
  const isPlaced = (access: number): boolean => (rank[node[access] as number] as number) >= 0;
  const mark = tree.mark();
  const pasts = guarantee === 'MR' || guarantee === 'WFR' ? pastsOfReturned() : new Int32Array(0);

  for (const read of reads.writes) {
    const w1 = from[read] as number;
    if (!isPlaced(read)) continue;
    const w2 = overwriting(read, w1);
    if (w2 >= 0) found.push({ w1, w2, read });
  }
  tree.release(mark);
  return found;

  /** A write at the start of a path of the guarantee to `read` that comes after `w1`, or -1. */
  function overwriting(read: number, w1: number): number {
    const reader = node[read] as number;
    const of = key[read] as number;
    const isOverwrittenBy = (w2: number): boolean =>
      w2 >= 0 && isPlaced(w2) && (w1 === INITIAL || isBefore(node[w1] as number, node[w2] as number));
    switch (guarantee) {
      case 'RYW': {
        const last = lastOwnWrite(lists, of, reader);
        return isOverwrittenBy(last) ? last : -1;
      }
      case 'MR':
        return amongReturned(lastOwnRead(lists, of, reader), w1);
      case 'MW': {
        let found = -1;
        lists.eachBehind(writes, read, (group, below) => {
          const last = writes.lastBelow(group, below);
          if (isOverwrittenBy(last)) found = last;
          return found >= 0;
        });
        return found;
      }
      case 'WFR': {
        let found = -1;
        lists.eachBehind(reads, read, (group, below) => {
          found = amongReturned(lastReturning(lists, group, below), w1);
          return found >= 0;
        });
        return found;
      }
    }
  }

  /** A write that `last`, or a read before it in its list, returned, and that comes after `w1`; or -1. */
  function amongReturned(last: number, w1: number): number {
    if (last < 0 || !isPlaced(last)) return -1;
    if (w1 === INITIAL) return from[last] as number;
    const at = place[last] as number;
    const of = session[node[w1] as number] as number;
    const count = (node[w1] as number) + 1 - (first[of] as number);
    if (tree.entry(pasts[at] as number, of) < count) return -1;
    // Some are, and the clocks only grow: the first place where `w1` is known is that of one of them.
    let low = 0;
    let high = at;
    while (high > low) {
      const middle = (low + high) >>> 1;
      if (isOfSameList(middle, at) && tree.entry(pasts[middle] as number, of) >= count) high = middle;
      else low = middle + 1;
    }
    return from[reads.writes[low] as number] as number;
  }

  function isOfSameList(one: number, other: number): boolean {
    const [a, b] = [reads.writes[one] as number, reads.writes[other] as number];
    return key[a] === key[b] && session[node[a] as number] === session[node[b] as number];
  }

  function pastsOfReturned(): Int32Array {
    const known = new Int32Array(reads.writes.length);
    for (let group = 0; group + 1 < reads.groupStart.length; group++) {
      let past = 0;
      for (let at = reads.groupStart[group] as number; at < (reads.groupStart[group + 1] as number); at++) {
        const read = reads.writes[at] as number;
        const writer = from[read] as number;
        if (writer !== INITIAL && isPlaced(read)) past = withPastOf(past, node[writer] as number);
        known[at] = past;
      }
    }
    return known;
  }

  function withPastOf(past: number, write: number): number {
    const of = session[write] as number;
    const count = write - (first[of] as number);
    const joined = tree.join(past, clock[write] as number);
    return tree.entry(joined, of) >= count ? joined : tree.with(joined, of, count);
  }
}
