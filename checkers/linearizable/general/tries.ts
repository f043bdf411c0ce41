/**
 * Arrays of 32-bit words that are never changed, only made anew with one word different, and that are equal exactly if
 * they have the same number.
 *
 * An array of at most one word *is* that word. A longer one is a binary trie: `left[node]` and `right[node]` are the
 * numbers of its halves, down to the words themselves, and a node is made only once for each pair (Goto 1974, "hash
 * consing"). Node 0 is an array of zeros of any length. To change a word costs its depth, however long the array is,
 * and two arrays are compared without looking at what they share.
 */

import { mixed } from './hash.ts';

export interface Tries {
  /** The word at `index` of an array of depth `depth`. */
  at(root: number, depth: number, index: number): number;
  /** The array with `word` at `index`. */
  with(root: number, depth: number, index: number, word: number): number;
  /** Whether every word of `a`, as a set of 32, is a subset of that of `b`. */
  isSubset(a: number, b: number, depth: number): boolean;
  /** Whether no word of `a`, as a number that is not negative, is above that of `b`. */
  isAtMost(a: number, b: number, depth: number): boolean;
  bytes(): number;
}

/** The depth of arrays of `length` words. */
export function depthOf(length: number): number {
  return length <= 1 ? 0 : 32 - Math.clz32(length - 1);
}

const nodesAtFirst = 64;
const depthMax = 32;

export function tries(): Tries {
  let left = new Int32Array(nodesAtFirst);
  let right = new Int32Array(nodesAtFirst);
  /** Open addressing: numbers of nodes, 0 where there is none. At most half full. */
  let slots = new Int32Array(2 * nodesAtFirst);
  let count = 1;
  const path = new Int32Array(depthMax);
  const otherA = new Int32Array(depthMax);
  const otherB = new Int32Array(depthMax);
  const otherDepth = new Int32Array(depthMax);

  const slotOf = (l: number, r: number): number => {
    const mask = slots.length - 1;
    let slot = mixed(l, r) & mask;
    for (let node = slots[slot] as number; node !== 0; node = slots[slot] as number) {
      if (left[node] === l && right[node] === r) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  const grow = (): void => {
    left = doubled(left);
    right = doubled(right);
    slots = new Int32Array(2 * slots.length);
    for (let node = 1; node < count; node++) slots[slotOf(left[node] as number, right[node] as number)] = node;
  };
  const nodeOf = (l: number, r: number): number => {
    if (l === 0 && r === 0) return 0;
    const slot = slotOf(l, r);
    const known = slots[slot] as number;
    if (known !== 0) return known;
    const node = count++;
    slots[slot] = node;
    left[node] = l;
    right[node] = r;
    if (count === left.length) grow();
    return node;
  };
  const compare = (a: number, b: number, depth: number, areSets: boolean): boolean => {
    let waiting = 0;
    for (;;) {
      while (depth > 0 && a !== b && a !== 0) {
        depth--;
        otherA[waiting] = right[a] as number;
        otherB[waiting] = right[b] as number;
        otherDepth[waiting++] = depth;
        a = left[a] as number;
        b = left[b] as number;
      }
      if (a !== b && (areSets ? (a & ~b) !== 0 : a > b)) return false;
      if (waiting === 0) return true;
      waiting--;
      a = otherA[waiting] as number;
      b = otherB[waiting] as number;
      depth = otherDepth[waiting] as number;
    }
  };

  return {
    at(root, depth, index) {
      let node = root;
      for (let d = depth - 1; d >= 0; d--) node = ((index >>> d) & 1 ? right[node] : left[node]) as number;
      return node;
    },
    with(root, depth, index, word) {
      let node = root;
      for (let d = depth - 1; d >= 0; d--) {
        path[d] = node;
        node = ((index >>> d) & 1 ? right[node] : left[node]) as number;
      }
      node = word;
      for (let d = 0; d < depth; d++) {
        const above = path[d] as number;
        node = (index >>> d) & 1 ? nodeOf(left[above] as number, node) : nodeOf(node, right[above] as number);
      }
      return node;
    },
    isSubset: (a, b, depth) => (depth === 0 ? (a & ~b) === 0 : compare(a, b, depth, true)),
    isAtMost: (a, b, depth) => (depth === 0 ? a <= b : compare(a, b, depth, false)),
    bytes: () => left.byteLength + right.byteLength + slots.byteLength,
  };
}

export function doubled(old: Int32Array): Int32Array<ArrayBuffer> {
  const next = new Int32Array(2 * old.length);
  next.set(old);
  return next;
}
