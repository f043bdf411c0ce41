/** In which blocks a loose operation may have observed, given what is settled already. */

import type { Chains } from './chains.ts';
import { NONE, type RegisterOperations } from './operations.ts';

export interface Candidates {
  /** Whether `block` may be what loose operation `i` observed if it happened; false only if it can’t. */
  admits(i: number, block: number): boolean;
  /** All of them, the latest invocation first, the initial value last; at most `max`. */
  all(i: number, max: number): readonly number[];
}

/** For `chains` as `arrange` left them without a clash, for as long as they are not arranged again. */
export function candidates(operations: RegisterOperations, source: Int32Array, chains: Chains): Candidates {
  const { count, initial, found, denied, writes, invoked, returned } = operations;
  const { needed, next, chain, invokedThrough, f, s, order, largest } = chains;
  const low = new Int32Array(chains.count);
  for (let place = 0; place < chains.count; place++) {
    const i = order[place] as number;
    low[place] = Math.min(f[i] as number, s[i] as number);
  }
  const returnedAfter = firstReturnsAfter(operations, chains);

  /** The latest answer: blocks that are long over ask for the same again. */
  let boundOf = -1;
  let bound = 0;
  /** Whether a chain with these f and s and one of the others, which is not `except`, have to come before each other. */
  const clashes = (first: number, last: number, except: number, exceptToo = except): boolean => {
    // Only chains with f < last, and so with min(f, s) < last; and only with s > first.
    if (last !== boundOf) {
      boundOf = last;
      bound = lowerBound(low, last);
    }
    let place = bound - 1;
    for (; place >= 0 && (largest[place] as number) > first; place--) {
      const other = order[place] as number;
      if (other === except || other === exceptToo) continue;
      if ((f[other] as number) < last && first < (s[other] as number)) return true;
    }
    return false;
  };

  const suits = (i: number, block: number): boolean => {
    const value = block === count ? initial : (writes[block] as number);
    if (value < 0) return false;
    return (denied[i] as number) >= 0 ? value !== denied[i] : value === found[i];
  };

  /** Whether the chain that begins with cas `i`, if it is in one, may go on from the end of another, `block`. */
  const continues = (i: number, block: number): boolean => {
    if ((next[block] as number) >= 0) return false;
    const of = chain[block] as number;
    const by = chain[i] as number;
    if (by < 0) return true;
    if (of === by || (f[by] as number) < (s[of] as number)) return false;
    return !clashes(Math.min(f[of] as number, f[by] as number), Math.max(s[of] as number, s[by] as number), of, by);
  };

  /** Whether `i` may have seen what `block` wrote, an operation of unknown outcome that nobody needs otherwise. */
  const mayHaveHappened = (i: number, block: number): boolean => {
    if ((writes[i] as number) >= 0) return true;
    const end = returned[i] as number;
    const last = Math.max(invoked[i] as number, invoked[block] as number);
    const found = source[block] as number;
    if (found < 0) return found === NONE && !clashes(end, last, -1);
    // In which chain it would come is known to `arrange` only once it is needed.
    if (needed[found] === 0) return true;
    const of = chain[found] as number;
    if ((next[found] as number) >= 0 || (s[of] as number) > end) return false;
    return !clashes(Math.min(f[of] as number, end), Math.max(s[of] as number, last), of);
  };

  const admits = (i: number, block: number): boolean => {
    if (!suits(i, block)) return false;
    const begin = invoked[i] as number;
    const end = returned[i] as number;
    if (block < count && (invoked[block] as number) > end) return false;
    if (needed[block] === 0) return mayHaveHappened(i, block);
    const of = chain[block] as number;
    if ((writes[i] as number) >= 0) return continues(i, block);
    if ((invokedThrough[block] as number) > end || (returnedAfter[block] as number) < begin) return false;
    return !clashes(Math.min(f[of] as number, end), Math.max(s[of] as number, begin), of);
  };

  return {
    admits,
    all(i, max) {
      const result: number[] = [];
      for (let block = lowerBound(invoked, returned[i] as number) - 1; block >= 0; block--) {
        if (result.length === max) return result;
        if (admits(i, block)) result.push(block);
      }
      if (result.length < max && admits(i, count)) result.push(count);
      return result;
    },
  };
}

/** By block: the first return among all that comes after its reads in its chain. */
function firstReturnsAfter({ count, returned }: RegisterOperations, chains: Chains): Int32Array {
  const { head, next, firstReturned } = chains;
  const result = new Int32Array(count + 1);
  const blocks: number[] = [];
  for (let number = 0; number < chains.count; number++) {
    blocks.length = 0;
    for (let block = head[number] as number; block >= 0; block = next[block] as number) blocks.push(block);
    let earliest = Infinity;
    for (let at = blocks.length - 1; at >= 0; at--) {
      const block = blocks[at] as number;
      // An operation that never returns is as good as none.
      result[block] = Math.min(earliest, 0x7fffffff);
      const first = firstReturned[block] as number;
      if (first >= 0) earliest = Math.min(earliest, returned[first] as number);
      if (block < count) earliest = Math.min(earliest, returned[block] as number);
    }
  }
  return result;
}

/** How many of the increasing `numbers` are below `bound`. */
function lowerBound(numbers: Int32Array, bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
