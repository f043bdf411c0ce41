/** Spans of virtual time as a scenario writes them. */

import { UsageError } from '../errors.ts';

/** Milliseconds as a number, or with their unit: `'500ms'`, `'1.5s'`. */
export type Duration = number | `${number}ms` | `${number}s`;

/** In ms; a UsageError for what is no span of time. */
export function millisecondsOf(duration: Duration): number {
  const ms = typeof duration === 'number' ? duration : parsed(duration);
  if (!Number.isFinite(ms) || ms < 0) {
    throw new UsageError(`a span of time is '500ms', '2s' or a number of ms from 0, not ${JSON.stringify(duration)}`);
  }
  return ms;
}

function parsed(text: string): number {
  const [, number = '', unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text) ?? [];
  return unit === undefined ? NaN : Number(number) * (unit === 's' ? 1000 : 1);
}
