/** Builds the columns of a history, operation by operation, in the order in which they happened. */

import { ABSENT, NEVER, outcomeOf, outcomes, type HistoryColumns } from './columns.ts';
import type { History, Json } from './operation.ts';
import { valueTable } from './value-table.ts';

export interface ColumnsBuilder {
  /** The number of a name, a key or a value, given once for each that differs. */
  readonly name: (name: string) => number;
  readonly key: (key: string | undefined) => number;
  readonly value: (value: Json) => number;
  /** The number of a value that is a safe integer. */
  readonly integer: (value: number) => number;
  /** The number of the value of which `text` is a spelling; `parse` says which one. */
  readonly text: (text: string, parse: (text: string) => Json) => number;
  /** What has these numbers. */
  readonly names: readonly string[];
  readonly keys: readonly string[];
  readonly values: readonly Json[];
  /** The row that `process` has open, or -1. */
  open(process: number): number;
  /** What is known of a row. */
  fOf(row: number): number;
  keyOf(row: number): number;
  invokedOf(row: number): number;
  /** The next position of the history is an invocation by `process`, which must have no open row. Returns its row. */
  invoke(process: number, f: number, key: number, input: number, time: number): number;
  /** The next position completes the open row of `process`. Returns the row. Throws a RangeError if there is none. */
  complete(process: number, type: 'ok' | 'fail' | 'info', output: number, time: number, error?: string): number;
  /** The next position is nobody's operation (the nemesis). */
  skip(): void;
  /** Leaves the row out of the columns; its positions stay. */
  drop(row: number): void;
  /** Makes room for `rows` rows in all, so that columns need not grow. */
  reserve(rows: number): void;
  /** How many rows and positions there are so far. */
  rows(): number;
  positions(): number;
  /** The columns of all that was said so far. */
  columns(): HistoryColumns;
}

/** Columns grow by half when they are full. */
const growth = 1.5;
const capacityAtFirst = 1024;

export function columnsBuilder(): ColumnsBuilder {
  const names = interner();
  const keys = interner();
  const values = valueTable();
  const errors = new Map<number, string>();
  const openRows = openTable();
  const dropped = new Set<number>();
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

  const reserve = (rows: number): void => {
    if (rows <= capacity) return;
    capacity = rows;
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
    value: values.of,
    integer: values.integer,
    text: values.text,
    names: names.all,
    keys: keys.all,
    values: values.all,
    open: openRows.get,
    fOf: (row) => f[row] as number,
    keyOf: (row) => key[row] as number,
    invokedOf: (row) => invoked[row] as number,
    invoke(of, named, keyed, value, time) {
      const open = openRows.get(of);
      if (open >= 0) {
        throw new RangeError(`operation ${positions}: process ${of} is busy with operation ${invoked[open] ?? open}`);
      }
      if (count === capacity) reserve(Math.max(capacityAtFirst, Math.ceil(capacity * growth)));
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
      if (row < 0) throw new RangeError(`operation ${positions} completes nothing`);
      openRows.set(of, -1);
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
    drop(row) {
      dropped.add(row);
    },
    reserve,
    rows: () => count,
    positions: () => positions,
    columns() {
      const all = rowsSoFar();
      return dropped.size === 0 ? all : without(all, dropped);
    },
  };

  function rowsSoFar(): HistoryColumns {
    return {
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
    };
  }
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

function grown<Column extends TypedColumn>(old: Column, next: Column): Column {
  next.set(old);
  return next;
}

type TypedColumn = Int32Array | Uint16Array | Uint8Array | Float64Array;

/** The same without the rows in `dropped`. */
function without(columns: HistoryColumns, dropped: ReadonlySet<number>): HistoryColumns {
  const kept = (_: unknown, row: number): boolean => !dropped.has(row);
  const errors = new Map<number, string>();
  const rows = new Map<number, number>();
  for (let row = 0, next = 0; row < columns.count; row++) if (!dropped.has(row)) rows.set(row, next++);
  for (const [row, error] of columns.errors) {
    const now = rows.get(row);
    if (now !== undefined) errors.set(now, error);
  }
  return {
    ...columns,
    count: columns.count - dropped.size,
    process: columns.process.filter(kept),
    f: columns.f.filter(kept),
    key: columns.key.filter(kept),
    input: columns.input.filter(kept),
    output: columns.output.filter(kept),
    outcome: columns.outcome.filter(kept),
    invoked: columns.invoked.filter(kept),
    completed: columns.completed.filter(kept),
    invokedAt: columns.invokedAt.filter(kept),
    completedAt: columns.completedAt.filter(kept),
    errors,
  };
}

/** The open row of each process, -1 where there is none: small numbers of processes in an array, others in a map. */
function openTable(): { get(process: number): number; set(process: number, row: number): void } {
  let small = new Int32Array(1024).fill(-1);
  const large = new Map<number, number>();
  return {
    get(process) {
      if (process < small.length) return small[process] as number;
      return process < smallMax ? -1 : (large.get(process) ?? -1);
    },
    set(process, row) {
      if (process >= smallMax) {
        if (row < 0) large.delete(process);
        else large.set(process, row);
        return;
      }
      if (process >= small.length) {
        const wider = new Int32Array(2 ** Math.ceil(Math.log2(process + 1))).fill(-1);
        wider.set(small);
        small = wider;
      }
      small[process] = row;
    },
  };
}

const smallMax = 2 ** 22;

interface Interner {
  readonly all: readonly string[];
  readonly numberOf: (text: string) => number;
}

function interner(): Interner {
  const all: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    let number = numbers.get(text);
    if (number === undefined) {
      number = all.push(text) - 1;
      numbers.set(text, number);
    }
    return number;
  };
  return { all, numberOf };
}
