/** Work that goes on while a fault is in force, on the cluster's clock. */

import type { Clock } from '../src/cluster/clock.ts';

export interface Background {
  /** Wakes every pause and waits until the work has ended. The first call rejects with the error that ended it, if any. */
  stop(): Promise<void>;
}

/** Resolves to true after `ms`, or to false as soon as the work is to end. */
export type Pause = (ms: number) => Promise<boolean>;

/** Starts `work` at once. It should go on while its pauses answer true. */
export function background(clock: Clock, work: (pause: Pause) => Promise<void>): Background {
  const wakers = new Set<() => void>();
  let stopping = false;
  const pause: Pause = (ms) => {
    if (stopping) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (wentOn: boolean) => {
        wakers.delete(wake);
        resolve(wentOn);
      };
      const cancel = clock.after(ms, () => {
        end(true);
      });
      const wake = () => {
        cancel();
        end(false);
      };
      wakers.add(wake);
    });
  };
  const ended = work(pause).then(
    () => ({ failed: false as const }),
    (error: unknown) => ({ failed: true as const, error }),
  );
  let told = false;
  return {
    async stop() {
      stopping = true;
      for (const wake of [...wakers]) wake();
      const result = await ended;
      if (!result.failed || told) return;
      told = true;
      throw result.error;
    },
  };
}

/** Waits until all have settled, then throws the first error: nothing goes on behind the caller's back. */
export async function allDone<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
