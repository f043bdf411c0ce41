/** Kills: the process ends at once, with the loss of all it had not synced, and starts later on the disk it left. */

import type { NodeId } from '../systems/protocol.ts';
import { background } from './background.ts';
import { weigh, type Finding } from './evidence.ts';
import type { Applied, FaultKind, FaultPlan, NemesisTarget } from './fault.ts';
import { drawGroup, groupShapes, resolveGroup, someNodes, type GroupShape } from './group.ts';
import { holdAll, releaseAll } from './hold.ts';
import { planNodes, unknownShape } from './plan.ts';
import { storm, unseat } from './storm.ts';
import { findReturn, findSilence, strike } from './victim.ts';

/**
 * `bounce`: killed and started again at once. `storm`: nodes are killed and started again in quick succession the whole
 * time, several at once now and then. `unseat`: each leader in turn, and voters during elections. The others stay dead
 * until the fault ends.
 */
const shapesOf = (n: number): readonly string[] => [...groupShapes(n), 'bounce', 'storm', ...(n > 2 ? ['unseat'] : [])];

export const kill: FaultKind = {
  name: 'kill',
  description: 'kills node processes, which lose all they had not synced, and starts them again',
  colour: '#d1495b',
  needs: ['kill'],
  aimed: ['primaries', 'unseat'],
  restless: ['storm', 'unseat'],
  shapes: (nodes, capabilities) => (capabilities.kill === true ? shapesOf(nodes.length) : []),
  draw(random, nodes, shape) {
    if (shape === 'bounce') return { shape, nodes: someNodes(random, nodes, 1 + random.int(nodes.length)) };
    if (shape === 'storm' || shape === 'unseat') return { shape, seed: random.int(2 ** 31) };
    return drawGroup(random, nodes, shape as GroupShape);
  },
  async apply(plan, target) {
    if (!shapesOf(target.nodes.length).includes(plan.shape)) throw unknownShape('kill', plan, shapesOf(5));
    if (plan.shape === 'storm') return storm(plan, target);
    if (plan.shape === 'unseat') return unseat(plan, target);
    if (plan.shape === 'bounce') return bounce(plan, target);
    return keepDead(await resolveGroup(plan, target), target);
  },
};

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
