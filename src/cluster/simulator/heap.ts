/**
 * What is to come, earliest first; what comes at one time keeps the order of its sequence numbers.
 *
 * A binary heap over three arrays, the same place in each for one item: its time in µs, its sequence number, itself.
 * `before(i, j)` is spelled out where it is used: this is the innermost loop of the simulator.
 */

export interface Heap<T> {
  size(): number;
  push(time: number, sequence: number, item: T): void;
  pop(): T | undefined;
  /** The time of the item that was taken last. */
  poppedAt(): number;
  /** Takes out every item that is not `wanted`. */
  keep(wanted: (item: T) => boolean): void;
}

export function heap<T>(): Heap<T> {
  let capacity = 256;
  let times = new Float64Array(capacity);
  let sequences = new Float64Array(capacity);
  const items: T[] = [];
  let popped = 0;

  const grow = (): void => {
    capacity *= 2;
    const [oldTimes, oldSequences] = [times, sequences];
    times = new Float64Array(capacity);
    sequences = new Float64Array(capacity);
    times.set(oldTimes);
    sequences.set(oldSequences);
  };
  const put = (place: number, time: number, sequence: number, item: T): void => {
    times[place] = time;
    sequences[place] = sequence;
    items[place] = item;
  };
  const move = (to: number, from: number): void => {
    times[to] = times[from] as number;
    sequences[to] = sequences[from] as number;
    items[to] = items[from] as T;
  };
  /** Lets an item sink from `hole` to where none above it comes later, among the first `length`. */
  const sink = (start: number, length: number, time: number, sequence: number, item: T): void => {
    let hole = start;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= length) break;
      let childTime = times[child] as number;
      if (child + 1 < length) {
        const other = times[child + 1] as number;
        if (
          other < childTime ||
          (other === childTime && (sequences[child + 1] as number) < (sequences[child] as number))
        ) {
          child++;
          childTime = other;
        }
      }
      if (time < childTime || (time === childTime && sequence < (sequences[child] as number))) break;
      move(hole, child);
      hole = child;
    }
    put(hole, time, sequence, item);
  };

  return {
    size: () => items.length,
    push(time, sequence, item) {
      let hole = items.length;
      if (hole === capacity) grow();
      items.push(item);
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        const above = times[parent] as number;
        if (above < time || (above === time && (sequences[parent] as number) < sequence)) break;
        move(hole, parent);
        hole = parent;
      }
      put(hole, time, sequence, item);
    },
    pop() {
      const length = items.length - 1;
      if (length < 0) return undefined;
      const top = items[0] as T;
      popped = times[0] as number;
      const last = items.pop() as T;
      if (length > 0) sink(0, length, times[length] as number, sequences[length] as number, last);
      return top;
    },
    poppedAt: () => popped,
    keep(wanted) {
      let length = 0;
      for (let place = 0; place < items.length; place++) {
        if (!wanted(items[place] as T)) continue;
        move(length, place);
        length++;
      }
      items.length = length;
      for (let place = (length >> 1) - 1; place >= 0; place--) {
        sink(place, length, times[place] as number, sequences[place] as number, items[place] as T);
      }
    },
  };
}
