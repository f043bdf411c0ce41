/** The micro-operations of a history of transactions in columns, the keys and values inside them interned. */

import { outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import { equal, isList } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { valueTable } from '../../src/history/value-table.ts';
import { accessCalls, type NoAccess } from '../causal/accesses.ts';
import { transactionCalls } from '../models/vocabulary.ts';
import { completionObjection, keyText, microOperations, type MicroOperation } from './micro-operations.ts';

/** The micro-operations of transaction t, in their order, are `start[t]` up to, without it, `start[t + 1]`. */
export interface TransactionColumns {
  /** The history. Its keys and values go on with those inside transactions. */
  readonly columns: HistoryColumns;
  readonly transactions: number;
  /** By transaction: its row in the history. Increasing. */
  readonly row: Int32Array;
  readonly start: Int32Array;
  /** By micro-operation: 1 for a write, 0 for a read, which is there only if it is known what it returned. */
  readonly isWrite: Uint8Array;
  /** By micro-operation: numbers in the keys and values of `columns`. */
  readonly key: Int32Array;
  readonly value: Int32Array;
  /** The number of what every key holds before it is written, -1 if no micro-operation has it. */
  readonly initial: number;
}

export function isTransaction(name: string): boolean {
  return transactionCalls.of(name) === 'txn';
}

/**
 * The transactions of a history, among which there may be single operations on keys, or the first operation that is
 * neither. Of failed ones, and of those of unknown outcome, only the writes count; those without any are left out.
 */
export function transactionColumns(columns: HistoryColumns, init: Json = null): TransactionColumns | NoAccess {
  const lists: (readonly MicroOperation[])[] = [];
  const row = new Int32Array(columns.count);
  let room = 0;
  const read = reader(columns);
  for (let of = 0; of < columns.count; of++) {
    const micros = read(of);
    if (typeof micros === 'string') return { kind: 'objection', row: of, objection: micros };
    if (micros.length === 0) continue;
    row[lists.length] = of;
    lists.push(micros);
    room += micros.length;
  }
  const keyNumbers = keyTable(columns.keys);
  const inside = valueTable();
  const valuesBefore = columns.values.length - 1;
  const start = new Int32Array(lists.length + 1);
  const isWrite = new Uint8Array(room);
  const key = new Int32Array(room);
  const value = new Int32Array(room);
  let next = 0;
  for (let t = 0; t < lists.length; t++) {
    for (const [f, name, held] of lists[t] as readonly MicroOperation[]) {
      const number = inside.of(held);
      isWrite[next] = f === 'w' ? 1 : 0;
      key[next] = keyNumbers.of(name);
      value[next++] = number === 0 ? 0 : valuesBefore + number;
    }
    start[t + 1] = next;
  }
  const known = init === null ? 0 : inside.all.findIndex((held) => equal(held, init));
  return {
    columns: { ...columns, keys: keyNumbers.all, values: columns.values.concat(inside.all.slice(1)) },
    transactions: lists.length,
    row: row.subarray(0, lists.length),
    start,
    isWrite,
    key,
    value,
    initial: known > 0 ? valuesBefore + known : known,
  };
}

/** Reads what an operation did or, unless it is known to have happened, what it would have written; or an objection. */
function reader(columns: HistoryColumns): (row: number) => readonly MicroOperation[] | string {
  const { f, key, keys, names, input, output, outcome, values } = columns;
  const callOf = names.map((name) => (isTransaction(name) ? 'txn' : accessCalls.of(name)));
  return (row) => {
    const isOk = outcome[row] === outcomes.ok;
    const asked = values[input[row] as number] as Json;
    const answered = values[output[row] as number] as Json;
    const call = callOf[f[row] as number];
    if (call === 'txn') {
      const objection = completionObjection(asked, isOk ? answered : asked);
      if (objection !== null) return objection;
      const micros = microOperations(isOk ? answered : asked) ?? [];
      return isOk ? micros : micros.filter(([kind]) => kind === 'w');
    }
    const name = names[f[row] as number] as string;
    if (call === undefined) return `transactions are made of reads and writes; "${name}" is neither`;
    const keyed = keys[key[row] as number];
    if (keyed === undefined) return `a ${name} among transactions needs a key`;
    if (call === 'read') return isOk ? [['r', keyed, answered]] : [];
    if (call === 'write') return [['w', keyed, asked]];
    if (call === 'delete') return [['w', keyed, null]];
    const [from, to, ...more] = isList(asked) ? asked : [];
    if (from === undefined || to === undefined || more.length > 0) return 'a cas takes a pair [from, to]';
    const write: MicroOperation = ['w', keyed, to];
    return isOk ? [['r', keyed, from], write] : [write];
  };
}

/** Numbers for keys, after those of `names`. */
function keyTable(names: readonly string[]): { readonly all: readonly string[]; of(name: Json): number } {
  const all = [...names];
  const byText = new Map(all.map((text, number) => [text, number]));
  /** Keys as they are written, so that numbers are not made into texts again and again. */
  const byName = new Map<Json, number>();
  return {
    all,
    of(name) {
      const known = byName.get(name);
      if (known !== undefined) return known;
      const text = keyText(name);
      const number = byText.get(text) ?? all.push(text) - 1;
      byText.set(text, number);
      if (typeof name !== 'object') byName.set(name, number);
      return number;
    },
  };
}
