/** Why a loose operation has no place in any order, told with few operations where that is easy. */

import { arrange, closure, emptyChains } from './chains.ts';
import { NONE, type RegisterOperations } from './operations.ts';
import { clashOf, type Settled, type Task } from './task.ts';

/** A core that takes more than this explains nothing. */
const coreMax = 64;

/**
 * That no order has a place for loose operation `i`. The core holds for each block in it why that is not what `i` saw,
 * and so for the initial value, which is there without any operation.
 */
export function unplaceable(task: Task, i: number): Settled {
  const { operations, source, told } = task;
  const { count, initial, found, denied, writes } = operations;
  source.set(told);
  const suits = (value: number): boolean => ((denied[i] as number) >= 0 ? value !== denied[i] : value === found[i]);
  const core = new Set([i, ...surroundings(task, i)]);
  for (;;) {
    if (core.size > coreMax) return { kind: 'invalid', core: null };
    const blocks = [...core].filter((place) => (writes[place] as number) >= 0 && suits(writes[place] as number));
    if (suits(initial)) blocks.push(count);
    const possible = blocks.find((block) => !clashesAmong(operations, told, [...core], i, block));
    if (possible === undefined) return { kind: 'invalid', core: [...core].sort((a, b) => a - b) };
    source[i] = possible;
    const clash = clashOf(task);
    source[i] = NONE;
    if (clash === null) return { kind: 'invalid', core: null };
    for (const place of clash) core.add(place);
  }
}

/**
 * What most likely is to blame: for a failed cas, what shows that the value was there all the time; and all that may
 * have written what a read found, without which it would be blamed for nothing.
 */
function surroundings(task: Task, i: number): readonly number[] {
  const { operations, source, chains } = task;
  const { count, initial, found, denied, writes } = operations;
  const value = denied[i] as number;
  clashOf(task);
  const places: number[] = [];
  const wanted = value >= 0 ? value : found[i];
  for (let block = 0; block <= count && places.length <= coreMax; block++) {
    if ((block < count ? writes[block] : initial) !== wanted) continue;
    if (block < count) places.push(block);
    if (value < 0) continue;
    for (const by of [chains.firstReturned, chains.lastInvoked, chains.next]) places.push(by[block] as number);
  }
  const isSure = (place: number): boolean => operations.certain[place] === 1 || chains.needed[place] === 1;
  const known = places.filter((place) => place >= 0);
  // What need not have happened needs no reason either.
  const others = value < 0 ? known.filter((place) => !isSure(place)) : [];
  return [...closure(operations, source, chains, known.filter(isSure)), ...others];
}

/** Whether `places` alone, with `i` having seen `block`, can't be explained. What they found is among them. */
function clashesAmong(
  operations: RegisterOperations,
  told: Int32Array,
  places: readonly number[],
  i: number,
  block: number,
): boolean {
  const { count } = operations;
  const chosen = places.toSorted((a, b) => a - b);
  const few = (column: Int32Array): Int32Array => Int32Array.from(chosen, (place) => column[place] as number);
  const source = Int32Array.from(chosen, (place) => {
    const by = place === i ? block : (told[place] as number);
    return by === count ? chosen.length : by < 0 ? by : chosen.indexOf(by);
  });
  const those: RegisterOperations = {
    ...operations,
    count: chosen.length,
    found: few(operations.found),
    writes: few(operations.writes),
    denied: few(operations.denied),
    certain: Uint8Array.from(chosen, (place) => operations.certain[place] as number),
    invoked: few(operations.invoked),
    returned: few(operations.returned),
  };
  return arrange(those, source, emptyChains(those.count)) !== null;
}
