/** Packets: some are lost, doubled or held back, all come late, or wait; on all links, around one node, or on some. */

import type { NodeId } from '../systems/protocol.ts';
import type { Capabilities, Edge, PacketRule } from '../src/cluster/faults.ts';
import type { Random } from '../src/random.ts';
import { clog, swizzle } from './clog.ts';
import { duration } from './evidence.ts';
import type { Applied, Evidence, FaultKind, FaultPlan, NemesisTarget, Shaping } from './fault.ts';
import { someNodes } from './group.ts';
import { planEdges, planNode, planNumber, unknownShape } from './plan.ts';
import { allEdges, edgesOf, someEdges } from './topology.ts';

/** Each trouble is also the capability that it needs. */
const troubles = ['loss', 'delay', 'duplicate', 'reorder', 'clog'] as const;
const places = ['all', 'one', 'random'] as const;
const shapes = [...troubles.flatMap((trouble) => places.map((place) => `${trouble}-${place}` as const)), 'swizzle'];
type Trouble = (typeof troubles)[number];
type Place = (typeof places)[number];

const shares = [0.1, 0.2, 0.3, 0.45, 0.6] as const;
const delaysMs = [30, 60, 120, 250] as const;
const jitterShares = [0.1, 0.3, 0.6] as const;

/** What becomes of the share of packets that is struck. */
const strikes = { loss: 'dropped', duplicate: 'doubled', reorder: 'held back' } as const;

/** How long to wait for an effect before there is none. */
const patienceMs = 3000;

export const packet: FaultKind = {
  name: 'packet',
  description: 'loses, delays, doubles, reorders or holds up packets on some or all links',
  colour: '#3c9d6d',
  needs: troubles,
  shapes: shapesFor,
  draw(random, nodes, shape) {
    if (shape === 'swizzle') {
      const struck = random.shuffle(someNodes(random, nodes, 2 + random.int(nodes.length - 1)));
      return { shape, nodes: struck, back: random.shuffle(struck), stepMs: 20 + random.int(380) };
    }
    const [trouble, place] = read({ shape });
    const where = drawPlace(random, nodes, place);
    if (trouble === 'clog') return { shape, ...where };
    if (trouble !== 'delay') return { shape, ...where, [trouble]: random.pick(shares) };
    const delayMs = random.pick(delaysMs);
    return { shape, ...where, delayMs, jitterMs: Math.round(delayMs * random.pick(jitterShares)) };
  },
  async apply(plan, target) {
    if (plan.shape === 'swizzle') return swizzle(plan, target);
    const [trouble, place] = read(plan);
    const edges = edgesFor(plan, place, target.nodes);
    const nodes = place === 'one' ? [planNode(plan, 'node', target.nodes)] : target.nodes;
    const some = place === 'random' ? { edges } : {};
    if (trouble === 'clog') return clog(edges, { nodes, ...some }, target);
    const asked =
      trouble === 'delay'
        ? { delayMs: planNumber(plan, 'delayMs'), jitterMs: planNumber(plan, 'jitterMs') }
        : { [trouble]: planNumber(plan, trouble) };
    const rule: PacketRule = { edges, ...asked };
    const shaping = await target.addShape([rule]);
    return {
      done: { nodes, ...asked, ...some },
      observe: () =>
        trouble === 'delay' ? observeDelay(target, edges) : observeStrikes(target, edges, shaping, strikes[trouble]),
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
  const shaped = troubles
    .filter((trouble) => capabilities[trouble] === true)
    .flatMap((trouble) => distinct.map((place) => `${trouble}-${place}`));
  return capabilities.clog === true && nodes.length > 2 ? [...shaped, 'swizzle'] : shaped;
}

function read(plan: FaultPlan): readonly [trouble: Trouble, place: Place] {
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

/** Packets are struck while nothing else is wrong with the network; strikes shared with other faults prove nothing. */
async function observeStrikes(
  target: NemesisTarget,
  edges: readonly Edge[],
  shaping: Shaping,
  struck: (typeof strikes)[keyof typeof strikes],
): Promise<Evidence> {
  const deadline = target.clock.now() + patienceMs;
  for (;;) {
    const dropped = await shaping.dropped();
    if (dropped === null) return { bit: 'unobserved', detail: 'this cluster does not count what it drops' };
    if (dropped.alone > 0) return { bit: true, detail: `${dropped.alone} packets ${struck}` };
    if (target.clock.now() >= deadline) {
      if (dropped.shared > 0) {
        return {
          bit: 'unobserved',
          detail: `${dropped.shared} packets ${struck}, but other faults broke the network too`,
        };
      }
      if (!(await anySpeaks(target, edges))) return noLink;
      return { bit: false, detail: `no packet was ${struck} in ${duration(patienceMs)}` };
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

/** Whether both ends of some edge that nothing keeps silent answer: one may have ended by itself. */
async function anySpeaks(target: NemesisTarget, edges: readonly Edge[]): Promise<boolean> {
  const candidates = edges.filter((edge) => speaking(target, edge));
  const nodes = [...new Set(candidates.flat())];
  const seen = await Promise.all(nodes.map((node) => target.observe(node)));
  const answers = new Set(nodes.filter((_, i) => seen[i] !== null));
  return candidates.some((edge) => edge.every((node) => answers.has(node)));
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
      // What was measured before the peer ended says nothing of now.
      if (
        rttMs === undefined ||
        (observations.get(peer) ?? null) === null ||
        !speaking(target, [at, peer]) ||
        !speaking(target, [peer, at])
      )
        return [];
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
