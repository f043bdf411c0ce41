/** A clock that stands still until `drive` moves it from timer to timer. */

import type { Clock } from '../../src/cluster/clock.ts';

export interface FakeClock extends Clock {
  /** Runs `work` to its end in virtual time; throws when it waits for something that can't come. */
  drive<T>(work: () => Promise<T>): Promise<T>;
}

interface Timer {
  readonly at: number;
  readonly ordinal: number;
  readonly action: () => void;
}

export function fakeClock(): FakeClock {
  let now = 0;
  let ordinal = 0;
  let timers: Timer[] = [];
  const after = (ms: number, action: () => void) => {
    const timer = { at: now + Math.max(0, ms), ordinal: ordinal++, action };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };
  return {
    now: () => now,
    after,
    sleep: (ms) =>
      new Promise((resolve) => {
        after(ms, resolve);
      }),
    async drive(work) {
      const state = { settled: false };
      const result = work().finally(() => {
        state.settled = true;
      });
      result.catch(() => undefined);
      for (;;) {
        // A macrotask of the machine: every promise that can go on has gone on when it returns.
        await new Promise((resolve) => setImmediate(resolve));
        if (state.settled) return result;
        const next = timers.reduce<Timer | null>(
          (least, timer) =>
            least === null || timer.at < least.at || (timer.at === least.at && timer.ordinal < least.ordinal)
              ? timer
              : least,
          null,
        );
        if (next === null || now > 1e9) throw new Error(`stuck at ${now} ms`);
        timers = timers.filter((timer) => timer !== next);
        now = next.at;
        next.action();
      }
    },
  };
}
