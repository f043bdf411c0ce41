/**
 * Who can't hear whom, as pure data: nodes in, silent edges out. The shapes are those of jepsen.nemesis ("grudges"),
 * turned from nodes that refuse packets into edges `[from, to]` that carry none.
 */

import type { NodeId } from '../systems/protocol.ts';
import type { Edge } from '../src/cluster/faults.ts';
import type { Random } from '../src/random.ts';

/** How many nodes are the largest minority, and the smallest majority, of `n`. */
export const minorityOf = (n: number): number => Math.floor((n - 1) / 2);
export const majorityOf = (n: number): number => Math.floor(n / 2) + 1;

/** Every ordered pair of different nodes. */
export function allEdges(nodes: readonly NodeId[]): readonly Edge[] {
  return nodes.flatMap((from) => nodes.filter((to) => to !== from).map((to): Edge => [from, to]));
}

/** Edges that go into or out of `node`. */
export function edgesOf(node: NodeId, nodes: readonly NodeId[]): readonly Edge[] {
  return allEdges(nodes).filter(([from, to]) => from === node || to === node);
}

/** Complete partition: nodes hear their own group only (jepsen.nemesis/complete-grudge). */
export function split(groups: readonly (readonly NodeId[])[]): readonly Edge[] {
  return groups.flatMap((group) =>
    groups.filter((other) => other !== group).flatMap((other) => group.flatMap((a) => other.map((b): Edge => [a, b]))),
  );
}

/**
 * Every node hears a majority, no two hear the same one (jepsen.nemesis/majorities-ring). On a ring each node keeps the
 * same number of neighbours on both sides, the fewest that make a majority with itself; so links stay whole in both
 * directions, which TCP needs. Five nodes hear three each. On three nodes only a line does it: the middle hears all.
 * Needs at least three nodes.
 */
export function majoritiesRing(ring: readonly NodeId[]): readonly Edge[] {
  const n = ring.length;
  const [first, , last] = ring;
  if (n === 3 && first !== undefined && last !== undefined) return split([[first], [last]]);
  const reach = Math.floor(majorityOf(n) / 2);
  return ring.flatMap((from, i) =>
    ring.filter((_, j) => Math.min((i - j + n) % n, (j - i + n) % n) > reach).map((to): Edge => [from, to]),
  );
}

/** `node` hears nobody; the others hear it. */
export function deaf(node: NodeId, nodes: readonly NodeId[]): readonly Edge[] {
  return nodes.filter((other) => other !== node).map((other): Edge => [other, node]);
}

/** Nobody hears `node`; it hears the others. */
export function mute(node: NodeId, nodes: readonly NodeId[]): readonly Edge[] {
  return nodes.filter((other) => other !== node).map((other): Edge => [node, other]);
}

/** Each edge with probability `p`, each direction on its own; at least one. Needs at least two nodes. */
export function someEdges(random: Random, nodes: readonly NodeId[], p: number): readonly Edge[] {
  const edges = allEdges(nodes);
  const chosen = edges.filter(() => random.next() < p);
  return chosen.length > 0 ? chosen : [random.pick(edges)];
}

/** For each node, whom it still hears when `edges` are silent; itself included, in the order of `nodes`. */
export function whoHearsWhom(
  nodes: readonly NodeId[],
  edges: readonly Edge[],
): Readonly<Record<NodeId, readonly NodeId[]>> {
  const silent = new Set(edges.map(edgeKey));
  return Object.fromEntries(nodes.map((to) => [to, nodes.filter((from) => !silent.has(edgeKey([from, to])))]));
}

/** The edge as a map key and for a person: `n1→n2`. */
export const edgeKey = ([from, to]: Edge): string => `${from}→${to}`;
