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
    { process, f, key }: Pick<Operation, 'process' | 'f' | 'key'>,
    type: OperationType,
    { value, error }: Pick<Operation, 'value' | 'error'>,
    node: string | undefined,
    time: number,
  ): Operation => {
    last = Math.max(last, time);
    // Fields in the order in which they are written to files.
    const operation: Recorded = { index: history.length, process, type, f };
    if (key !== undefined) operation.key = key;
    operation.value = value;
    operation.time = last;
    if (error !== undefined) operation.error = error;
    if (node !== undefined) operation.node = node;
    const added = operation as Operation;
    history.push(added);
    sink(added);
    return added;
  };

  return {
    history,
    invoke: (invocation, time, bound) => add(invocation, 'invoke', invocation, invocation.node ?? bound, time),
    complete: (invoked, completion, time) =>
      add(invoked, completion.type, completion, completion.node ?? invoked.node, time),
  };
}

/** An operation while it is put together. */
type Recorded = { -readonly [Field in keyof Operation]?: Operation[Field] };
