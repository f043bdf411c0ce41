/**
 * What every total order of a history must hold: the least order with po and rf in which, for a read r of a key that
 * returned w2, and another write w1 of that key, w1 before r puts w1 before w2, and w2 before w1 puts r before w1
 * (the first rule is that of CyclicHB, the second the "from-read" of memory models; Zennou, Bouajjani, Enea, Erradi,
 * CAV 2019, use the same to refute before they search). If it has a cycle there is no total order; if it has none there
 * may be one.
 *
 * Found in rounds: clocks of the order so far, then what the rules add by them, until they add nothing. Of each session
 * the last write of the key is looked at, and of the readers of a write the last in each session. After the first round
 * only nodes whose clocks changed are looked at.
 *
 * Arrays by node: `clock`; `changed`: 1 if that is new in this round.
 */

import type { Causality } from './causality.ts';
import { clockTree } from './clocks.ts';
import { keyWriters } from './key-writers.ts';
import { INITIAL, poBefore, poNext, type Relations } from './relations.ts';
import { triples, type Triples } from './triples.ts';

/** `[tail, head, because]`: two nodes, and the access of a read. */
export type MustArrows = Triples;

export type MustOrder =
  | {
      readonly kind: 'order';
      readonly arrows: MustArrows;
      /** False where there was no time to find all. */
      readonly complete: boolean;
    }
  /** Extra arrows (numbers) of a cycle, in its order: po and rf lead from one to the next. */
  | { readonly kind: 'cycle'; readonly arrows: MustArrows; readonly cycle: readonly number[] };

/** `stop` is asked often; what was found until then is returned. */
export function mustOrder({ relations, topological }: Causality, stop: () => boolean): MustOrder {
  const { nodes, session, first, start, node, key, isWrite, from } = relations;
  const arrows = triples();
  const writers = keyWriters(relations);
  const readers = lastReaders(relations);
  initialReadersFirst(relations, writers, arrows);
  const tree = clockTree(relations.sessions);
  const clock = new Int32Array(nodes);
  const changed = new Uint8Array(nodes);
  let order = topological.order;
  let isFirstRound = true;

  for (let fresh = 0; ; isFirstRound = false) {
    const into = grouped(nodes, arrows, 1);
    if (!goForward(order, arrows, fresh)) order = sorted(relations, order, arrows);
    if (order.length < nodes) return { kind: 'cycle', arrows, cycle: someCycle(relations, order, arrows, into) };
    for (const n of order) {
      if (stop()) return { kind: 'order', arrows, complete: false };
      const known = clockOf(n, into, fresh);
      changed[n] = isFirstRound || known !== clock[n] ? 1 : 0;
      clock[n] = known;
    }
    fresh = arrows.count;
    for (const n of order) {
      if (stop()) return { kind: 'order', arrows, complete: false };
      if (changed[n] === 0) continue;
      for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
        if (isWrite[access] === 1) afterWrite(access, n);
        else if ((from[access] as number) >= 0) afterRead(access, n);
      }
    }
    if (arrows.count === fresh) return { kind: 'order', arrows, complete: true };
  }

  /** What was known before the round, and what comes with nodes that changed or by arrows from number `fresh` on. */
  function clockOf(n: number, into: ArrowsByNode, fresh: number): number {
    let known = clock[n] as number;
    const learn = (before: number): void => {
      const of = session[before] as number;
      known = tree.join(known, clock[before] as number);
      if (of === session[n]) return;
      const count = before + 1 - (first[of] as number);
      if (tree.entry(known, of) < count) known = tree.with(known, of, count);
    };
    const isNew = (before: number): boolean => isFirstRound || changed[before] === 1;
    const before = poBefore(relations, n);
    if (before >= 0 && isNew(before)) learn(before);
    for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
      const writer = from[access] as number;
      if (isWrite[access] === 0 && writer >= 0 && isNew(node[writer] as number)) learn(node[writer] as number);
    }
    for (let i = into.start[n] as number; i < (into.start[n + 1] as number); i++) {
      const arrow = into.arrow[i] as number;
      const tail = arrows.at(arrow, 0);
      if (arrow >= fresh || isNew(tail)) learn(tail);
    }
    return known;
  }

  function isBefore(a: number, b: number): boolean {
    const of = session[a] as number;
    if (of === session[b]) return a < b;
    return tree.entry(clock[b] as number, of) > a - (first[of] as number);
  }

  function eachLastBefore(k: number, n: number, visit: (write: number) => void): void {
    for (let group = writers.keyStart[k] as number; group < (writers.keyStart[k + 1] as number); group++) {
      const of = writers.groupSession[group] as number;
      const below = of === session[n] ? n : (first[of] as number) + tree.entry(clock[n] as number, of);
      const write = below === first[of] ? -1 : writers.lastBelow(group, below);
      if (write >= 0) visit(write);
    }
  }

  function afterRead(read: number, n: number): void {
    const returned = node[from[read] as number] as number;
    eachLastBefore(key[read] as number, n, (write) => {
      const wrote = node[write] as number;
      if (wrote !== returned && !isBefore(wrote, returned)) arrows.push(wrote, returned, read);
    });
  }

  function afterWrite(write: number, n: number): void {
    eachLastBefore(key[write] as number, n, (older) => {
      for (let i = readers.start[older] as number; i < (readers.start[older + 1] as number); i++) {
        const read = readers.read[i] as number;
        const reader = node[read] as number;
        if (reader !== n && !isBefore(reader, n)) arrows.push(reader, n, read);
      }
    });
  }
}

/** By write access, and one more: where its readers begin in `read`. */
interface Readers {
  readonly start: Int32Array;
  readonly read: Int32Array;
}

/** Of each write the last read in each session that returned it. */
function lastReaders({ accesses, session, node, isWrite, from }: Relations): Readers {
  const start = new Int32Array(accesses + 1);
  const isLast = new Uint8Array(accesses);
  const seenIn = new Int32Array(accesses).fill(-1);
  for (let access = accesses - 1; access >= 0; access--) {
    const writer = from[access] as number;
    if (isWrite[access] === 1 || writer < 0) continue;
    const of = session[node[access] as number] as number;
    // Accesses are in the order of sessions.
    if (seenIn[writer] === of) continue;
    seenIn[writer] = of;
    isLast[access] = 1;
    start[writer + 1] = (start[writer + 1] as number) + 1;
  }
  for (let access = 0; access < accesses; access++) {
    start[access + 1] = (start[access + 1] as number) + (start[access] as number);
  }
  const read = new Int32Array(start[accesses] as number);
  const next = start.slice(0, accesses);
  for (let access = 0; access < accesses; access++) {
    if (isLast[access] === 0) continue;
    const writer = from[access] as number;
    read[next[writer] as number] = access;
    next[writer] = (next[writer] as number) + 1;
  }
  return { start, read };
}

/** The last read of an initial value in each session comes before the first write of the key in each session. */
function initialReadersFirst(relations: Relations, writers: ReturnType<typeof keyWriters>, arrows: Triples): void {
  const { accesses, keys, key, session, node, isWrite, from } = relations;
  const { keyStart, groupStart, writes } = writers;
  const seenIn = new Int32Array(keys).fill(-1);
  for (let access = accesses - 1; access >= 0; access--) {
    if (isWrite[access] === 1 || from[access] !== INITIAL) continue;
    const reader = node[access] as number;
    const k = key[access] as number;
    if (seenIn[k] === session[reader]) continue;
    seenIn[k] = session[reader] as number;
    for (let group = keyStart[k] as number; group < (keyStart[k + 1] as number); group++) {
      const wrote = node[writes[groupStart[group] as number] as number] as number;
      if (wrote !== reader) arrows.push(reader, wrote, access);
    }
  }
}

/** By node, and one more: where its extra arrows begin in `arrow`. */
interface ArrowsByNode {
  readonly start: Int32Array;
  readonly arrow: Int32Array;
}

/** The extra arrows by their tail (column 0) or head (column 1). */
export function grouped(nodes: number, arrows: Triples, column: 0 | 1): ArrowsByNode {
  const start = new Int32Array(nodes + 1);
  for (let i = 0; i < arrows.count; i++) {
    const at = arrows.at(i, column) + 1;
    start[at] = (start[at] as number) + 1;
  }
  for (let n = 0; n < nodes; n++) start[n + 1] = (start[n + 1] as number) + (start[n] as number);
  const next = start.slice(0, nodes);
  const arrow = new Int32Array(arrows.count);
  for (let i = 0; i < arrows.count; i++) {
    const at = arrows.at(i, column);
    arrow[next[at] as number] = i;
    next[at] = (next[at] as number) + 1;
  }
  return { start, arrow };
}

/** Whether the arrows from number `from` on go forward in `order`. */
function goForward(order: Int32Array, arrows: Triples, from: number): boolean {
  const rank = new Int32Array(order.length);
  for (let place = 0; place < order.length; place++) rank[order[place] as number] = place;
  for (let i = from; i < arrows.count; i++) {
    if ((rank[arrows.at(i, 0)] as number) >= (rank[arrows.at(i, 1)] as number)) return false;
  }
  return true;
}

/** Visits what comes directly after a node in po, rf and the arrows. */
export function successors(relations: Relations, arrows: Triples): (n: number, visit: (to: number) => void) => void {
  const { nodes, messageStart, messages } = relations;
  const out = grouped(nodes, arrows, 0);
  return (n, visit) => {
    const next = poNext(relations, n);
    if (next >= 0) visit(next);
    for (let m = messageStart[n] as number; m < (messageStart[n + 1] as number); m++) visit(messages[m] as number);
    for (let i = out.start[n] as number; i < (out.start[n + 1] as number); i++)
      visit(arrows.at(out.arrow[i] as number, 1));
  };
}

/** A topological order of po, rf and the arrows (Kahn 1962), without the nodes that are on a cycle or come after one. */
function sorted(relations: Relations, nodesInOrder: Int32Array, arrows: Triples): Int32Array {
  const { nodes } = relations;
  const before = new Int32Array(nodes);
  const eachAfter = successors(relations, arrows);
  for (let n = 0; n < nodes; n++) eachAfter(n, (to) => void (before[to] = (before[to] as number) + 1));
  const order = new Int32Array(nodes);
  let end = 0;
  for (const n of nodesInOrder) if (before[n] === 0) order[end++] = n;
  for (let i = 0; i < end; i++) {
    eachAfter(order[i] as number, (to) => {
      before[to] = (before[to] as number) - 1;
      if (before[to] === 0) order[end++] = to;
    });
  }
  return order.subarray(0, end);
}

/** Goes back from a node that is not in `order`, always to another that is not. */
function someCycle(relations: Relations, order: Int32Array, arrows: Triples, into: ArrowsByNode): readonly number[] {
  const { nodes, start, node, isWrite, from } = relations;
  const isLeft = new Uint8Array(nodes).fill(1);
  for (const n of order) isLeft[n] = 0;
  /** A node before `n` that is left, and the arrow from there (-1: po or rf). Extra arrows are taken last. */
  const back = (n: number): readonly [number, number] => {
    const before = poBefore(relations, n);
    if (before >= 0 && isLeft[before] === 1) return [before, -1];
    for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
      const writer = from[access] as number;
      if (isWrite[access] === 0 && writer >= 0 && isLeft[node[writer] as number] === 1)
        return [node[writer] as number, -1];
    }
    for (let i = into.start[n] as number; i < (into.start[n + 1] as number); i++) {
      const arrow = into.arrow[i] as number;
      if (isLeft[arrows.at(arrow, 0)] === 1) return [arrows.at(arrow, 0), arrow];
    }
    throw new Error(`node ${n} comes after nothing that is left`);
  };
  const seen = new Map<number, number>();
  const steps: number[] = [];
  let at = isLeft.indexOf(1);
  while (!seen.has(at)) {
    seen.set(at, steps.length);
    const [before, arrow] = back(at);
    steps.push(arrow);
    at = before;
  }
  return steps
    .slice(seen.get(at))
    .filter((arrow) => arrow >= 0)
    .reverse();
}
