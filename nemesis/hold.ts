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

/** Begins several holds in their order as one; when one fails, those before it are let go of. */
export async function holdTogether(holds: readonly (() => Promise<Release>)[]): Promise<{ readonly release: Release }> {
  const releases: Release[] = [];
  const release = async (): Promise<void> => {
    await releaseAll(releases.map((each) => ({ release: each })));
  };
  try {
    for (const hold of holds) releases.push(await hold());
  } catch (error) {
    await release().catch(() => undefined);
    throw error;
  }
  return { release };
}

/** Tries to let go of all, then throws the first error. Those that failed may be let go of again. */
export async function releaseAll(held: readonly { readonly release: Release }[]): Promise<void> {
  await allDone(held.map(({ release }) => release()));
}
