/** When which fault strikes, drawn from a seed before the test starts. */

import type { NodeId } from '../systems/protocol.ts';
import type { Capabilities } from '../src/cluster/faults.ts';
import { UsageError } from '../src/errors.ts';
import { key, random, uniform } from '../src/random.ts';
import type { FaultKind, ScheduledFault } from './fault.ts';

export interface ScheduleOptions {
  readonly seed: number;
  /** Each of them comes up. */
  readonly faults: readonly FaultKind[];
  /** Mean time from one start to the next. Made shorter where the time limit leaves too few starts for all faults. */
  readonly intervalMs: number;
  /** All faults end before it. */
  readonly timeLimitMs: number;
  readonly nodes: readonly NodeId[];
  readonly capabilities: Capabilities;
  readonly pace?: Pace;
  /**
   * So many nodes may have durable data damaged, over the whole run: the shapes that do it take their targets from among
   * so many, which the seed chooses. Absent: none, and these shapes are left out.
   */
  readonly damageMax?: number;
}

/** How close together faults may be, in ms. */
export interface Pace {
  /** Time for a leader and some data before the first fault. */
  readonly firstAtMs: number;
  readonly shortestMs: number;
  readonly shortestIntervalMs: number;
  /** Between the last end and the time limit, so that ending it falls into the test too. */
  readonly tailMs: number;
}

/**
 * For faults that are measured: a shorter one could not be, and starts closer together would pile up behind the
 * measurements of the faults before them.
 */
const measuredPace: Pace = { firstAtMs: 1000, shortestMs: 500, shortestIntervalMs: 600, tailMs: 400 };

/**
 * Faults come in rounds: each kind once in shuffled order, then each once again; so do the shapes of each kind, those
 * that are aimed at the leader and the others by turns. Starts are one interval apart, give or take 40 %; most faults
 * last 0.4 to 1.2 intervals, one in five up to 3, so that they overlap. Not in the first round: there each fault is
 * alone, so that every run sees every kind bite without another that could explain it.
 *
 * The n-th fault of a kind has the same plan whichever other kinds there are, and the others keep their order: leaving a
 * kind out only moves the rest together. Throws a UsageError when a kind can't be had or the time is too short.
 */
export function schedule(options: ScheduleOptions): readonly ScheduledFault[] {
  const { seed, nodes, capabilities, timeLimitMs, pace = measuredPace } = options;
  const { firstAtMs, shortestMs, tailMs } = pace;
  const kinds = [...new Map(options.faults.map((kind) => [kind.name, kind])).values()];
  if (kinds.length === 0) return [];
  const damageable = inOrder(nodes, (node) => key(seed, 'damageable', node)).slice(0, options.damageMax ?? 0);
  const shapes = new Map(
    kinds.map((kind) => [kind.name, shapesOf(kind, nodes, capabilities, damageable.length > 0)] as const),
  );
  const { slots, intervalMs } = slotsFor(kinds.length, options.intervalMs, timeLimitMs, pace);
  const lastEndMs = timeLimitMs - tailMs;

  const drawn = Array.from({ length: slots }, (_, slot) => {
    const round = Math.floor(slot / kinds.length);
    const kind = inOrder(kinds, ({ name }) => key(seed, 'round', round, name))[slot % kinds.length];
    // A kind comes once a round, so its n-th fault is in round n.
    const plan =
      kind === undefined ? undefined : planOf(kind, shapes.get(kind.name) ?? [], seed, round, { nodes, damageable });
    if (kind === undefined || plan === undefined) throw new RangeError(`no fault for slot ${slot}`);
    const family = key(seed, 'time', kind.name, round);
    const shift = (slot <= kinds.length ? 0.3 : 0.8) * (uniform(family, 0) - 0.5);
    const wishedAtMs = firstAtMs + (slot + shift) * intervalMs;
    const atMs = Math.floor(Math.min(Math.max(firstAtMs, wishedAtMs), lastEndMs - shortestMs));
    const wishedForMs = Math.max(shortestMs, lengthOf(uniform(family, 1)) * intervalMs);
    return { round, kind: kind.name, plan, atMs, forMs: Math.floor(Math.min(wishedForMs, lastEndMs - atMs)) };
  });
  const inTime = drawn.sort((a, b) => a.atMs - b.atMs);
  return inTime.map(({ round, forMs, ...fault }, id) => {
    const nextAtMs = inTime[id + 1]?.atMs ?? lastEndMs;
    return { id, ...fault, forMs: round === 0 ? Math.min(forMs, nextAtMs - fault.atMs) : forMs };
  });
}

/** How many faults fit, and how far apart. */
function slotsFor(
  kinds: number,
  intervalMs: number,
  timeLimitMs: number,
  { firstAtMs, shortestIntervalMs, tailMs }: Pace,
) {
  if (!(intervalMs > 0)) throw new UsageError(`the fault interval must be more than 0 s, not ${intervalMs / 1000} s`);
  const spanMs = timeLimitMs - firstAtMs - tailMs;
  const shortest = kinds * shortestIntervalMs;
  if (spanMs < shortest) {
    const needed = ((shortest + firstAtMs + tailMs) / 1000).toFixed(1);
    const what = kinds === 1 ? 'a fault' : `${kinds} kinds of faults, each once`;
    throw new UsageError(
      `${what} needs ${needed} s, and there are ${Math.max(0, timeLimitMs / 1000)} s: raise the time limit or ask for fewer faults`,
    );
  }
  const interval = Math.max(shortestIntervalMs, intervalMs);
  const slots = Math.floor(spanMs / interval);
  return slots >= kinds ? { slots, intervalMs: interval } : { slots: kinds, intervalMs: spanMs / kinds };
}

/** How many intervals a fault lasts, by a number in [0, 1). */
const lengthOf = (share: number): number => (share < 0.8 ? 0.4 + share : 1.2 + 9 * (share - 0.8));

/** The nodes whose durable data these faults damage for good. */
export function damagedBy(faults: readonly ScheduledFault[], kinds: readonly FaultKind[]): readonly NodeId[] {
  const damaging = faults.filter(({ kind, plan }) =>
    kinds.some(({ name, damaging = [] }) => name === kind && damaging.includes(plan.shape)),
  );
  return [...new Set(damaging.flatMap(({ plan }) => (typeof plan['node'] === 'string' ? [plan['node']] : [])))];
}

function planOf(
  kind: FaultKind,
  shapes: readonly string[],
  seed: number,
  nth: number,
  { nodes, damageable }: { readonly nodes: readonly NodeId[]; readonly damageable: readonly NodeId[] },
) {
  const aimed = shapes.filter((shape) => kind.aimed?.includes(shape) === true);
  const blind = shapes.filter((shape) => !aimed.includes(shape));
  const byTurns = aimed.length > 0 && blind.length > 0;
  const turn = byTurns ? (nth % 2 === 0 ? blind : aimed) : shapes;
  const place = byTurns ? Math.floor(nth / 2) : nth;
  const round = Math.floor(place / turn.length);
  const shape = inOrder(turn, (name) => key(seed, 'shape', kind.name, round, name))[place % turn.length];
  if (shape === undefined) return undefined;
  const targets = kind.damaging?.includes(shape) === true ? damageable : nodes;
  return kind.draw(random(seed, 'plan', kind.name, nth), targets, shape);
}

/** Shuffled by a rank of each item's own, so that leaving one out does not move the others. */
function inOrder<T>(items: readonly T[], rank: (item: T) => number): readonly T[] {
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

function shapesOf(
  kind: FaultKind,
  nodes: readonly NodeId[],
  capabilities: Capabilities,
  mayDamage: boolean,
): readonly string[] {
  const shapes = kind
    .shapes(nodes, capabilities)
    .filter((shape) => mayDamage || kind.damaging?.includes(shape) !== true);
  if (shapes.length > 0) return shapes;
  const reasons = kind.needs.flatMap((need) => {
    const able = capabilities[need];
    return able === true ? [] : [`${need}: ${able}`];
  });
  const why = reasons.length === kind.needs.length ? reasons.join('; ') : `it needs more than ${nodes.length} node`;
  throw new UsageError(`the fault ${kind.name} can't be had here: ${why}`);
}
