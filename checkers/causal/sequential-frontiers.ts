/**
 * A set of frontiers (vectors of integers of one width): a hash table with open addressing, compared exactly.
 *
 * `rows` holds the vectors one after the other; `slots[h]` is 1 + the number of a row, 0 where it is free.
 */

export interface FrontierSet {
  has(frontier: Int32Array): boolean;
  add(frontier: Int32Array): void;
  size(): number;
  bytes(): number;
}

export function frontierSet(width: number): FrontierSet {
  let rows = new Int32Array(64 * width);
  let slots = new Int32Array(256);
  let count = 0;

  const slotOf = (frontier: Int32Array): number => {
    let slot = hashOf(frontier) & (slots.length - 1);
    while (slots[slot] !== 0 && !isAt(((slots[slot] as number) - 1) * width, frontier))
      slot = (slot + 1) & (slots.length - 1);
    return slot;
  };
  const isAt = (at: number, frontier: Int32Array): boolean => {
    for (let i = 0; i < width; i++) if (rows[at + i] !== frontier[i]) return false;
    return true;
  };
  const grow = (): void => {
    slots = new Int32Array(slots.length * 2);
    for (let row = 0; row < count; row++) {
      slots[slotOf(rows.subarray(row * width, (row + 1) * width))] = row + 1;
    }
  };
  return {
    has: (frontier) => slots[slotOf(frontier)] !== 0,
    add(frontier) {
      const slot = slotOf(frontier);
      if (slots[slot] !== 0) return;
      if ((count + 1) * width > rows.length) {
        const larger = new Int32Array(rows.length * 2);
        larger.set(rows);
        rows = larger;
      }
      rows.set(frontier, count * width);
      slots[slot] = ++count;
      if (count * 2 > slots.length) grow();
    },
    size: () => count,
    bytes: () => rows.byteLength + slots.byteLength,
  };
}

/** Bits of all numbers, spread (as MurmurHash3 does). */
function hashOf(frontier: Int32Array): number {
  let h = 0;
  for (const done of frontier) {
    h = Math.imul(h ^ Math.imul(done, 0xcc9e2d51), 0x1b873593);
    h = (h << 13) | (h >>> 19);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return h ^ (h >>> 13);
}
