/** Kills: the process ends at once, with the loss of all it had not synced, and starts later on the disk it left. */

import type { NodeId } from '../systems/protocol.ts';
import { random, type Random } from '../src/random.ts';
import { allDone, background } from './background.ts';
import { weigh, untilObserved, type Finding } from './evidence.ts';
import type { Applied, FaultKind, FaultPlan, NemesisTarget, Release } from './fault.ts';
import { drawGroup, groupShapes, resolveGroup, someNodes, type GroupShape } from './group.ts';
import { holdAll, releaseAll } from './hold.ts';
import { planNodes, planNumber, unknownShape } from './plan.ts';

/**
 * `bounce`: killed and started again at once. `storm`: nodes are killed and started again in quick succession the whole
 * time, several at once now and then. The others stay dead until the fault ends.
 */
const shapesOf = (n: number): readonly string[] => [...groupShapes(n), 'bounce', 'storm'];

export const kill: FaultKind = {
  name: 'kill',
  description: 'kills node processes, which lose all they had not synced, and starts them again',
  colour: '#d1495b',
  needs: ['kill'],
  shapes: (nodes, capabilities) => (capabilities.kill === true ? shapesOf(nodes.length) : []),
  draw(random, nodes, shape) {
    if (shape === 'bounce') return { shape, nodes: someNodes(random, nodes, 1 + random.int(nodes.length)) };
    if (shape === 'storm') return { shape, seed: random.int(2 ** 31) };
    return drawGroup(random, nodes, shape as GroupShape);
  },
  async apply(plan, target) {
    if (!shapesOf(target.nodes.length).includes(plan.shape)) throw unknownShape('kill', plan, shapesOf(5));
    if (plan.shape === 'storm') return storm(plan, target);
    if (plan.shape === 'bounce') return bounce(plan, target);
    return keepDead(await resolveGroup(plan, target), target);
  },
};

/** One node killed by this fault. `before` is the process it was, null when it did not answer even then. */
interface Victim {
  readonly node: NodeId;
  readonly before: string | null;
  readonly release: Release;
}

async function strike(target: NemesisTarget, node: NodeId): Promise<Victim> {
  const before = target.state(node).status === 'running' ? await target.observe(node) : null;
  return { node, before: before?.incarnation ?? null, release: await target.holdDead(node) };
}

/** While it is held dead: whether it is silent. */
async function findSilence(target: NemesisTarget, { node, before }: Victim): Promise<Finding> {
  const observation = await target.observe(node);
  if (observation !== null) return { bit: false, detail: 'still answered after the kill' };
  if (before === null) return { bit: 'unobserved', detail: 'did not answer before the kill either' };
  return { bit: true, detail: 'fell silent' };
}

/** Once it is let go of: whether it came back as another process. */
async function findReturn(target: NemesisTarget, { node, before }: Victim): Promise<Finding> {
  if (before === null) return { bit: 'unobserved', detail: 'did not answer before the kill either' };
  if (target.state(node).status !== 'running') return { bit: 'unobserved', detail: 'is held down by another fault' };
  const after = await untilObserved(target, node, 2000);
  if (after === null) return { bit: 'unobserved', detail: 'did not answer after its restart' };
  return after.incarnation === before
    ? { bit: false, detail: 'is still the same process after the kill' }
    : { bit: true, detail: 'came back as another process' };
}

async function keepDead(nodes: readonly NodeId[], target: NemesisTarget): Promise<Applied> {
  const victims = await holdAll(nodes, (node) => strike(target, node));
  let silences: readonly Finding[] = [];
  return {
    done: { nodes },
    async observe() {
      silences = await Promise.all(victims.map((victim) => findSilence(target, victim)));
      return weigh(silences.map((finding, i) => ({ subject: nodes[i] ?? '', finding })));
    },
    async undo() {
      await releaseAll(victims);
      const returns = await Promise.all(victims.map((victim) => findReturn(target, victim)));
      return weigh(victims.map(({ node }, i) => ({ subject: node, finding: both(silences[i], returns[i]) })));
    },
  };
}

/** Silence, and then a return as another process. */
function both(silence: Finding | undefined, back: Finding | undefined): Finding {
  if (back === undefined || silence?.bit === false) return silence ?? { bit: 'unobserved', detail: 'was not asked' };
  if (silence?.bit !== true || back.bit === false) return back;
  return { bit: back.bit, detail: `${silence.detail} and ${back.detail}` };
}

async function bounce(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const nodes = planNodes(plan, 'nodes', target.nodes);
  const victims = await holdAll(nodes, (node) => strike(target, node));
  const restarts = background(target.clock, () => releaseAll(victims));
  return {
    done: { nodes },
    async observe() {
      await restarts.stop();
      const returns = await Promise.all(victims.map((victim) => findReturn(target, victim)));
      return weigh(returns.map((finding, i) => ({ subject: nodes[i] ?? '', finding })));
    },
    async undo() {
      await restarts.stop();
      // Only for those whose restart failed before.
      await releaseAll(victims);
      return undefined;
    },
  };
}

/** Restless hands, each killing one node at a time; half of the nodes may be down at once. */
function storm(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const seed = planNumber(plan, 'seed');
  const hands = Math.ceil(target.nodes.length / 2);
  const down = new Set<NodeId>();
  const held = new Set<Victim>();
  const findings: { subject: NodeId; finding: Finding }[] = [];
  const work = background(target.clock, async (pause) => {
    const hand = async (source: Random, first: boolean) => {
      for (let goOn = first || (await pause(gap(source))); goOn; goOn = await pause(gap(source))) {
        const node = source.pick(target.nodes);
        if (down.has(node)) continue;
        down.add(node);
        const victim = await strike(target, node);
        held.add(victim);
        await pause(20 + source.int(480));
        await victim.release();
        held.delete(victim);
        findings.push({ subject: node, finding: await findReturn(target, victim) });
        down.delete(node);
      }
    };
    await allDone(Array.from({ length: hands }, (_, i) => hand(random(seed, 'storm', i), i === 0)));
  });
  return Promise.resolve({
    done: { nodes: target.nodes, hands },
    async observe() {
      await work.stop();
      const evidence = weigh(findings);
      return { ...evidence, detail: `${findings.length} kills: ${evidence.detail}` };
    },
    async undo() {
      try {
        await work.stop();
      } finally {
        await releaseAll([...held]);
      }
      return undefined;
    },
  });
}

const gap = (source: Random): number => 50 + source.int(600);
