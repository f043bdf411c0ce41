/** Some operations of a history as a history of their own, which can be written to a file and checked again. */

import { NEVER } from '../../../src/history/columns.ts';
import { historyOf } from '../../../src/history/history-of.ts';
import type { Part } from '../part.ts';
import type { SubHistory } from '../verdict.ts';

/**
 * The operations at `places` of `part`, which is a prefix of `end` positions: what had not returned by then has no
 * completion.
 */
export function subHistory(part: Part, end: number, places: readonly number[], minimal: boolean): SubHistory {
  const { columns } = part;
  const rows = places.map((place) => part.row[place] as number);
  const positions = rows
    .flatMap((row) => [columns.invoked[row] as number, columns.completed[row] as number])
    .filter((position) => position !== NEVER)
    .sort((a, b) => a - b);
  // Completions that come later are the last of all.
  const count = positions.findLastIndex((position) => position < end) + 1;
  return { operations: historyOf(columns, rows).slice(0, count), positions: positions.slice(0, count), minimal };
}
