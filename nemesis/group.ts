/** Which nodes a fault strikes: some of a size drawn beforehand, or whoever leads at the moment. */

import type { NodeId } from '../systems/protocol.ts';
import type { Random } from '../src/random.ts';
import type { FaultPlan, NemesisTarget } from './fault.ts';
import { planNode, planNodes } from './plan.ts';
import { majorityOf, minorityOf } from './topology.ts';

export type GroupShape = 'one' | 'minority' | 'majority' | 'all' | 'primaries';

/** The shapes that differ from each other on `n` nodes. */
export function groupShapes(n: number): readonly GroupShape[] {
  if (n === 1) return ['one'];
  if (n === 2) return ['one', 'all', 'primaries'];
  return minorityOf(n) === 1
    ? ['one', 'majority', 'all', 'primaries']
    : ['one', 'minority', 'majority', 'all', 'primaries'];
}

/** `count` of the nodes, in the order of `nodes`. */
export function someNodes(random: Random, nodes: readonly NodeId[], count: number): readonly NodeId[] {
  const chosen = new Set(random.shuffle(nodes).slice(0, count));
  return nodes.filter((node) => chosen.has(node));
}

/** The parameters of a group: its `nodes`, or for the primaries whom to take `otherwise`, when nobody leads. */
export function drawGroup(random: Random, nodes: readonly NodeId[], shape: GroupShape): FaultPlan {
  if (shape === 'primaries') return { shape, otherwise: random.pick(nodes) };
  return { shape, nodes: someNodes(random, nodes, sizeOf(shape, nodes.length)) };
}

/** The nodes that the plan means now. */
export async function resolveGroup(plan: FaultPlan, target: NemesisTarget): Promise<readonly NodeId[]> {
  return plan.shape === 'primaries' ? resolvePrimaries(plan, target) : planNodes(plan, 'nodes', target.nodes);
}

/** Those that say they lead, the highest term first; the plan's `otherwise` when nobody does. */
export async function resolvePrimaries(
  plan: FaultPlan,
  target: NemesisTarget,
): Promise<readonly [NodeId, ...NodeId[]]> {
  const otherwise = planNode(plan, 'otherwise', target.nodes);
  const [first, ...rest] = await target.leaders();
  return first === undefined ? [otherwise] : [first, ...rest];
}

function sizeOf(shape: Exclude<GroupShape, 'primaries'>, n: number): number {
  switch (shape) {
    case 'one':
      return 1;
    case 'minority':
      return Math.max(1, minorityOf(n));
    case 'majority':
      return majorityOf(n);
    case 'all':
      return n;
  }
}
