/** What queues, stacks and bags have in common: one operation puts an element in, another takes one out. */

import { canonical, shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import type { ModelOperation } from './model.ts';
import type { Calls } from './vocabulary.ts';

/** The vocabulary of a container: which call puts in and which takes out, with their past participles. */
export interface ContainerWords<Call extends string = string> {
  /** `a queue` */
  readonly what: string;
  readonly calls: Calls<Call>;
  readonly insert: Call;
  readonly remove: Call;
  readonly inserted: string;
  readonly removed: string;
}

/** Whether the operation puts something in. */
export function isInsert({ calls, insert }: ContainerWords, { f }: Pick<ModelOperation, 'f'>): boolean {
  return calls.known(f) === insert;
}

/** Whether it looked for an element and found none. */
export function foundEmpty(words: ContainerWords, operation: ModelOperation): boolean {
  return operation.outcome === 'ok' && operation.output === null && !isInsert(words, operation);
}

export function containerObjection(words: ContainerWords, { f, input }: ModelOperation): string | null {
  const { what, calls, insert, remove } = words;
  if (calls.of(f) !== insert || input !== null) return calls.objection(what, f);
  return `${what} can't hold null: ${remove} finds null when it is empty`;
}

/** `enqueued 1`, `dequeued 1`, `dequeued nothing`. */
export function describeContainerOperation(words: ContainerWords, operation: ModelOperation): string {
  const { key, input, output, outcome } = operation;
  if (isInsert(words, operation)) return `${words.inserted} ${shown(input)}${key === null ? '' : ` to ${key}`}`;
  const what = outcome === 'info' ? 'something or nothing' : output === null ? 'nothing, as if empty' : shown(output);
  return `${words.removed} ${what}${key === null ? '' : ` from ${key}`}`;
}

/**
 * Which operations of unknown outcome have to be tried on a container from which every removal takes the first element
 * in some order of the elements (by age, or by rank), so that it would take the same one if another was not there.
 *
 * - An element put in that nobody is known to have taken out: leave it out of an order together with the removal of
 *   unknown outcome that took it, if there is one. All other removals take what they took, for it was in nobody's way
 *   when it was there, and what found the container empty still does.
 * - A removal: it can have taken something only if some element was put in more often than it was taken out by others.
 *   If there is none, it has changed nothing in any order.
 */
export function neededInContainer(
  words: ContainerWords,
  operations: readonly ModelOperation[],
  initial: readonly Json[],
): (pending: ModelOperation) => boolean {
  if (!operations.some(({ outcome }) => outcome === 'info')) return () => true;
  const taken = new Map<string, number>();
  for (const operation of operations) {
    if (operation.outcome === 'ok' && !isInsert(words, operation)) count(taken, operation.output);
  }
  const isTaken = ({ input }: ModelOperation): boolean => taken.has(canonical(input));
  const put = new Map<string, number>();
  for (const element of initial) count(put, element);
  for (const operation of operations) {
    if (isInsert(words, operation) && (operation.outcome === 'ok' || isTaken(operation))) count(put, operation.input);
  }
  const isLeft = [...put].some(([text, times]) => times > (taken.get(text) ?? 0));
  return (pending) => (isInsert(words, pending) ? isTaken(pending) : isLeft);
}

function count(counts: Map<string, number>, value: Json): void {
  const text = canonical(value);
  counts.set(text, (counts.get(text) ?? 0) + 1);
}
