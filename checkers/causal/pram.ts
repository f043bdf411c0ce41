/**
 * PRAM (Lipton & Sandberg 1988): for each session there is an order of all writes and its own reads that respects the
 * order of every session, in which each of its reads returns the last write of its key. What others read does not
 * matter: po + rf may have cycles.
 *
 * As for causal memory, with po and what the session itself read in the place of CO. All bad patterns are those of a
 * session's view: ThinAirRead and AbortedRead, WriteHBInitRead, CyclicHB.
 */

import type { Causality } from './causality.ts';
import { unwritten } from './cc.ts';
import { clockTree } from './clocks.ts';
import { readsOf } from './cm.ts';
import { cycleSearch } from './cm-cycle.ts';
import type { ViewFailure } from './cm-evidence.ts';
import { addFailureOf, viewFailures } from './cm-failures.ts';
import { saturate, type OrderBefore } from './cm-view.ts';
import { keyWriters } from './key-writers.ts';
import { modelVerdict } from './model-verdict.ts';
import type { ModelVerdict } from './patterns.ts';
import { isPoBefore, type Relations } from './relations.ts';
import type { TopologicalOrder } from './topological-order.ts';
import { triples } from './triples.ts';
import type { Occurrences } from './violations.ts';

export function checkPRAM(causal: Causality): ModelVerdict {
  const { relations } = causal;
  return modelVerdict('PRAM', relations, pramCauses(causal));
}

/** What violates PRAM. */
export function pramCauses(causal: Causality): readonly Occurrences[] {
  return [...unwritten(causal.relations), ...viewCauses(causal)];
}

function viewCauses({ relations, topological }: Causality): readonly Occurrences[] {
  const { sessions, session, first, parent, process, node, from } = relations;
  const tree = clockTree(sessions);
  const isBefore = (a: number, b: number): boolean => isPoBefore(relations, a, b);
  const upTo = (write: number, known: number): number => {
    const of = session[write] as number;
    const above = parent[of] as number;
    const learned = above < 0 ? known : upTo(above, known);
    const count = write + 1 - (first[of] as number);
    return tree.entry(learned, of) >= count ? learned : tree.with(learned, of, count);
  };
  const before: OrderBefore = {
    relations,
    writers: keyWriters(relations),
    tree,
    isBefore,
    upTo: (write) => upTo(write, 0),
  };
  const order = topological.order.length < relations.nodes ? byInvocation(relations) : topological;
  const cycles = cycleSearch(relations, order, false);
  const failures = viewFailures();
  const empty = tree.mark();
  for (let of = 0; of < sessions; of++) {
    const above = parent[of] as number;
    const reads = readsOf(relations, of, above);
    if (reads.length === 0) continue;
    tree.release(empty);
    const known = new Int32Array(reads.length);
    const knownSessions = new Set([of]);
    const pairs = triples();
    let clock = 0;
    reads.forEach((access, place) => {
      const writer = from[access] as number;
      if (above >= 0 && session[node[access] as number] === of) clock = upTo(above, clock);
      if (writer >= 0) {
        const wrote = node[writer] as number;
        clock = upTo(wrote, clock);
        knownSessions.add(session[wrote] as number);
        const over = parent[session[wrote] as number] as number;
        if (over >= 0) knownSessions.add(session[over] as number);
        pairs.push(writer, access, access);
      }
      known[place] = clock;
    });
    if (above >= 0) knownSessions.add(session[above] as number);
    const failure: ViewFailure = { relations, process: process[of] as number, pairs, isBefore };
    const view = { reads, known, begun: false, pairs, sessions: Int32Array.from(knownSessions) };
    const saturation = saturate(before, view);
    addFailureOf(failure, saturation, cycles, failures);
  }
  return failures.causes();
}

/** An order that respects po, and rf as far as reads began after the writes. */
function byInvocation({ nodes, nodeOf }: Relations): TopologicalOrder {
  const order = nodeOf.filter((of) => of >= 0);
  const rank = new Int32Array(nodes);
  for (let place = 0; place < order.length; place++) rank[order[place] as number] = place;
  return { order, rank };
}
