/** From columns back to operations. */

import { NEVER, outcomes, type HistoryColumns } from './columns.ts';
import type { History, Operation, OperationType } from './operation.ts';

/**
 * The operations of `rows` (in increasing order; by default all), as a history of its own: indices count from 0, and the
 * nemesis is not in it. Where operations have no times, those before them lend theirs; in a history that has none at all
 * each operation comes a nanosecond after the one before.
 *
 * `columnsOf(historyOf(columns))` equals `columns` where no positions and no times were missing, up to the numbers of
 * names, keys and values.
 */
export function historyOf(columns: HistoryColumns, rows?: ArrayLike<number>): History {
  const chosen = rows ?? Int32Array.from({ length: columns.count }, (_, row) => row);
  /** Positions, and the row of each: those of completions are told apart by their position. */
  const places: { readonly position: number; readonly row: number }[] = [];
  for (const row of Array.from(chosen)) {
    places.push({ position: columns.invoked[row] as number, row });
    const completed = columns.completed[row] as number;
    if (completed !== NEVER) places.push({ position: completed, row });
  }
  places.sort((a, b) => a.position - b.position);
  const hasTimes = places.some(({ position, row }) => !Number.isNaN(timeOf(columns, row, position)));
  let latest = 0;
  return places.map(({ position, row }, index) => {
    const time = timeOf(columns, row, position);
    if (!Number.isNaN(time)) latest = time;
    return operationOf(columns, row, position, index, hasTimes ? latest : index);
  });
}

const timeOf = ({ invoked, invokedAt, completedAt }: HistoryColumns, row: number, position: number): number =>
  (invoked[row] === position ? invokedAt[row] : completedAt[row]) as number;

function operationOf(columns: HistoryColumns, row: number, position: number, index: number, time: number): Operation {
  const isInvocation = columns.invoked[row] === position;
  const key = columns.key[row] as number;
  const value = (isInvocation ? columns.input[row] : columns.output[row]) as number;
  const error = isInvocation ? undefined : columns.errors.get(row);
  return {
    index,
    process: columns.process[row] as number,
    type: isInvocation ? 'invoke' : completionType(columns.outcome[row] as number),
    f: columns.names[columns.f[row] as number] as string,
    ...(key < 0 ? {} : { key: columns.keys[key] as string }),
    value: columns.values[value] as Operation['value'],
    time,
    ...(error === undefined ? {} : { error }),
  };
}

function completionType(outcome: number): OperationType {
  return outcome === outcomes.ok ? 'ok' : outcome === outcomes.info ? 'info' : 'fail';
}
