/** Builds the columns of a history, operation by operation, in the order in which they happened. */

import { ABSENT, NEVER, outcomeOf, outcomes, type HistoryColumns } from './columns.ts';
import { canonical } from './json.ts';
import type { History, Json } from './operation.ts';

export interface ColumnsBuilder {
  /** The number of a name, a key or a value, given once for each that differs. */
  readonly name: (name: string) => number;
  readonly key: (key: string | undefined) => number;
  readonly value: (value: Json) => number;
  /** The row that `process` has open, or -1. */
  open(process: number): number;
  /** The next position of the history is an invocation by `process`, which must have no open row. Returns its row. */
  invoke(process: number, f: number, key: number, input: number, time: number): number;
  /** The next position completes the open row of `process`. Returns the row. Throws a RangeError if there is none. */
  complete(process: number, type: 'ok' | 'fail' | 'info', output: number, time: number, error?: string): number;
  /** The next position is nobody's operation (the nemesis). */
  skip(): void;
  /** The columns of all that was said so far. */
  columns(): HistoryColumns;
}

/** Columns grow by half when they are full. */
const growth = 1.5;
const capacityAtFirst = 1024;

export function columnsBuilder(): ColumnsBuilder {
  const names = interner<string>((name) => name);
  const keys = interner<string>((key) => key);
  const values = valueInterner();
  const errors = new Map<number, string>();
  const openRows = new Map<number, number>();
  let count = 0;
  let positions = 0;
  let capacity = 0;
  let process = new Int32Array(0);
  let f = new Uint16Array(0);
  let key = new Int32Array(0);
  let input = new Int32Array(0);
  let output = new Int32Array(0);
  let outcome = new Uint8Array(0);
  let invoked = new Int32Array(0);
  let completed = new Int32Array(0);
  let invokedAt = new Float64Array(0);
  let completedAt = new Float64Array(0);

  const reserve = (): void => {
    capacity = Math.max(capacityAtFirst, Math.ceil(capacity * growth));
    process = grown(process, new Int32Array(capacity));
    f = grown(f, new Uint16Array(capacity));
    key = grown(key, new Int32Array(capacity));
    input = grown(input, new Int32Array(capacity));
    output = grown(output, new Int32Array(capacity));
    outcome = grown(outcome, new Uint8Array(capacity));
    invoked = grown(invoked, new Int32Array(capacity));
    completed = grown(completed, new Int32Array(capacity));
    invokedAt = grown(invokedAt, new Float64Array(capacity));
    completedAt = grown(completedAt, new Float64Array(capacity));
  };

  return {
    name: names.numberOf,
    key: (text) => (text === undefined ? -1 : keys.numberOf(text)),
    value: values.numberOf,
    open: (of) => openRows.get(of) ?? -1,
    invoke(of, named, keyed, value, time) {
      const open = openRows.get(of);
      if (open !== undefined) {
        throw new RangeError(`operation ${positions}: process ${of} is busy with operation ${invoked[open] ?? open}`);
      }
      if (count === capacity) reserve();
      const row = count++;
      process[row] = of;
      f[row] = named;
      key[row] = keyed;
      input[row] = value;
      output[row] = ABSENT;
      outcome[row] = outcomes.info;
      invoked[row] = positions++;
      completed[row] = NEVER;
      invokedAt[row] = time;
      completedAt[row] = NaN;
      openRows.set(of, row);
      return row;
    },
    complete(of, type, value, time, error) {
      const row = openRows.get(of);
      if (row === undefined) throw new RangeError(`operation ${positions} completes nothing`);
      openRows.delete(of);
      output[row] = value;
      outcome[row] = outcomeOf(type, error);
      completed[row] = positions++;
      completedAt[row] = time;
      if (error !== undefined) errors.set(row, error);
      return row;
    },
    skip() {
      positions++;
    },
    columns: () => ({
      count,
      positions,
      process: process.subarray(0, count),
      f: f.subarray(0, count),
      key: key.subarray(0, count),
      input: input.subarray(0, count),
      output: output.subarray(0, count),
      outcome: outcome.subarray(0, count),
      invoked: invoked.subarray(0, count),
      completed: completed.subarray(0, count),
      invokedAt: invokedAt.subarray(0, count),
      completedAt: completedAt.subarray(0, count),
      names: names.all,
      keys: keys.all,
      values: values.all,
      errors,
    }),
  };
}

/**
 * The columns of a history in memory, without the nemesis. Throws a RangeError for a completion that completes nothing
 * and for an invocation by a process that is still busy.
 */
export function columnsOf(history: History): HistoryColumns {
  const builder = columnsBuilder();
  for (const { process, type, f, key, value, time, error } of history) {
    if (process === 'nemesis') builder.skip();
    else if (type === 'invoke') {
      builder.invoke(process, builder.name(f), builder.key(key), builder.value(value), time);
    } else builder.complete(process, type, builder.value(value), time, error);
  }
  return builder.columns();
}

function grown<Column extends Int32Array | Uint16Array | Uint8Array | Float64Array>(old: Column, next: Column): Column {
  next.set(old);
  return next;
}

interface Interner<T> {
  readonly all: readonly T[];
  readonly numberOf: (value: T) => number;
}

function interner<T>(identity: (value: T) => string): Interner<T> {
  const all: T[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (value: T): number => {
    const text = identity(value);
    let number = numbers.get(text);
    if (number === undefined) {
      number = all.push(value) - 1;
      numbers.set(text, number);
    }
    return number;
  };
  return { all, numberOf };
}

/** Numbers are looked up as numbers, everything else as text; null comes first. */
function valueInterner(): Interner<Json> {
  const all: Json[] = [null];
  const byNumber = new Map<number, number>();
  const byText = new Map<string, number>();
  const numberOf = (value: Json): number => {
    if (value === null) return ABSENT;
    if (typeof value === 'number') {
      const plain = value === 0 ? 0 : value;
      let number = byNumber.get(plain);
      if (number === undefined) {
        number = all.push(plain) - 1;
        byNumber.set(plain, number);
      }
      return number;
    }
    const text = canonical(value);
    let number = byText.get(text);
    if (number === undefined) {
      number = all.push(value) - 1;
      byText.set(text, number);
    }
    return number;
  };
  return { all, numberOf };
}
