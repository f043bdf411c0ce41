/** The history of a run while it happens. */

import type { Invocation } from '../generator/generator.ts';
import type { History, Operation, OperationType } from '../history/operation.ts';
import type { Completion } from '../workloads/workload.ts';

export interface Recorder {
  /** All that happened so far; grows. */
  readonly history: History;
  /** An operation begins. `node` is the one that its client is bound to; the operation may name another. */
  invoke(invocation: Invocation, time: number, node?: string): Operation;
  /** What became of the operation that began as `invoked`: same process, f and key, and node unless another answered. */
  complete(invoked: Operation, completion: Completion, time: number): Operation;
}

/**
 * Numbers operations in the order in which they come and hands each to `sink` at once. Times are ns since the test
 * started; one that would go back is taken to be that of the operation before.
 */
export function recorder(sink: (operation: Operation) => void): Recorder {
  const history: Operation[] = [];
  let last = 0;

  const add = (
    type: OperationType,
    {
      process,
      f,
      key,
      node,
    }: Omit<Invocation, 'type' | 'time' | 'value' | 'node'> & { readonly node?: string | undefined },
    { value, error }: Pick<Operation, 'value' | 'error'>,
    time: number,
  ): Operation => {
    last = Math.max(last, time);
    const operation: Operation = {
      index: history.length,
      process,
      type,
      f,
      ...(key === undefined ? {} : { key }),
      value,
      time: last,
      ...(error === undefined ? {} : { error }),
      ...(node === undefined ? {} : { node }),
    };
    history.push(operation);
    sink(operation);
    return operation;
  };

  return {
    history,
    invoke: ({ process, f, key, value, node: asked }, time, bound) =>
      add('invoke', { process, f, ...(key === undefined ? {} : { key }), node: asked ?? bound }, { value }, time),
    complete: (invoked, completion, time) =>
      add(completion.type, { ...invoked, node: completion.node ?? invoked.node }, completion, time),
  };
}
