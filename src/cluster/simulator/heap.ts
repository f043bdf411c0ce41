/** The events that are to come, earliest first; events of the same time keep the order in which they were pushed. */

export interface Timed {
  /** Microseconds of virtual time. */
  time: number;
  sequence: number;
}

export interface Heap<T extends Timed> {
  readonly size: () => number;
  push(event: T): void;
  pop(): T | undefined;
}

const before = (a: Timed, b: Timed): boolean => a.time < b.time || (a.time === b.time && a.sequence < b.sequence);

/** A binary heap ordered by (time, sequence). */
export function heap<T extends Timed>(): Heap<T> {
  const items: T[] = [];

  return {
    size: () => items.length,
    push(event) {
      let hole = items.length;
      items.push(event);
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        const above = items[parent] as T;
        if (!before(event, above)) break;
        items[hole] = above;
        hole = parent;
      }
      items[hole] = event;
    },
    pop() {
      const top = items[0];
      const last = items.pop();
      const length = items.length;
      if (last === undefined || length === 0) return top;
      let hole = 0;
      for (;;) {
        let child = 2 * hole + 1;
        if (child >= length) break;
        if (child + 1 < length && before(items[child + 1] as T, items[child] as T)) child++;
        const below = items[child] as T;
        if (!before(below, last)) break;
        items[hole] = below;
        hole = child;
      }
      items[hole] = last;
      return top;
    },
  };
}
