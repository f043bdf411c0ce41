import { expect, test } from 'vitest';
import { analysis } from '../../../checkers/causal/causal.ts';
import { causality } from '../../../checkers/causal/causality.ts';
import { conflictCycles } from '../../../checkers/causal/conflict-cycles.ts';
import { relations } from '../../../checkers/causal/relate.ts';
import { random, type Random } from '../../../src/random.ts';
import { columnsOfSessions, r, w, type Step } from './cc-build.ts';
import { closed, naivePatterns } from './cc-naive.ts';

interface Shape {
  readonly sessions: number;
  readonly operations: number;
  readonly keys: number;
  readonly replicas: number;
  /** The share of reads, and of those that return something else. */
  readonly reads: number;
  readonly lies: number;
  /** How eagerly replicas pass on what they have. */
  readonly deliveries: number;
  /** Whether the latest write by time stays. */
  readonly converges: boolean;
}

/** Sessions on replicas that pass on all that they have, in order, and so causally. */
function replicated(
  of: Random,
  { sessions, operations, keys, replicas, reads, lies, deliveries, converges }: Shape,
): Step[][] {
  const lists: Step[][] = Array.from({ length: sessions }, () => []);
  const log: { key: string; value: number; by: number }[] = [];
  const stores = Array.from({ length: replicas }, () => ({
    has: new Set<number>(),
    values: new Map<string, number>(),
  }));
  const apply = (at: number, update: number): void => {
    const store = stores[at];
    const { key = '' } = log[update] ?? {};
    store?.has.add(update);
    const held = store?.values.get(key);
    if (!converges || held === undefined || held < update) store?.values.set(key, update);
  };
  for (let i = 0; i < operations; i++) {
    // Some sessions are busy, so that they get to know a lot.
    const session = of.int(of.next() < 0.6 ? Math.min(8, sessions) : sessions);
    const at = session % replicas;
    const key = `k${of.int(keys)}`;
    if (of.next() >= reads) {
      log.push({ key, value: i + 1, by: at });
      apply(at, log.length - 1);
      lists[session]?.push(w(key, i + 1));
    } else {
      const held = stores[at]?.values.get(key);
      const written = log.filter((update) => update.key === key).map(({ value }) => value);
      const value =
        of.next() < lies ? of.pick([null, ...written]) : held === undefined ? null : (log[held]?.value ?? null);
      lists[session]?.push(r(key, value));
    }
    for (let n = of.int(1 + deliveries); n > 0; n--) {
      const [to, from] = [of.int(replicas), of.int(replicas)];
      for (const update of [...(stores[from]?.has ?? [])].toSorted((a, b) => a - b)) {
        if (stores[to]?.has.has(update) === false) apply(to, update);
      }
    }
  }
  return lists.filter((list) => list.length > 0);
}

const shapes: readonly (readonly [string, number, Shape])[] = [
  [
    'few',
    30,
    { sessions: 4, operations: 150, keys: 3, replicas: 3, reads: 0.5, lies: 0, deliveries: 2, converges: true },
  ],
  [
    'that disagree',
    30,
    { sessions: 6, operations: 60, keys: 4, replicas: 3, reads: 0.5, lies: 0, deliveries: 1, converges: false },
  ],
  [
    'that lie',
    30,
    { sessions: 5, operations: 120, keys: 4, replicas: 3, reads: 0.5, lies: 0.05, deliveries: 2, converges: true },
  ],
  // What one session writes is long unknown to others.
  [
    'isolated',
    20,
    { sessions: 3, operations: 250, keys: 1, replicas: 3, reads: 0.5, lies: 0.05, deliveries: 0, converges: true },
  ],
  [
    'apart',
    60,
    { sessions: 4, operations: 150, keys: 2, replicas: 4, reads: 0.06, lies: 1, deliveries: 0, converges: true },
  ],
  // Clocks are trees of two levels.
  [
    'many',
    10,
    { sessions: 70, operations: 400, keys: 3, replicas: 4, reads: 0.5, lies: 0.1, deliveries: 1, converges: true },
  ],
  [
    'more',
    4,
    { sessions: 300, operations: 600, keys: 3, replicas: 4, reads: 0.5, lies: 0.3, deliveries: 1, converges: false },
  ],
];

test.each(shapes)('sessions, %s: what is found in %i histories is what the patterns say', (name, count, shape) => {
  const seen = { stale: 0, initial: 0, cycles: 0, none: 0 };
  for (let seed = 0; seed < count; seed++) {
    const lists = replicated(random(seed, name), shape);
    const expected = naivePatterns(lists);
    const related = relations(columnsOfSessions(...lists));
    if ('kind' in related) throw new Error(related.objection);
    const { causal, found } = analysis(causality(related));
    expect([seed, causal.cyclic]).toEqual([seed, expected === null]);
    if (expected === null) continue;
    const { stale, initial, before, direct } = expected;
    expect([seed, found.staleReads.count, found.initialReads.count]).toEqual([seed, stale, initial]);
    const isCyclic = conflictCycles(causal, found).length > 0;
    if (isCyclic) expect([seed, before]).toEqual([seed, null]);
    if (stale === 0) {
      // The edges that were left out follow from the others.
      const withEdges = direct.map((nodes) => [...nodes]);
      for (let i = 0; i < found.edges.count; i++) {
        const [w2, w1] = [found.edges.at(i, 0), found.edges.at(i, 1)];
        withEdges[related.node[w1] ?? -1]?.push(related.node[w2] ?? -1);
      }
      expect([seed, isCyclic, closed(withEdges)]).toEqual([seed, before === null, before]);
    }
    seen.stale += stale;
    seen.initial += initial;
    if (before === null) seen.cycles++;
    else seen.none++;
  }
  if (shape.lies > 0 && shape.reads > 0.1) expect(seen.stale).toBeGreaterThan(20);
  if (!shape.converges) expect(seen.cycles).toBeGreaterThanOrEqual(4);
  if (shape.converges && shape.lies === 0) expect(seen).toEqual({ stale: 0, initial: 0, cycles: 0, none: count });
});
