/** The two clocks of a simulated node: a wall clock that may be set to anything, and a monotonic one that may run fast or slow. */

import type { Skew } from '../faults.ts';

/** Virtual time starts here, in ms since the epoch. */
const epochMs = 1_700_000_000_000;

export interface NodeClock {
  monotonicMs(): number;
  wallMs(): number;
  /** The wall clock minus the true one, in ms. */
  skewMs(): number;
  /** Replaces the skew that was set before. */
  setSkew(skew: Skew): void;
  /** The rate of the monotonic clock. */
  rate(): number;
  /** From now on the monotonic clock runs at `rate`, on from where it stands. Above 0: it never goes back. */
  setRate(rate: number): void;
}

export function nodeClock(nowUs: () => number, initialRate: number): NodeClock {
  let skew: Skew = { offsetMs: 0, rate: 1 };
  let skewSetUs = 0;
  let rate = initialRate;
  let baseUs = 0;
  let rateSetUs = 0;

  const monotonicUs = (): number => baseUs + (nowUs() - rateSetUs) * rate;
  const skewMs = (): number => skew.offsetMs + ((skew.rate - 1) * (nowUs() - skewSetUs)) / 1000;
  return {
    monotonicMs: () => monotonicUs() / 1000,
    wallMs: () => epochMs + nowUs() / 1000 + skewMs(),
    skewMs,
    setSkew(wanted) {
      skew = wanted;
      skewSetUs = nowUs();
    },
    rate: () => rate,
    setRate(wanted) {
      if (!(wanted > 0)) throw new RangeError(`a monotonic clock can't run at the rate ${wanted}`);
      baseUs = monotonicUs();
      rateSetUs = nowUs();
      rate = wanted;
    },
  };
}
