/**
 * The pieces that a history can be taken apart into: single operations, and the reads and writes of transactions. A read
 * stays only as long as a write of what it returned does, so that nothing is blamed on what was taken away.
 */

import { outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import { historyOf } from '../../src/history/history-of.ts';
import { canonical, isList } from '../../src/history/json.ts';
import type { History, Json, Operation } from '../../src/history/operation.ts';
import { accessCalls } from '../causal/accesses.ts';
import { keyText, microOperations, type MicroOperation } from '../transactions/micro-operations.ts';
import { isTransaction } from '../transactions/transaction-columns.ts';

/** One operation, or one read or write of a transaction: the `place`-th, from 0. */
export interface Piece {
  readonly row: number;
  readonly place: number;
}

export interface Pieces {
  /** In the order of rows. */
  readonly all: readonly Piece[];
  /** Without reads of which every write was taken away, and what read from those in turn. */
  withoutOrphans(pieces: readonly Piece[]): readonly Piece[];
}

/** Those of some rows. */
export function piecesOf(columns: HistoryColumns, rows: readonly number[]): Pieces {
  const isTransactional = columns.names.some(isTransaction);
  const all = rows.flatMap((row): readonly Piece[] =>
    isTransactional && isTransaction(nameOf(columns, row))
      ? (listOf(columns, row) ?? []).map((_, place) => ({ row, place }))
      : [{ row, place: 0 }],
  );
  const { needs, number } = needsOf(columns, all);
  return {
    all,
    withoutOrphans(pieces) {
      const there = new Set(pieces.map((piece) => number.get(piece) ?? -1));
      for (let isSettled = false; !isSettled;) {
        isSettled = true;
        for (const piece of there) {
          if ((needs[piece] ?? []).every((writers) => writers.some((writer) => there.has(writer)))) continue;
          there.delete(piece);
          isSettled = false;
        }
      }
      return pieces.filter((piece) => there.has(number.get(piece) ?? -1));
    },
  };
}

/** By piece, for each of its reads: the numbers of the pieces that wrote what it returned, if any did. */
function needsOf(
  columns: HistoryColumns,
  all: readonly Piece[],
): { readonly needs: readonly (readonly (readonly number[])[])[]; readonly number: ReadonlyMap<Piece, number> } {
  const accesses = all.map((piece) => accessesOfPiece(columns, piece));
  const writers = new Map<string, number[]>();
  const nameOfValue = (key: Json, value: Json): string => `${keyText(key)} ${canonical(value)}`;
  accesses.forEach((list, piece) => {
    for (const [f, key, value] of list) {
      if (f === 'r') continue;
      const name = nameOfValue(key, value);
      const known = writers.get(name);
      if (known === undefined) writers.set(name, [piece]);
      else known.push(piece);
    }
  });
  const needs = accesses.map((list, piece) =>
    list.flatMap(([f, key, value]) => {
      const found = f === 'r' ? (writers.get(nameOfValue(key, value)) ?? []) : [];
      return found.length === 0 || found.includes(piece) ? [] : [found];
    }),
  );
  return { needs, number: new Map(all.map((piece, i) => [piece, i])) };
}

/** What an operation read and wrote, or would have written. */
export function accessesOfRow(columns: HistoryColumns, row: number): readonly MicroOperation[] {
  const count = isTransaction(nameOf(columns, row)) ? (listOf(columns, row)?.length ?? 0) : 1;
  return Array.from({ length: count }, (_, place) => accessesOfPiece(columns, { row, place })).flat();
}

/** What a piece read and wrote, or would have written. */
function accessesOfPiece(columns: HistoryColumns, { row, place }: Piece): readonly MicroOperation[] {
  const { outcome, key, keys, input, output, values } = columns;
  const isOk = outcome[row] === outcomes.ok;
  const name = nameOf(columns, row);
  if (isTransaction(name)) {
    const micro = listOf(columns, row)?.[place];
    return micro === undefined || (micro[0] === 'r' && !isOk) ? [] : [micro];
  }
  const of = keys[key[row] as number] ?? '';
  const asked = values[input[row] as number] ?? null;
  switch (accessCalls.of(name)) {
    case 'read':
      return isOk ? [['r', of, values[output[row] as number] ?? null]] : [];
    case 'write':
      return [['w', of, asked]];
    case 'delete':
      return [['w', of, null]];
    default: {
      // One that found another value took no part.
      if (!isList(asked) || outcome[row] === outcomes.mismatch) return [];
      return [
        ['r', of, asked[0] ?? null],
        ['w', of, asked[1] ?? null],
      ];
    }
  }
}

const nameOf = ({ names, f }: HistoryColumns, row: number): string => names[f[row] as number] as string;

/** What a transaction did; what it was asked to do, unless it is known to have happened. */
function listOf({ outcome, input, output, values }: HistoryColumns, row: number): readonly MicroOperation[] | null {
  return microOperations(values[(outcome[row] === outcomes.ok ? output[row] : input[row]) as number]);
}

/** The operations that consist of the pieces, as a history of its own: of transactions only those reads and writes. */
export function historyOfPieces(
  columns: HistoryColumns,
  rows: readonly number[],
  positions: readonly number[],
  pieces: readonly Piece[],
): History {
  const history = historyOf(columns, rows);
  if (!columns.names.some(isTransaction)) return history;
  const places = Map.groupBy(pieces, ({ row }) => row);
  const rowAt = new Map<number, number>();
  for (const row of rows) rowAt.set(columns.invoked[row] as number, row).set(columns.completed[row] as number, row);
  return history.map((operation, i): Operation => {
    const list = isTransaction(operation.f) ? microOperations(operation.value) : null;
    const kept = places.get(rowAt.get(positions[i] as number) ?? -1);
    if (list === null || kept === undefined || kept.length === list.length) return operation;
    return { ...operation, value: kept.map(({ place }) => list[place] as MicroOperation) };
  });
}

/** How many reads and writes of transactions among `rows` are not among the pieces. */
export function leftOut(columns: HistoryColumns, rows: readonly number[], pieces: readonly Piece[]): number {
  return piecesCount(columns, rows) - pieces.length;
}

function piecesCount(columns: HistoryColumns, rows: readonly number[]): number {
  let count = 0;
  for (const row of rows) count += isTransaction(nameOf(columns, row)) ? (listOf(columns, row)?.length ?? 0) : 1;
  return count;
}
