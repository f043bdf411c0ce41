/**
 * Disks: syncs are slow, stall or fail; a crash tears the record that is being written; a durable record rots, or is
 * overwritten by another. What the disk does then, and what it never does, says src/cluster/simulator/disk.ts.
 */

import type { NodeId } from '../systems/protocol.ts';
import type { DiskDamage, DiskObservation } from '../src/cluster/faults.ts';
import type { Random } from '../src/random.ts';
import { background } from './background.ts';
import { duration, untilObserved, weigh, type Finding } from './evidence.ts';
import type { Applied, FaultKind, FaultPlan, NemesisTarget, Release } from './fault.ts';
import { someNodes } from './group.ts';
import { holdAll, holdTogether, releaseAll } from './hold.ts';
import { planNode, planNodes, planNumber, unknownShape } from './plan.ts';
import { findReturn, strike } from './victim.ts';

/**
 * `slow`: each sync takes longer. `stall`: none completes. `io-error`: the next one fails, and the process ends.
 * `torn`: nodes lose their power while they write. `bit-flip` and `misdirected`: a durable record of one node is damaged,
 * and the node restarts, so that it notices.
 */
const shapes = ['slow', 'stall', 'io-error', 'torn', 'bit-flip', 'misdirected'] as const;
type Shape = (typeof shapes)[number];

const syncsMs = [20, 50, 150, 400, 1000] as const;
/** How long to wait for an effect before there is none. */
const patienceMs = 3000;
/** A sync that waits for so long on a disk that is well waits for something else. */
const stalledMs = 100;

export const disk: FaultKind = {
  name: 'disk',
  description:
    'makes disks slow, stalls or fails their syncs, tears what is written in a crash, damages durable records',
  colour: '#8a6d3b',
  needs: ['disk'],
  damaging: ['bit-flip', 'misdirected'],
  shapes: (_nodes, capabilities) => (capabilities.disk === true ? shapes : []),
  draw,
  async apply(plan, target) {
    switch (plan.shape as Shape) {
      case 'slow':
        return slow(plan, target);
      case 'stall':
        return stall(plan, target);
      case 'io-error':
        return fail(plan, target);
      case 'torn':
        return tear(plan, target);
      case 'bit-flip':
      case 'misdirected':
        return damage(plan, target);
      default:
        throw unknownShape('disk', plan, shapes);
    }
  },
};

function draw(random: Random, nodes: readonly NodeId[], shape: string): FaultPlan {
  const some = () => someNodes(random, nodes, 1 + random.int(nodes.length));
  switch (shape as Shape) {
    case 'slow':
      return { shape, nodes: some(), syncMs: random.pick(syncsMs) };
    case 'stall':
    case 'io-error':
      return { shape, nodes: some() };
    case 'torn':
      return { shape, nodes: some(), afterMs: 10 + random.int(190), downMs: random.int(200) };
    case 'bit-flip':
    case 'misdirected':
      return { shape, node: random.pick(nodes), place: random.next() };
    default:
      throw unknownShape('disk', { shape }, shapes);
  }
}

/** A node with a trouble of its disk, and what it said of its disk when that began. */
interface Troubled {
  readonly node: NodeId;
  readonly incarnation: string | null;
  readonly before: DiskObservation | null;
  readonly release: Release;
}

const notAsked: Finding = { bit: 'unobserved', detail: 'was down or did not answer' };

async function hold(target: NemesisTarget, node: NodeId, trouble: Parameters<NemesisTarget['addDiskTrouble']>[1]) {
  const seen = target.state(node).status === 'running' ? await target.observe(node) : null;
  const release = await target.addDiskTrouble(node, trouble);
  return { node, incarnation: seen?.incarnation ?? null, before: seen?.disk ?? null, release } satisfies Troubled;
}

/** Asks the node about its disk again and again until `judge` has an answer; what it says last at the end counts. */
async function watchDisk(
  target: NemesisTarget,
  { node, incarnation, before }: Troubled,
  judge: (now: DiskObservation, syncsSince: number, isLast: boolean) => Finding | null,
): Promise<Finding> {
  const deadline = target.clock.now() + patienceMs;
  for (;;) {
    if (target.state(node).status !== 'running' || before === null) return notAsked;
    const seen = await target.observe(node);
    if (seen?.disk === undefined || seen.incarnation !== incarnation) return notAsked;
    const isLast = target.clock.now() >= deadline;
    const finding = judge(seen.disk, seen.disk.syncs - before.syncs, isLast);
    if (finding !== null) return finding;
    if (isLast) return { bit: 'unobserved', detail: 'asked for no sync' };
    await target.clock.sleep(50);
  }
}

async function slow(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const nodes = planNodes(plan, 'nodes', target.nodes);
  const syncMs = planNumber(plan, 'syncMs');
  const held = await holdAll(nodes, (node) => hold(target, node, { kind: 'slow', syncMs }));
  return steady(nodes, { syncMs }, held, (troubled) =>
    watchDisk(target, troubled, ({ lastSyncMs, waitingMs }, syncsSince, isLast) => {
      const tookMs = Math.max(syncsSince > 0 ? (lastSyncMs ?? 0) : 0, waitingMs);
      if (tookMs >= syncMs) return { bit: true, detail: `took ${duration(tookMs)} for a sync` };
      if (!isLast || syncsSince < 3) return null;
      return { bit: false, detail: `took ${duration(tookMs)} for a sync where ${duration(syncMs)} was asked` };
    }),
  );
}

async function stall(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const nodes = planNodes(plan, 'nodes', target.nodes);
  const held = await holdAll(nodes, (node) => hold(target, node, { kind: 'stall' }));
  return steady(nodes, {}, held, (troubled) =>
    watchDisk(target, troubled, ({ waitingMs }, syncsSince) => {
      if (syncsSince > 0) return { bit: false, detail: `completed ${syncsSince} syncs all the same` };
      return waitingMs < stalledMs ? null : { bit: true, detail: 'had syncs wait without end' };
    }),
  );
}

function steady(
  nodes: readonly NodeId[],
  asked: { readonly syncMs?: number },
  held: readonly Troubled[],
  find: (troubled: Troubled) => Promise<Finding>,
): Applied {
  return {
    done: { nodes, ...asked },
    async observe() {
      const findings = await Promise.all(held.map(find));
      return weigh(findings.map((finding, i) => ({ subject: nodes[i] ?? '', finding })));
    },
    async undo() {
      await releaseAll(held);
      return undefined;
    },
  };
}

async function fail(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const nodes = planNodes(plan, 'nodes', target.nodes);
  const held = await holdAll(nodes, (node) => hold(target, node, { kind: 'io-error' }));
  const find = async (troubled: Troubled): Promise<Finding> => {
    const { node, incarnation } = troubled;
    const finding = await watchDisk(target, troubled, (_now, syncsSince) =>
      syncsSince === 0 ? null : { bit: false, detail: `completed ${syncsSince} syncs all the same` },
    );
    if (finding !== notAsked || incarnation === null || target.state(node).status !== 'running') return finding;
    // It ran, nobody else has ended it, and it does not answer.
    return (await target.observe(node)) === null ? { bit: true, detail: 'ended when a sync failed' } : finding;
  };
  return {
    ...steady(nodes, {}, held, find),
    async undo() {
      await releaseAll(held);
      await Promise.all(nodes.map((node) => restartIfDown(target, node)));
      return undefined;
    },
  };
}

/** Starts a node that has ended by itself, unless something else keeps it down. */
async function restartIfDown(target: NemesisTarget, node: NodeId): Promise<void> {
  if (target.state(node).status !== 'running' || (await target.observe(node)) !== null) return;
  const release = await target.holdDead(node);
  await release();
}

/** Syncs stall, so that something is on its way when the power fails. */
async function tear(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const nodes = planNodes(plan, 'nodes', target.nodes);
  const afterMs = planNumber(plan, 'afterMs');
  const downMs = planNumber(plan, 'downMs');
  const held = await holdAll(nodes, (node) =>
    holdTogether([
      () => target.addDiskTrouble(node, { kind: 'stall' }),
      () => target.addDiskTrouble(node, { kind: 'torn' }),
    ]),
  );
  let findings: readonly Finding[] = [];
  const work = background(target.clock, async (pause) => {
    await pause(afterMs);
    const victims = await holdAll(nodes, (node) => strike(target, node));
    await pause(downMs);
    await releaseAll(held);
    await releaseAll(victims);
    const returns = await Promise.all(victims.map((victim) => findReturn(target, victim)));
    findings = await Promise.all(nodes.map((node, i) => findTear(target, node, returns[i] ?? notAsked)));
  });
  return {
    done: { nodes, afterMs, downMs },
    async observe() {
      await work.stop();
      return weigh(findings.map((finding, i) => ({ subject: nodes[i] ?? '', finding })));
    },
    async undo() {
      try {
        await work.stop();
      } finally {
        await releaseAll(held);
      }
      return undefined;
    },
  };
}

async function findTear(target: NemesisTarget, node: NodeId, back: Finding): Promise<Finding> {
  if (back.bit !== true) return back;
  const bytes = (await target.observe(node))?.disk?.droppedBytes ?? 0;
  if (bytes > 0) return { bit: true, detail: `dropped ${bytes} bytes of an unfinished record` };
  return { bit: 'unobserved', detail: 'was writing nothing' };
}

/** Damages a record and restarts the node. What is damaged stays damaged: there is nothing to undo. */
async function damage(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const node = planNode(plan, 'node', target.nodes);
  const what: DiskDamage = { kind: plan.shape as DiskDamage['kind'], place: planNumber(plan, 'place') };
  const isDamaged = await target.damage(node, what);
  const release = isDamaged ? await target.holdDead(node) : () => Promise.resolve();
  const restart = background(target.clock, release);
  return {
    done: { nodes: isDamaged ? [node] : [], place: what.place },
    async observe() {
      await restart.stop();
      if (!isDamaged) return { bit: 'unobserved', detail: `${node} had too little on its disk to damage` };
      const { status } = target.state(node);
      if (status === 'lost') return { bit: true, detail: `${node} refuses to start` };
      if (status !== 'running') return { bit: 'unobserved', detail: `${node} is held down by another fault` };
      const seen = await untilObserved(target, node, 2000);
      return seen === null
        ? { bit: 'unobserved', detail: `${node} did not answer` }
        : { bit: false, detail: `${node} runs although its disk is damaged` };
    },
    async undo() {
      await restart.stop();
      return undefined;
    },
  };
}
