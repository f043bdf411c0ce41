/**
 * The bad patterns of CC and CCv as they are written down (CHECKERS: CO is the closure of po and rf, CF relates every
 * pair), over sets of all predecessors. For histories of some hundred operations, all of known outcome.
 */

import type { Step } from './cc-build.ts';

export interface NaivePatterns {
  readonly stale: number;
  readonly initial: number;
  /** By node (session by session): what comes before it in CO and CF, as bits. Null if that has a cycle. */
  readonly before: readonly bigint[] | null;
  /** The nodes directly before each in po and rf. */
  readonly direct: readonly (readonly number[])[];
}

interface Node extends Step {
  readonly session: number;
  readonly place: number;
}

/** Null if CO has a cycle. */
export function naivePatterns(lists: readonly (readonly Step[])[]): NaivePatterns | null {
  const nodes: Node[] = lists.flatMap((list, session) => list.map((step, place) => ({ ...step, session, place })));
  const writers = new Map<string, number>();
  nodes.forEach(({ f, key, input }, n) => f === 'write' && writers.set(`${key} ${JSON.stringify(input)}`, n));
  const returned = nodes.map(({ f, key, output }) =>
    f === 'read' ? writers.get(`${key} ${JSON.stringify(output)}`) : undefined,
  );
  const direct = nodes.map(({ place }, n) => [...(place > 0 ? [n - 1] : []), ...[returned[n] ?? []].flat()]);
  const past = closed(direct);
  if (past === null) return null;
  const has = (set: bigint | undefined, n: number): boolean => (((set ?? 0n) >> BigInt(n)) & 1n) === 1n;
  const edges: [number, number][] = [];
  let stale = 0;
  let initial = 0;
  nodes.forEach(({ f, key }, read) => {
    if (f !== 'read') return;
    const w1 = returned[read];
    const known = nodes.flatMap((node, w2) =>
      node.f === 'write' && node.key === key && has(past[read], w2) ? [w2] : [],
    );
    if (w1 === undefined) {
      if (known.length > 0) initial++;
      return;
    }
    if (known.some((w2) => w2 !== w1 && has(past[w2], w1))) stale++;
    // Where w1 comes before w2 in CO that is WriteCORead, which is counted above.
    for (const w2 of known) if (w2 !== w1 && !has(past[w2], w1)) edges.push([w2, w1]);
  });
  const withCF = direct.map((before, n) => [...before, ...edges.flatMap(([w2, w1]) => (w1 === n ? [w2] : []))]);
  return { stale, initial, before: closed(withCF), direct };
}

/** All predecessors of each node, as bits; null if there is a cycle. */
export function closed(direct: readonly (readonly number[])[]): readonly bigint[] | null {
  const past = new Map<number, bigint>();
  let left = direct.map((_, n) => n);
  while (left.length > 0) {
    const ready = left.filter((n) => direct[n]?.every((before) => past.has(before)));
    if (ready.length === 0) return null;
    for (const n of ready) {
      past.set(
        n,
        (direct[n] ?? []).reduce((set, before) => set | (past.get(before) ?? 0n) | (1n << BigInt(before)), 0n),
      );
    }
    left = left.filter((n) => !past.has(n));
  }
  return direct.map((_, n) => past.get(n) ?? 0n);
}
