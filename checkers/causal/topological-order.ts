/**
 * A topological order of po + rf (Kahn 1962), as near to the order of the history as it can be: a write counts where it
 * was invoked, a read where it completed, so that in a history that can have happened nothing has to wait.
 */

import { NEVER } from '../../src/history/columns.ts';
import { poNext, type Relations } from './relations.ts';

export interface TopologicalOrder {
  /** Nodes. All of them, unless po + rf has a cycle: then those that are on none and come after none. */
  readonly order: Int32Array;
  /** By node: its place in `order`, or -1. */
  readonly rank: Int32Array;
}

export function topologicalOrder(relations: Relations): TopologicalOrder {
  const { nodes, messageStart, messages, first, session } = relations;
  const order = new Int32Array(nodes);
  const rank = new Int32Array(nodes).fill(-1);
  /** By node: how many of those directly before it are not in the order yet. */
  const before = new Int32Array(nodes);
  for (let n = 0; n < nodes; n++) if (n > (first[session[n] as number] as number)) before[n] = 1;
  for (const to of messages) {
    before[to] = (before[to] as number) + 1;
  }
  /** By node: 1 once it was its turn in the history. */
  const due = new Uint8Array(nodes);
  let placed = 0;
  const release = (to: number): void => {
    const left = (before[to] as number) - 1;
    before[to] = left;
    if (left > 0 || due[to] === 0) return;
    order[placed++] = to;
  };
  const turns = byEvent(relations);
  for (let turn = 0, passed = 0; turn < turns.length; turn++) {
    const node = turns[turn] as number;
    if (node < 0) continue;
    due[node] = 1;
    if ((before[node] as number) > 0) continue;
    order[placed++] = node;
    for (; passed < placed; passed++) {
      const from = order[passed] as number;
      rank[from] = passed;
      const next = poNext(relations, from);
      if (next >= 0) release(next);
      for (let m = messageStart[from] as number; m < (messageStart[from + 1] as number); m++) {
        release(messages[m] as number);
      }
    }
  }
  return { order: order.subarray(0, placed), rank };
}

/** By position in the history: the node of which it is the event; or -1. */
function byEvent(relations: Relations): Int32Array {
  const at = new Int32Array(relations.columns.positions).fill(-1);
  for (let n = 0; n < relations.nodes; n++) at[eventOf(relations, n)] = n;
  return at;
}

/**
 * Where in the history a node counts. Within a session that only goes forward; a message that goes back is one that can't
 * have happened, or one between operations that read and write at the same time.
 */
export function eventOf({ columns, row, start, isWrite }: Relations, node: number): number {
  const of = row[node] as number;
  const completed = columns.completed[of] as number;
  let writes = completed === NEVER;
  for (let access = start[node] as number; access < (start[node + 1] as number); access++)
    writes ||= isWrite[access] === 1;
  return writes ? (columns.invoked[of] as number) : completed;
}
