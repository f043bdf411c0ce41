/** A node's wall clock, which the nemesis may set off and speed up or slow down without touching the machine's own. */

import type { Skew } from '../cluster/faults.ts';

export interface WallClock {
  /** Milliseconds since the epoch as the node believes. */
  now(): number;
  /** The node's wall clock minus the true one, in ms. */
  skewMs(): number;
  /** Replaces the skew that was set before. */
  set(skew: Skew): void;
}

/** `real` gives true time in ms since the epoch. */
export function wallClock(real: () => number): WallClock {
  let skew: Skew = { offsetMs: 0, rate: 1 };
  let setAt = real();
  const skewMs = () => skew.offsetMs + (skew.rate - 1) * (real() - setAt);
  return {
    now: () => real() + skewMs(),
    skewMs,
    set(next) {
      skew = next;
      setAt = real();
    },
  };
}
