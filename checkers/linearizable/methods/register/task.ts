/** What is known while loose operations are settled on blocks, and what the ways to do so share. */

import { candidates, type Candidates } from './candidates.ts';
import { arrange, closure, emptyChains, type Chains } from './chains.ts';
import type { RegisterOperations } from './operations.ts';
import { orderOf } from './order.ts';
import { merged, place, type Placement } from './placement.ts';
import type { Sources } from './sources.ts';

export type Settled =
  | { readonly kind: 'valid'; witness(): Int32Array }
  /** `core` as in `MethodAnswer`; null where it did not come out by the way. */
  | { readonly kind: 'invalid'; readonly core: readonly number[] | null }
  /** It found no answer within its limits. */
  | { readonly kind: 'open' };

export interface Task {
  readonly operations: RegisterOperations;
  readonly loose: Int32Array;
  /** Numbers of the loose operations in the order of their returns. */
  readonly byReturn: Int32Array;
  /** The sources that the values tell. */
  readonly told: Int32Array;
  /** The same with the blocks of loose operations that are settled. */
  readonly source: Int32Array;
  /** For `source`, if that was arranged last. */
  readonly chains: Chains;
  /** Operations arranged, in all. */
  work: number;
}

export function taskOf(operations: RegisterOperations, { source: told, loose }: Sources): Task {
  const { returned } = operations;
  const end = (number: number): number => returned[loose[number] as number] as number;
  const byReturn = Int32Array.from(loose.keys()).sort((a, b) => end(a) - end(b));
  const source = told.slice();
  return { operations, loose, byReturn, told, source, chains: emptyChains(operations.count), work: 0 };
}

/** Arranges what is settled; null, or the operations of a clash with all that it takes. */
export function clashOf(task: Task): readonly number[] | null {
  const { operations, source, chains } = task;
  task.work += operations.count;
  const refused = arrange(operations, source, chains);
  return refused === null ? null : closure(operations, source, chains, refused);
}

/** The blocks for loose operations while none of them is settled: what is not among these is in no order at all. */
export function candidatesAtFirst({ operations, told }: Task): Candidates {
  const chains = emptyChains(operations.count);
  arrange(operations, told, chains);
  return candidates(operations, told, chains);
}

export interface Tried {
  readonly order: Int32Array;
  readonly placement: Placement;
}

/** Places the other loose operations into an order of what is settled, for which there was no clash. */
export function tryToPlace({ operations, loose, byReturn, source, chains }: Task): Tried {
  const order = orderOf(operations, source, chains);
  return { order, placement: place(operations, source, order, loose, byReturn) };
}

export function validBy({ loose }: Task, { order, placement }: Tried): Settled {
  return { kind: 'valid', witness: () => merged(order, loose, placement.gap) };
}
