/** Checks a run's history while it goes on, so that a violation is known at once. */

import type { Checker } from '../../checkers/verdict.ts';
import type { Operation } from '../history/operation.ts';

export interface LiveCheck {
  record(operation: Operation): void;
  /** Looks again, `timeS` seconds after the test started; true from the first violation on. */
  look(timeS: number): boolean;
}

/**
 * Asks those of `checkers` that can look at a growing history, by a clock that counts ms. Tells of the first violation,
 * in one sentence.
 */
export function liveCheck(checkers: readonly Checker[], now: () => number, tell: (text: string) => void): LiveCheck {
  const watchers = checkers.flatMap((checker) => checker.watch?.(now) ?? []);
  let isViolated = false;
  return {
    record(operation) {
      if (!isViolated) for (const watcher of watchers) watcher.record(operation);
    },
    look(timeS) {
      if (isViolated) return true;
      for (const watcher of watchers) {
        const why = watcher.violation();
        if (why === null) continue;
        isViolated = true;
        tell(`violation found after ${timeS.toFixed(1)} s: ${why}`);
        break;
      }
      return isViolated;
    },
  };
}
