/**
 * The witness for a queue: values pass through it in one order, and enqueues and dequeues take effect in that order, each
 * as early as it can.
 *
 * The gaps in which the queue is found empty cut the history into segments; a value belongs to the first one in which it
 * may have been dequeued. Within the earliest segment that is left, one value is next whose enqueue and dequeue were
 * invoked before any other of those left returned.
 */

import { byMoment, numbersBelow } from './containers/by-moment.ts';
import type { Contents } from './containers/contents.ts';
import { heap } from './containers/heap.ts';

/** `gaps[i]` is where the removal `empty[i]` finds the queue empty, in increasing order. Throws an Error if one value overtakes another. */
export function queueOrder(contents: Contents, gaps: Int32Array): Int32Array {
  const { size, insertion, removal, removeFrom, insertFrom, empty } = contents;
  const order = throughput(contents);
  const cuts = Array.from(gaps, (gap, i) => ({ gap, place: empty[i] as number }));
  const places: number[] = [];
  /** By place in `order`: the gap in which it is enqueued. */
  const enqueuedIn = new Int32Array(size);
  let enqueuedAt = 0;
  let dequeuedAt = 0;
  let dequeued = 0;
  /** Dequeues what can be dequeued before `gap`, of the first `enqueued`. */
  const dequeue = (enqueued: number, gap: number): void => {
    for (; dequeued < enqueued; dequeued++) {
      const v = order[dequeued] as number;
      const at = Math.max(dequeuedAt, removeFrom[v] as number, enqueuedIn[dequeued] as number);
      if (removal[v] === -1 || at >= gap) return;
      dequeuedAt = at;
      places.push(removal[v] as number);
    }
  };
  let cut = 0;
  const findEmpty = (enqueued: number, until: number): void => {
    for (let next = cuts[cut]; next !== undefined && next.gap < until; next = cuts[++cut]) {
      dequeue(enqueued, next.gap + 1);
      enqueuedAt = Math.max(enqueuedAt, next.gap);
      places.push(next.place);
    }
  };
  order.forEach((v, i) => {
    findEmpty(i, removeFrom[v] as number);
    enqueuedAt = Math.max(enqueuedAt, insertFrom[v] as number);
    enqueuedIn[i] = enqueuedAt;
    dequeue(i, enqueuedAt);
    if (insertion[v] !== -1) places.push(insertion[v] as number);
  });
  findEmpty(size, Infinity);
  dequeue(size, Infinity);
  return Int32Array.from(places);
}

function throughput({ size, end, insertFrom, insertBy, removeFrom, removeBy }: Contents): Int32Array {
  const all = numbersBelow(size);
  const byInsertBy = byMoment(all, insertBy, end);
  const byRemoveBy = byMoment(all, removeBy, end);
  /** What can be enqueued next, on top what can be dequeued first: it is in the earliest segment. */
  const candidates = heap(size, removeFrom);
  const gone = new Uint8Array(size);
  const order = new Int32Array(size);
  let invoked = 0;
  let inserted = 0;
  let removed = 0;
  for (let i = 0; i < size; i++) {
    while (gone[byInsertBy[inserted] as number] === 1) inserted++;
    while (gone[byRemoveBy[removed] as number] === 1) removed++;
    const earliestReturn = insertBy[byInsertBy[inserted] as number] as number;
    for (; invoked < size; invoked++) {
      // Values are in the order of the invocations of their insertions.
      if ((insertFrom[invoked] as number) >= earliestReturn) break;
      candidates.push(invoked);
    }
    const v = candidates.pop();
    if (v < 0 || (removeFrom[v] as number) >= (removeBy[byRemoveBy[removed] as number] as number)) {
      throw new Error('some value overtakes another');
    }
    gone[v] = 1;
    order[i] = v;
  }
  return order;
}
