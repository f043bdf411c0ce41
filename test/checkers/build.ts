/** Histories for tests, written down one operation a line. */

import type { History, Json, Operation, OperationType, Process } from '../../src/history/operation.ts';

export type Line = readonly [
  process: Process,
  type: OperationType,
  f: string,
  value?: Json,
  more?: { readonly key?: string | null; readonly error?: string; readonly time?: number },
];

/** An operation that came to its end at once, with nothing in between. */
export const did = (process: Process, f: string, input: Json, output: Json = input): Line[] => [
  [process, 'invoke', f, input],
  [process, 'ok', f, output],
];

/** Key `x` unless a line says otherwise (null: no key), and a millisecond from one operation to the next. */
export function history(...lines: readonly Line[]): History {
  return lines.map(([process, type, f, value = null, { key = 'x', error, time } = {}], index): Operation => {
    const keyed = key === null || process === 'nemesis' ? {} : { key };
    return {
      index,
      process,
      type,
      f,
      ...keyed,
      value,
      time: time ?? index * 1e6,
      ...(error === undefined ? {} : { error }),
    };
  });
}
