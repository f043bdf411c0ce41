/** Columns in memory that threads share. */

import type { HistoryColumns } from './columns.ts';

/**
 * The same columns on SharedArrayBuffers, copied once: a message to a worker then copies none of them, only names, keys,
 * values and errors. Columns that are shared already are returned as they are.
 */
export function shared(columns: HistoryColumns): HistoryColumns {
  if (columns.process.buffer instanceof SharedArrayBuffer) return columns;
  const { process, f, key, input, output, outcome, invoked, completed, invokedAt, completedAt } = columns;
  return {
    ...columns,
    process: copied(process, Int32Array),
    f: copied(f, Uint16Array),
    key: copied(key, Int32Array),
    input: copied(input, Int32Array),
    output: copied(output, Int32Array),
    outcome: copied(outcome, Uint8Array),
    invoked: copied(invoked, Int32Array),
    completed: copied(completed, Int32Array),
    invokedAt: copied(invokedAt, Float64Array),
    completedAt: copied(completedAt, Float64Array),
  };
}

function copied<Column extends Int32Array | Uint16Array | Uint8Array | Float64Array>(
  column: Column,
  Shared: new (buffer: SharedArrayBuffer) => Column,
): Column {
  const copy = new Shared(new SharedArrayBuffer(column.byteLength));
  copy.set(column);
  return copy;
}
