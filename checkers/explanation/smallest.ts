/**
 * From a violation in a long history to a few operations that violate the same model by themselves: those that the
 * argument names, with all that lies on its paths, and then without each that is not needed. A read that stays keeps the
 * write that it returned, so nothing is blamed on an operation that was taken away.
 */

import { columnsOf } from '../../src/history/columns-builder.ts';
import { NEVER, outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import { historyOf } from '../../src/history/history-of.ts';
import type { Json } from '../../src/history/operation.ts';
import { pathOf } from '../causal/paths.ts';
import type { Violation } from '../causal/patterns.ts';
import type { Relations } from '../causal/relations.ts';
import type { SubHistory } from '../linearizable/verdict.ts';
import { decide, type Decided, type Question } from './decide.ts';

export interface Smallest extends SubHistory {
  /** By row of the sub-history: its row in the whole one. */
  readonly rows: readonly number[];
  readonly columns: HistoryColumns;
  readonly decided: Decided;
}

/** Where the operations of the argument are not enough, everything is tried, unless that is more. */
const wholeMax = 400;
/** Larger arguments (a cycle of thousands) are not made smaller. */
const argumentMax = 400;

/** Null where no few operations were found. */
export function smallestHistory(
  question: Question,
  violation: Violation,
  relations: Relations,
  init: Json,
): Smallest | null {
  const { columns } = relations;
  const trial = (rows: readonly number[]): Smallest | null => {
    const operations = historyOf(columns, rows);
    const part = columnsOf(operations);
    const decided = decide(question, part, init);
    if (decided?.verdict.valid !== false) return null;
    return { rows, columns: part, decided, operations, positions: positionsOf(columns, rows), minimal: false };
  };
  const writersOf = writersByRow(relations);
  const witnessOf = witnesses(columns, writersOf);
  let best: Smallest | null = null;
  const end = Math.max(...violation.core.map((row) => columns.completed[row] ?? NEVER));
  for (const rows of [argumentOf(violation, relations), allUntil(end, columns), allUntil(NEVER, columns)]) {
    best = rows === null ? null : trial(withCompany(rows, writersOf, witnessOf));
    if (best !== null) break;
  }
  if (best === null) return null;
  for (let size = Math.ceil(best.rows.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.rows.length;) {
      const without = new Set(best.rows.slice(from, from + size));
      const rows = withoutOrphans(
        best.rows.filter((row) => !without.has(row)),
        writersOf,
      );
      const smaller: Smallest | null = rows.length < best.rows.length ? trial(rows) : null;
      if (smaller === null) from += size;
      else best = smaller;
    }
  }
  return { ...best, minimal: isMinimal(best.rows, writersOf, trial) };
}

function isMinimal(
  rows: readonly number[],
  writersOf: ReadonlyMap<number, readonly number[]>,
  trial: (rows: readonly number[]) => Smallest | null,
): boolean {
  return rows.every((left) => {
    const rest = withoutOrphans(
      rows.filter((row) => row !== left),
      writersOf,
    );
    return trial(rest) === null;
  });
}

/** The rows that the argument names, and those on the paths by which one came to know of another. */
function argumentOf({ core, arrows }: Violation, relations: Relations): readonly number[] | null {
  const rows = new Set(core);
  for (const { from, to, relation, because } of arrows) {
    rows.add(from).add(to);
    if (because !== undefined) rows.add(because);
    const known = because === undefined ? [] : [from, to].flatMap((row) => pathOf(relations, row, because) ?? []);
    const path = relation === 'co' || relation === 'hb' ? (pathOf(relations, from, to) ?? []) : [];
    for (const step of [...known, ...path]) rows.add(step.from).add(step.to);
    if (rows.size > argumentMax) return null;
  }
  return [...rows];
}

/** Everything that began before position `end`; null where that is a lot. */
function allUntil(end: number, { count, invoked }: HistoryColumns): readonly number[] | null {
  const rows: number[] = [];
  for (let row = 0; row < count && (invoked[row] as number) < end; row++) {
    if (rows.push(row) > wholeMax) return null;
  }
  return rows;
}

/** By row of a read: the rows of the writes that it returned. */
function writersByRow({
  accesses,
  isWrite,
  from,
  node,
  row,
  aborted,
}: Relations): ReadonlyMap<number, readonly number[]> {
  const writers = new Map<number, number[]>();
  // What failed did not happen, but without it the value would come from nowhere.
  for (const { read, writer } of aborted) writers.set(row[node[read] as number] as number, [writer]);
  for (let access = 0; access < accesses; access++) {
    const writer = from[access] as number;
    if (isWrite[access] === 1 || writer < 0) continue;
    const reader = row[node[access] as number] as number;
    const written = row[node[writer] as number] as number;
    if (written === reader) continue;
    const known = writers.get(reader);
    if (known === undefined) writers.set(reader, [written]);
    else known.push(written);
  }
  return writers;
}

/** By row of unknown outcome: the first that read what it wrote. Without one it would take no part. */
function witnesses(
  { outcome }: HistoryColumns,
  writersOf: ReadonlyMap<number, readonly number[]>,
): ReadonlyMap<number, number> {
  const witness = new Map<number, number>();
  for (const [reader, writers] of [...writersOf].sort(([a], [b]) => a - b)) {
    for (const writer of writers) {
      if (outcome[writer] === outcomes.info && !witness.has(writer)) witness.set(writer, reader);
    }
  }
  return witness;
}

/** With the writes that were returned, and with somebody who saw what is of unknown outcome. */
function withCompany(
  rows: readonly number[],
  writersOf: ReadonlyMap<number, readonly number[]>,
  witnessOf: ReadonlyMap<number, number>,
): readonly number[] {
  const all = new Set(rows);
  for (const row of all) {
    for (const writer of writersOf.get(row) ?? []) all.add(writer);
    const witness = witnessOf.get(row);
    if (witness !== undefined) all.add(witness);
  }
  return [...all].sort((a, b) => a - b);
}

/** Without reads of which a write is missing, and what read from those in turn. */
function withoutOrphans(rows: readonly number[], writersOf: ReadonlyMap<number, readonly number[]>): readonly number[] {
  const there = new Set(rows);
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const row of there) {
      if ((writersOf.get(row) ?? []).every((writer) => there.has(writer))) continue;
      there.delete(row);
      isSettled = false;
    }
  }
  return rows.filter((row) => there.has(row));
}

/** Where each operation of `historyOf(columns, rows)` is in the whole history. */
function positionsOf({ invoked, completed }: HistoryColumns, rows: readonly number[]): readonly number[] {
  return rows
    .flatMap((row) => [invoked[row] as number, completed[row] as number])
    .filter((position) => position !== NEVER)
    .sort((a, b) => a - b);
}
