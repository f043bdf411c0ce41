/** Holding several nodes at once, and letting go of them. */

import type { NodeId } from '../systems/protocol.ts';
import { allDone } from './background.ts';
import type { Release } from './fault.ts';

/** Calls `hold` for all nodes at once. When one fails, the others are let go of, and the first error is thrown. */
export async function holdAll<T extends { readonly release: Release }>(
  nodes: readonly NodeId[],
  hold: (node: NodeId) => Promise<T>,
): Promise<readonly T[]> {
  const results = await Promise.allSettled(nodes.map(hold));
  const held = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return held;
  await Promise.allSettled(held.map(({ release }) => release()));
  throw failed.reason;
}

/** Tries to let go of all, then throws the first error. Those that failed may be let go of again. */
export async function releaseAll(held: readonly { readonly release: Release }[]): Promise<void> {
  await allDone(held.map(({ release }) => release()));
}
