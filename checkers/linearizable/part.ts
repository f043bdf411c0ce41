/**
 * A part: the operations that have to be ordered together (those of one key), in columns. What can't matter is not in
 * it: operations that did not happen, and operations of unknown outcome that would only have observed.
 */

import { NEVER, outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import { byKey, type CompleteModel, type ModelOperation, type TimedOperation } from '../models/model.ts';

/** All arrays have `count` elements, in the order of the invocations. */
export interface Part {
  /** Null for operations without a key. */
  readonly key: string | null;
  readonly count: number;
  /** The row of each operation in `columns`. */
  readonly row: Int32Array;
  /** Number in `columns.names`. */
  readonly f: Uint16Array;
  /** Numbers in `columns.values`: of the invocation, and of the completion if the outcome is `ok`, else `ABSENT`. */
  readonly input: Int32Array;
  readonly output: Int32Array;
  /** `outcomes.ok`, `outcomes.mismatch` or `outcomes.info`. */
  readonly outcome: Uint8Array;
  /** Position of the invocation in the history. Increasing. */
  readonly invoked: Int32Array;
  /** Position of the completion; `NEVER` for an operation of unknown outcome. */
  readonly returned: Int32Array;
  readonly columns: HistoryColumns;
}

export type Split =
  | {
      readonly kind: 'parts';
      readonly parts: readonly Part[];
      /** Client operations of the history that the model knows, those that are in no part included. */
      readonly operations: number;
    }
  /** An operation that the model does not know, by the position of its invocation. */
  | { readonly kind: 'objection'; readonly position: number; readonly objection: string };

/** Splits a history by the model's partition. Parts come in the order of their first operations. */
export function split<State>(model: CompleteModel<State>, columns: HistoryColumns): Split {
  const { count, outcome } = columns;
  /** The part of each row, or -1. */
  const partOf = new Int32Array(count).fill(-1);
  const sizes: number[] = [];
  const keys: (string | null)[] = [];
  const numbers = new Map<string | number | null, number>();
  const isByKey = model.partition === byKey;
  const view = operationView(columns);
  let operations = 0;
  for (let row = 0; row < count; row++) {
    if (outcome[row] === outcomes.fail) continue;
    const operation = view(row);
    const objection = model.objection(operation);
    if (objection !== null) return { kind: 'objection', position: columns.invoked[row] as number, objection };
    operations++;
    if (!model.matters(operation) || (outcome[row] === outcomes.info && model.observes(operation))) continue;
    const key = isByKey ? operation.key : (model.partition?.(operation) ?? null);
    let part = numbers.get(key);
    if (part === undefined) {
      part = keys.push(key) - 1;
      sizes.push(0);
      numbers.set(key, part);
    }
    partOf[row] = part;
    sizes[part] = (sizes[part] as number) + 1;
  }
  return { kind: 'parts', parts: filled(columns, partOf, keys, sizes), operations };
}

function filled(
  columns: HistoryColumns,
  partOf: Int32Array,
  keys: readonly (string | null)[],
  sizes: readonly number[],
): readonly Part[] {
  const starts: number[] = [];
  let total = 0;
  for (const size of sizes) {
    starts.push(total);
    total += size;
  }
  const rows = new Int32Array(total);
  const next = Int32Array.from(starts);
  for (let row = 0; row < columns.count; row++) {
    const part = partOf[row] as number;
    if (part >= 0) rows[(next[part] as number)++] = row;
  }
  return keys.map((key, part) => {
    const start = starts[part] as number;
    return partOfRows(columns, key, rows.subarray(start, start + (sizes[part] as number)));
  });
}

/** The part with the operations of `rows`, which are in increasing order. */
export function partOfRows(columns: HistoryColumns, key: string | null, rows: Int32Array): Part {
  const count = rows.length;
  const part = {
    key,
    count,
    row: rows,
    f: new Uint16Array(count),
    input: new Int32Array(count),
    output: new Int32Array(count),
    outcome: new Uint8Array(count),
    invoked: new Int32Array(count),
    returned: new Int32Array(count),
    columns,
  };
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number;
    const outcome = columns.outcome[row] as number;
    part.f[i] = columns.f[row] as number;
    part.input[i] = columns.input[row] as number;
    part.output[i] = outcome === outcomes.ok ? (columns.output[row] as number) : 0;
    part.outcome[i] = outcome;
    part.invoked[i] = columns.invoked[row] as number;
    part.returned[i] = outcome === outcomes.info ? NEVER : (columns.completed[row] as number);
  }
  return part;
}

/**
 * The part as it was when the history had `positions` lines: what had not returned by then is of unknown outcome. May
 * hold operations of unknown outcome that would only observe.
 */
export function prefixOf(part: Part, positions: number): Part {
  const { columns, key } = part;
  let count = 0;
  while (count < part.count && (part.invoked[count] as number) < positions) count++;
  const result = {
    key,
    columns,
    count,
    row: part.row.subarray(0, count),
    f: part.f.subarray(0, count),
    input: part.input.subarray(0, count),
    output: part.output.slice(0, count),
    outcome: part.outcome.slice(0, count),
    invoked: part.invoked.subarray(0, count),
    returned: part.returned.slice(0, count),
  };
  for (let i = 0; i < count; i++) {
    if ((result.returned[i] as number) < positions) continue;
    result.output[i] = 0;
    result.outcome[i] = outcomes.info;
    result.returned[i] = NEVER;
  }
  return result;
}

/** The part with only the operations `chosen` (places in the part, in increasing order). */
export function subPart(part: Part, chosen: ArrayLike<number>): Part {
  const at = <Column extends Int32Array | Uint16Array | Uint8Array>(from: Column, to: Column): Column => {
    for (let i = 0; i < chosen.length; i++) to[i] = from[chosen[i] as number] as number;
    return to;
  };
  const count = chosen.length;
  return {
    key: part.key,
    columns: part.columns,
    count,
    row: at(part.row, new Int32Array(count)),
    f: at(part.f, new Uint16Array(count)),
    input: at(part.input, new Int32Array(count)),
    output: at(part.output, new Int32Array(count)),
    outcome: at(part.outcome, new Uint8Array(count)),
    invoked: at(part.invoked, new Int32Array(count)),
    returned: at(part.returned, new Int32Array(count)),
  };
}

const outcomeNames = ['ok', 'info', 'fail'] as const;

/** The operation at place `i` of a part, as models see it. */
export function operationAt(part: Part, i: number): TimedOperation {
  const { columns } = part;
  const row = part.row[i] as number;
  const key = columns.key[row] as number;
  const returned = part.returned[i] as number;
  return {
    f: columns.names[part.f[i] as number] as string,
    key: key < 0 ? null : (columns.keys[key] as string),
    input: columns.values[part.input[i] as number] as ModelOperation['input'],
    output: columns.values[part.output[i] as number] as ModelOperation['output'],
    outcome: outcomeNames[part.outcome[i] as number] as ModelOperation['outcome'],
    process: columns.process[row] as number,
    invoked: part.invoked[i] as number,
    completed: returned === NEVER ? Infinity : returned,
  };
}

/** Rows as models see them. */
function operationView({ f, key, input, output, outcome, process, names, keys, values }: HistoryColumns) {
  return (row: number): ModelOperation => {
    const keyed = key[row] as number;
    const what = outcome[row] as number;
    return {
      f: names[f[row] as number] as string,
      key: keyed < 0 ? null : (keys[keyed] as string),
      input: values[input[row] as number] as ModelOperation['input'],
      output: what === outcomes.ok ? (values[output[row] as number] as ModelOperation['output']) : null,
      outcome: outcomeNames[what] as ModelOperation['outcome'],
      process: process[row] as number,
    };
  };
}
