/** What comes before and after an operation in po + rf, as how far each session belongs to it. */

import { poNext, type Relations } from '../causal/relations.ts';

/** A set of nodes that holds with each node all that comes before it: of each session the nodes below `end`. */
export interface Past {
  /** By session: the first node that does not belong to it. */
  readonly end: Int32Array;
  has(node: number): boolean;
  rows(): readonly number[];
}

/** A read whose answer is not taken for known: what it returned is left out. */
export interface Unanswered {
  /** Access. */
  readonly read: number;
}

/** All that comes before any of `nodes`, and with `inclusive` these themselves. */
export function pastOf(relations: Relations, nodes: Iterable<number>, { read }: Unanswered, inclusive = false): Past {
  const { sessions, first, session, parent, start, isWrite, from, node, row } = relations;
  const end = first.slice(0, sessions);
  /** Nodes of which all that comes before them in their session is to be added. */
  const open: number[] = [];
  const addUpTo = (last: number): void => {
    if (last >= 0 && last >= (end[session[last] as number] as number)) open.push(last);
  };
  const addReturned = (reader: number): void => {
    for (let access = start[reader] as number; access < (start[reader + 1] as number); access++) {
      const writer = from[access] as number;
      if (isWrite[access] === 0 && writer >= 0 && access !== read && node[writer] !== reader)
        addUpTo(node[writer] as number);
    }
  };
  const addBefore = (of: number): void => {
    const isFirst = of === first[session[of] as number];
    addUpTo(isFirst ? (parent[session[of] as number] as number) : of - 1);
  };
  for (const of of nodes) {
    if (inclusive) addUpTo(of);
    else {
      addReturned(of);
      addBefore(of);
    }
  }
  for (let last = open.pop(); last !== undefined; last = open.pop()) {
    const of = session[last] as number;
    const low = end[of] as number;
    if (last < low) continue;
    end[of] = last + 1;
    if (low === first[of]) addUpTo(parent[of] as number);
    for (let n = low; n <= last; n++) addReturned(n);
  }
  return {
    end,
    has: (of) => of < (end[session[of] as number] as number),
    rows() {
      const rows: number[] = [];
      for (let of = 0; of < sessions; of++) {
        for (let n = first[of] as number; n < (end[of] as number); n++) rows.push(row[n] as number);
      }
      return rows;
    },
  };
}

/** By session: the first node that comes after `node`, or the end of the session. */
export function futureOf(relations: Relations, node: number): { has(node: number): boolean } {
  const { sessions, first, session, messageStart, messages } = relations;
  const begin = Int32Array.from({ length: sessions }, (_, of) => first[of + 1] as number);
  const open: number[] = [];
  const addFrom = (next: number): void => {
    if (next >= 0 && next < (begin[session[next] as number] as number)) open.push(next);
  };
  const addMessages = (of: number): void => {
    for (let m = messageStart[of] as number; m < (messageStart[of + 1] as number); m++) addFrom(messages[m] as number);
  };
  addMessages(node);
  addFrom(poNext(relations, node));
  for (let low = open.pop(); low !== undefined; low = open.pop()) {
    const of = session[low] as number;
    const high = begin[of] as number;
    if (low >= high) continue;
    begin[of] = low;
    for (let n = low; n < high; n++) addMessages(n);
  }
  return { has: (of) => of >= (begin[session[of] as number] as number) };
}
