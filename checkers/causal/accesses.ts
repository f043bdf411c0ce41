/**
 * What operations do, as reads and writes of keys: one node for each operation, one access for each read and write in
 * it. Checkers of causal and weaker models see nothing else of a history.
 */

import { ABSENT, outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import { canonical, equal, isList } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { calls } from '../models/vocabulary.ts';

/** Nodes are in the order of their rows; the accesses of node n are `start[n]` up to, without it, `start[n + 1]`. */
export interface Accesses {
  readonly columns: HistoryColumns;
  readonly nodes: number;
  /** By node: its row in the columns. Increasing. */
  readonly row: Int32Array;
  /** By node, and one more: its first access. */
  readonly start: Int32Array;
  /** By access: 1 for a write, 0 for a read. */
  readonly isWrite: Uint8Array;
  /** By access: number in `columns.keys`, or `columns.keys.length` for operations without a key. */
  readonly key: Int32Array;
  /** By access: number in `columns.values` of what was written or read. */
  readonly value: Int32Array;
  /** Number in `columns.values` of what every key holds before it is written; -1 if the history does not have it. */
  readonly initial: number;
}

/** An operation that is neither a read nor a write. */
export interface NoAccess {
  readonly kind: 'objection';
  readonly row: number;
  readonly objection: string;
}

export const accessCalls = calls({
  read: ['get'],
  write: ['put', 'set'],
  cas: ['compare-and-set'],
  delete: ['remove'],
});

/**
 * The accesses of single operations on keys. A `cas` that succeeded is a read and a write in one; one that found
 * another value tells only what the value was not, which these models make no use of. A deletion writes null. Reads
 * that returned nothing (`fail`, `info`) have no access; failed writes have one, since somebody may have read them.
 * Every key holds `init` before it is written: null, which is absent, unless said otherwise.
 */
export function accessesOf(columns: HistoryColumns, init: Json = null): Accesses | NoAccess {
  const { count, f, key, input, output, outcome, names, values } = columns;
  const callOf = names.map((name) => accessCalls.of(name));
  const pairOf = callOf.includes('cas') ? pairReader(values) : () => null;
  const room = callOf.includes('cas') ? 2 * count : count;
  const accesses = {
    columns,
    nodes: 0,
    row: new Int32Array(count),
    start: new Int32Array(count + 1),
    isWrite: new Uint8Array(room),
    key: new Int32Array(room),
    value: new Int32Array(room),
    initial: numberOfValue(columns, init),
  };
  let nodes = 0;
  let next = 0;
  const put = (isWrite: 0 | 1, keyed: number, value: number): void => {
    accesses.isWrite[next] = isWrite;
    accesses.key[next] = keyed;
    accesses.value[next++] = value;
  };
  for (let row = 0; row < count; row++) {
    const call = callOf[f[row] as number];
    if (call === undefined) {
      const objection = accessCalls.objection('a causal model', names[f[row] as number] as string) ?? '';
      return { kind: 'objection', row, objection };
    }
    const keyed = (key[row] as number) < 0 ? columns.keys.length : (key[row] as number);
    if (call === 'read') {
      if (outcome[row] !== outcomes.ok) continue;
      put(0, keyed, output[row] as number);
    } else if (call === 'write') put(1, keyed, input[row] as number);
    else if (call === 'delete') put(1, keyed, ABSENT);
    else {
      const pair = pairOf(input[row] as number);
      if (pair === null) return { kind: 'objection', row, objection: 'a cas takes a pair [from, to]' };
      if (outcome[row] === outcomes.mismatch) continue;
      put(0, keyed, pair[0]);
      put(1, keyed, pair[1]);
    }
    accesses.row[nodes++] = row;
    accesses.start[nodes] = next;
  }
  return { ...accesses, nodes };
}

/** The number of a value among those of the history, or -1. */
export function numberOfValue({ values }: HistoryColumns, value: Json): number {
  return value === null ? ABSENT : values.findIndex((known) => equal(known, value));
}

/** Reads `[from, to]` as two numbers of values. */
function pairReader(values: readonly Json[]): (value: number) => readonly [number, number] | null {
  const numbers = new Map(values.map((value, number) => [canonical(value), number]));
  const numberOf = (value: Json): number => {
    const text = canonical(value);
    // A value that is nowhere else in the history gets the next number that no other value has.
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  return (value) => {
    const [from, to, ...more] = asList(values[value]);
    if (from === undefined || to === undefined || more.length > 0) return null;
    return [numberOf(from), numberOf(to)];
  };
}

function asList(value: Json | undefined): readonly Json[] {
  return value !== undefined && isList(value) ? value : [];
}
