/** Makes the relations of a history: sessions laid out one after the other, and messages between them. */

import { outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import type { Json } from '../../src/history/operation.ts';
import { accessesOf, type Accesses, type NoAccess } from './accesses.ts';
import type { Relations } from './relations.ts';
import { returnedWrites } from './returned-writes.ts';

/**
 * The relations of a history of single reads and writes, or why it is none. Every key holds `init` before it is written:
 * null, which is absent, unless said otherwise.
 */
export function relations(columns: HistoryColumns, init: Json = null): Relations | NoAccess {
  const accesses = accessesOf(columns, init);
  return 'kind' in accesses ? accesses : relate(accesses);
}

/** The relations of operations that read and write what `accesses` says. */
export function relate(accesses: Accesses): Relations {
  const { columns } = accesses;
  const returned = returnedWrites(accesses);
  const layout = sessionsOf(accesses, returned.happened);
  const { nodes, first, session, parent } = layout;
  const { order } = layout;

  const row = new Int32Array(nodes);
  const nodeOf = new Int32Array(columns.count).fill(-1);
  const start = new Int32Array(nodes + 1);
  for (let n = 0; n < nodes; n++) {
    const old = order[n] as number;
    row[n] = accesses.row[old] as number;
    nodeOf[row[n] as number] = n;
    start[n + 1] = (start[n] as number) + (accesses.start[old + 1] as number) - (accesses.start[old] as number);
  }
  const count = start[nodes] as number;
  /** By access as it was: its number here. */
  const moved = new Int32Array(accesses.start[accesses.nodes] as number).fill(-1);
  const node = new Int32Array(count);
  const isWrite = new Uint8Array(count);
  const key = new Int32Array(count);
  const value = new Int32Array(count);
  const from = new Int32Array(count);
  for (let n = 0, access = 0; n < nodes; n++) {
    const old = order[n] as number;
    for (let was = accesses.start[old] as number; was < (accesses.start[old + 1] as number); was++) {
      node[access] = n;
      isWrite[access] = accesses.isWrite[was] as number;
      key[access] = accesses.key[was] as number;
      value[access] = accesses.value[was] as number;
      from[access] = returned.from[was] as number;
      moved[was] = access++;
    }
  }
  for (let access = 0; access < count; access++) {
    const writer = from[access] as number;
    if (writer >= 0) from[access] = moved[writer] as number;
  }
  const { messageStart, messages } = messagesOf({ nodes, session, parent, first, node, from });
  const inOrder = (a: number, b: number): number => a - b;
  return {
    columns,
    nodes,
    sessions: layout.sessions,
    first,
    process: layout.process,
    parent,
    session,
    row,
    nodeOf,
    accesses: count,
    start,
    node,
    isWrite,
    key,
    keys: columns.keys.length + 1,
    value,
    from,
    messageStart,
    messages,
    thinAir: returned.thinAir.map((read) => moved[read] as number).sort(inOrder),
    aborted: returned.aborted
      .map(({ read, writer }) => ({ read: moved[read] as number, writer }))
      .sort((a, b) => a.read - b.read),
    ambiguity: returned.ambiguity,
  };
}

interface Layout {
  readonly nodes: number;
  readonly sessions: number;
  /** By new node: the old one. */
  readonly order: Int32Array;
  readonly session: Int32Array;
  readonly first: Int32Array;
  readonly parent: Int32Array;
  readonly process: Int32Array;
}

/** Sessions in the order in which they begin, then those of single operations of unknown outcome. */
function sessionsOf({ columns, nodes, row }: Accesses, happened: Uint8Array): Layout {
  const sessionOf = new Map<number, number>();
  const processes: number[] = [];
  const sizes: number[] = [];
  /** By old node: its session, and what comes before it there. */
  const session = new Int32Array(nodes).fill(-1);
  /** By session: the last old node so far, and whether that is of unknown outcome. */
  const last: number[] = [];
  const side: { readonly node: number; readonly after: number }[] = [];
  const isUnknown = (node: number): boolean => columns.outcome[row[node] as number] === outcomes.info;
  let total = 0;
  for (let node = 0; node < nodes; node++) {
    if (happened[node] === 0) continue;
    total++;
    const process = columns.process[row[node] as number] as number;
    let of = sessionOf.get(process);
    if (of === undefined) {
      of = processes.push(process) - 1;
      sizes.push(0);
      last.push(-1);
      sessionOf.set(process, of);
    }
    const before = last[of] as number;
    session[node] = of;
    if (before >= 0 && isUnknown(before)) session[before] = -1;
    else sizes[of] = (sizes[of] as number) + 1;
    last[of] = node;
  }
  return laidOut();

  function laidOut(): Layout {
    // An operation of unknown outcome that others follow left its session above; it comes after what was there before.
    const tail = new Int32Array(processes.length).fill(-1);
    for (let node = 0; node < nodes; node++) {
      if (happened[node] === 0) continue;
      const of = session[node] as number;
      if (of >= 0) tail[of] = node;
      else {
        const own = sessionOf.get(columns.process[row[node] as number] as number) as number;
        side.push({ node, after: tail[own] as number });
      }
    }
    const sessions = processes.length + side.length;
    const first = new Int32Array(sessions + 1);
    for (let of = 0; of < sessions; of++) first[of + 1] = (first[of] as number) + (sizes[of] ?? 1);
    const order = new Int32Array(total);
    const place = new Int32Array(nodes).fill(-1);
    const next = first.slice();
    const sessionByPlace = new Int32Array(total);
    const put = (node: number, of: number): void => {
      const at = next[of] as number;
      next[of] = at + 1;
      order[at] = node;
      place[node] = at;
      sessionByPlace[at] = of;
    };
    for (let node = 0; node < nodes; node++) if ((session[node] as number) >= 0) put(node, session[node] as number);
    const parent = new Int32Array(sessions).fill(-1);
    const process = new Int32Array(sessions);
    process.set(processes);
    side.forEach(({ node, after }, i) => {
      const of = processes.length + i;
      put(node, of);
      parent[of] = after < 0 ? -1 : (place[after] as number);
      process[of] = columns.process[row[node] as number] as number;
    });
    return { nodes: total, sessions, order, session: sessionByPlace, first, parent, process };
  }
}

type Sent = Pick<Relations, 'nodes' | 'session' | 'parent' | 'first' | 'node' | 'from'>;

function messagesOf(sent: Sent): Pick<Relations, 'messageStart' | 'messages'> {
  const { nodes, session, parent, first, node, from } = sent;
  const messageStart = new Int32Array(nodes + 1);
  const each = (message: (from: number, to: number) => void): void => {
    for (let access = 0; access < node.length; access++) {
      const writer = from[access] as number;
      if (writer < 0) continue;
      const a = node[writer] as number;
      const b = node[access] as number;
      if (session[a] !== session[b] || a >= b) message(a, b);
    }
    for (let of = 0; of < parent.length; of++) {
      if ((parent[of] as number) >= 0) message(parent[of] as number, first[of] as number);
    }
  };
  each((a) => (messageStart[a + 1] = (messageStart[a + 1] as number) + 1));
  for (let n = 0; n < nodes; n++) messageStart[n + 1] = (messageStart[n + 1] as number) + (messageStart[n] as number);
  const messages = new Int32Array(messageStart[nodes] as number);
  const next = messageStart.slice(0, nodes);
  each((a, b) => {
    messages[next[a] as number] = b;
    next[a] = (next[a] as number) + 1;
  });
  return { messageStart, messages };
}
