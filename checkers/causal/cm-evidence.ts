/** Makes violations out of what a view found: WriteHBInitRead and CyclicHB, with the arrows that they rest on. */

import type { Saturation } from './cm-view.ts';
import type { Arrow, Violation } from './patterns.ts';
import { INITIAL, isPoBefore, keyName, type Relations } from './relations.ts';
import type { Triples } from './triples.ts';
import { shownAt, type Occurrences } from './violations.ts';

/** What a session could not explain, in terms of the pairs of its view. */
export interface ViewFailure {
  readonly relations: Relations;
  /** The process whose reads can't be explained. */
  readonly process: number;
  /** Accesses `[w1, w2, r]`, each after those that it follows from; `[w, r, r]` where r read w. */
  readonly pairs: Triples;
  /** Whether one node comes before another in the order that the view began with. */
  isBefore(a: number, b: number): boolean;
}

/** So many arrows are told of a violation. */
const arrowsMax = 64;
/** Cycles of up to so many pairs are made shorter. */
const shortenMax = 512;
/** So many pairs may be looked at for one path. */
const lookedAtMax = 2_000_000;

type Found = Omit<Violation, 'repeats'>;

/** A read of the initial value after a write. */
export function initialRead(failure: ViewFailure, { write, read }: Extract<Saturation, { kind: 'initial' }>): Found {
  const { relations, process } = failure;
  const rowOf = (access: number): number => relations.row[relations.node[access] as number] as number;
  return {
    pattern: 'WriteHBInitRead',
    key: keyName(relations, read),
    core: [rowOf(write), rowOf(read)],
    arrows: explained(failure, pathOfPairs(failure, write, read, failure.pairs.count), write, read),
    process,
  };
}

/** A cycle of pairs, between which the order before leads from one to the next. */
export function cyclicHB(failure: ViewFailure, found: readonly number[]): Found {
  const { relations, process, pairs } = failure;
  const { node, row } = relations;
  const rowOf = (access: number): number => row[node[access] as number] as number;
  const cycle = shortened(failure, found);
  const at = (pair: number | undefined, column: 0 | 1 | 2): number => pairs.at(pair ?? 0, column);
  const derived = cycle.filter((pair) => pairs.at(pair, 1) !== pairs.at(pair, 2));
  const [one = cycle[0], other] = derived;
  const core = (): readonly number[] => {
    if (derived.length === 0) return [at(one, 0), at(one, 1)];
    if (other === undefined) return [at(one, 1), at(one, 0), at(one, 2)];
    const isMutual = derived.length === 2 && at(one, 0) === at(other, 1) && at(one, 1) === at(other, 0);
    if (isMutual) return [at(one, 0), at(one, 1), at(one, 2), at(other, 2)];
    return [at(one, 1), at(one, 2), at(other, 1), at(other, 2)];
  };
  const keys = new Set(cycle.map((pair) => keyName(relations, pairs.at(pair, 2))));
  const [key = null] = keys;
  const start = at(cycle.at(-1), 1);
  return {
    pattern: 'CyclicHB',
    key: keys.size === 1 ? key : null,
    core: [...new Set(core().map(rowOf))],
    arrows: explained(failure, cycle, start, start),
    process,
  };
}

/** Where in the history it shows, with how often it came up. */
export function occurrence({ relations }: ViewFailure, violation: Found): Occurrences {
  return {
    at: Math.max(...violation.core.map((row) => shownAt(relations.columns, row))),
    repeats: 1,
    violation: () => violation,
  };
}

/**
 * The arrows along `way` (pairs, in order) from access `from` to access `to`, and those that the pairs rest on where a
 * read came to know of a write by other pairs only.
 */
function explained(failure: ViewFailure, way: readonly number[] | null, from: number, to: number): readonly Arrow[] {
  const { relations, pairs, isBefore } = failure;
  const { node, row } = relations;
  const arrows: Arrow[] = [];
  const told = new Set<number>();
  const before = (a: number, b: number): void => {
    const [x, y] = [node[a] as number, node[b] as number];
    if (x === y) return;
    arrows.push({ from: row[x] as number, to: row[y] as number, relation: relationOf(relations, x, y) });
  };
  const walk = (pairsOnIt: readonly number[], start: number, end: number): void => {
    let at = start;
    for (const pair of pairsOnIt) {
      const [w1, w2, read] = [pairs.at(pair, 0), pairs.at(pair, 1), pairs.at(pair, 2)];
      before(at, w1);
      if (w2 === read) before(w1, read);
      else arrows.push(derivedArrow(relations, w1, w2, read));
      at = w2;
    }
    before(at, end);
  };
  if (way === null) return arrows;
  walk(way, from, to);
  const open = [...way];
  for (let pair = open.shift(); pair !== undefined && arrows.length < arrowsMax; pair = open.shift()) {
    if (told.has(pair)) continue;
    told.add(pair);
    const [w1, w2, read] = [pairs.at(pair, 0), pairs.at(pair, 1), pairs.at(pair, 2)];
    if (w2 === read || isBefore(node[w1] as number, node[read] as number)) continue;
    const reason = pathOfPairs(failure, w1, read, pair);
    if (reason === null) continue;
    walk(reason, w1, read);
    open.push(...reason);
  }
  return arrows.slice(0, arrowsMax);
}

function derivedArrow({ node, row }: Relations, w1: number, w2: number, read: number): Arrow {
  const rowOf = (access: number): number => row[node[access] as number] as number;
  return { from: rowOf(w1), to: rowOf(w2), relation: 'hb', because: rowOf(read) };
}

function relationOf(relations: Relations, a: number, b: number): Arrow['relation'] {
  if (isPoBefore(relations, a, b)) return 'po';
  const { start, isWrite, from, node } = relations;
  for (let access = start[b] as number; access < (start[b + 1] as number); access++) {
    const writer = from[access] as number;
    if (isWrite[access] === 0 && writer > INITIAL && node[writer] === a) return 'rf';
  }
  return 'co';
}

/** The fewest of the first `below` pairs that lead, with the order before, from an access to another. Null: not found. */
function pathOfPairs(failure: ViewFailure, from: number, to: number, below: number): readonly number[] | null {
  const { relations, pairs, isBefore } = failure;
  const { node } = relations;
  const comesTo = (a: number, b: number): boolean => a === b || isBefore(a, b);
  const target = node[to] as number;
  if (node[from] !== target && isBefore(node[from] as number, target)) return [];
  const left = Array.from({ length: below }, (_, pair) => pair);
  const cameFrom = new Map<number, number>();
  let reached = [-1];
  let lookedAt = 0;
  while (reached.length > 0) {
    const next: number[] = [];
    for (const pair of reached) {
      const at = pair < 0 ? (node[from] as number) : (node[pairs.at(pair, 1)] as number);
      let kept = 0;
      for (const other of left) {
        if (++lookedAt > lookedAtMax) return null;
        if (!comesTo(at, node[pairs.at(other, 0)] as number)) {
          left[kept++] = other;
          continue;
        }
        cameFrom.set(other, pair);
        if (comesTo(node[pairs.at(other, 1)] as number, target)) return wayTo(cameFrom, other);
        next.push(other);
      }
      left.length = kept;
    }
    reached = next;
  }
  return null;
}

function wayTo(cameFrom: ReadonlyMap<number, number>, last: number): readonly number[] {
  const way: number[] = [];
  for (let pair = last; pair >= 0; pair = cameFrom.get(pair) ?? -1) way.push(pair);
  return way.reverse();
}

/** A cycle of as few of the pairs as there is. */
function shortened({ relations, pairs, isBefore }: ViewFailure, cycle: readonly number[]): readonly number[] {
  if (cycle.length > shortenMax) return cycle;
  const { node } = relations;
  const tail = (pair: number): number => node[pairs.at(pair, 0)] as number;
  const head = (pair: number): number => node[pairs.at(pair, 1)] as number;
  const leads = (a: number, b: number): boolean => head(a) === tail(b) || isBefore(head(a), tail(b));
  let best = cycle;
  for (const start of cycle.length > arrowsMax ? cycle.slice(0, arrowsMax) : cycle) {
    const cameFrom = new Map<number, number>([[start, -1]]);
    for (const pair of cameFrom.keys()) {
      if (leads(pair, start)) {
        const way = wayTo(cameFrom, pair);
        if (way.length < best.length) best = way;
        break;
      }
      for (const other of cycle) if (!cameFrom.has(other) && leads(pair, other)) cameFrom.set(other, pair);
    }
    if (best.length === 1) break;
  }
  return best;
}
