/** Why operations failed or are unknown (jepsen.checker/unhandled-exceptions). */

import type { History } from '../src/history/operation.ts';
import type { Checker, Verdict } from './verdict.ts';

export interface ErrorGroup {
  readonly f: string;
  readonly type: 'fail' | 'info';
  readonly error: string;
  readonly count: number;
  /** Index of the first completion of this kind. */
  readonly example: number;
}

export interface ExceptionsVerdict extends Verdict {
  readonly valid: true;
  /** The most frequent first. */
  readonly errors: readonly ErrorGroup[];
}

/** Groups the clients' errors by operation and text. Errors are no violation: always valid. */
export function exceptions(): Checker<ExceptionsVerdict> {
  return { name: 'exceptions', check };
}

function check(history: History): ExceptionsVerdict {
  const groups = new Map<string, ErrorGroup>();
  for (const { index, process, type, f, error } of history) {
    if (process === 'nemesis' || error === undefined || (type !== 'fail' && type !== 'info')) continue;
    const name = JSON.stringify([f, type, error]);
    const group = groups.get(name);
    groups.set(name, group ? { ...group, count: group.count + 1 } : { f, type, error, count: 1, example: index });
  }
  return { valid: true, errors: [...groups.values()].sort((a, b) => b.count - a.count) };
}
