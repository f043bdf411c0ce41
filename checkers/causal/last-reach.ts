/**
 * How long a node matters to other sessions: the last place in a topological order of a node of another session that
 * comes after it in CO, or -1. Where nobody ever learned of it, no check has to look at it again.
 */

import type { Causality } from './causality.ts';
import { poNext } from './relations.ts';

/** By node. An upper bound: where knowledge returns to the session that it came from, that counts too. */
export function lastForeignReach({ relations, topological }: Causality): Int32Array {
  const { nodes, sessions, session, messageStart, messages } = relations;
  const { order, rank } = topological;
  const reach = new Int32Array(nodes).fill(-1);
  /** By session: the place of its last node that is in the order. */
  const lastPlace = new Int32Array(sessions).fill(-1);
  for (let place = order.length - 1; place >= 0; place--) {
    const node = order[place] as number;
    const own = session[node] as number;
    if ((lastPlace[own] as number) < 0) lastPlace[own] = place;
    const next = poNext(relations, node);
    let last = next >= 0 && (rank[next] as number) >= 0 ? (reach[next] as number) : -1;
    for (let m = messageStart[node] as number; m < (messageStart[node + 1] as number); m++) {
      const to = messages[m] as number;
      if ((rank[to] as number) < 0) continue;
      last = Math.max(last, reach[to] as number, lastPlace[session[to] as number] as number);
    }
    reach[node] = last;
  }
  return reach;
}
