/**
 * Who wrote which value to which key: a hash table with open addressing over numbers of keys and values.
 *
 * `slots[h]` is 1 + the number of an entry; by entry: its key, its value, and the first two write accesses of each
 * outcome (-1 where there are none): `ok`, `info`, `failed`.
 */

import { outcomes } from '../../src/history/columns.ts';
import type { Accesses } from './accesses.ts';

export interface WriterTable {
  /** The entry of a value of a key, or -1 where nobody tried to write it. */
  find(key: number, value: number): number;
  readonly entries: number;
  /** By entry. Accesses. */
  readonly ok: Int32Array;
  readonly otherOk: Int32Array;
  readonly info: Int32Array;
  readonly otherInfo: Int32Array;
  readonly failed: Int32Array;
}

/** `node` tells the node of each access. */
export function writerTable({ columns, row, isWrite, key, value }: Accesses, node: Int32Array): WriterTable {
  const { outcome } = columns;
  let writes = 0;
  for (let access = 0; access < node.length; access++) writes += isWrite[access] as number;
  const mask = 2 ** Math.ceil(Math.log2(2 * writes + 2)) - 1;
  const slots = new Int32Array(mask + 1);
  const keys = new Int32Array(writes);
  const values = new Int32Array(writes);
  const column = (): Int32Array => new Int32Array(writes).fill(-1);
  const [ok, otherOk, info, otherInfo, failed] = [column(), column(), column(), column(), column()];
  let entries = 0;

  const slotOf = (keyed: number, written: number): number => {
    let slot = mixed(keyed, written) & mask;
    for (let entry = slots[slot] as number; entry > 0; entry = slots[slot] as number) {
      if (keys[entry - 1] === keyed && values[entry - 1] === written) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  for (let access = 0; access < node.length; access++) {
    if (isWrite[access] === 0) continue;
    const keyed = key[access] as number;
    const written = value[access] as number;
    const slot = slotOf(keyed, written);
    let entry = (slots[slot] as number) - 1;
    if (entry < 0) {
      entry = entries++;
      slots[slot] = entries;
      keys[entry] = keyed;
      values[entry] = written;
    }
    const became = outcome[row[node[access] as number] as number];
    if (became === outcomes.ok) note(ok, otherOk, entry, access);
    else if (became === outcomes.info) note(info, otherInfo, entry, access);
    else if ((failed[entry] as number) < 0) failed[entry] = access;
  }
  const find = (keyed: number, written: number): number => (slots[slotOf(keyed, written)] as number) - 1;
  return { find, entries, ok, otherOk, info, otherInfo, failed };
}

function note(first: Int32Array, second: Int32Array, entry: number, access: number): void {
  if ((first[entry] as number) < 0) first[entry] = access;
  else if ((second[entry] as number) < 0) second[entry] = access;
}

/** Bits of both numbers, spread (the finalizer of MurmurHash3). */
function mixed(a: number, b: number): number {
  let h = (Math.imul(a, 0x9e3779b1) ^ b) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
