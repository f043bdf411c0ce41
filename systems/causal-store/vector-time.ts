/** Vector time: how many writes of each node (Mattern 1988; Fidge 1988). Never changed once made; a node without an entry counts 0. */

import type { NodeId } from '../protocol.ts';

export type VectorTime = Readonly<Record<NodeId, number>>;

export const entry = (vt: VectorTime, node: NodeId): number => vt[node] ?? 0;

/** Whether everything that `a` counts is counted by `b`, too. */
export function within(a: VectorTime, b: VectorTime): boolean {
  return Object.entries(a).every(([node, count]) => count <= entry(b, node));
}

export function withEntry(vt: VectorTime, node: NodeId, count: number): VectorTime {
  return { ...vt, [node]: count };
}

/** Whether this came from someone who knows the form: nodes of `nodes`, counts that are whole numbers. */
export function isVectorTime(value: unknown, nodes: readonly NodeId[]): value is VectorTime {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([node, count]) => nodes.includes(node) && Number.isSafeInteger(count) && Number(count) >= 0,
  );
}
