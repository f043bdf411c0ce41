/** How long nodes took to agree once nothing was updated any more, out of a verdict on convergence. */

import type { ConvergenceVerdict } from '../checkers/eventual/convergence.ts';
import { count, duration } from './words.ts';

const nsPerMs = 1e6;

/**
 * `All nodes agree on 20 keys, 11 ms to 921 ms after the last update or repair.`; null for a verdict of another kind, and
 * where the nodes did not come to agree.
 */
export function agreementInWords(verdict: unknown): string | null {
  const { keys, tookMs } = (verdict ?? {}) as Partial<ConvergenceVerdict>;
  if (typeof tookMs?.atMost !== 'number' || typeof keys?.agreed !== 'number') return null;
  const [atLeast, atMost] = [duration(tookMs.atLeast * nsPerMs), duration(tookMs.atMost * nsPerMs)];
  const took = tookMs.atLeast === 0 ? `at most ${atMost}` : `${atLeast} to ${atMost}`;
  return `All nodes agree on ${count(keys.agreed, 'key')}, ${took} after the last update or repair.`;
}
