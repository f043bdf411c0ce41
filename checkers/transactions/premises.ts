/**
 * Which transactions a model orders by what others read: t2 before t1 where t3 read a key from t1, t2 writes it, too, and
 * the premise of the model holds. Read committed: t3 had read from t2 before. Read atomic: t2 is earlier in the session
 * of t3, or t3 read from it.
 *
 * For each t3 and each t2 that it read from, what the one writes and the other reads is found by going through the
 * shorter of the two, which takes at most the order of n ** 1.5 steps in all (Moeldrup and Pavlogiannis, "AWDIT", PLDI
 * 2025, section 3). Steps that follow from others are left out: of the writes before in a session the last is enough,
 * and of several reads of a key the next.
 *
 * Accesses of a node are its reads, in order, and then its writes, by key. Arrays by key or node count only where `…Of`
 * says that they are of the node at hand.
 */

import type { Causality } from '../causal/causality.ts';
import type { Conflicts } from '../causal/conflicts.ts';
import { keyWriters } from '../causal/key-writers.ts';
import { INITIAL, isPoBefore, type Relations } from '../causal/relations.ts';
import { triples } from '../causal/triples.ts';

/** `staleReads` is empty: what would be there shows as a cycle. */
export function readCommittedConflicts({ relations, topological }: Causality): Conflicts {
  const { keys, start, key, from, node } = relations;
  const writes = writesOf(relations);
  const found = finder(relations);
  const isFirst = firstReads(relations, writes.start);
  /** By key: the first read after the one at hand. */
  const next = new Int32Array(keys);
  const nextOf = new Int32Array(keys).fill(-1);
  for (const reader of topological.order) {
    const end = writes.start[reader] as number;
    for (let read = end - 1; read >= (start[reader] as number); read--) {
      const k = key[read] as number;
      const writer = from[read] as number;
      if (writer < INITIAL) continue;
      if (writer >= 0) {
        if (nextOf[k] === reader) found.mustPrecede(writer, next[k] as number);
        if (isFirst[read] === 1) {
          writes.sharedWith(node[writer] as number, read + 1, end, (write, later) => {
            const of = key[write] as number;
            const after = of !== k && nextOf[of] === reader ? (next[of] as number) : -1;
            if (after >= 0 && (later < 0 || later === after)) found.mustPrecede(write, after);
          });
        }
      }
      next[k] = read;
      nextOf[k] = reader;
    }
  }
  return found.conflicts();
}

/** `staleReads` is empty: what would be there shows as a cycle. */
export function readAtomicConflicts({ relations, topological }: Causality): Conflicts {
  const { keys, start, key, from, node } = relations;
  const writes = writesOf(relations);
  const { ownBefore } = keyWriters(relations);
  const found = finder(relations);
  const isFirst = firstReads(relations, writes.start);
  /** By key: the first read of it. */
  const firstRead = new Int32Array(keys);
  const firstReadOf = new Int32Array(keys).fill(-1);
  for (const reader of topological.order) {
    const begin = start[reader] as number;
    const end = writes.start[reader] as number;
    for (let read = begin; read < end; read++) {
      const k = key[read] as number;
      const writer = from[read] as number;
      if (writer < INITIAL) continue;
      if (firstReadOf[k] === reader) {
        // The other way round is found below.
        const other = from[firstRead[k] as number] as number;
        if (other >= 0) found.mustPrecede(other, read);
        continue;
      }
      firstRead[k] = read;
      firstReadOf[k] = reader;
      if ((ownBefore[read] as number) >= 0) found.mustPrecede(ownBefore[read] as number, read);
    }
    for (let read = begin; read < end; read++) {
      const writer = from[read] as number;
      if (isFirst[read] === 0 || writer < 0) continue;
      writes.sharedWith(node[writer] as number, begin, end, (write, other) => {
        const of = key[write] as number;
        const reads = firstReadOf[of] === reader ? (firstRead[of] as number) : -1;
        if (reads >= 0 && (other < 0 || other === reads)) found.mustPrecede(write, reads);
      });
    }
  }
  return found.conflicts();
}

/** Notes what comes before what. */
function finder(relations: Relations) {
  const { node, from } = relations;
  const staleReads = triples();
  const initialReads = triples();
  const edges = triples();
  const missed = new Set<number>();
  return {
    /** What wrote `write` comes before what `read`, of the same key, returned. */
    mustPrecede(write: number, read: number): void {
      const returned = from[read] as number;
      if (returned === INITIAL) {
        if (!missed.has(read)) initialReads.push(INITIAL, write, read);
        missed.add(read);
        return;
      }
      const [before, after] = [node[write] as number, node[returned] as number];
      if (before !== after && !isPoBefore(relations, before, after)) edges.push(write, returned, read);
    },
    conflicts: (): Conflicts => ({ staleReads, initialReads, edges }),
  };
}

/** By access: 1 for the first read that a node has from each node. */
function firstReads({ nodes, accesses, start, node, from }: Relations, writeStart: Int32Array): Uint8Array {
  const isFirst = new Uint8Array(accesses);
  const seenBy = new Int32Array(nodes).fill(-1);
  for (let reader = 0; reader < nodes; reader++) {
    for (let read = start[reader] as number; read < (writeStart[reader] as number); read++) {
      const writer = from[read] as number;
      if (writer < 0 || seenBy[node[writer] as number] === reader) continue;
      seenBy[node[writer] as number] = reader;
      isFirst[read] = 1;
    }
  }
  return isFirst;
}

/** What each node leaves written. */
function writesOf({ nodes, start, isWrite, key }: Relations) {
  /** By node: its first write, or the end of its accesses. */
  const writeStart = new Int32Array(nodes);
  for (let n = 0; n < nodes; n++) {
    let access = start[n] as number;
    while (access < (start[n + 1] as number) && isWrite[access] === 0) access++;
    writeStart[n] = access;
  }
  const lastWrite = (n: number, k: number): number => {
    let low = writeStart[n] as number;
    const base = low;
    let high = start[n + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((key[middle] as number) <= k) low = middle + 1;
      else high = middle;
    }
    return low > base && key[low - 1] === k ? low - 1 : -1;
  };
  return {
    start: writeStart,
    /**
     * Visits writes of `writer`: all of them, or the last of the key of each of the reads `begin` up to `end`, then with
     * the read, whichever are fewer.
     */
    sharedWith(writer: number, begin: number, end: number, visit: (write: number, read: number) => void): void {
      const first = writeStart[writer] as number;
      const writesEnd = start[writer + 1] as number;
      if (writesEnd - first <= end - begin) {
        for (let write = first; write < writesEnd; write++) visit(write, -1);
        return;
      }
      for (let read = begin; read < end; read++) {
        const write = lastWrite(writer, key[read] as number);
        if (write >= 0) visit(write, read);
      }
    },
  };
}
