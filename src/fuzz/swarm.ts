/**
 * Draws a whole run from one seed: how many nodes and clients, what they do, what kind of network and disks, which faults
 * exist and how often (swarm testing: Groce et al., ISSTA 2012). What exists is drawn first, then how much of it there is;
 * whole kinds are left out, so that runs differ in kind and not only in order.
 */

import type { FaultKind, ScheduledFault } from '../../nemesis/fault.ts';
import { faultKinds } from '../../nemesis/index.ts';
import type { Trouble } from '../../nemesis/records.ts';
import { damagedBy, schedule, type Pace } from '../../nemesis/schedule.ts';
import { deaf, edgesOf, mute } from '../../nemesis/topology.ts';
import type { NodeId, System } from '../../systems/protocol.ts';
import { simulatorCapabilities as capabilities } from '../cluster/simulator/fault-control.ts';
import type { SimulatorKnobs } from '../cluster/simulator/options.ts';
import { drawKnobs } from '../cluster/simulator/swarm.ts';
import { packageVersion } from '../package.ts';
import { random, type Random } from '../random.ts';
import type { RunPlan } from '../store/plan.ts';
import { workloads } from '../workloads/index.ts';

/** What a campaign fixes; the rest is drawn. */
export interface SwarmOptions {
  /** As it was asked for: a name or a path. */
  readonly systemArgument: string;
  readonly system: System;
  readonly mutant: string | null;
  readonly workload?: string;
  readonly nodes?: number;
  /** Names of fault kinds, out of which each run draws. */
  readonly faults?: readonly string[];
  readonly settings?: RunPlan['settings'];
  /** Lets more break for good than the system says that it survives. */
  readonly beyondBudget?: boolean;
}

/** Nobody measures faults here, so they may come close together. */
const pace: Pace = { firstAtMs: 300, shortestMs: 30, shortestIntervalMs: 60, tailMs: 50 };

const sizes = [3, 3, 3, 4, 5, 5, 5, 6, 7] as const;
const rates = [20, 40, 80, 160, 320] as const;
const intervalsMs = [150, 300, 600, 1200, 2500] as const;
const settleMs = 10_000;

export function drawPlan(options: SwarmOptions, seed: number): RunPlan {
  const { system, mutant: mutantName } = options;
  const draw = (purpose: string): Random => random(seed, 'plan', purpose);
  const mutant = system.mutants.find(({ name }) => name === mutantName);
  const count = options.nodes ?? draw('nodes').pick(sizes);
  const nodes = Array.from({ length: count }, (_, i) => `n${i + 1}`);
  const workload = options.workload ?? mutant?.workload ?? draw('workload').pick(system.workloads);
  const faultsMs = Math.round(draw('length').pick([2000, 4000, 8000, 14_000]) * (0.75 + draw('stretch').next() / 2));
  const kinds = drawKinds(options, nodes, mutant?.faults ?? [], draw('kinds'));
  const intervalMs = draw('interval').pick(intervalsMs);
  const least = workloads.find(({ name }) => name === workload)?.comparesNodes === true ? count : 1;
  const spread = Math.max(least, draw('load').pick([1, 2, 3]) * count - draw('odd').int(2));
  const damageMax = options.beyondBudget === true ? count : (system.budget?.damage(count) ?? 0);
  const drawn =
    kinds.length === 0
      ? []
      : schedule({
          seed,
          faults: kinds,
          intervalMs: Math.min(intervalMs, (faultsMs - pace.firstAtMs - pace.tailMs) / kinds.length),
          timeLimitMs: faultsMs,
          nodes,
          capabilities,
          pace,
          damageMax,
        });
  const pursued = drawPursuit(options, kinds, nodes, faultsMs, draw('pursuit'));
  const faults = [...pursued, ...drawn].map((fault, id) => ({ ...fault, id }));
  const lost = damagedBy(faults, kinds);
  const { quorum, lasting } = drawProgress(system, nodes, kinds, lost, draw('progress'));
  return {
    format: 'clew-schedule',
    version: 1,
    clew: packageVersion(),
    system: options.systemArgument,
    mutant: mutantName,
    workload,
    nodes,
    concurrency: spread,
    seed,
    settings: { ...drawSettings(system, seed), ...options.settings },
    simulator: untilHealed(drawKnobs(seed), faultsMs),
    // Where more is lost for good than the system survives, nobody promises progress.
    progress: quorum === null ? null : { fromMs: faultsMs, settleMs, quorum },
    course: {
      kind: 'drawn',
      rate: draw('rate').pick(rates),
      mix: drawMix(draw('mix')),
      schedule: faults,
      lasting,
    },
  };
}

/** What is unusual, like what is broken, ends before progress is asked for. */
const untilHealed = (knobs: SimulatorKnobs, untilMs: number): SimulatorKnobs => ({
  ...knobs,
  buggify: { ...knobs.buggify, untilMs },
});

/** Each setting of which the system names variations, by itself: the others stay as they are when one is left out. */
export function drawSettings(system: System, seed: number): RunPlan['settings'] {
  const drawn = Object.entries(system.variations ?? {}).map(([name, values]) => {
    return [name, random(seed, 'setting', name).pick(values)] as const;
  });
  return Object.fromEntries(drawn);
}

/** The kinds that exist in this run, each with some of its shapes. What a mutant needs is always among them. */
function drawKinds(
  { system, faults, beyondBudget = false }: SwarmOptions,
  nodes: readonly NodeId[],
  needed: readonly string[],
  draw: Random,
): readonly FaultKind[] {
  const mayDamage = beyondBudget || (system.budget?.damage(nodes.length) ?? 0) > 0;
  const asked = faultKinds.filter(({ name }) => (faults ?? system.survives).includes(name));
  const calm = draw.next() < 0.04 && needed.length === 0;
  return asked.flatMap((kind): readonly FaultKind[] => {
    const exists = draw.next() < 0.5 || needed.includes(kind.name);
    const few = draw.next() < 0.6;
    const possible = kind
      .shapes(nodes, capabilities)
      .filter((shape) => mayDamage || kind.damaging?.includes(shape) !== true);
    const shuffled = draw.shuffle(possible);
    // What follows the leader about finds most of what is wrong with changing it.
    const isAimed = draw.next() < 0.35;
    const aimed = shuffled.filter((shape) => isAimed && kind.aimed?.includes(shape) === true);
    const order = [...aimed, ...shuffled.filter((shape) => !aimed.includes(shape))];
    const chosen = few ? order.slice(0, 1 + draw.int(3)) : order;
    if (!exists || calm || chosen.length === 0) return [];
    return [{ ...kind, shapes: () => chosen }];
  });
}

/**
 * In some runs one restless fault goes on from the beginning to the end, beside the others: what takes three leaders in a
 * row, each of them unseated at the wrong moment, hardly ever comes about otherwise.
 */
function drawPursuit(
  { faults, system }: SwarmOptions,
  kinds: readonly FaultKind[],
  nodes: readonly NodeId[],
  faultsMs: number,
  draw: Random,
): readonly Omit<ScheduledFault, 'id'>[] {
  const exists = draw.next() < 0.25;
  const possible = faultKinds
    .filter(({ name }) => (faults ?? system.survives).includes(name) && kinds.some((kind) => kind.name === name))
    .flatMap((kind) => {
      const shapes = kind.shapes(nodes, capabilities);
      return (kind.restless ?? []).filter((shape) => shapes.includes(shape)).map((shape) => ({ kind, shape }));
    });
  if (!exists || possible.length === 0) return [];
  const { kind, shape } = draw.pick(possible);
  const forMs = Math.floor(faultsMs - pace.firstAtMs - pace.tailMs);
  return [{ kind: kind.name, plan: kind.draw(draw, nodes, shape), atMs: pace.firstAtMs, forMs }];
}

function drawMix(draw: Random) {
  return {
    reads: draw.pick([0.2, 0.5, 0.5, 0.8]),
    activeKeys: draw.pick([1, 2, 5]),
    operationsPerKey: draw.pick([30, 100, 200]),
    readers: draw.pick([0, 0, 0.3, 0.6]),
  };
}

/**
 * Who must make progress in the end, and what stays wrong with the others and around them. Nodes that are lost by then,
 * which no healing brings back, are among those; null when they are more than the system makes progress without. Never
 * just slowness: a node that is slow and heard by all may lead, and no protocol promises that it won't.
 */
function drawProgress(
  system: System,
  nodes: readonly NodeId[],
  kinds: readonly FaultKind[],
  lost: readonly NodeId[],
  draw: Random,
): { readonly quorum: readonly NodeId[] | null; readonly lasting: readonly Trouble[] } {
  const most = system.budget?.progress(nodes.length) ?? 0;
  if (lost.length > most) return { quorum: null, lasting: [] };
  const whole = draw.shuffle(nodes).filter((node) => !lost.includes(node));
  const broken = whole.slice(0, draw.int(most - lost.length + 1));
  const names = new Set(kinds.map(({ name }) => name));
  const wrong = new Map<NodeId, Trouble>();
  for (const node of broken) {
    const fitting: readonly (readonly [kind: string, trouble: Trouble])[] = [
      ['kill', { kind: 'kill', node }],
      ['pause', { kind: 'pause', node }],
      ['partition', { kind: 'partition', edges: edgesOf(node, nodes) }],
      ['partition', { kind: 'partition', edges: deaf(node, nodes) }],
      ['partition', { kind: 'partition', edges: mute(node, nodes) }],
      ['packet', { kind: 'packet', rules: [{ edges: edgesOf(node, nodes), loss: 0.5 }] }],
    ];
    const possible = fitting.filter(([kind]) => names.has(kind));
    if (possible.length > 0) wrong.set(node, draw.pick(possible)[1]);
  }
  const quorum = nodes.filter((node) => !wrong.has(node) && !lost.includes(node));
  return { quorum, lasting: [...wrong.values()] };
}
