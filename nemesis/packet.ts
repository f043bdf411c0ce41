/** Packets: a share of them is lost, or all come late and out of step; on all links, around one node, or on some. */

import type { NodeId } from '../systems/protocol.ts';
import type { Capabilities, Edge, PacketRule } from '../src/cluster/faults.ts';
import type { Random } from '../src/random.ts';
import { duration } from './evidence.ts';
import type { Applied, Evidence, FaultKind, FaultPlan, NemesisTarget, Shaping } from './fault.ts';
import { planEdges, planNode, planNumber, unknownShape } from './plan.ts';
import { allEdges, edgesOf, someEdges } from './topology.ts';

const troubles = ['loss', 'delay'] as const;
const places = ['all', 'one', 'random'] as const;
const shapes = troubles.flatMap((trouble) => places.map((place) => `${trouble}-${place}` as const));
type Place = (typeof places)[number];

const losses = [0.1, 0.2, 0.3, 0.45, 0.6] as const;
const delaysMs = [30, 60, 120, 250] as const;
const jitterShares = [0.1, 0.3, 0.6] as const;

/** How long to wait for an effect before there is none. */
const patienceMs = 3000;

export const packet: FaultKind = {
  name: 'packet',
  description: 'loses or delays packets on some or all links',
  colour: '#3c9d6d',
  needs: ['loss', 'delay'],
  shapes: shapesFor,
  draw(random, nodes, shape) {
    const [trouble, place] = read({ shape });
    const where = drawPlace(random, nodes, place);
    if (trouble === 'loss') return { shape, ...where, loss: random.pick(losses) };
    const delayMs = random.pick(delaysMs);
    return { shape, ...where, delayMs, jitterMs: Math.round(delayMs * random.pick(jitterShares)) };
  },
  async apply(plan, target) {
    const [trouble, place] = read(plan);
    const edges = edgesFor(plan, place, target.nodes);
    const asked =
      trouble === 'loss'
        ? { loss: planNumber(plan, 'loss') }
        : { delayMs: planNumber(plan, 'delayMs'), jitterMs: planNumber(plan, 'jitterMs') };
    const rule: PacketRule = { edges, ...asked };
    const shaping = await target.addShape([rule]);
    const nodes = place === 'one' ? [planNode(plan, 'node', target.nodes)] : target.nodes;
    return {
      done: { nodes, ...asked, ...(place === 'random' ? { edges } : {}) },
      observe: () => (trouble === 'loss' ? observeLoss(target, edges, shaping) : observeDelay(target, edges)),
      async undo() {
        await shaping.release();
        return undefined;
      },
    } satisfies Applied;
  },
};

function shapesFor(nodes: readonly NodeId[], capabilities: Capabilities): readonly string[] {
  if (nodes.length < 2) return [];
  // With two nodes every link is a link of either.
  const distinct = nodes.length === 2 ? ['all'] : places;
  return troubles
    .filter((trouble) => capabilities[trouble] === true)
    .flatMap((trouble) => distinct.map((place) => `${trouble}-${place}`));
}

function read(plan: FaultPlan): readonly [trouble: (typeof troubles)[number], place: Place] {
  for (const trouble of troubles) {
    for (const place of places) if (plan.shape === `${trouble}-${place}`) return [trouble, place];
  }
  throw unknownShape('packet', plan, shapes);
}

function drawPlace(random: Random, nodes: readonly NodeId[], place: Place) {
  switch (place) {
    case 'all':
      return {};
    case 'one':
      return { node: random.pick(nodes) };
    case 'random':
      return { edges: someEdges(random, nodes, 0.4) };
  }
}

function edgesFor(plan: FaultPlan, place: Place, nodes: readonly NodeId[]): readonly Edge[] {
  switch (place) {
    case 'all':
      return allEdges(nodes);
    case 'one':
      return edgesOf(planNode(plan, 'node', nodes), nodes);
    case 'random':
      return planEdges(plan, 'edges', nodes);
  }
}

/** Packets are dropped while nothing else is wrong with the network; drops shared with other faults prove nothing. */
async function observeLoss(target: NemesisTarget, edges: readonly Edge[], shaping: Shaping): Promise<Evidence> {
  const deadline = target.clock.now() + patienceMs;
  for (;;) {
    const dropped = await shaping.dropped();
    if (dropped === null) return { bit: 'unobserved', detail: 'this cluster does not count what it drops' };
    if (dropped.alone > 0) return { bit: true, detail: `${dropped.alone} packets dropped` };
    if (target.clock.now() >= deadline) {
      if (dropped.shared > 0) {
        return {
          bit: 'unobserved',
          detail: `${dropped.shared} packets dropped, but other faults broke the network too`,
        };
      }
      if (!edges.some((edge) => speaking(target, edge))) return noLink;
      return { bit: false, detail: `no packet was dropped in ${duration(patienceMs)}` };
    }
    await target.clock.sleep(100);
  }
}

const noLink: Evidence = {
  bit: 'unobserved',
  detail: 'every link with this fault was cut or had an end that was down',
};

/** Both ends run, and nothing keeps this edge silent. */
function speaking(target: NemesisTarget, edge: Edge): boolean {
  return edge.every((node) => target.state(node).status === 'running') && !target.isCut(edge);
}

/** Round trips take as long as the delays of both directions ask; a tenth less is allowed for timers that round. */
async function observeDelay(target: NemesisTarget, edges: readonly Edge[]): Promise<Evidence> {
  const deadline = target.clock.now() + patienceMs;
  // Each edge is part of two round trips: its receiver's and its sender's.
  const trips = edges.flatMap(([from, to]): readonly Edge[] => [
    [from, to],
    [to, from],
  ]);
  for (;;) {
    const observations = new Map(
      await Promise.all(
        [...new Set(edges.flat())].map(async (node) => {
          const observation = target.state(node).status === 'running' ? await target.observe(node) : null;
          return [node, observation] as const;
        }),
      ),
    );
    const measured = trips.flatMap(([at, peer]) => {
      const rttMs = observations.get(at)?.rttMs[peer];
      if (rttMs === undefined || !speaking(target, [at, peer]) || !speaking(target, [peer, at])) return [];
      const askedMs = target.delayOf([at, peer]).delayMs + target.delayOf([peer, at]).delayMs;
      return [{ rttMs, askedMs, late: rttMs >= 0.9 * askedMs }];
    });
    const late = measured.filter((trip) => trip.late);
    const over = target.clock.now() >= deadline;
    if (measured.length > 0 && (over || late.length === measured.length)) {
      const [least, most] = [Math.min, Math.max].map((of) =>
        duration(of(...(late.length > 0 ? late : measured).map((trip) => trip.rttMs))),
      );
      const asked = duration(Math.max(...measured.map((trip) => trip.askedMs)));
      return {
        bit: late.length > 0,
        detail: `${late.length} of ${measured.length} round trips were late, ${least} to ${most} where up to ${asked} was asked`,
      };
    }
    if (over) return noLink;
    await target.clock.sleep(100);
  }
}
