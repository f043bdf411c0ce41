/**
 * Blocks, chains and zones: whether a register with distinct values is linearizable (Gibbons & Korach, Testing Shared
 * Memories, SIAM J. Comput. 26(4), 1997, section 4.1: zones of clusters), extended to successful compare-and-set and to
 * operations of unknown outcome.
 *
 * A *block* is what happens while the register holds one value: its producer, then the reads of it. A cas that found a
 * value ends its block and produces the next, so blocks form *chains* in which no other operation that writes can come.
 * With f the first return and s the last invocation in a chain, chain i has to come before chain j exactly if
 * f(i) < s(j). In a cycle of that relation, take the chain with the largest s: what follows it in the cycle and it have
 * to come before each other. So there is an order of the chains exactly if no two of them have f(i) < s(j) and
 * f(j) < s(i), and by min(f, s) they are in such an order.
 *
 * An operation of unknown outcome is *needed* if somebody needed found what it wrote. Taking the others out of an order
 * leaves every other operation what it found, so they can be left out altogether.
 *
 * A block is known by the place of its producer; the initial value's has the place `count`. All of `Chains` is written
 * by `arrange`, which takes O(n) where positions are dense, else O(n log n).
 */

import { NEVER } from '../../../../src/history/columns.ts';
import type { RegisterOperations } from './operations.ts';
import { ORPHAN } from './sources.ts';

export interface Chains {
  /** By block: 1 if its producer happened. */
  readonly needed: Uint8Array;
  /** By block: of a producer of unknown outcome, the operation that found what it wrote. */
  readonly neededBy: Int32Array;
  /** By block: the cas that ends it, or -1. */
  readonly next: Int32Array;
  /** By block: of its reads the first that returned and the last that was invoked, or -1. */
  readonly firstReturned: Int32Array;
  readonly lastInvoked: Int32Array;
  /** By block: the last invocation among its producer and all before it in the chain. */
  readonly invokedThrough: Int32Array;
  /** By block: the chain it is in, or -1. */
  readonly chain: Int32Array;
  /** Chains. Chain 0 begins with the initial value and is first in `order`. */
  count: number;
  /** By chain: its first block. */
  readonly head: Int32Array;
  /** By chain: f and s, and the operations that they are of. f of chain 0 is -1, without an operation. */
  readonly f: Int32Array;
  readonly s: Int32Array;
  readonly fOperation: Int32Array;
  readonly sOperation: Int32Array;
  /** Chains by min(f, s): the order in which they can happen. */
  readonly order: Int32Array;
  /** By place in `order`: the largest s up to there. */
  readonly largest: Int32Array;
}

/**
 * A handful of operations that can't be explained even without all others, if one adds to each that found a value its
 * producer, and to each of unknown outcome one that found what it wrote: `closure` does.
 */
export type Clash = readonly number[];

export function emptyChains(count: number): Chains {
  const ints = (): Int32Array => new Int32Array(count + 1);
  return {
    needed: new Uint8Array(count + 1),
    neededBy: ints(),
    next: ints(),
    firstReturned: ints(),
    lastInvoked: ints(),
    invokedThrough: ints(),
    chain: ints(),
    count: 0,
    head: ints(),
    f: ints(),
    s: ints(),
    fOperation: ints(),
    sOperation: ints(),
    order: ints(),
    largest: ints(),
  };
}

/**
 * Fills `chains`; null if the operations with a source, and all producers that are needed, can be ordered. A cas without
 * a source counts as a write.
 */
export function arrange(operations: RegisterOperations, source: Int32Array, chains: Chains): Clash | null {
  return (
    findNeeded(operations, source, chains) ?? link(operations, source, chains) ?? zones(operations, source, chains)
  );
}

const clash = (...operations: number[]): Clash => operations.filter((one) => one >= 0);

function findNeeded({ count, certain, writes }: RegisterOperations, source: Int32Array, chains: Chains): Clash | null {
  const { needed, neededBy } = chains;
  needed.fill(0);
  needed[count] = 1;
  for (let i = 0; i < count; i++) {
    if (certain[i] === 0) continue;
    if ((writes[i] as number) >= 0) needed[i] = 1;
    let by = i;
    let producer = source[i] as number;
    while (producer >= 0 && needed[producer] === 0) {
      needed[producer] = 1;
      neededBy[producer] = by;
      by = producer;
      producer = source[by] as number;
    }
    if (producer === ORPHAN) return clash(by);
  }
  return null;
}

function link(operations: RegisterOperations, source: Int32Array, chains: Chains): Clash | null {
  const { count, writes, returned } = operations;
  const { needed, next, firstReturned, lastInvoked } = chains;
  next.fill(-1);
  firstReturned.fill(-1);
  lastInvoked.fill(-1);
  for (let i = 0; i < count; i++) {
    const block = source[i] as number;
    if (block < 0) continue;
    if ((writes[i] as number) >= 0) {
      if (needed[i] === 0) continue;
      const other = next[block] as number;
      if (other >= 0) return clash(other, i);
      next[block] = i;
    } else {
      const first = firstReturned[block] as number;
      if (first < 0 || (returned[i] as number) < (returned[first] as number)) firstReturned[block] = i;
      lastInvoked[block] = i;
    }
  }
  return null;
}

function zones(operations: RegisterOperations, source: Int32Array, chains: Chains): Clash | null {
  const { count, writes } = operations;
  const { needed, chain } = chains;
  chain.fill(-1);
  chains.count = 0;
  const refused = walk(operations, chains, count);
  if (refused !== null) return refused;
  for (let i = 0; i < count; i++) {
    if (needed[i] === 0 || (writes[i] as number) < 0 || (source[i] as number) >= 0) continue;
    const wrong = walk(operations, chains, i);
    if (wrong !== null) return wrong;
  }
  // A cas is reached from what it found; those that no write begins go round in circles.
  for (let i = 0; i < count; i++) {
    if (needed[i] === 1 && (writes[i] as number) >= 0 && (chain[i] as number) < 0) return clash(i);
  }
  sort(operations, chains);
  return sweep(chains);
}

/** Goes through the chain that begins with `head` and tells the first pair in it whose order real time forbids. */
function walk({ count, invoked, returned }: RegisterOperations, chains: Chains, head: number): Clash | null {
  const { next, firstReturned, lastInvoked, invokedThrough, chain } = chains;
  const number = chains.count++;
  let f = head === count ? -1 : NEVER;
  let fOperation = -1;
  let s = -1;
  let sOperation = -1;
  for (let block = head; block >= 0; block = next[block] as number) {
    chain[block] = number;
    if (block < count) {
      const end = returned[block] as number;
      if (end < s) return clash(sOperation, block);
      if (end < f) {
        f = end;
        fOperation = block;
      }
      const begin = invoked[block] as number;
      if (begin > s) {
        s = begin;
        sOperation = block;
      }
    }
    invokedThrough[block] = s;
    const first = firstReturned[block] as number;
    if (first < 0) continue;
    const end = returned[first] as number;
    if (end < s) return clash(sOperation, first);
    if (end < f) {
      f = end;
      fOperation = first;
    }
    const last = lastInvoked[block] as number;
    const begin = invoked[last] as number;
    if (begin > s) {
      s = begin;
      sOperation = last;
    }
  }
  chains.head[number] = head;
  chains.f[number] = f;
  chains.s[number] = s;
  chains.fOperation[number] = fOperation;
  chains.sOperation[number] = sOperation;
  return null;
}

/** Beyond this many positions for each operation, sorting numbers takes less time than going through positions. */
const sparse = 8;

/** By min(f, s). No two chains have the same, since they share no operation. */
function sort({ count, invoked }: RegisterOperations, chains: Chains): void {
  const { f, s, order } = chains;
  order[0] = 0;
  if (count === 0) return;
  const begin = invoked[0] as number;
  // min(f, s) is never after the last invocation.
  const span = (invoked[count - 1] as number) - begin + 1;
  let place = 1;
  if (span <= sparse * count) {
    const at = new Int32Array(span);
    for (let i = 1; i < chains.count; i++) at[Math.min(f[i] as number, s[i] as number) - begin] = i;
    for (let position = 0; position < span; position++) {
      const i = at[position] as number;
      if (i > 0) order[place++] = i;
    }
    return;
  }
  const keys = new Float64Array(chains.count - 1);
  for (let i = 1; i < chains.count; i++) keys[i - 1] = Math.min(f[i] as number, s[i] as number) * chains.count + i;
  keys.sort();
  for (const key of keys) order[place++] = key % chains.count;
}

function sweep({ count, f, s, fOperation, sOperation, order, largest }: Chains): Clash | null {
  let latest = 0;
  for (let place = 0; place < count; place++) {
    const i = order[place] as number;
    if (place > 0 && (f[i] as number) < (s[latest] as number)) {
      return clash(
        fOperation[latest] as number,
        sOperation[latest] as number,
        fOperation[i] as number,
        sOperation[i] as number,
      );
    }
    if ((s[i] as number) > (s[latest] as number)) latest = i;
    largest[place] = s[latest] as number;
  }
  return null;
}

/** The operations of a clash with all that they need to be what they are, in increasing order. */
export function closure(
  { count, certain }: RegisterOperations,
  source: Int32Array,
  { neededBy }: Chains,
  operations: Clash,
): readonly number[] {
  const chosen = new Set<number>();
  const open = [...operations];
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (chosen.has(i)) continue;
    chosen.add(i);
    const producer = source[i] as number;
    if (producer >= 0 && producer < count) open.push(producer);
    if (certain[i] === 0) open.push(neededBy[i] as number);
  }
  return [...chosen].sort((a, b) => a - b);
}
