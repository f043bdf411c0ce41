/**
 * A row of integers, to parts of which a number can be added, and whose least ones can be found, in logarithmic time.
 *
 * A segment tree: node 1 spans all, nodes `2n` and `2n + 1` the halves of node `n`. `least[n]` is the least element below
 * `n` without what was added to the nodes above it; `plus[n]` is what was added to all of `n`.
 */

export interface LeastTree {
  /** Adds to the elements of [from, until). */
  add(from: number, until: number, amount: number): void;
  /** The least element of [from, until); infinite if there is none. */
  leastIn(from: number, until: number): number;
  /** The first place in [from, until) whose element is at most `bound`, or -1. */
  firstAtMost(from: number, until: number, bound: number): number;
}

export function leastTree(elements: Int32Array): LeastTree {
  const { length } = elements;
  let width = 1;
  while (width < length) width *= 2;
  const least = new Int32Array(2 * width).fill(0x3fffffff);
  const plus = new Int32Array(2 * width);
  least.set(elements, width);
  for (let node = width - 1; node > 0; node--) {
    least[node] = Math.min(least[2 * node] as number, least[2 * node + 1] as number);
  }

  const add = (node: number, low: number, span: number, from: number, until: number, amount: number): void => {
    if (from <= low && low + span <= until) {
      least[node] = (least[node] as number) + amount;
      plus[node] = (plus[node] as number) + amount;
      return;
    }
    const half = span >>> 1;
    const left = 2 * node;
    if (from < low + half) add(left, low, half, from, until, amount);
    if (until > low + half) add(left + 1, low + half, half, from, until, amount);
    const a = least[left] as number;
    const b = least[left + 1] as number;
    least[node] = (a < b ? a : b) + (plus[node] as number);
  };
  const leastIn = (node: number, low: number, span: number, from: number, until: number): number => {
    if (from <= low && low + span <= until) return least[node] as number;
    const half = span >>> 1;
    const a = from < low + half ? leastIn(2 * node, low, half, from, until) : Infinity;
    const b = until > low + half ? leastIn(2 * node + 1, low + half, half, from, until) : Infinity;
    return Math.min(a, b) + (plus[node] as number);
  };
  const first = (node: number, low: number, span: number, from: number, until: number, bound: number): number => {
    if ((least[node] as number) > bound || low >= until || low + span <= from) return -1;
    if (span === 1) return low;
    const half = span >>> 1;
    const rest = bound - (plus[node] as number);
    const left = first(2 * node, low, half, from, until, rest);
    return left >= 0 ? left : first(2 * node + 1, low + half, half, from, until, rest);
  };
  return {
    add(from, until, amount) {
      if (from < until) add(1, 0, width, from, until, amount);
    },
    leastIn: (from, until) => (from < until ? leastIn(1, 0, width, from, until) : Infinity),
    firstAtMost: (from, until, bound) => (from < until ? first(1, 0, width, from, until, bound) : -1),
  };
}
