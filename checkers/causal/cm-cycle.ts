/**
 * Whether some arrows close a cycle with an order before them, of which a topological order is there.
 *
 * Only arrows that point back in the topological order can close one, and a cycle lies within a stretch of it that such
 * arrows span without a gap: through each place between two of its nodes goes one of them. So each stretch is looked at
 * by itself (Kahn 1962). What is before its nodes elsewhere does not matter; clients that see each other's writes soon
 * make short stretches.
 *
 * Arrays by node, zero between two questions: `before`: arrows from nodes of the stretch that were not passed yet;
 * `leaving`: 1 + the number of the last arrow that leaves the node. By arrow: `nextLeaving`: as `leaving`, the one before.
 */

import { poBefore, poNext, type Relations } from './relations.ts';
import type { TopologicalOrder } from './topological-order.ts';

/** Arrows between nodes, by number. */
export interface ExtraArrows {
  readonly count: number;
  from(arrow: number): number;
  to(arrow: number): number;
}

export interface CycleSearch {
  /** Arrows (numbers) of a cycle, in its order: between two of them leads the order before. Null if there is no cycle. */
  cycleWith(arrows: ExtraArrows): readonly number[] | null;
}

/** `withMessages`: whether the messages of the relations are in the order before, or po alone. */
export function cycleSearch(relations: Relations, topological: TopologicalOrder, withMessages: boolean): CycleSearch {
  const { nodes, messageStart, messages } = relations;
  const { order, rank } = topological;
  const before = new Int32Array(nodes);
  const leaving = new Int32Array(nodes);
  let nextLeaving = new Int32Array(0);
  const passed = new Int32Array(nodes);

  /** Calls `visit` with the nodes directly after `node` in the order before. */
  const eachAfter = (node: number, visit: (to: number) => void): void => {
    const next = poNext(relations, node);
    if (next >= 0) visit(next);
    for (let m = messageStart[node] as number; m < (messageStart[node + 1] as number); m++) {
      const to = messages[m] as number;
      if (withMessages || poBefore(relations, to) === node) visit(to);
    }
  };

  const inStretch = (low: number, high: number, arrows: ExtraArrows, chosen: readonly number[]): number[] | null => {
    const within = (node: number): boolean => (rank[node] as number) >= low && (rank[node] as number) <= high;
    const count = (to: number): void => {
      if (within(to)) before[to] = (before[to] as number) + 1;
    };
    for (let place = low; place <= high; place++) eachAfter(order[place] as number, count);
    for (const arrow of chosen) {
      const from = arrows.from(arrow);
      count(arrows.to(arrow));
      nextLeaving[arrow] = leaving[from] as number;
      leaving[from] = arrow + 1;
    }
    let end = 0;
    for (let place = low; place <= high; place++) {
      if (before[order[place] as number] === 0) passed[end++] = order[place] as number;
    }
    const pass = (to: number): void => {
      if (!within(to)) return;
      before[to] = (before[to] as number) - 1;
      if (before[to] === 0) passed[end++] = to;
    };
    for (let i = 0; i < end; i++) {
      const node = passed[i] as number;
      eachAfter(node, pass);
      for (let a = leaving[node] as number; a > 0; a = nextLeaving[a - 1] as number) pass(arrows.to(a - 1));
    }
    const cycle = end === high - low + 1 ? null : someCycle(low, high, arrows, chosen);
    for (let place = low; place <= high; place++) before[order[place] as number] = leaving[order[place] as number] = 0;
    return cycle;
  };

  /** Goes back from a node that was not passed, always to another that was not, until it comes to one again. */
  const someCycle = (low: number, high: number, arrows: ExtraArrows, chosen: readonly number[]): number[] => {
    /** By node that is left: the node before it, and the arrow from there (-1: the order before). */
    const origin = new Map<number, { readonly node: number; readonly arrow: number }>();
    const isLeft = (node: number): boolean => (before[node] as number) > 0;
    for (let place = low; place <= high; place++) {
      const node = order[place] as number;
      if (!isLeft(node)) continue;
      eachAfter(node, (to) => {
        if (isLeft(to)) origin.set(to, { node, arrow: -1 });
      });
    }
    for (const arrow of chosen) {
      if (isLeft(arrows.from(arrow)) && isLeft(arrows.to(arrow))) {
        origin.set(arrows.to(arrow), { node: arrows.from(arrow), arrow });
      }
    }
    const seen = new Map<number, number>();
    const steps: number[] = [];
    let [at] = origin.keys();
    while (at !== undefined && !seen.has(at)) {
      seen.set(at, steps.length);
      const back = origin.get(at);
      if (back === undefined) break;
      steps.push(back.arrow);
      at = back.node;
    }
    const start = at === undefined ? 0 : (seen.get(at) ?? 0);
    return steps
      .slice(start)
      .filter((arrow) => arrow >= 0)
      .reverse();
  };

  return {
    cycleWith(arrows) {
      if (nextLeaving.length < arrows.count) nextLeaving = new Int32Array(arrows.count * 2);
      const stretches = stretchesOf(arrows, rank);
      if (stretches.length === 0) return null;
      const chosen = arrowsWithin(arrows, rank, stretches);
      for (let i = 0; i < stretches.length; i++) {
        const { low, high } = stretches[i] as Stretch;
        const cycle = inStretch(low, high, arrows, chosen[i] ?? []);
        if (cycle !== null) return cycle;
      }
      return null;
    },
  };
}

/** Places in the topological order, both ends included. */
interface Stretch {
  readonly low: number;
  readonly high: number;
}

/** What arrows that point back span without a gap, in order. */
function stretchesOf(arrows: ExtraArrows, rank: Int32Array): readonly Stretch[] {
  const back: Stretch[] = [];
  for (let arrow = 0; arrow < arrows.count; arrow++) {
    const high = rank[arrows.from(arrow)] as number;
    const low = rank[arrows.to(arrow)] as number;
    if (low <= high) back.push({ low, high });
  }
  const merged: Stretch[] = [];
  for (const { low, high } of back.sort((a, b) => a.low - b.low)) {
    const last = merged.at(-1);
    // Two that only touch in a place do share a node.
    if (last !== undefined && low <= last.high)
      merged[merged.length - 1] = { low: last.low, high: Math.max(last.high, high) };
    else merged.push({ low, high });
  }
  return merged;
}

/** By stretch: the arrows that have both ends in it. */
function arrowsWithin(arrows: ExtraArrows, rank: Int32Array, stretches: readonly Stretch[]): readonly number[][] {
  const within: number[][] = stretches.map(() => []);
  const stretchOf = (place: number): number => {
    let low = 0;
    let high = stretches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((stretches[middle] as Stretch).high < place) low = middle + 1;
      else high = middle;
    }
    const found = stretches[low];
    return found !== undefined && found.low <= place ? low : -1;
  };
  for (let arrow = 0; arrow < arrows.count; arrow++) {
    const of = stretchOf(rank[arrows.from(arrow)] as number);
    if (of >= 0 && of === stretchOf(rank[arrows.to(arrow)] as number)) within[of]?.push(arrow);
  }
  return within;
}
