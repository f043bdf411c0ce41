/** Invocations with what became of them. */

import type { History, Operation, Process } from './operation.ts';

export interface Pair {
  readonly invocation: Operation;
  /** Null when the history ends before it is known what became of the operation. */
  readonly completion: Operation | null;
}

/**
 * The clients' operations in the order of their invocations, each with its completion. Nemesis operations are left out.
 * Throws a RangeError for a completion that completes nothing and for an invocation by a process that is still busy.
 */
export function pairs(history: History): readonly Pair[] {
  return pairsOf(history, (process) => process !== 'nemesis');
}

/** Like `pairs`, for the nemesis. */
export function nemesisPairs(history: History): readonly Pair[] {
  return pairsOf(history, (process) => process === 'nemesis');
}

function pairsOf(history: History, wanted: (process: Process) => boolean): readonly Pair[] {
  const result: { invocation: Operation; completion: Operation | null }[] = [];
  const open = new Map<Process, { invocation: Operation; completion: Operation | null }>();
  for (const operation of history) {
    const { process, type, index } = operation;
    if (!wanted(process)) continue;
    const pending = open.get(process);
    if (type === 'invoke') {
      if (pending !== undefined) {
        throw new RangeError(
          `operation ${index}: process ${process} is busy with operation ${pending.invocation.index}`,
        );
      }
      const pair = { invocation: operation, completion: null };
      open.set(process, pair);
      result.push(pair);
    } else {
      if (pending === undefined) throw new RangeError(`operation ${index} completes nothing`);
      pending.completion = operation;
      open.delete(process);
    }
  }
  return result;
}
