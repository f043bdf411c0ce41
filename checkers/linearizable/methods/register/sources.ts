/** Who wrote what each operation found, as far as the values alone tell. */

import { NONE, type RegisterOperations } from './operations.ts';

/** It found a value that nobody wrote. */
export const ORPHAN = -2;
const SEVERAL = -3;

export interface Sources {
  /**
   * By operation, the producer of the value that it found: an operation, or `count` for the initial value; `NONE` if it
   * tells nothing or it is `loose`; `ORPHAN`.
   */
  readonly source: Int32Array;
  /**
   * Operations that found something without saying which write they saw: failed cas, and whatever found a value that
   * was written more than once. In the order of their invocations.
   */
  readonly loose: Int32Array;
}

export function sources(operations: RegisterOperations): Sources {
  const { count, values, initial, found, writes, denied } = operations;
  /** By value: its only producer, `NONE`, or `SEVERAL`. */
  const producer = new Int32Array(values).fill(NONE);
  producer[initial] = count;
  for (let i = 0; i < count; i++) {
    const value = writes[i] as number;
    if (value >= 0) producer[value] = producer[value] === NONE ? i : SEVERAL;
  }
  const source = new Int32Array(count).fill(NONE);
  const loose: number[] = [];
  for (let i = 0; i < count; i++) {
    const value = found[i] as number;
    if (value < 0) {
      if ((denied[i] as number) >= 0) loose.push(i);
      continue;
    }
    const by = producer[value] as number;
    if (by >= 0) source[i] = by;
    else if (by === NONE) source[i] = ORPHAN;
    else loose.push(i);
  }
  return { source, loose: Int32Array.from(loose) };
}
