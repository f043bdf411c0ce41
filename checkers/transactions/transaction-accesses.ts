/**
 * What transactions read of others and leave to others, as accesses: of each first its reads of keys that it had not
 * written itself, in their order, then its writes, by key. Reads that should have returned its own writes are looked at
 * on the way.
 *
 * Arrays by key hold a micro-operation and count only if that is of the transaction at hand: `last`, its last write of
 * the key; `soFar`, the last before the read at hand. By value, `writtenBy`: the last transaction that wrote it, to
 * whatever key. By micro-operation, `earlier`: for writes, the one before it of the same key and transaction, or -1.
 */

import type { Accesses } from '../causal/accesses.ts';
import type { TransactionColumns } from './transaction-columns.ts';

/** A read of a key that returned neither another's write nor, where the transaction had written it, what that was. */
export interface OwnMisread {
  readonly row: number;
  /** Numbers in the keys and values of the columns. */
  readonly key: number;
  readonly value: number;
  /** Whether the transaction had written the key before. */
  readonly hasWritten: boolean;
  /** Which write of its own it returned, if any. */
  readonly own: 'own earlier' | 'own later' | null;
}

export interface TransactionAccesses {
  readonly accesses: Accesses;
  readonly misreads: readonly OwnMisread[];
}

export function transactionAccesses(transactions: TransactionColumns): TransactionAccesses {
  const { columns, transactions: count, row, start, isWrite, key, value } = transactions;
  const room = start[count] as number;
  const accesses = {
    columns,
    nodes: count,
    row,
    start: new Int32Array(count + 1),
    isWrite: new Uint8Array(room),
    key: new Int32Array(room),
    value: new Int32Array(room),
    initial: transactions.initial,
  };
  const misreads: OwnMisread[] = [];
  const last = new Int32Array(columns.keys.length).fill(-1);
  const soFar = new Int32Array(columns.keys.length).fill(-1);
  const writtenBy = new Int32Array(columns.values.length).fill(-1);
  const earlier = new Int32Array(room);
  let next = 0;
  const put = (micro: number): void => {
    accesses.isWrite[next] = isWrite[micro] as number;
    accesses.key[next] = key[micro] as number;
    accesses.value[next++] = value[micro] as number;
  };
  /** Which own write has the value that `read` returned, of a transaction that begins with `first`. */
  const ownReturned = (t: number, first: number, read: number): OwnMisread['own'] => {
    if (writtenBy[value[read] as number] !== t) return null;
    let at = last[key[read] as number] as number;
    if (at < first) return null;
    for (; at >= 0; at = earlier[at] as number) {
      if (value[at] === value[read]) return at > read ? 'own later' : 'own earlier';
    }
    return null;
  };

  for (let t = 0; t < count; t++) {
    const first = start[t] as number;
    const end = start[t + 1] as number;
    const writes: number[] = [];
    for (let micro = first; micro < end; micro++) {
      if (isWrite[micro] === 0) continue;
      const k = key[micro] as number;
      writes.push(micro);
      earlier[micro] = (last[k] as number) >= first ? (last[k] as number) : -1;
      last[k] = micro;
      writtenBy[value[micro] as number] = t;
    }
    for (let micro = first; micro < end; micro++) {
      const k = key[micro] as number;
      if (isWrite[micro] === 1) {
        soFar[k] = micro;
        continue;
      }
      const before = soFar[k] as number;
      const hasWritten = before >= first;
      if (hasWritten && value[before] === value[micro]) continue;
      const own = ownReturned(t, first, micro);
      if (!hasWritten && own === null) put(micro);
      else misreads.push({ row: row[t] as number, key: k, value: value[micro] as number, hasWritten, own });
    }
    writes.sort((a, b) => (key[a] as number) - (key[b] as number) || a - b);
    for (const micro of writes) put(micro);
    accesses.start[t + 1] = next;
  }
  return { accesses, misreads };
}
