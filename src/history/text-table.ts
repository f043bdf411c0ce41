/**
 * Numbers for short texts that are still bytes, so that a text which comes again is never decoded again.
 *
 * What is stored where: the bytes of entry `e` are `arena[starts[e]]` up to `arena[starts[e + 1]]`, its hash and the
 * number it was given are `hashes[e]` and `numbers[e]`. `slots[hash & mask]`, or one of those that follow, is `e + 1`;
 * a slot with 0 is free. The table is a cache: it takes no texts longer than 255 bytes and stops at 32 MiB.
 */

export interface TextTable {
  /** The number that was given to the text `bytes[from, to)` with this `hash` (see `hashByte`), or -1. */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number;
  /** Gives it a number, which is returned. The text must not be there yet. */
  add(bytes: Uint8Array, from: number, to: number, hash: number, number: number): number;
}

export const hashStart = 0x811c9dc5 | 0;

/** One step of FNV-1a. */
export const hashByte = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);

/** The hash of `bytes[from, to)`. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = hashStart;
  for (let at = from; at < to; at++) hash = hashByte(hash, bytes[at] as number);
  return hash;
}

const lengthMax = 255;
const arenaMax = 32 * 1024 * 1024;

export function textTable(): TextTable {
  let count = 0;
  let arena = new Uint8Array(4096);
  let starts = new Int32Array(257);
  let hashes = new Int32Array(256);
  let numbers = new Int32Array(256);
  let slots = new Int32Array(1024);

  const free = (hash: number): number => {
    const mask = slots.length - 1;
    let slot = spreadOut(hash) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  };
  const grow = (): void => {
    const wider = <Column extends Int32Array>(old: Column, next: Column): Column => {
      next.set(old);
      return next;
    };
    starts = wider(starts, new Int32Array(count * 2 + 1));
    hashes = wider(hashes, new Int32Array(count * 2));
    numbers = wider(numbers, new Int32Array(count * 2));
    slots = new Int32Array(slots.length * 2);
    for (let entry = 0; entry < count; entry++) slots[free(hashes[entry] as number)] = entry + 1;
  };
  return {
    find(bytes, from, to, hash) {
      const length = to - from;
      const mask = slots.length - 1;
      for (let slot = spreadOut(hash) & mask; ; slot = (slot + 1) & mask) {
        const entry = (slots[slot] as number) - 1;
        if (entry < 0) return -1;
        if (hashes[entry] !== hash) continue;
        const start = starts[entry] as number;
        if ((starts[entry + 1] as number) - start !== length) continue;
        let same = 0;
        while (same < length && arena[start + same] === bytes[from + same]) same++;
        if (same === length) return numbers[entry] as number;
      }
    },
    add(bytes, from, to, hash, number) {
      const start = starts[count] as number;
      const end = start + to - from;
      if (to - from > lengthMax || end > arenaMax) return number;
      if (count === hashes.length) grow();
      if (end > arena.length) {
        const wider = new Uint8Array(arena.length * 2);
        wider.set(arena);
        arena = wider;
      }
      arena.set(bytes.subarray(from, to), start);
      slots[free(hash)] = count + 1;
      hashes[count] = hash;
      numbers[count] = number;
      starts[++count] = end;
      return number;
    },
  };
}

const spreadOut = (hash: number): number => hash ^ (hash >>> 15);
