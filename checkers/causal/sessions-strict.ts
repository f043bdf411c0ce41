/**
 * Session guarantees, strict: for each key there is an order of its versions, the same for everybody, in which a read
 * returns a version no older than those that its session must know of. Each path of the guarantee from a write w2 to a
 * read that returned another, w1, puts w2 before w1; monotonic writes also put the writes of a session in their order.
 * The order exists exactly if that has no cycle and no read with such a path returned the initial value.
 *
 * What must be older than w1 is the first part of some lists: of the own writes of a session, or of what a session read.
 * A node for each first part, which comes after the one before and its last element, stands for all of it in one arrow.
 * Where w1 is in the list itself, the elements after it have arrows of their own: two such stretches of a list that
 * overlap contradict each other at once, so that there are no more of them than elements.
 *
 * The nodes of the graph of a key: its writes (by place among them), then the first parts of lists (by place of the last
 * element among the writes, or among the reads for writes-follow-reads).
 */

import { INITIAL } from './relations.ts';
import { lastOwnRead, lastOwnWrite, lastReturning, type SessionLists } from './sessions-lists.ts';

export type Guarantee = 'RYW' | 'MR' | 'MW' | 'WFR';

/** An arrow from version to version, all of them accesses. `read` is -1 where both are of one session (MW). */
export interface VersionArrow {
  readonly older: number;
  readonly newer: number;
  readonly read: number;
}

/** A cycle of versions, or a read of the initial value though it must know of `write`. */
export type StrictViolation =
  | { readonly kind: 'cycle'; readonly arrows: readonly VersionArrow[] }
  | { readonly kind: 'initial'; readonly write: number; readonly read: number };

/** Of each key at most one cycle, and every read of an initial value that should not be. */
export function strictViolations(lists: SessionLists, guarantee: Guarantee): readonly StrictViolation[] {
  const found: StrictViolation[] = [];
  for (let key = 0; key < lists.relations.keys; key++) {
    const { reads } = lists;
    if (reads.keyStart[key] === reads.keyStart[key + 1]) continue;
    const graph = graphOf(lists, guarantee, key, (write, read) => found.push({ kind: 'initial', write, read }));
    const cycle = graph.cycle();
    if (cycle !== null) found.push({ kind: 'cycle', arrows: cycle });
  }
  return found;
}

type OnInitial = (write: number, read: number) => void;

function graphOf(lists: SessionLists, guarantee: Guarantee, key: number, onInitial: OnInitial): VersionGraph {
  const { relations, writes, reads } = lists;
  const { node, from } = relations;
  const graph = versionGraph(lists, key, guarantee === 'RYW' ? 'writes' : guarantee === 'WFR' ? 'reads' : null);
  if (guarantee === 'MW') graph.inSessionOrder();
  const readsStart = reads.groupStart[reads.keyStart[key] as number] as number;
  const readsEnd = reads.groupStart[reads.keyStart[key + 1] as number] as number;
  for (let at = readsStart; at < readsEnd; at++) {
    const read = reads.writes[at] as number;
    const reader = node[read] as number;
    const returned = from[read] as number;
    let isToldInitial = false;
    const see = (last: number, older: number): void => {
      if (returned !== INITIAL) graph.needs(last, older, returned, read);
      else if (!isToldInitial) {
        isToldInitial = true;
        onInitial(older, read);
      }
    };
    if (guarantee === 'RYW') {
      const last = lastOwnWrite(lists, key, reader);
      if (last >= 0) see(last, last);
    } else if (guarantee === 'MR') {
      const last = lastOwnRead(lists, key, reader);
      if (last >= 0) see(-1, from[last] as number);
    } else {
      lists.eachBehind(guarantee === 'MW' ? writes : reads, read, (group, below) => {
        const last = guarantee === 'MW' ? writes.lastBelow(group, below) : lastReturning(lists, group, below);
        if (last >= 0) see(guarantee === 'MW' ? -1 : last, guarantee === 'MW' ? last : (from[last] as number));
        return false;
      });
    }
  }
  return graph;
}

interface VersionGraph {
  /** What `last` stands for in its list, up to it, is older than `newer`; with -1 only `older` is. */
  needs(last: number, older: number, newer: number, read: number): void;
  /** The writes of each session are in their order. */
  inSessionOrder(): void;
  cycle(): readonly VersionArrow[] | null;
}

/** `first`: of which lists there are first parts. */
function versionGraph(lists: SessionLists, key: number, kind: 'writes' | 'reads' | null): VersionGraph {
  const { relations, writes, reads, place } = lists;
  const { from } = relations;
  const versionsStart = writes.groupStart[writes.keyStart[key] as number] as number;
  const versions = (writes.groupStart[writes.keyStart[key + 1] as number] as number) - versionsStart;
  const list = kind === 'reads' ? reads : writes;
  const listStart = list.groupStart[list.keyStart[key] as number] as number;
  const listEnd = kind === null ? listStart : (list.groupStart[list.keyStart[key + 1] as number] as number);
  const nodes = versions + listEnd - listStart;
  const version = (write: number): number => (place[write] as number) - versionsStart;
  const firstPart = (at: number): number => versions + at - listStart;
  /** The version at a place of the list; -1 for the initial one. */
  const element = (at: number): number =>
    kind === 'reads' ? (from[list.writes[at] as number] as number) : (list.writes[at] as number);
  const tails: number[] = [];
  const heads: number[] = [];
  /** The read that makes an arrow; -1 for those of sessions, -2 for those of first parts. */
  const reasons: number[] = [];
  const add = (tail: number, head: number, reason: number): void => {
    tails.push(tail);
    heads.push(head);
    reasons.push(reason);
  };
  /** By list and version: the place where it is first. */
  const firstAt = new Map<number, number>();
  const groupOfPlace = new Int32Array(listEnd - listStart);
  const pairOf = (group: number, write: number): number => group * relations.accesses + write;
  if (kind !== null) {
    for (let group = list.keyStart[key] as number; group < (list.keyStart[key + 1] as number); group++) {
      const start = list.groupStart[group] as number;
      const end = list.groupStart[group + 1] as number;
      for (let at = start; at < end; at++) {
        groupOfPlace[at - listStart] = group;
        if (at > start) add(firstPart(at - 1), firstPart(at), -2);
        const write = element(at);
        if (write < 0) continue;
        add(version(write), firstPart(at), -2);
        const pair = pairOf(group, write);
        if (!firstAt.has(pair)) firstAt.set(pair, at);
      }
    }
  }
  /** Stretches of lists after a version that must be newer than they are, by list and version. */
  const stretches = new Map<number, { group: number; start: number; end: number; newer: number; read: number }>();

  return {
    needs(last, older, newer, read) {
      if (last < 0) {
        if (older !== newer) add(version(older), version(newer), read);
        return;
      }
      const end = place[last] as number;
      const group = groupOfPlace[end - listStart] as number;
      const pair = pairOf(group, newer);
      const own = firstAt.get(pair) ?? Infinity;
      if (own > end) {
        add(firstPart(end), version(newer), read);
        return;
      }
      if (own > (list.groupStart[group] as number)) add(firstPart(own - 1), version(newer), read);
      const known = stretches.get(pair);
      if (known === undefined) stretches.set(pair, { group, start: own, end, newer, read });
      else if (known.end < end) Object.assign(known, { end, read });
    },
    inSessionOrder() {
      for (let group = writes.keyStart[key] as number; group < (writes.keyStart[key + 1] as number); group++) {
        for (let at = (writes.groupStart[group] as number) + 1; at < (writes.groupStart[group + 1] as number); at++) {
          add(at - 1 - versionsStart, at - versionsStart, -1);
        }
      }
    },
    cycle() {
      let before: { group: number; start: number; end: number; newer: number; read: number } | null = null;
      for (const stretch of [...stretches.values()].sort((a, b) => a.start - b.start)) {
        if (before !== null && stretch.start <= before.end && stretch.group === before.group) {
          // Each of the two is in the list before the end of the other.
          add(version(stretch.newer), version(before.newer), before.read);
          add(version(before.newer), version(stretch.newer), stretch.read);
          break;
        }
        for (let at = stretch.start + 1; at <= stretch.end; at++) {
          const write = element(at);
          if (write >= 0 && write !== stretch.newer) add(version(write), version(stretch.newer), stretch.read);
        }
        before = stretch;
      }
      const arrows = cycleIn(nodes, Int32Array.from(tails), Int32Array.from(heads));
      return arrows === null ? null : betweenVersions(arrows);
    },
  };

  /** Leaves out the nodes of first parts: what leads into them leads to where they lead. */
  function betweenVersions(cycle: readonly number[]): readonly VersionArrow[] {
    const entries = cycle.findIndex((arrow) => (tails[arrow] as number) < versions);
    const turned = [...cycle.slice(entries), ...cycle.slice(0, entries)];
    const found: VersionArrow[] = [];
    let older = 0;
    for (const arrow of turned) {
      if ((tails[arrow] as number) < versions) older = tails[arrow] as number;
      if ((heads[arrow] as number) >= versions) continue;
      found.push({
        older: writes.writes[versionsStart + older] as number,
        newer: writes.writes[versionsStart + (heads[arrow] as number)] as number,
        read: reasons[arrow] as number,
      });
    }
    return found;
  }
}

/** The arrows of a cycle, in its order, or null if there is none (Kahn 1962). */
function cycleIn(nodes: number, tails: Int32Array, heads: Int32Array): readonly number[] | null {
  const before = new Int32Array(nodes);
  const leaving = new Int32Array(nodes).fill(-1);
  const nextLeaving = new Int32Array(tails.length);
  for (let arrow = 0; arrow < tails.length; arrow++) {
    before[heads[arrow] as number] = (before[heads[arrow] as number] as number) + 1;
    nextLeaving[arrow] = leaving[tails[arrow] as number] as number;
    leaving[tails[arrow] as number] = arrow;
  }
  const passed = new Int32Array(nodes);
  let end = 0;
  for (let n = 0; n < nodes; n++) if (before[n] === 0) passed[end++] = n;
  for (let i = 0; i < end; i++) {
    for (let arrow = leaving[passed[i] as number] as number; arrow >= 0; arrow = nextLeaving[arrow] as number) {
      const head = heads[arrow] as number;
      before[head] = (before[head] as number) - 1;
      if (before[head] === 0) passed[end++] = head;
    }
  }
  if (end === nodes) return null;
  /** By node that is left: an arrow to it from another that is left. */
  const into = new Int32Array(nodes).fill(-1);
  let at = -1;
  for (let arrow = 0; arrow < tails.length; arrow++) {
    const [tail, head] = [tails[arrow] as number, heads[arrow] as number];
    if ((before[tail] as number) === 0 || (before[head] as number) === 0) continue;
    into[head] = arrow;
    at = head;
  }
  const seen = new Map<number, number>();
  const back: number[] = [];
  while (!seen.has(at)) {
    seen.set(at, back.length);
    const arrow = into[at] as number;
    back.push(arrow);
    at = tails[arrow] as number;
  }
  return back.slice(seen.get(at)).reverse();
}
