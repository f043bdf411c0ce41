/**
 * Pauses: the process stands still and does not know it, as in a long garbage collection or a stopped machine; or it is
 * slow, and everything at it comes late.
 */

import type { NodeId } from '../systems/protocol.ts';
import { random } from '../src/random.ts';
import { allDone, background } from './background.ts';
import { untilObserved, waitUntil, weigh, type Finding } from './evidence.ts';
import type { Applied, FaultKind, FaultPlan, NemesisTarget, Release } from './fault.ts';
import { drawGroup, groupShapes, resolveGroup, someNodes, type GroupShape } from './group.ts';
import { holdAll, releaseAll } from './hold.ts';
import { planNodes, planNumber, unknownShape } from './plan.ts';
import { minorityOf } from './topology.ts';

/**
 * `flaps`: some nodes stand still for moments, again and again. `slow`: whatever some nodes handle takes so much longer.
 * The others are paused until the fault ends.
 */
const pauses = (n: number): readonly string[] => [...groupShapes(n).filter((shape) => shape !== 'all'), 'flaps'];
const shapesOf = (n: number): readonly string[] => [...pauses(n), 'slow'];

/** From a busy machine to one that can't keep up. */
const perEventsMs = [0.3, 1, 3, 10, 30] as const;
/** How long to wait for an effect before there is none. */
const patienceMs = 3000;

export const pause: FaultKind = {
  name: 'pause',
  description:
    'stops node processes for a while, so that they wake up with an outdated view of the world, or slows them down',
  colour: '#e0a030',
  needs: ['pause', 'slow'],
  shapes: (nodes, capabilities) => [
    ...(capabilities.pause === true ? pauses(nodes.length) : []),
    ...(capabilities.slow === true ? ['slow'] : []),
  ],
  draw(random, nodes, shape) {
    if (shape === 'slow') {
      const nodesSlowed = someNodes(random, nodes, 1 + random.int(nodes.length));
      return { shape, nodes: nodesSlowed, perEventMs: random.pick(perEventsMs) };
    }
    if (shape !== 'flaps') return drawGroup(random, nodes, shape as GroupShape);
    const count = 1 + random.int(Math.max(1, minorityOf(nodes.length)));
    return { shape, nodes: someNodes(random, nodes, count), seed: random.int(2 ** 31) };
  },
  async apply(plan, target) {
    if (!shapesOf(target.nodes.length).includes(plan.shape)) throw unknownShape('pause', plan, shapesOf(5));
    if (plan.shape === 'slow') return slow(plan, target);
    return plan.shape === 'flaps' ? flaps(plan, target) : keepPaused(await resolveGroup(plan, target), target);
  },
};

interface Held {
  readonly node: NodeId;
  readonly release: Release;
}

const hold = async (target: NemesisTarget, node: NodeId): Promise<Held> => ({
  node,
  release: await target.holdPaused(node),
});

async function findSilence(target: NemesisTarget, node: NodeId): Promise<Finding> {
  const wasDead = target.state(node).status === 'dead';
  const observation = await target.observe(node);
  if (observation !== null) return { bit: false, detail: 'still answered while paused' };
  if (wasDead || target.state(node).status === 'dead') return { bit: 'unobserved', detail: 'was dead meanwhile' };
  const witness = await stillHeardBy(target, node);
  if (witness !== null) return { bit: false, detail: `did not answer but was still heard by ${witness} while paused` };
  return { bit: true, detail: 'fell silent' };
}

/**
 * The peers' word beside the node's own silence: a peer that hears it anew at each of three looks. Once is nothing: the
 * kernel goes on sending what the process had written before.
 */
async function stillHeardBy(target: NemesisTarget, node: NodeId): Promise<NodeId | null> {
  const lookEveryMs = 300;
  await waitUntil(target, target.state(node).since + lookEveryMs);
  let witnesses = target.nodes.filter((peer) => peer !== node);
  for (let look = 0; look < 3; look++) {
    if (witnesses.length === 0) return null;
    if (look > 0) await target.clock.sleep(lookEveryMs);
    const running = witnesses.filter((peer) => target.state(peer).status === 'running');
    const observations = await Promise.all(running.map((peer) => target.observe(peer)));
    // A node that runs is heard every 100 ms or so.
    witnesses = running.filter((_, i) => (observations[i]?.heardMs[node] ?? Number.POSITIVE_INFINITY) < 250);
  }
  return target.state(node).status === 'paused' ? (witnesses[0] ?? null) : null;
}

/** A paused node answers again once it is let go of; silence that goes on had another reason. */
async function findReturn(target: NemesisTarget, node: NodeId, silence: Finding): Promise<Finding> {
  if (silence.bit !== true) return silence;
  if (target.state(node).status !== 'running') return silence;
  return (await untilObserved(target, node, 2000)) === null
    ? { bit: 'unobserved', detail: 'fell silent and did not answer after the pause either' }
    : { bit: true, detail: 'fell silent and answered again afterwards' };
}

async function keepPaused(nodes: readonly NodeId[], target: NemesisTarget): Promise<Applied> {
  const held = await holdAll(nodes, (node) => hold(target, node));
  return { done: { nodes }, ...measured(target, nodes, () => Promise.resolve(held)) };
}

async function slow(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const nodes = planNodes(plan, 'nodes', target.nodes);
  const perEventMs = planNumber(plan, 'perEventMs');
  const held = await holdAll(nodes, async (node) => ({ release: await target.holdSlow(node, perEventMs) }));
  return {
    done: { nodes, perEventMs },
    async observe() {
      const findings = await Promise.all(nodes.map((node) => findLateness(target, node, perEventMs)));
      return weigh(findings.map((finding, i) => ({ subject: nodes[i] ?? '', finding })));
    },
    async undo() {
      await releaseAll(held);
      return undefined;
    },
  };
}

/** What the node handled last was as late as it was to be, at least. */
async function findLateness(target: NemesisTarget, node: NodeId, perEventMs: number): Promise<Finding> {
  const deadline = target.clock.now() + patienceMs;
  for (;;) {
    const observation = target.state(node).status === 'running' ? await target.observe(node) : null;
    const lateMs = observation?.lateMs;
    if (lateMs === undefined) return { bit: 'unobserved', detail: 'was down or did not answer' };
    if (lateMs >= perEventMs) return { bit: true, detail: `was late by ${perEventMs} ms and more` };
    if (target.clock.now() >= deadline) {
      return { bit: false, detail: `was late by ${lateMs} ms where ${perEventMs} ms was asked` };
    }
    await target.clock.sleep(50);
  }
}

/** Brief pauses are too short to be seen from outside, so the last one is held until it has been measured. */
function flaps(plan: FaultPlan, target: NemesisTarget): Applied {
  const nodes = planNodes(plan, 'nodes', target.nodes);
  const seed = planNumber(plan, 'seed');
  const work = background(target.clock, async (pause) => {
    await allDone(
      nodes.map(async (node) => {
        const source = random(seed, 'flaps', node);
        do {
          const { release } = await hold(target, node);
          await pause(30 + source.int(270));
          await release();
        } while (await pause(100 + source.int(500)));
      }),
    );
  });
  const lastPause = async () => {
    await work.stop();
    return holdAll(nodes, (node) => hold(target, node));
  };
  return { done: { nodes }, ...measured(target, nodes, lastPause) };
}

/** Measures the pause that `paused` makes or has made, and ends it. */
function measured(
  target: NemesisTarget,
  nodes: readonly NodeId[],
  paused: () => Promise<readonly Held[]>,
): Pick<Applied, 'observe' | 'undo'> {
  let held: readonly Held[] | null = null;
  let silences: readonly Finding[] = nodes.map(() => ({ bit: 'unobserved', detail: 'was not asked while paused' }));
  const weighed = (findings: readonly Finding[]) =>
    weigh(findings.map((finding, i) => ({ subject: nodes[i] ?? '', finding })));
  return {
    async observe() {
      held = await paused();
      silences = await Promise.all(nodes.map((node) => findSilence(target, node)));
      return weighed(silences);
    },
    async undo() {
      held ??= await paused();
      await releaseAll(held);
      return weighed(await Promise.all(silences.map((silence, i) => findReturn(target, nodes[i] ?? '', silence))));
    },
  };
}
