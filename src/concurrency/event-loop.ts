/** What a run has to know of the machine's event loop. */

import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

export interface EventLoop {
  /** Resolves when everything has gone on that can without a timer, a socket or the scheduler. */
  settled(): Promise<void>;
  /** The kinds of what keeps the process alive now (timers, sockets, requests), each as often as it is there. */
  resources(): readonly string[];
  /** Resolves after `ms` real milliseconds. */
  wait(ms: number): Promise<void>;
}

export const machineEventLoop: EventLoop = {
  // Node empties the queue of microtasks before it begins the next turn.
  settled: () => nextTurn(),
  resources: () => process.getActiveResourcesInfo(),
  wait: (ms) => delay(ms),
};

/** What is in `now` and was not in `before`, each kind once. */
export function added(before: readonly string[], now: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const kind of before) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const result = new Set<string>();
  for (const kind of now) {
    const left = (counts.get(kind) ?? 0) - 1;
    counts.set(kind, left);
    if (left < 0) result.add(kind);
  }
  return [...result];
}
