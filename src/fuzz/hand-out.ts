/** Hands seeds out to the workers of a pool. */

import type { Pool } from './pool.ts';
import type { Report } from './worker.ts';

export interface HandOutOptions {
  readonly workers: Pool;
  readonly jobs: number;
  /** In the order in which they are begun. */
  readonly seeds: Iterable<number>;
  /** Seeds that a worker runs before it reports; 4 by default. */
  readonly batch?: number;
  /** Asked before seeds are handed out. */
  readonly mayGoOn: () => boolean;
}

export type Ran = Extract<Report, { kind: 'ran' }>;

/**
 * Has every worker run seeds until there are none left or `mayGoOn` says no; what is under way then is waited for. A worker
 * gets its next seeds once `onRan` is done with those before. Rejects as `Pool.assign` does.
 */
export async function handOut(
  { workers, jobs, seeds, batch = 4, mayGoOn }: HandOutOptions,
  onRan: (ran: Ran) => void | Promise<void>,
): Promise<void> {
  const left = seeds[Symbol.iterator]();
  const take = (): readonly number[] => {
    const some: number[] = [];
    while (some.length < batch) {
      const next = left.next();
      if (next.done === true) break;
      some.push(next.value);
    }
    return some;
  };
  const lane = async (): Promise<void> => {
    while (mayGoOn()) {
      const some = take();
      if (some.length === 0) return;
      const report = await workers.assign({ kind: 'seeds', seeds: some });
      if (report.kind === 'ran') await onRan(report);
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
}

/** All integers from `first` to `last` that are not `done`. */
export function* seedsBetween(
  first: number,
  last: number,
  done: ReadonlySet<number> = new Set(),
): Generator<number, void> {
  for (let seed = first; seed <= last; seed++) if (!done.has(seed)) yield seed;
}
