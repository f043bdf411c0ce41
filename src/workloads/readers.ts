/**
 * Threads that only read. A client whose write gets stuck at a node that is cut off learns nothing more there; one that
 * only reads goes on for as long as the node answers, and sees what it must not.
 */

import type { Thread } from '../generator/generator.ts';
import { key, uniform } from '../random.ts';
import type { WorkloadOptions } from './workload.ts';

/** Whether the mix makes this thread a reader; one thread at least is none, or there would be nothing to read. Pure. */
export function isReader({ seed, concurrency, mix }: WorkloadOptions, thread: Thread): boolean {
  const share = mix?.readers ?? 0;
  if (thread === 'nemesis' || share === 0) return false;
  const writer = Math.floor(uniform(key(seed, 'writer'), 0) * concurrency);
  return thread !== writer && uniform(key(seed, 'reader'), thread) < share;
}
