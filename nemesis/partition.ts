/** Partitions: some edges go silent, on open connections too. */

import type { Json, NodeId } from '../systems/protocol.ts';
import type { Edge } from '../src/cluster/faults.ts';
import type { Random } from '../src/random.ts';
import { chase } from './chase.ts';
import type { FaultKind, FaultPlan, NemesisTarget } from './fault.ts';
import { resolvePrimaries } from './group.ts';
import { observeSilence } from './hearing.ts';
import { planEdges, planGroups, planNode, planNodes, unknownShape } from './plan.ts';
import { deaf, majoritiesRing, majorityOf, minorityOf, mute, someEdges, split } from './topology.ts';

/** Each shape, and from how many nodes on it differs from those before it. */
const shapes = {
  /** One node apart from the rest. */
  one: 2,
  /** The largest minority, more than one node, apart from the rest. */
  minority: 5,
  /** As even as it goes: with an odd number of nodes a majority and a minority, with an even number no majority. */
  halves: 4,
  /** Two halves, and one node that hears both. */
  bridge: 3,
  /** Everyone hears a majority, no two the same one. */
  ring: 4,
  /** Every node that says it leads, each alone. */
  primaries: 2,
  /** The leader among a minority. */
  'leader-minority': 5,
  /** Each new leader is cut off as soon as it is seen, and the one before let back in. */
  chase: 3,
  /** One node hears nobody. */
  'one-way-in': 2,
  /** Nobody hears one node. */
  'one-way-out': 2,
  /** Each direction of each link with the same probability. */
  random: 3,
} as const;

type Shape = keyof typeof shapes;
/** The shapes whose edges are decided once. */
type StillShape = Exclude<Shape, 'chase'>;
const shapeNames = Object.keys(shapes) as readonly Shape[];

export const partition: FaultKind = {
  name: 'partition',
  description: 'cuts the network between nodes: whole, one-way, or so that everyone still hears someone',
  colour: '#8067c7',
  needs: ['cut'],
  aimed: ['primaries', 'leader-minority', 'chase'],
  restless: ['chase'],
  shapes: (nodes, capabilities) =>
    capabilities.cut === true ? shapeNames.filter((shape) => nodes.length >= shapes[shape]) : [],
  draw,
  async apply(plan, target) {
    if (plan.shape === 'chase') return chase(plan, target);
    const { edges, ...chosen } = await cutOf(plan, target);
    const release = await target.addCut(edges);
    const cutAt = target.clock.now();
    return {
      done: { ...chosen, edges },
      observe: () => observeSilence(target, edges, cutAt),
      async undo() {
        await release();
        return undefined;
      },
    };
  },
};

function draw(random: Random, nodes: readonly NodeId[], shape: string): FaultPlan {
  const order = random.shuffle(nodes);
  const named = (group: readonly NodeId[]) => nodes.filter((node) => group.includes(node));
  const cutAt = (count: number) => [named(order.slice(0, count)), named(order.slice(count))];
  switch (shape as Shape) {
    case 'one':
      return { shape, groups: cutAt(1) };
    case 'minority':
    case 'halves':
      return { shape, groups: cutAt(shape === 'minority' ? minorityOf(nodes.length) : Math.floor(nodes.length / 2)) };
    case 'bridge': {
      const [bridge, ...rest] = order;
      const half = Math.floor(rest.length / 2);
      return { shape, bridge: bridge ?? null, groups: [named(rest.slice(0, half)), named(rest.slice(half))] };
    }
    case 'ring':
      return { shape, ring: order };
    case 'primaries':
      return { shape, otherwise: random.pick(nodes) };
    case 'leader-minority':
      return { shape, otherwise: random.pick(nodes), companions: order };
    case 'chase':
      return { shape, seed: random.int(2 ** 31), otherwise: random.pick(nodes) };
    case 'one-way-in':
    case 'one-way-out':
      return { shape, node: random.pick(nodes) };
    case 'random':
      return { shape, edges: someEdges(random, nodes, random.pick([0.15, 0.3, 0.5, 0.7])) };
    default:
      throw unknownShape('partition', { shape }, shapeNames);
  }
}

/** The edges to cut, and with them what was chosen at this moment. */
type Cut = { readonly edges: readonly Edge[]; readonly [parameter: string]: Json };

async function cutOf(plan: FaultPlan, target: NemesisTarget): Promise<Cut> {
  const { nodes } = target;
  const apart = (group: readonly NodeId[]) => nodes.filter((node) => !group.includes(node));
  switch (plan.shape as StillShape) {
    case 'one':
    case 'minority':
    case 'halves': {
      const groups = planGroups(plan, 'groups', nodes);
      return { nodes: groups[0] ?? [], groups, edges: split(groups) };
    }
    case 'bridge': {
      const groups = planGroups(plan, 'groups', nodes);
      return { nodes: groups[0] ?? [], bridge: planNode(plan, 'bridge', nodes), groups, edges: split(groups) };
    }
    case 'ring': {
      const ring = planNodes(plan, 'ring', nodes);
      return { nodes: ring, ring, edges: majoritiesRing(ring) };
    }
    case 'primaries': {
      const primaries = await resolvePrimaries(plan, target);
      const rest = apart(primaries);
      const groups = [...primaries.map((node) => [node]), ...(rest.length > 0 ? [rest] : [])];
      return { nodes: primaries, groups, edges: split(groups) };
    }
    case 'leader-minority': {
      const companions = planNodes(plan, 'companions', nodes);
      const [leader] = await resolvePrimaries(plan, target);
      const others = companions.filter((node) => node !== leader);
      const group = [leader, ...others.slice(0, nodes.length - majorityOf(nodes.length) - 1)];
      const groups = [group, apart(group)];
      return { nodes: group, leader, groups, edges: split(groups) };
    }
    case 'one-way-in': {
      const node = planNode(plan, 'node', nodes);
      return { nodes: [node], edges: deaf(node, nodes) };
    }
    case 'one-way-out': {
      const node = planNode(plan, 'node', nodes);
      return { nodes: [node], edges: mute(node, nodes) };
    }
    case 'random':
      return { nodes, edges: planEdges(plan, 'edges', nodes) };
    default:
      throw unknownShape('partition', plan, shapeNames);
  }
}
