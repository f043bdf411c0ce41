/** Histories as short lines, so that a test can be read at a glance. */

import type { Make } from '../../src/generator/index.ts';
import type { Operation } from '../../src/history/operation.ts';

/** `time process f`, then `@key` and `=value` where there are any; the type too, unless all are invocations. */
export function show(operations: readonly Operation[]): string[] {
  const typed = operations.some(({ type }) => type !== 'invoke');
  return operations.map(({ time, process, type, f, key, value }) =>
    [
      time,
      process === 'nemesis' ? 'n' : process,
      ...(typed ? [type] : []),
      `${f}${key === undefined ? '' : `@${key}`}${value === null ? '' : `=${JSON.stringify(value)}`}`,
    ].join(' '),
  );
}

/** Operations without an end: f=0, f=1, f=2, …. */
export const numbered =
  (f: string): Make =>
  (_context, ordinal) => ({ f, value: ordinal });
