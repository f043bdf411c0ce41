/** A priority queue of integers (binary heap): `before(a, b)` is below 0 where `a` is to be taken before `b`. */

import { doubled } from './tries.ts';

export interface Heap {
  add(item: number): void;
  /** Removes the first; there must be one. */
  take(): number;
  size(): number;
  bytes(): number;
}

const atFirst = 16;

export function heap(before: (a: number, b: number) => number): Heap {
  let items = new Int32Array(atFirst);
  let size = 0;
  return {
    add(item) {
      if (size === items.length) items = doubled(items);
      let at = size++;
      while (at > 0) {
        const above = (at - 1) >> 1;
        if (before(items[above] as number, item) <= 0) break;
        items[at] = items[above] as number;
        at = above;
      }
      items[at] = item;
    },
    take() {
      const first = items[0] as number;
      const last = items[--size] as number;
      let at = 0;
      for (;;) {
        let below = 2 * at + 1;
        if (below >= size) break;
        if (below + 1 < size && before(items[below + 1] as number, items[below] as number) < 0) below++;
        if (before(last, items[below] as number) <= 0) break;
        items[at] = items[below] as number;
        at = below;
      }
      items[at] = last;
      return first;
    },
    size: () => size,
    bytes: () => items.byteLength,
  };
}
