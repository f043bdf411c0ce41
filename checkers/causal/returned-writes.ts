/** Which write each read returned, which operations of unknown outcome happened after all, and what nobody can have read. */

import { outcomes } from '../../src/history/columns.ts';
import type { Accesses } from './accesses.ts';
import type { Ambiguity } from './patterns.ts';
import { INITIAL, NONE } from './relations.ts';
import { writerTable, type WriterTable } from './writer-table.ts';

/** Nodes and accesses are those of the `Accesses`. */
export interface ReturnedWrites {
  /** By access: the write access that a read returned, `INITIAL` or `NONE`. */
  readonly from: Int32Array;
  /** By node: 1 if it happened. */
  readonly happened: Uint8Array;
  readonly thinAir: readonly number[];
  readonly aborted: readonly { readonly read: number; readonly writer: number }[];
  readonly ambiguity: Ambiguity | null;
}

export function returnedWrites(accesses: Accesses): ReturnedWrites {
  const { columns, nodes, row, start, isWrite, key, value, initial } = accesses;
  const node = nodesOf(accesses);
  const writers = writerTable(accesses, node);
  const ambiguities = earliestAmbiguity(accesses, node);
  const happened = new Uint8Array(nodes);
  const from = new Int32Array(node.length).fill(NONE);
  const thinAir: number[] = [];
  const aborted: { read: number; writer: number }[] = [];
  /** Nodes of unknown outcome that were seen: what they read themselves tells of others. */
  const seen: number[] = [];

  const resolve = (read: number): void => {
    const returned = value[read] as number;
    const entry = writers.find(key[read] as number, returned);
    const [writer, other] = candidates(writers, entry);
    if (returned === initial) {
      if (writer < 0) from[read] = INITIAL;
      else ambiguities.note(writer);
    } else if (other >= 0) ambiguities.note(writer, other);
    else if (writer >= 0) {
      const wrote = node[writer] as number;
      from[read] = writer;
      if (happened[wrote] === 1) return;
      happened[wrote] = 1;
      seen.push(wrote);
    } else {
      const failed = entry < 0 ? -1 : (writers.failed[entry] as number);
      if (failed < 0) thinAir.push(read);
      else aborted.push({ read, writer: row[node[failed] as number] as number });
    }
  };
  const resolveAll = (reader: number): void => {
    for (let access = start[reader] as number; access < (start[reader + 1] as number); access++) {
      if (isWrite[access] === 0) resolve(access);
    }
  };

  for (let n = 0; n < nodes; n++) if (columns.outcome[row[n] as number] === outcomes.ok) happened[n] = 1;
  for (let entry = 0; entry < writers.entries; entry++) {
    const first = writers.ok[entry] as number;
    if (first < 0) continue;
    if (value[first] === initial) ambiguities.note(first);
    else if ((writers.otherOk[entry] as number) >= 0) ambiguities.note(first, writers.otherOk[entry]);
  }
  for (let n = 0; n < nodes; n++) if (columns.outcome[row[n] as number] === outcomes.ok) resolveAll(n);
  for (let n = seen.pop(); n !== undefined; n = seen.pop()) resolveAll(n);
  return { from, happened, thinAir, aborted, ambiguity: ambiguities.earliest() };
}

/** The first two writes that a read of the entry may have returned, -1 where there are not as many. */
function candidates({ ok, otherOk, info, otherInfo }: WriterTable, entry: number): readonly [number, number] {
  if (entry < 0) return none;
  const surely = ok[entry] as number;
  const perhaps = info[entry] as number;
  if (surely < 0) return [perhaps, otherInfo[entry] as number];
  const other = otherOk[entry] as number;
  return [surely, other >= 0 ? other : perhaps];
}

const none = [-1, -1] as const;

export function nodesOf({ nodes, start }: Accesses): Int32Array {
  const node = new Int32Array(start[nodes] as number);
  for (let n = 0; n < nodes; n++) node.fill(n, start[n], start[n + 1]);
  return node;
}

/** Keeps the ambiguity that shows first in the history. */
function earliestAmbiguity({ columns, row, key, value }: Accesses, node: Int32Array) {
  let earliest: Ambiguity | null = null;
  let at = Infinity;
  return {
    /** Write accesses: of the same value, or `first` alone of the initial one. */
    note(first: number, second = -1): void {
      const a = row[node[first] as number] as number;
      const b = second < 0 ? a : (row[node[second] as number] as number);
      const shows = Math.max(a, b);
      if (shows >= at) return;
      at = shows;
      earliest = {
        key: columns.keys[key[first] as number] ?? null,
        value: value[first] as number,
        rows: second < 0 ? [a] : a < b ? [a, b] : [b, a],
      };
    },
    earliest: (): Ambiguity | null => earliest,
  };
}
