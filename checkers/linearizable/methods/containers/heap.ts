/** A binary heap of numbers from 0 to `capacity - 1`, each in it at most once at a time, the one of least `rank` on top. */

export interface Heap {
  /** The one on top, or -1. */
  top(): number;
  push(item: number): void;
  /** Removes and returns the one on top, or -1. */
  pop(): number;
}

export function heap(capacity: number, rank: Int32Array): Heap {
  const items = new Int32Array(capacity);
  let size = 0;
  return {
    top: () => (size === 0 ? -1 : (items[0] as number)),
    push(item) {
      const own = rank[item] as number;
      let at = size++;
      while (at > 0) {
        const above = (at - 1) >>> 1;
        const other = items[above] as number;
        if ((rank[other] as number) <= own) break;
        items[at] = other;
        at = above;
      }
      items[at] = item;
    },
    pop() {
      if (size === 0) return -1;
      const result = items[0] as number;
      const last = items[--size] as number;
      const own = rank[last] as number;
      let at = 0;
      for (;;) {
        let below = 2 * at + 1;
        if (below >= size) break;
        if (
          below + 1 < size &&
          (rank[items[below + 1] as number] as number) < (rank[items[below] as number] as number)
        ) {
          below++;
        }
        const other = items[below] as number;
        if (own <= (rank[other] as number)) break;
        items[at] = other;
        at = below;
      }
      items[at] = last;
      return result;
    },
  };
}
