/** Clients at a cluster to which everything happens that Raft must survive, and what must hold afterwards. */

import { random } from '../../../src/random.ts';
import type { CreateProtocol, Json, NodeId } from '../../../systems/protocol.ts';
import type { RaftMessage } from '../../../systems/raft/messages.ts';
import type { Call } from './cluster.ts';
import { testCluster } from './cluster.ts';

interface Client {
  session: number | null;
  sequence: number;
  target: NodeId;
  kind: 'append' | 'read';
  value: string;
  call: Call | null;
  since: number;
  began: number;
  done: number;
  /** At the start of the present read: how many appends had been acknowledged, and the longest list that was read. */
  acknowledgedBefore: number;
  readBefore: number;
}

export interface Outcome {
  /** What was violated, in words; null when nothing was. */
  readonly violation: string | null;
  readonly operations: number;
  readonly coverage: (name: string) => number;
}

/** Small limits, so that a short storm meets all of them. */
export const stormSettings: Readonly<Record<string, Json>> = {
  snapshotEvery: 40,
  snapshotRetain: 5,
  snapshotChunkBytes: 100,
  maxEntriesPerMessage: 4,
  maxInflight: 3,
  sessionsMax: 20,
};

const clientCount = 4;

export function storm(seed: number, create: CreateProtocol<RaftMessage>, stormMs: number): Outcome {
  const dice = random(seed, 'storm');
  const nodes = ['a', 'b', 'c', 'd', 'e'];
  const cluster = testCluster({
    nodes,
    seed,
    create,
    settings: stormSettings,
    syncMs: () => (dice.int(10) === 0 ? 30 : 1 + dice.int(3)),
  });
  let loss = 0;
  const delay = (): number => (dice.int(20) === 0 ? 1 + dice.int(150) : 1 + dice.int(4));
  cluster.setNetwork(() => {
    const what = dice.next();
    if (what < loss) return [];
    return what > 0.97 ? [delay(), delay()] : [delay()];
  });

  const acknowledged: string[] = [];
  const reads: { readonly list: readonly Json[]; readonly acknowledged: number; readonly longest: number }[] = [];
  let longest = 0;
  const clients = Array.from({ length: clientCount }, (_, i): Client => {
    const target = nodes[i % nodes.length] ?? 'a';
    const zero = { sequence: 0, since: 0, began: 0, done: 0, acknowledgedBefore: 0, readBefore: 0 };
    return { session: null, target, kind: 'append', value: '', call: null, ...zero };
  });

  const send = (client: Client): void => {
    client.since = cluster.now();
    if (client.session === null) client.call = cluster.call(client.target, { f: 'open-session' });
    else if (client.kind === 'read') client.call = cluster.call(client.target, { f: 'read', key: 'x' });
    else {
      const { value, session, sequence } = client;
      client.call = cluster.call(client.target, { f: 'append', key: 'x', value, session, sequence });
    }
  };
  const begin = (client: Client, i: number): void => {
    client.kind = dice.int(3) === 0 ? 'read' : 'append';
    client.sequence++;
    client.value = `${i}.${client.sequence}`;
    client.began = cluster.now();
    client.acknowledgedBefore = acknowledged.length;
    client.readBefore = longest;
    send(client);
  };
  const elsewhere = (client: Client): void => {
    client.target = dice.pick(nodes);
    send(client);
  };
  const tend = (client: Client, i: number): void => {
    const response = client.call?.response ?? null;
    if (client.call === null) begin(client, i);
    else if (response === null) {
      if (cluster.now() - client.since > 300) elsewhere(client);
    } else if (response.type === 'redirect') {
      if (cluster.now() - client.since < 20) return;
      client.target = response.leader ?? dice.pick(nodes);
      send(client);
    } else if (response.type === 'info' || response.type === 'fail') {
      if (response.error === 'session-expired') client.session = null;
      elsewhere(client);
    } else if (client.session === null) {
      client.session = Number(response.value);
      begin(client, i);
    } else {
      client.done++;
      if (client.kind === 'append') acknowledged.push(client.value);
      else {
        const list = (response.value ?? []) as readonly Json[];
        reads.push({ list, acknowledged: client.acknowledgedBefore, longest: client.readBefore });
        longest = Math.max(longest, list.length);
      }
      begin(client, i);
    }
  };

  const trouble = (): void => {
    const node = dice.pick(nodes);
    const what = dice.int(14);
    if (what < 3) cluster.crash(node, dice.int(4));
    else if (what < 7) cluster.restart(node);
    else if (what < 8) for (const id of nodes) cluster.crash(id, dice.int(4));
    else if (what < 9) for (const id of nodes) cluster.restart(id);
    else if (what < 10) cluster.isolate(node);
    else if (what < 11) {
      const side = dice.shuffle(nodes).slice(0, 2);
      for (const id of side)
        cluster.isolate(
          id,
          nodes.filter((other) => !side.includes(other)),
        );
    } else if (what < 13) cluster.heal();
    else loss = dice.pick([0, 0.05, 0.3]);
  };

  const violation = (): string | null => {
    while (cluster.now() < stormMs) {
      cluster.run(10);
      clients.forEach(tend);
      if (dice.int(12) === 0) trouble();
    }
    cluster.heal();
    loss = 0;
    for (const id of nodes) cluster.restart(id);
    const before = clients.map(({ done }) => done);
    const end = cluster.now() + 10_000;
    while (cluster.now() < end && clients.some(({ done }, i) => done < (before[i] ?? 0) + 2)) {
      cluster.run(10);
      clients.forEach(tend);
    }
    if (cluster.now() >= end) return 'no progress within 10 s after everything was healed';
    cluster.run(3_000);

    const final = cluster.ask(cluster.elect(), { f: 'read', key: 'x' });
    const list = final?.type === 'ok' ? ((final.value ?? []) as readonly Json[]) : [];
    const position = new Map(list.map((value, i) => [value, i]));
    if (position.size !== list.length) return 'an append took effect twice';
    for (const value of acknowledged) if (!position.has(value)) return `acknowledged append ${value} is lost`;
    for (const read of reads) {
      if (read.list.some((value, i) => value !== list[i])) return 'a read saw what did not last';
      if (read.list.length < read.longest) return 'a read saw less than one before it';
      for (const value of acknowledged.slice(0, read.acknowledged)) {
        if ((position.get(value) ?? 0) >= read.list.length) return `a read missed ${value}, acknowledged before it`;
      }
    }
    const states = new Set(nodes.map((id) => Number(cluster.probe(id, 'applied'))));
    return states.size === 1 ? null : `servers have applied up to ${[...states].join(', ')}`;
  };

  let found: string | null;
  try {
    found = violation();
  } catch (thrown) {
    found = thrown instanceof Error ? thrown.message : String(thrown);
  }
  return { violation: found, operations: acknowledged.length + reads.length, coverage: (name) => cluster.passed(name) };
}
