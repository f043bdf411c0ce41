/** Hashes of a few integers, to find a place in a table; what is found there is always compared. */

/** 32 bits, the low ones as good as the high ones (steps and finalizer of MurmurHash3). */
export function mixed(a: number, b: number, c = 0, d = 0, e = 0): number {
  let h = Math.imul(a, 0xcc9e2d51);
  h = Math.imul((h << 15) | (h >>> 17), 0x1b873593) ^ b;
  h = Math.imul((h << 13) | (h >>> 19), 0xcc9e2d51) ^ c;
  h = Math.imul((h << 15) | (h >>> 17), 0x1b873593) ^ d;
  h = Math.imul((h << 13) | (h >>> 19), 0xcc9e2d51) ^ e;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
