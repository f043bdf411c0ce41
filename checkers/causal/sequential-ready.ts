/** Nodes that wait for their turn, the one with the least rank first: a binary heap. */

export interface ReadyNodes {
  add(node: number): void;
  /** Takes out the first one for which `suits` holds, or -1. Those before it stay. */
  take(suits: (node: number) => boolean): number;
  clear(): void;
}

export function readyWrites(rank: Int32Array): ReadyNodes {
  const heap: number[] = [];
  const before = (a: number, b: number): boolean => (rank[a] as number) < (rank[b] as number);
  const add = (node: number): void => {
    let at = heap.push(node) - 1;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      if (!before(node, heap[above] as number)) break;
      heap[at] = heap[above] as number;
      at = above;
    }
    heap[at] = node;
  };
  const pop = (): number => {
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined) return -1;
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && before(heap[below + 1] as number, heap[below] as number)) below++;
      if (!before(heap[below] as number, last)) break;
      heap[at] = heap[below] as number;
      at = below;
    }
    heap[at] = last;
    return top;
  };
  return {
    add,
    take(suits) {
      const passedOver: number[] = [];
      let node = pop();
      for (; node >= 0 && !suits(node); node = pop()) passedOver.push(node);
      passedOver.forEach(add);
      return node;
    },
    clear() {
      heap.length = 0;
    },
  };
}
