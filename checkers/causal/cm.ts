/**
 * CM, causal memory (Ahamad, Neiger, Burns, Kohli, Hutto, Distributed Computing 1995): for each session there is an order
 * of all writes and its own reads that respects causal order, in which each of its reads returns the last write of its
 * key. For differentiated histories: the bad patterns of CC, WriteHBInitRead and CyclicHB (Bouajjani, Enea, Guerraoui,
 * Hamza, POPL 2017, theorem 7).
 *
 * HB_o is asked for each operation o there. It grows with o: what comes causally before o comes before every later
 * operation of the session, too, and the reads up to o are among those up to the later one. So the last operation of a
 * session speaks for all of it.
 */

import type { Causality } from './causality.ts';
import { ccCauses } from './cc.ts';
import { cycleSearch } from './cm-cycle.ts';
import type { ViewFailure } from './cm-evidence.ts';
import { addFailureOf, viewFailures } from './cm-failures.ts';
import { saturate, type OrderBefore } from './cm-view.ts';
import type { Conflicts } from './conflicts.ts';
import { keyWriters } from './key-writers.ts';
import { modelVerdict } from './model-verdict.ts';
import type { ModelVerdict } from './patterns.ts';
import { INITIAL, type Relations } from './relations.ts';
import { triples, type Triples } from './triples.ts';
import type { Occurrences } from './violations.ts';

export function checkCM(causal: Causality, found: Conflicts): ModelVerdict {
  return modelVerdict('CM', causal.relations, cmCauses(causal, found), causal.cut);
}

/** What violates CM. Where CC is violated, that alone is told. */
export function cmCauses(causal: Causality, found: Conflicts): readonly Occurrences[] {
  const causes = ccCauses(causal, found);
  return causes.length > 0 ? causes : viewCauses(causal, found.edges);
}

/** Of a history that is CC. `edges`: accesses `[w1, w2, r]`, w1 CO r and r read w2; those of a session in its order. */
function viewCauses(causal: Causality, edges: Triples): readonly Occurrences[] {
  const { relations, topological, clocks } = causal;
  const { sessions, session, first, parent, process, node } = relations;
  const { tree, clock, isBefore } = clocks;
  if (edges.count === 0) return [];
  const before: OrderBefore = {
    relations,
    writers: keyWriters(relations),
    tree,
    isBefore,
    upTo(write) {
      const of = session[write] as number;
      return tree.with(clock[write] as number, of, write + 1 - (first[of] as number));
    },
  };
  const cycles = cycleSearch(relations, topological, true);
  const edgesOf = bySession(relations, edges);
  const failures = viewFailures();
  for (let of = 0; of < sessions; of++) {
    const above = parent[of] as number;
    const isSide = above >= 0;
    const reads = readsOf(relations, of, above).filter(
      (read) => (topological.rank[node[read] as number] as number) >= 0,
    );
    if (isSide && reads.length === 0) continue;
    const pairs = triples();
    if (isSide) {
      edgesOf(session[above] as number, (i) => {
        if ((node[edges.at(i, 2)] as number) <= above) pairs.push(edges.at(i, 0), edges.at(i, 1), edges.at(i, 2));
      });
    }
    edgesOf(of, (i) => pairs.push(edges.at(i, 0), edges.at(i, 1), edges.at(i, 2)));
    // Without any, the reads learn nothing that they did not know.
    if (pairs.count === 0) continue;
    const mark = tree.mark();
    const known = reads.map((read) => clock[node[read] as number] as number);
    const saturation = saturate(before, { reads, known, begun: true, pairs, sessions: null });
    tree.release(mark);
    const failure: ViewFailure = { relations, process: process[of] as number, pairs, isBefore };
    addFailureOf(failure, saturation, cycles, failures);
  }
  return failures.causes();
}

/** The reads (accesses) of a session that returned a write or the initial value, after those of another up to `above`. */
export function readsOf(relations: Relations, of: number, above: number): Int32Array {
  const { session, first, start, isWrite, from } = relations;
  const reads: number[] = [];
  const add = (low: number, high: number): void => {
    for (let access = start[low] as number; access < (start[high] as number); access++) {
      if (isWrite[access] === 0 && (from[access] as number) >= INITIAL) reads.push(access);
    }
  };
  const own = first[of] as number;
  const end = first[of + 1] as number;
  add(own, end);
  if (above < 0 || reads.length === 0) return Int32Array.from(reads);
  const later = reads.splice(0);
  add(first[session[above] as number] as number, above + 1);
  return Int32Array.from([...reads, ...later]);
}

/** Visits the edges of each session, by the session of their reads, in the order in which they are. */
function bySession({ sessions, session, node }: Relations, edges: Triples) {
  const start = new Int32Array(sessions + 1);
  const sessionOf = (i: number): number => session[node[edges.at(i, 2)] as number] as number;
  for (let i = 0; i < edges.count; i++) start[sessionOf(i) + 1] = (start[sessionOf(i) + 1] as number) + 1;
  for (let of = 0; of < sessions; of++) start[of + 1] = (start[of + 1] as number) + (start[of] as number);
  const next = start.slice(0, sessions);
  const edge = new Int32Array(edges.count);
  for (let i = 0; i < edges.count; i++) {
    const of = sessionOf(i);
    edge[next[of] as number] = i;
    next[of] = (next[of] as number) + 1;
  }
  return (of: number, visit: (i: number) => void): void => {
    for (let at = start[of] as number; at < (start[of + 1] as number); at++) visit(edge[at] as number);
  };
}
