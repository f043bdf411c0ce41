/** CyclicCF: cycles in CF + CO, and of each set of operations that all come before each other a short one. */

import type { Causality } from './causality.ts';
import { cyclicComponents } from './components.ts';
import type { Conflicts } from './conflicts.ts';
import { poNext, type Relations } from './relations.ts';
import type { Triples } from './triples.ts';

/** The edge of CF from the node of `w2` to the node of `w1`, which is so since `read` returned `w1`. Accesses. */
export interface ConflictEdge {
  readonly w2: number;
  readonly w1: number;
  readonly read: number;
}

/**
 * One cycle for each component, as its edges of CF, in order: from the head of each there is a path of CO to the tail of
 * the next, or they are the same. Only what comes after no cycle of CO is looked at.
 *
 * `isClosed`: what comes before the tail of an edge in CO and writes the same key has such an edge, too, as in CF.
 */
export function conflictCycles(
  causal: Causality,
  { edges }: Conflicts,
  isClosed = true,
): readonly (readonly ConflictEdge[])[] {
  const { relations, topological } = causal;
  const { node, nodes } = relations;
  const { rank } = topological;
  if (agree(edges, (access) => rank[node[access] as number] as number)) return [];
  const graph: Graph = { relations, rank, edges, ...edgesByTail(edges, node, nodes) };
  const left = unordered(graph, topological.order);
  if (left.length === 0) return [];
  const components = cyclicComponents(nodes, left, (n, i) => successor(graph, n, i));
  const find = cycleFinder(graph, isClosed);
  return components.filter((component) => (rank[component[0] as number] as number) >= 0).map(find);
}

/**
 * CF + po + rf. By node, and one more: where its edges of CF begin in `edge`, which has their numbers in `edges`, and in
 * `head`, which has the nodes that they go to.
 */
interface Graph {
  readonly relations: Relations;
  /** By node: its place in an order in which CO goes forward. */
  readonly rank: Int32Array;
  readonly edges: Triples;
  readonly start: Int32Array;
  readonly edge: Int32Array;
  readonly head: Int32Array;
}

/** The i-th node after `n`, or -1: the next of its session, those that messages go to, those after it in CF. */
function successor({ relations, start, head }: Graph, n: number, i: number): number {
  const { messageStart, messages } = relations;
  const next = poNext(relations, n);
  const message = (messageStart[n] as number) + i - (next >= 0 ? 1 : 0);
  if (i === 0 && next >= 0) return next;
  const after = message - (messageStart[n + 1] as number);
  if (after < 0) return messages[message] as number;
  const at = (start[n] as number) + after;
  return at < (start[n + 1] as number) ? (head[at] as number) : -1;
}

/** Whether all edges go forward in an order that CO goes forward in, too: then there is no cycle. */
function agree(edges: Triples, rankOf: (access: number) => number): boolean {
  for (let i = 0; i < edges.count; i++) if (rankOf(edges.at(i, 0)) >= rankOf(edges.at(i, 1))) return false;
  return true;
}

function edgesByTail(edges: Triples, node: Int32Array, nodes: number): Pick<Graph, 'start' | 'edge' | 'head'> {
  const { count } = edges;
  const start = new Int32Array(nodes + 1);
  for (let i = 0; i < count; i++) {
    const tail = node[edges.at(i, 0)] as number;
    start[tail + 1] = (start[tail + 1] as number) + 1;
  }
  for (let n = 0; n < nodes; n++) start[n + 1] = (start[n + 1] as number) + (start[n] as number);
  const next = start.slice(0, nodes);
  const edge = new Int32Array(count);
  const head = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const tail = node[edges.at(i, 0)] as number;
    const at = next[tail] as number;
    edge[at] = i;
    head[at] = node[edges.at(i, 1)] as number;
    next[tail] = at + 1;
  }
  return { start, edge, head };
}

/** Those of `nodes`, which go forward in po and rf, that are on a cycle or come after one (Kahn). */
function unordered({ relations, start, head }: Graph, nodes: Int32Array): readonly number[] {
  const { messageStart, messages } = relations;
  const before = new Int32Array(relations.nodes);
  const placed = new Int32Array(nodes.length);
  let end = 0;
  const count = (to: number): void => {
    before[to] = (before[to] as number) + 1;
  };
  const release = (to: number): void => {
    const left = (before[to] as number) - 1;
    before[to] = left;
    // What is on a cycle of CO waits for a node that is not among `nodes`.
    if (left === 0) placed[end++] = to;
  };
  const eachAfter = (n: number, visit: (to: number) => void): void => {
    const next = poNext(relations, n);
    if (next >= 0) visit(next);
    for (let m = messageStart[n] as number; m < (messageStart[n + 1] as number); m++) visit(messages[m] as number);
    for (let e = start[n] as number; e < (start[n + 1] as number); e++) visit(head[e] as number);
  };
  for (const n of nodes) eachAfter(n, count);
  for (const n of nodes) if (before[n] === 0) placed[end++] = n;
  for (let at = 0; at < end; at++) {
    const n = placed[at] as number;
    before[n] = -1;
    eachAfter(n, release);
  }
  return end === nodes.length ? [] : Array.from(nodes.filter((n) => before[n] !== -1));
}

/** So many nodes may be looked at in all to find short cycles; each component gets one in any case. */
const lookedAtMax = 20_000_000;
const triesMax = 64;

/**
 * Finds cycles with few edges of CF: from the head of an edge back to its tail, breadth first in edges of CF. On every
 * cycle there is one that goes back in an order in which CO goes forward: others need not be tried.
 */
function cycleFinder(graph: Graph, isClosed: boolean): (component: Int32Array) => readonly ConflictEdge[] {
  const { relations, rank, edges, start, edge } = graph;
  const { node, nodes } = relations;
  const tail = (e: number): number => node[edges.at(e, 0)] as number;
  const head = (e: number): number => node[edges.at(e, 1)] as number;
  /** By node: the number of its component, and the search that saw it last. */
  const componentOf = new Int32Array(nodes);
  const seenIn = new Int32Array(nodes);
  /** By node that was seen: the last edge of CF on the way to it, or -1. */
  const via = new Int32Array(nodes);
  let components = 0;
  let searches = 0;
  let lookedAt = 0;

  /** The edges of CF on a path from `from` to `to` that has the fewest of them. */
  const search = (from: number, to: number): readonly number[] => {
    const id = ++searches;
    const within = componentOf[from];
    const level = [from];
    via[from] = -1;
    seenIn[from] = id;
    while (level.length > 0) {
      const next: number[] = [];
      // What CO reaches costs nothing and is looked at before the next edge of CF.
      for (let n = level.pop(); n !== undefined; n = level.pop()) {
        lookedAt++;
        if (n === to) return wayTo(to);
        const inCO = successorsInCO(relations, n);
        for (let i = 0; i < inCO; i++) {
          const after = successor(graph, n, i);
          if (componentOf[after] !== within || seenIn[after] === id) continue;
          seenIn[after] = id;
          via[after] = via[n] as number;
          level.push(after);
        }
        for (let i = start[n] as number; i < (start[n + 1] as number); i++) next.push(edge[i] as number);
      }
      for (const e of next) {
        const after = head(e);
        if (componentOf[after] !== within || seenIn[after] === id) continue;
        seenIn[after] = id;
        via[after] = e;
        level.push(after);
      }
    }
    return [];
  };
  const wayTo = (to: number): readonly number[] => {
    const way: number[] = [];
    for (let e = via[to] as number; e >= 0; e = via[tail(e)] as number) way.push(e);
    return way.reverse();
  };

  const told = (cycle: readonly number[]): readonly ConflictEdge[] =>
    isClosed
      ? shortened(graph, cycle)
      : cycle.map((e) => ({ w2: edges.at(e, 0), w1: edges.at(e, 1), read: edges.at(e, 2) }));

  return (component) => {
    components++;
    for (const n of component) componentOf[n] = components;
    let best: readonly number[] | null = null;
    let tries = triesMax;
    for (const n of component.toSorted()) {
      for (let i = start[n] as number; i < (start[n + 1] as number); i++) {
        const e = edge[i] as number;
        if (componentOf[head(e)] !== components || (rank[head(e)] as number) > (rank[n] as number)) continue;
        const cycle = [e, ...search(head(e), n)];
        if (best === null || cycle.length < best.length) best = cycle;
        if (best.length <= 2 || --tries === 0 || lookedAt > lookedAtMax) return told(best);
      }
    }
    return told(best ?? []);
  };
}

function successorsInCO(relations: Relations, n: number): number {
  const { messageStart } = relations;
  return (messageStart[n + 1] as number) - (messageStart[n] as number) + (poNext(relations, n) >= 0 ? 1 : 0);
}

/**
 * Where the write at the head of an edge is of the key of the next edge, it comes before the read of that, too: the path
 * between them can be left out.
 */
function shortened({ relations, edges }: Graph, cycle: readonly number[]): readonly ConflictEdge[] {
  const { key } = relations;
  return cycle.map((e, i) => {
    const before = cycle.at(i - 1) as number;
    const head = edges.at(before, 1);
    const w1 = edges.at(e, 1);
    const isOneKey = key[head] === key[w1] && head !== w1;
    return { w2: isOneKey ? head : edges.at(e, 0), w1, read: edges.at(e, 2) };
  });
}
