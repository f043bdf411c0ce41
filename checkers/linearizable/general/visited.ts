/**
 * The configurations that a search has seen, and whether a new one can do anything that none of them can.
 *
 * Entries are six words in chunks: position, state, mutators done, observers done, pending operations used, and the
 * number of the next entry (from 1; 0 is the last) with the same first three. `slots` is an open-addressing table over
 * those three: the number of the first entry, or 0.
 *
 * Of entries with the same first three, one that has done the same observers or more and has used the same pending
 * operations or fewer can do all that the other can, so the other is left out.
 */

import { mixed } from './hash.ts';
import { doubled, type Tries } from './tries.ts';

export interface Visited {
  /** Adds a configuration, unless another can do all that it can. */
  add(position: number, state: number, done: number, seen: number, used: number): boolean;
  count(): number;
  bytes(): number;
}

const stride = 6;
const chunkBits = 16;
const chunkEntries = 1 << chunkBits;
const inChunk = chunkEntries - 1;
const entriesAtFirst = 128;

export function visited(tries: Tries, seenDepth: number, usedDepth: number): Visited {
  let chunk = new Int32Array(stride * entriesAtFirst);
  const chunks = [chunk];
  let slots = new Int32Array(2 * entriesAtFirst);
  let keys = 0;
  let count = 0;

  const slotOf = (position: number, state: number, done: number): number => {
    const mask = slots.length - 1;
    let slot = mixed(position, state, done) & mask;
    for (let entry = slots[slot] as number; entry !== 0; entry = slots[slot] as number) {
      const words = chunks[(entry - 1) >> chunkBits] as Int32Array;
      const at = stride * ((entry - 1) & inChunk);
      if (words[at] === position && words[at + 1] === state && words[at + 2] === done) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  const growSlots = (): void => {
    const old = slots;
    slots = new Int32Array(2 * old.length);
    const mask = slots.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      const words = chunks[(entry - 1) >> chunkBits] as Int32Array;
      const at = stride * ((entry - 1) & inChunk);
      let slot = mixed(words[at] as number, words[at + 1] as number, words[at + 2]) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry;
    }
  };
  const reserve = (): void => {
    const at = stride * (count & inChunk);
    if (at === 0 && count > 0) {
      chunk = new Int32Array(stride * chunkEntries);
      chunks.push(chunk);
    } else if (at === chunk.length) {
      chunk = doubled(chunk);
      chunks[chunks.length - 1] = chunk;
    }
  };

  return {
    add(position, state, done, seen, used) {
      if (2 * keys >= slots.length) growSlots();
      const slot = slotOf(position, state, done);
      const first = slots[slot] as number;
      for (let entry = first; entry !== 0;) {
        const words = chunks[(entry - 1) >> chunkBits] as Int32Array;
        const at = stride * ((entry - 1) & inChunk);
        const itsSeen = words[at + 3] as number;
        const itsUsed = words[at + 4] as number;
        if (
          (seen === itsSeen || tries.isSubset(seen, itsSeen, seenDepth)) &&
          (used === itsUsed || tries.isAtMost(itsUsed, used, usedDepth))
        ) {
          return false;
        }
        if (
          (seen === itsSeen || tries.isSubset(itsSeen, seen, seenDepth)) &&
          (used === itsUsed || tries.isAtMost(used, itsUsed, usedDepth))
        ) {
          // It takes the place of the one that it makes superfluous; others that it does are left.
          words[at + 3] = seen;
          words[at + 4] = used;
          return true;
        }
        entry = words[at + 5] as number;
      }
      reserve();
      const at = stride * (count & inChunk);
      chunk[at] = position;
      chunk[at + 1] = state;
      chunk[at + 2] = done;
      chunk[at + 3] = seen;
      chunk[at + 4] = used;
      chunk[at + 5] = first;
      slots[slot] = ++count;
      if (first === 0) keys++;
      return true;
    },
    count: () => count,
    bytes: () => (chunks.length - 1) * stride * chunkEntries * 4 + chunk.byteLength + slots.byteLength,
  };
}
