/** The order of operations that chains stand for: chain after chain, in each block the producer, then the reads. */

import type { Chains } from './chains.ts';
import type { RegisterOperations } from './operations.ts';

/** Places of all operations that are in a chain. After `arrange` has found no clash. */
export function orderOf(operations: RegisterOperations, source: Int32Array, chains: Chains): Int32Array {
  const { count, writes } = operations;
  // Reads of a block as a list, in the order of their invocations: none of them has to come before an earlier one.
  const first = new Int32Array(count + 1).fill(-1);
  const after = new Int32Array(count);
  let size = 0;
  for (let i = count - 1; i >= 0; i--) {
    const block = source[i] as number;
    if ((writes[i] as number) >= 0) size += chains.needed[i] as number;
    else if (block >= 0) {
      after[i] = first[block] as number;
      first[block] = i;
      size++;
    }
  }
  const order = new Int32Array(size);
  let place = 0;
  for (let at = 0; at < chains.count; at++) {
    let block = chains.head[chains.order[at] as number] as number;
    while (block >= 0) {
      if (block < count) order[place++] = block;
      for (let read = first[block] as number; read >= 0; read = after[read] as number) order[place++] = read;
      block = chains.next[block] as number;
    }
  }
  return order;
}
