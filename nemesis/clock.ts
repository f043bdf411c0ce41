/**
 * Clocks: a node's wall clock jumps, runs fast or slow, or flips between two times. Or its monotonic clock, and with it its
 * timers, run fast or slow, as a crystal does that is off; nothing makes that go back.
 */

import type { NodeId } from '../systems/protocol.ts';
import type { Random } from '../src/random.ts';
import { allDone, background } from './background.ts';
import { duration, weigh, type Finding } from './evidence.ts';
import type { Applied, FaultKind, FaultPlan, NemesisTarget, Skewing } from './fault.ts';
import { someNodes } from './group.ts';
import { holdAll, releaseAll } from './hold.ts';
import { planNodes, planNumber, unknownShape } from './plan.ts';

const wallShapes = ['jump', 'drift', 'strobe'] as const;
const shapes = [...wallShapes, 'timers'] as const;
type Shape = (typeof shapes)[number];

/** From a tenth of a second to an hour: timers, leases, certificates. */
const jumpsMs = [100, 250, 500, 1000, 2500, 10_000, 60_000, 600_000, 3_600_000] as const;
const rates = [0.5, 0.7, 0.85, 1.2, 1.5, 2] as const;
const timerRates = [0.7, 0.9, 0.99, 1.01, 1.1, 1.3] as const;
const strobesMs = [100, 300, 1000, 5000, 60_000] as const;

/** How far a measured skew may be from the one asked for: the time between asking and the node's answer. */
const toleranceMs = 50;

export const clock: FaultKind = {
  name: 'clock',
  description: 'makes wall clocks jump by up to an hour, drift, or flip between two times, and timers run fast or slow',
  colour: '#2f86a6',
  needs: ['clock', 'timers'],
  shapes: (_nodes, capabilities) => [
    ...(capabilities.clock === true ? wallShapes : []),
    ...(capabilities.timers === true ? (['timers'] as const) : []),
  ],
  draw,
  apply(plan, target) {
    const nodes = planNodes(plan, 'nodes', target.nodes);
    switch (plan.shape as Shape) {
      case 'jump': {
        const offsetMs = planNumber(plan, 'offsetMs');
        return steady(nodes, { offsetMs, rate: 1 }, target);
      }
      case 'drift':
        return steady(nodes, { offsetMs: 0, rate: planNumber(plan, 'rate') }, target);
      case 'strobe':
        return strobe(nodes, plan, target);
      case 'timers':
        return timers(nodes, planNumber(plan, 'rate'), target);
      default:
        throw unknownShape('clock', plan, shapes);
    }
  },
};

function draw(random: Random, all: readonly NodeId[], shape: string): FaultPlan {
  const nodes = someNodes(random, all, 1 + random.int(all.length));
  const sign = random.pick([-1, 1]);
  switch (shape as Shape) {
    case 'jump':
      return { shape, nodes, offsetMs: sign * random.pick(jumpsMs) };
    case 'drift':
      return { shape, nodes, rate: random.pick(rates) };
    case 'strobe':
      return { shape, nodes, offsetMs: sign * random.pick(strobesMs), periodMs: 5 + random.int(30) };
    case 'timers':
      return { shape, nodes, rate: random.pick(timerRates) };
    default:
      throw unknownShape('clock', { shape }, shapes);
  }
}

interface Skewed extends Skewing {
  readonly node: NodeId;
}

const skewAll = (nodes: readonly NodeId[], skew: { offsetMs: number; rate: number }, target: NemesisTarget) =>
  holdAll(nodes, async (node): Promise<Skewed> => ({ node, ...(await target.addSkew(node, skew)) }));

/** A jump or a drift. */
async function steady(
  nodes: readonly NodeId[],
  skew: { offsetMs: number; rate: number },
  target: NemesisTarget,
): Promise<Applied> {
  const skewed = await skewAll(nodes, skew, target);
  return {
    done: { nodes, ...skew },
    async observe() {
      // A drift is told from a true clock once it has grown beyond the tolerance.
      const grownMs = (skew.rate - 1) * 1000;
      const share = skewed[0]?.shareMs() ?? 0;
      if (grownMs !== 0 && Math.abs(share) < 3 * toleranceMs) {
        await target.clock.sleep((1000 * (3 * toleranceMs - Math.abs(share))) / Math.abs(grownMs));
      }
      const findings = await Promise.all(skewed.map(({ node }) => findSkew(target, node)));
      return weigh(findings.map((finding, i) => ({ subject: nodes[i] ?? '', finding })));
    },
    async undo() {
      await releaseAll(skewed);
      return undefined;
    },
  };
}

/** What the node's clock shows beside what all faults together ask of it. */
async function findSkew(target: NemesisTarget, node: NodeId): Promise<Finding> {
  let finding = notAsked;
  for (let i = 0; i < 20; i++) {
    const before = target.skewChanges(node);
    const reading = await readSkew(target, node);
    if (reading === null) return notAsked;
    if (target.skewChanges(node) === before) {
      const { askedMs, measuredMs, slackMs } = reading;
      return Math.abs(measuredMs - askedMs) <= slackMs
        ? { bit: true, detail: `was off by ${duration(measuredMs)} as asked` }
        : { bit: false, detail: `was off by ${duration(measuredMs)} where ${duration(askedMs)} was asked` };
    }
    // Another fault strobes: what the node said may be of before or after.
    finding = { bit: 'unobserved', detail: 'was set to another time whenever it was asked' };
    await target.clock.sleep(1 + ((i * 7) % 11));
  }
  return finding;
}

const notAsked: Finding = { bit: 'unobserved', detail: 'was down or did not answer' };

interface Reading {
  readonly askedMs: number;
  readonly measuredMs: number;
  /** The tolerance, and what the asked skew grew by while the node was asked. */
  readonly slackMs: number;
}

async function readSkew(target: NemesisTarget, node: NodeId): Promise<Reading | null> {
  const { status, since } = target.state(node);
  if (status !== 'running') return null;
  const askedMs = target.skewMs(node);
  const observation = await target.observe(node);
  const now = target.state(node);
  if (observation === null || now.status !== 'running' || now.since !== since) return null;
  const slackMs = toleranceMs + Math.abs(target.skewMs(node) - askedMs);
  return { askedMs, measuredMs: observation.skewMs, slackMs };
}

/** Back and forth between the true time and another one. */
async function strobe(nodes: readonly NodeId[], plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const offsetMs = planNumber(plan, 'offsetMs');
  const periodMs = Math.max(1, planNumber(plan, 'periodMs'));
  const skewed = await skewAll(nodes, { offsetMs, rate: 1 }, target);
  const work = background(target.clock, async (pause) => {
    for (let off = true; await pause(periodMs);) {
      off = !off;
      await allDone(skewed.map(({ set }) => set({ offsetMs: off ? offsetMs : 0, rate: 1 })));
    }
  });
  return {
    done: { nodes, offsetMs, periodMs },
    async observe() {
      const findings = await Promise.all(skewed.map((one) => findFlips(target, one, offsetMs, periodMs)));
      return weigh(findings.map((finding, i) => ({ subject: nodes[i] ?? '', finding })));
    },
    async undo() {
      try {
        await work.stop();
      } finally {
        await releaseAll(skewed);
      }
      return undefined;
    },
  };
}

/** Reads the clock at odd moments until both times were seen. Any third time is no strobe of ours. */
async function findFlips(
  target: NemesisTarget,
  { node, shareMs, changes }: Skewed,
  offsetMs: number,
  periodMs: number,
): Promise<Finding> {
  const readings = 40;
  const seen = { off: 0, back: 0 };
  const othersChanges = () => target.skewChanges(node) - changes();
  for (let i = 0; i < readings && (seen.off === 0 || seen.back === 0); i++) {
    const share = shareMs();
    const before = othersChanges();
    const reading = await readSkew(target, node);
    // Where another fault has set the clock meanwhile, its part in what the node said is not known.
    if (reading !== null && othersChanges() === before) {
      const ownMs = reading.measuredMs - (reading.askedMs - share);
      // The clock may have flipped while it was asked, so the slack must not count that as growth.
      if (Math.abs(ownMs - offsetMs) <= toleranceMs) seen.off++;
      else if (Math.abs(ownMs) <= toleranceMs) seen.back++;
      else return { bit: false, detail: `was off by ${duration(ownMs)} in a strobe of ${duration(offsetMs)}` };
    }
    await target.clock.sleep(1 + ((i * 7) % 11) * 0.1 * periodMs);
  }
  if (seen.off > 0 && seen.back > 0) return { bit: true, detail: `flipped back and forth by ${duration(offsetMs)}` };
  if (seen.off + seen.back === 0) return notAsked;
  const stood = seen.off > 0 ? duration(offsetMs) : 'the true time';
  return { bit: false, detail: `stood at ${stood} in a strobe of ${duration(offsetMs)}` };
}

/** The monotonic clock and timers of some nodes at another rate. */
async function timers(nodes: readonly NodeId[], rate: number, target: NemesisTarget): Promise<Applied> {
  const held = await holdAll(nodes, async (node) => ({ release: await target.addTimerRate(node, rate) }));
  let during: readonly (number | null)[] | null = null;
  return {
    done: { nodes, rate },
    async observe() {
      during = await Promise.all(nodes.map((node) => ownRate(target, node)));
      return { bit: 'unobserved', detail: 'is told only from what comes after it' };
    },
    async undo() {
      await releaseAll(held);
      if (during === null) return undefined;
      const after = await Promise.all(nodes.map((node) => ownRate(target, node)));
      const findings = nodes.map((_, i) => findRate(rate, during?.[i] ?? null, after[i] ?? null));
      return weigh(findings.map((finding, i) => ({ subject: nodes[i] ?? '', finding })));
    },
  };
}

/** How fast the node's monotonic clock runs, by two readings, beside what all faults ask of it; null when that can't be said. */
async function ownRate(target: NemesisTarget, node: NodeId): Promise<number | null> {
  const apartMs = 50;
  const asked = target.timerRate(node);
  const read = async (): Promise<{ readonly at: number; readonly ms: number } | null> => {
    if (target.state(node).status !== 'running') return null;
    const ms = (await target.observe(node))?.monotonicMs;
    return ms === undefined ? null : { at: target.clock.now(), ms };
  };
  const first = await read();
  await target.clock.sleep(apartMs);
  const second = await read();
  if (first === null || second === null || target.timerRate(node) !== asked) return null;
  return (second.ms - first.ms) / (second.at - first.at) / asked;
}

/** Both are what is left of the node's rate without what was asked, so they are the same where it obeyed. */
function findRate(rate: number, during: number | null, after: number | null): Finding {
  if (during === null || after === null) return notAsked;
  const ran = (rate * during) / after;
  return Math.abs(ran - rate) <= Math.abs(rate - 1) / 2
    ? { bit: true, detail: `ran ${rate} times as fast as without it` }
    : { bit: false, detail: `ran ${ran.toFixed(3)} times as fast as without it where ${rate} was asked` };
}
