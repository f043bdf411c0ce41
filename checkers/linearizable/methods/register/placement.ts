/**
 * Puts loose operations, which observe without saying which write they saw, into an order of all others.
 *
 * Gap k is before the operation at place k of the order. Real time allows a loose operation the gaps from the first one
 * after which every operation returns later than it was invoked, up to the last one before which every operation was
 * invoked earlier than it returns. Among them it takes the first where the value suits it, but none before the gap of a
 * loose one that had returned when it was invoked. Every other choice is later, and leaves less to those that follow: if
 * there is a way to place them all in this order, this is one. A loose cas is in the order already, as a write, and fails
 * unless it happens to follow a value that it expects.
 */

import { NEVER } from '../../../../src/history/columns.ts';
import type { RegisterOperations } from './operations.ts';

export interface Placement {
  /** By loose operation: its gap; -1 if it has none, or is in the order already. A cas never has one. */
  readonly gap: Int32Array;
  /** Which of the loose operations can't be placed, by their number among them. */
  readonly failing: readonly number[];
}

/** `byReturn` holds the numbers of the loose operations in the order of their returns. */
export function place(
  operations: RegisterOperations,
  source: Int32Array,
  order: Int32Array,
  loose: Int32Array,
  byReturn: Int32Array,
): Placement {
  const { invoked, returned, denied, found, writes } = operations;
  const gaps = gapsOf(operations, order);
  const gap = new Int32Array(loose.length).fill(-1);
  const failing: number[] = [];
  const placeOf = new Int32Array(operations.count).fill(-1);
  order.forEach((i, at) => {
    placeOf[i] = at;
  });
  let passed = 0;
  let floor = 0;
  for (let number = 0; number < loose.length; number++) {
    const i = loose[number] as number;
    const begin = invoked[i] as number;
    for (; passed < byReturn.length; passed++) {
      const earlier = byReturn[passed] as number;
      if ((returned[loose[earlier] as number] as number) > begin) break;
      floor = Math.max(floor, gap[earlier] as number);
    }
    if ((source[i] as number) >= 0) continue;
    if ((writes[i] as number) >= 0) {
      const at = placeOf[i] as number;
      if (at >= 0 && gaps.holding(found[i] as number, at) !== at) failing.push(number);
      continue;
    }
    const from = Math.max(floor, gaps.firstAfter(begin));
    const avoided = denied[i] as number;
    const at = avoided >= 0 ? gaps.without(avoided, from) : gaps.holding(found[i] as number, from);
    if (at >= 0 && gaps.invokedBefore(at) < (returned[i] as number)) gap[number] = at;
    else failing.push(number);
  }
  return { gap, failing };
}

interface Gaps {
  /** The first gap after which every operation returns later than `position`. */
  firstAfter(position: number): number;
  /** The last invocation before the gap, or -1. */
  invokedBefore(gap: number): number;
  /** The first gap from `gap` on where the value is another, or is `value`; -1 if there is none. */
  without(value: number, gap: number): number;
  holding(value: number, gap: number): number;
}

function gapsOf({ writes, initial, invoked, returned }: RegisterOperations, order: Int32Array): Gaps {
  const size = order.length;
  const latest = new Int32Array(size + 1);
  const earliest = new Int32Array(size + 1);
  const values = new Int32Array(size + 1);
  /** By gap: the place of the next producer, or `size`. */
  const change = new Int32Array(size + 1);
  latest[0] = -1;
  values[0] = initial;
  for (let at = 0; at < size; at++) {
    const i = order[at] as number;
    const written = writes[i] as number;
    latest[at + 1] = Math.max(latest[at] as number, invoked[i] as number);
    values[at + 1] = written >= 0 ? written : (values[at] as number);
  }
  earliest[size] = NEVER;
  change[size] = size;
  for (let at = size - 1; at >= 0; at--) {
    const i = order[at] as number;
    earliest[at] = Math.min(earliest[at + 1] as number, returned[i] as number);
    change[at] = (writes[i] as number) >= 0 ? at : (change[at + 1] as number);
  }
  let producers: ReadonlyMap<number, readonly number[]> | null = null;
  return {
    firstAfter(position) {
      let low = 0;
      let high = size;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((earliest[middle] as number) > position) high = middle;
        else low = middle + 1;
      }
      return low;
    },
    invokedBefore: (gap) => latest[gap] as number,
    without(value, gap) {
      let at = gap;
      while (values[at] === value) {
        if (change[at] === size) return -1;
        at = (change[at] as number) + 1;
      }
      return at;
    },
    holding(value, gap) {
      if (values[gap] === value) return gap;
      producers ??= placesByValue(order, writes);
      const places = producers.get(value) ?? [];
      let low = 0;
      let high = places.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((places[middle] as number) >= gap) high = middle;
        else low = middle + 1;
      }
      const at = places[low];
      return at === undefined ? -1 : at + 1;
    },
  };
}

/** The places of the producers of each value that has several; values with one producer have no loose reads. */
function placesByValue(order: Int32Array, writes: Int32Array): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  order.forEach((i, at) => {
    const value = writes[i] as number;
    if (value < 0) return;
    const known = places.get(value);
    if (known === undefined) places.set(value, [at]);
    else known.push(at);
  });
  return places;
}

/** `order` with the loose operations in their gaps. */
export function merged(order: Int32Array, loose: Int32Array, gap: Int32Array): Int32Array {
  const first = new Int32Array(order.length + 1).fill(-1);
  const after = new Int32Array(loose.length);
  let placed = 0;
  for (let number = loose.length - 1; number >= 0; number--) {
    const at = gap[number] as number;
    if (at < 0) continue;
    after[number] = first[at] as number;
    first[at] = number;
    placed++;
  }
  const result = new Int32Array(order.length + placed);
  let place = 0;
  for (let at = 0; at <= order.length; at++) {
    for (let number = first[at] as number; number >= 0; number = after[number] as number) {
      result[place++] = loose[number] as number;
    }
    if (at < order.length) result[place++] = order[at] as number;
  }
  return result;
}
