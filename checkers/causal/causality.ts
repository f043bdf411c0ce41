/** The causal order of a history: relations, a topological order, clocks. What every causal model begins with. */

import { causalClocks, type Clocks } from './clocks.ts';
import type { Relations } from './relations.ts';
import { topologicalOrder, type TopologicalOrder } from './topological-order.ts';

export interface Causality {
  readonly relations: Relations;
  /** Where po + rf has cycles: of the nodes that are on none and come after none. With `cut`, not of all of them. */
  readonly topological: TopologicalOrder;
  /** Of the nodes in the order. */
  readonly clocks: Clocks;
  /** Whether po + rf has a cycle. */
  readonly cyclic: boolean;
  /** Why the order ends before its end, so that no violation in it says nothing; null if it does not. */
  readonly cut: string | null;
}

/** How much memory clocks may take. They take some hundred bytes a message where sessions are many and all alive. */
export const clockBytesMax = 4_000_000_000;

/** With more than `bytesMax` bytes of clocks the order is cut: what is found in it is there in any case. */
export function causality(relations: Relations, bytesMax = Infinity): Causality {
  const { order, rank } = topologicalOrder(relations);
  const clocks = causalClocks(relations, order, bytesMax);
  for (const node of order.subarray(clocks.count)) rank[node] = -1;
  return {
    relations,
    topological: { order: order.subarray(0, clocks.count), rank },
    clocks,
    cyclic: order.length < relations.nodes,
    cut: clocks.count === order.length ? null : cutInWords(relations, clocks, bytesMax),
  };
}

function cutInWords({ nodes, sessions }: Relations, { count }: Clocks, bytesMax: number): string {
  const megabytes = Math.round(bytesMax / 1e6);
  return (
    `the causal order of ${nodes} operations in ${sessions} sessions takes more than ${megabytes} MB of memory: ` +
    `the first ${count} of them show no violation (more memory: --memory-budget)`
  );
}
