/** Operations that stand in a list, each for its own thread. */

import type { Generator, Invocation, Thread } from '../generator/generator.ts';
import type { Operation } from '../history/operation.ts';
import type { OperationRecord, RunPlan } from '../store/plan.ts';

/** Each operation at its time, or as soon after it as its thread is free; those of one thread in their order. */
export function listedOperations(operations: readonly OperationRecord[]): Generator {
  const byThread = new Map<number, Placed[]>();
  for (const [place, operation] of operations.toSorted((a, b) => a.atMs - b.atMs).entries()) {
    const queue = byThread.get(operation.thread);
    if (queue === undefined) byThread.set(operation.thread, [{ place, operation }]);
    else queue.push({ place, operation });
  }
  return from(byThread, new Map());
}

interface Placed {
  /** In the order of their times, and where those are equal in that of the list. */
  readonly place: number;
  readonly operation: OperationRecord;
}

type Queues = ReadonlyMap<number, readonly Placed[]>;

/** `done.get(t)` operations of thread t have begun. */
function from(queues: Queues, begun: ReadonlyMap<number, number>): Generator {
  const next = (thread: Thread): Placed | undefined =>
    thread === 'nemesis' ? undefined : queues.get(thread)?.[begun.get(thread) ?? 0];
  const self: Generator = {
    next({ free, threads, time, processOf }) {
      let first: Placed | undefined;
      for (const thread of free) {
        const candidate = next(thread);
        if (candidate !== undefined && (first === undefined || candidate.place < first.place)) first = candidate;
      }
      if (first === undefined) {
        return threads.some((thread) => next(thread) !== undefined)
          ? { kind: 'pending', rest: self }
          : { kind: 'done' };
      }
      const { thread, atMs, f, key, value, node } = first.operation;
      const operation: Invocation = {
        type: 'invoke',
        process: processOf(thread),
        time: Math.max(time, Math.round(atMs * 1e6)),
        f,
        value,
        ...(key === undefined ? {} : { key }),
        ...(node === undefined ? {} : { node }),
      };
      return {
        kind: 'operation',
        operation,
        rest: from(queues, new Map(begun).set(thread, (begun.get(thread) ?? 0) + 1)),
      };
    },
    update: () => self,
  };
  return self;
}

/** What clients did, as such a list. A node is named where it was not the one at which the thread is at home. */
export function operationRecords(
  history: readonly Operation[],
  { concurrency, nodes }: Pick<RunPlan, 'concurrency' | 'nodes'>,
): readonly OperationRecord[] {
  return history.flatMap(({ type, process, time, f, key, value, node }) => {
    if (type !== 'invoke' || process === 'nemesis') return [];
    const thread = process % concurrency;
    const away = node === undefined || node === nodes[thread % nodes.length] ? {} : { node };
    return [{ atMs: time / 1e6, thread, f, ...(key === undefined ? {} : { key }), value, ...away }];
  });
}
