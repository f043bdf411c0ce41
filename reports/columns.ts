/**
 * Places for operations that are drawn for who knew of whom: each stands right of all that it knew of, in the first column
 * where that is so. Time does not show: causal models know nothing of it, and what happened at the same place in the
 * argument stands in the same column, however many lanes there are.
 */

import type { Call } from './operations.ts';

/** Between columns there is room for an arrow. */
const gap = 40;
const margin = 12;

export interface Columns {
  /** In pixels, by the index of an invocation (where its bar begins) or of a completion (where it ends). */
  readonly of: ReadonlyMap<number, number>;
  readonly width: number;
}

/** An arrow between two of the operations; those of other kinds than `learned` have no say in where these stand. */
interface Link {
  readonly from: Call;
  readonly to: Call;
  readonly kind: 'learned' | 'ordered';
}

/** `widthOf`: what the words of a bar take. Where knowledge goes round in a circle, one arrow of it goes back. */
export function inColumns(shown: readonly Call[], links: readonly Link[], widthOf: (call: Call) => number): Columns {
  const columnOf = columnsOf(shown, links);
  const widths: number[] = [];
  for (const call of shown) {
    const column = columnOf.get(call) ?? 0;
    widths[column] = Math.max(widths[column] ?? 0, widthOf(call));
  }
  const starts: number[] = [];
  let x = margin;
  for (const width of widths) {
    starts.push(x);
    x += width + gap;
  }
  const of = new Map<number, number>();
  for (const call of shown) {
    const start = starts[columnOf.get(call) ?? 0] ?? margin;
    of.set(call.invocation.index, start);
    if (call.completion !== null) of.set(call.completion.index, start + widthOf(call));
  }
  return { of, width: x };
}

function columnsOf(shown: readonly Call[], links: readonly Link[]): ReadonlyMap<Call, number> {
  const before = new Map<Call, Call[]>(shown.map((call) => [call, []]));
  for (const lane of Map.groupBy(shown, ({ invocation }) => invocation.process).values()) {
    lane.forEach((call, i) => before.get(call)?.push(...lane.slice(Math.max(0, i - 1), i)));
  }
  for (const { from, to, kind } of links) if (kind === 'learned') before.get(to)?.push(from);
  const columns = new Map<Call, number>();
  const open = new Set<Call>();
  const column = (call: Call): number => {
    const known = columns.get(call);
    if (known !== undefined) return known;
    open.add(call);
    let found = 0;
    for (const other of before.get(call) ?? []) if (!open.has(other)) found = Math.max(found, column(other) + 1);
    open.delete(call);
    columns.set(call, found);
    return found;
  };
  for (const call of shown) column(call);
  return columns;
}
