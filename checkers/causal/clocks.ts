/**
 * Vector clocks (Fidge 1988, Mattern 1989) of the causal order, as trees of chunks that clocks share.
 *
 * A history under faults has thousands of sessions, of which few are alive at a time: a clock differs from the one
 * before in few places. So a clock is a tree of chunks of `2 ** bits` numbers, all of the same depth. A chunk is never
 * changed once it is written; a clock that learns something copies the chunks on the way to it, and where two clocks
 * have the same chunk there is nothing to compare. A session keeps its clock until a read teaches it something.
 *
 * Where what is: chunk c is at `pool[c << bits]` and after; in a leaf one number for each session: how many nodes of
 * that session are known, from its first on; above the leaves the chunks below, in order. Chunk 0 is all zeros and so
 * the empty tree of every depth. A clock is the number of its root.
 */

import { poBefore, type Relations } from './relations.ts';

export interface Clocks {
  /** By node that is in the order: its clock. What it says of the node's own session means nothing. */
  readonly clock: Int32Array;
  /** How many nodes of `session`, from its first on, `clock` knows. */
  entry(clock: number, session: number): number;
  /** Whether `a` comes before `b` in CO. */
  isBefore(a: number, b: number): boolean;
  /** Where the clocks are: more can be made of them. */
  readonly tree: ClockTree;
  /** How many nodes, from the first of the order on, have one: all, unless there was no room for more. */
  readonly count: number;
  /** Bytes that all clocks take. */
  readonly bytes: number;
}

/** The clocks of the nodes in `order`, a topological order, as far as `bytesMax` go. */
export function causalClocks(relations: Relations, order: Int32Array, bytesMax = Infinity): Clocks {
  const { nodes, session, first, start, isWrite, from, node: nodeOfAccess } = relations;
  const tree = clockTree(relations.sessions, relations.messages.length);
  const clock = new Int32Array(nodes);
  let count = 0;
  for (const node of order) {
    if (tree.bytes() > bytesMax) break;
    count++;
    const own = session[node] as number;
    let known = 0;
    const before = poBefore(relations, node);
    if (before >= 0) {
      known = clock[before] as number;
      const of = session[before] as number;
      if (of !== own) known = tree.with(known, of, before + 1 - (first[of] as number));
    }
    for (let access = start[node] as number; access < (start[node + 1] as number); access++) {
      if (isWrite[access] === 1) continue;
      const writer = from[access] as number;
      if (writer < 0) continue;
      const wrote = nodeOfAccess[writer] as number;
      const of = session[wrote] as number;
      if (of === own) continue;
      const upTo = wrote + 1 - (first[of] as number);
      if (tree.entry(known, of) >= upTo) continue;
      const since = tree.mark();
      known = tree.with(tree.join(known, clock[wrote] as number), of, upTo, since);
    }
    clock[node] = known;
  }
  return {
    clock,
    entry: tree.entry,
    isBefore(a, b) {
      const of = session[a] as number;
      if (of === session[b]) return a < b;
      return tree.entry(clock[b] as number, of) > a - (first[of] as number);
    },
    tree,
    count,
    bytes: tree.bytes(),
  };
}

export interface ClockTree {
  entry(clock: number, session: number): number;
  /**
   * `clock` with `count` for `session`, which is more than it has. What of it was made after the mark `since` is changed
   * in place: nobody else may have it.
   */
  with(clock: number, session: number, count: number, since?: number): number;
  /** What either knows. */
  join(a: number, b: number): number;
  /** A place to which the tree can be taken back: clocks made after it are no more then. */
  mark(): number;
  release(mark: number): void;
  bytes(): number;
}

/**
 * An empty tree; its one clock, 0, knows nothing. There is room for `clocks` of them before it has to grow, unless they
 * would be very large.
 */
export function clockTree(sessions: number, clocks = 0): ClockTree {
  const { bits, depth } = shapeFor(sessions);
  const width = 1 << bits;
  // The operating system gives memory to what is written only: to ask for more than is needed costs nothing, and to
  // grow means to have everything twice for a while.
  const largest = clocks * (Math.ceil(sessions / width) + depth);
  let pool = new Int32Array(Math.min(numbersAtFirstMax, (chunksAtFirst + largest) * width));
  let chunks = 1;
  /** By depth: what the chunk that is being made there will hold. */
  const making = Array.from({ length: depth }, () => new Int32Array(width));

  const room = (): number => {
    if ((chunks + 1) * width > pool.length) {
      const larger = new Int32Array(pool.length * 2);
      larger.set(pool);
      pool = larger;
    }
    return chunks++;
  };

  const entry =
    depth === 1
      ? (clock: number, of: number): number => pool[(clock << bits) + of] as number
      : (clock: number, of: number): number => {
          let chunk = clock;
          for (let shift = (depth - 1) * bits; shift >= 0; shift -= bits) {
            if (chunk === 0) return 0;
            chunk = pool[(chunk << bits) + ((of >>> shift) & (width - 1))] as number;
          }
          return chunk;
        };

  const withEntry = (clock: number, of: number, count: number, since = chunks): number => {
    let root = -1;
    let above = -1;
    let chunk = clock;
    for (let shift = (depth - 1) * bits; ; shift -= bits) {
      if (chunk < since) {
        const copy = room();
        pool.copyWithin(copy << bits, chunk << bits, (chunk + 1) << bits);
        chunk = copy;
      }
      if (root < 0) root = chunk;
      else pool[above] = chunk;
      above = (chunk << bits) + ((of >>> shift) & (width - 1));
      if (shift === 0) {
        pool[above] = count;
        return root;
      }
      chunk = pool[above] as number;
    }
  };

  const joinLeaves = (a: number, b: number): number => {
    const atA = a << bits;
    const atB = b << bits;
    let isA = true;
    let isB = true;
    for (let i = 0; i < width && (isA || isB); i++) {
      const x = pool[atA + i] as number;
      const y = pool[atB + i] as number;
      if (x < y) isA = false;
      else if (y < x) isB = false;
    }
    if (isA) return a;
    if (isB) return b;
    const chunk = room();
    const at = chunk << bits;
    for (let i = 0; i < width; i++) {
      const x = pool[atA + i] as number;
      const y = pool[atB + i] as number;
      pool[at + i] = x < y ? y : x;
    }
    return chunk;
  };

  /** Joins the chunks `a` and `b`, which have `level` levels of chunks below them. */
  const join = (a: number, b: number, level: number): number => {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    if (level === 0) return joinLeaves(a, b);
    const made = making[level] as Int32Array;
    let isA = true;
    let isB = true;
    for (let i = 0; i < width; i++) {
      const x = pool[(a << bits) + i] as number;
      const y = pool[(b << bits) + i] as number;
      const both = join(x, y, level - 1);
      if (both !== x) isA = false;
      if (both !== y) isB = false;
      made[i] = both;
    }
    if (isA) return a;
    if (isB) return b;
    const chunk = room();
    pool.set(made, chunk << bits);
    return chunk;
  };

  return {
    entry,
    with: withEntry,
    join: (a, b) => join(a, b, depth - 1),
    mark: () => chunks,
    release(mark) {
      chunks = mark;
    },
    bytes: () => (chunks << bits) * 4,
  };
}

const chunksAtFirst = 1 << 10;
const numbersAtFirstMax = 2 ** 28;

/** The narrowest chunks and the lowest trees that have room for so many sessions. */
function shapeFor(sessions: number): { readonly bits: number; readonly depth: number } {
  for (let depth = 1; ; depth++) {
    for (const bits of [4, 5]) if (2 ** (bits * depth) >= sessions) return { bits, depth };
  }
}
