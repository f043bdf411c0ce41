/**
 * From a violation in a long history to a few operations that violate the same model by themselves: those that the
 * argument names, with all that lies on its paths, and then without each that is not needed. Of transactions, reads and
 * writes that are not needed are left out, too. A read that stays keeps the write that it returned, so nothing is blamed
 * on what was taken away.
 */

import { columnsOf } from '../../src/history/columns-builder.ts';
import { NEVER, type HistoryColumns } from '../../src/history/columns.ts';
import type { Json } from '../../src/history/operation.ts';
import type { Violation } from '../causal/patterns.ts';
import type { Relations } from '../causal/relations.ts';
import type { SubHistory } from '../linearizable/verdict.ts';
import { companyOf, withCompany } from './company.ts';
import { decide, type Decided, type Question } from './decide.ts';
import { historyOfPieces, leftOut, piecesOf, type Piece } from './pieces.ts';
import { shrunk, type Tried } from './shrink.ts';
import { paceMeter, type Deadline } from './time.ts';
import { unfold } from './unfold.ts';

export interface Smallest extends SubHistory {
  /** By row of the sub-history: its row in the whole one. */
  readonly rows: readonly number[];
  /** How many reads and writes of its transactions are left out. */
  readonly leftOut: number;
  readonly columns: HistoryColumns;
  readonly decided: Decided;
}

/** What can't be made smaller than this in time is more than anybody would look at. */
const operationsMax = 400;
/** What the frontiers of one search may take. */
const bytesMax = 200_000_000;
/** The share of the time left that one search may take. */
const searchShare = 0.25;

/**
 * Null where no few operations were found in time. `minimal` only if there was time to see that nothing can be left out.
 */
export function smallestHistory(
  question: Question,
  violation: Violation,
  relations: Relations,
  init: Json,
  { deadline, now }: Deadline,
): Smallest | null {
  const { columns } = relations;
  const pace = paceMeter(now);
  const isTimeFor = (operations: number): boolean => now() + pace.estimate(operations) < deadline;

  const trial = (pieces: readonly Piece[]): Tried<Smallest> => {
    const rows = [...new Set(pieces.map(({ row }) => row))];
    if (!isTimeFor(rows.length)) return 'out of time';
    return pace.measured(rows.length, () => {
      const positions = positionsOf(columns, rows);
      const operations = historyOfPieces(columns, rows, positions, pieces);
      const part = columnsOf(operations);
      // One hard search must not take the time of all others.
      const until = now() + searchShare * (deadline - now());
      const decided = decide(question, part, init, { deadline: until, now, bytesMax });
      if (decided?.verdict.valid === 'unknown' && decided.verdict.ambiguity === undefined) return 'out of time';
      if (decided?.verdict.valid !== false) return 'holds';
      const cut = leftOut(columns, rows, pieces);
      return { rows, leftOut: cut, columns: part, decided, operations, positions, minimal: false };
    });
  };

  const company = companyOf(relations);
  const end = Math.max(...violation.core.map((row) => columns.completed[row] ?? NEVER));
  for (const rowsOf of [
    () => argumentOf(question, violation, relations),
    () => until(end, columns),
    () => until(NEVER, columns),
  ]) {
    const wanted = rowsOf();
    if (!isTimeFor(wanted.size)) return null;
    const rows = withCompany(wanted, company);
    const pieces = piecesOf(columns, rows);
    const found = trial(pieces.all);
    if (typeof found === 'string') continue;
    const { best, minimal } = shrunk(pieces, found, trial, () => now() >= deadline);
    return best.rows.length > operationsMax ? null : { ...best, minimal };
  }
  return null;
}

/** The rows that the argument names, and those on the paths by which one came to know of another. */
function argumentOf(
  { model }: Question,
  { core, arrows, process }: Violation,
  relations: Relations,
): ReadonlySet<number> {
  const rows = new Set(core);
  for (const { arrow, path, returned } of unfold(relations, { model, process }, arrows)) {
    if (arrow.because !== undefined) rows.add(arrow.because);
    for (const { from, to } of [arrow, ...path, ...(returned === null ? [] : [returned])]) rows.add(from).add(to);
  }
  return rows;
}

/** Everything that began before position `end`. */
function until(end: number, { count, invoked }: HistoryColumns): ReadonlySet<number> {
  const rows = new Set<number>();
  for (let row = 0; row < count && (invoked[row] as number) < end; row++) rows.add(row);
  return rows;
}

/** Where each operation of `historyOf(columns, rows)` is in the whole history. */
function positionsOf({ invoked, completed }: HistoryColumns, rows: readonly number[]): readonly number[] {
  return rows
    .flatMap((row) => [invoked[row] as number, completed[row] as number])
    .filter((position) => position !== NEVER)
    .sort((a, b) => a - b);
}
