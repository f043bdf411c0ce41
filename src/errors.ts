/** Errors that are for the person at the terminal: one clear line, and the exit code that goes with it. */

import { distance } from 'fastest-levenshtein';

/** Exit codes of every command. Crash beats invalid beats unknown beats valid when several runs are summed up. */
export const exitCodes = { valid: 0, invalid: 1, unknown: 2, usage: 254, crash: 255 } as const;

/** What was asked for makes no sense or can't be done here: nothing was started. Exit code 254. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something needed for the run is missing or broke: the run's data so far is kept. Exit code 255. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

/** `unknown fault "partion"; did you mean "partition"? (known: …)` */
export function unknownName(what: string, name: string, known: readonly string[]): UsageError {
  const nearest = [...known].sort((a, b) => distance(name, a) - distance(name, b))[0];
  const close = nearest !== undefined && distance(name, nearest) <= Math.max(2, nearest.length / 3);
  const list = known.length > 0 ? known.join(', ') : 'none';
  return new UsageError(`unknown ${what} "${name}"${close ? `; did you mean "${nearest}"?` : ''} (known: ${list})`);
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
