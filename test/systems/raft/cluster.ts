/** A few servers on a small deterministic network, driven in virtual milliseconds. */

import { isDeepStrictEqual } from 'node:util';
import { random } from '../../../src/random.ts';
import type { CreateProtocol, Json, NodeId, Protocol, Request, Response } from '../../../systems/protocol.ts';
import type { Entry, RaftMessage } from '../../../systems/raft/messages.ts';
import { creating, Raft } from '../../../systems/raft/raft.ts';
import type { TestDisk } from './disk.ts';
import { testDisk } from './disk.ts';
import { frozen } from './freeze.ts';

/** When copies of a message arrive, in ms from now; none when it is lost. */
export type Network = (from: NodeId, to: NodeId, message: RaftMessage) => readonly number[];

export interface ClusterOptions {
  readonly nodes?: readonly NodeId[];
  readonly seed?: number;
  readonly settings?: Readonly<Record<string, Json>>;
  readonly create?: CreateProtocol<RaftMessage>;
  readonly syncMs?: () => number;
}

export interface Call {
  response: Response | null;
}

interface Node {
  readonly id: NodeId;
  disk: TestDisk;
  protocol: Protocol<RaftMessage> | null;
  incarnation: number;
  timers: Map<string, number>;
  syncsHeld: boolean;
  readonly probes: Map<string, Json>;
}

/** Raft that shows what it applies, and compares it with what any other server has applied: State Machine Safety. */
export function watchedRaft() {
  const applied = new Map<number, Entry>();
  class Watched extends Raft {
    protected override commit(index: number): void {
      for (let i = this.lastApplied + 1; i <= index; i++) {
        const entry = this.log.entry(i);
        const known = applied.get(i);
        if (known === undefined) applied.set(i, entry);
        else if (!isDeepStrictEqual(known, entry)) {
          throw new Error(`entry ${i} is ${JSON.stringify(known)} here and ${JSON.stringify(entry)} there`);
        }
      }
      super.commit(index);
    }
  }
  return { create: creating(Watched), applied };
}

export type TestCluster = ReturnType<typeof testCluster>;

export function testCluster(options: ClusterOptions = {}) {
  const { nodes: names = ['a', 'b', 'c'], seed = 1, settings = {}, create = creating(Raft) } = options;
  const { syncMs = () => 1 } = options;
  let now = 0;
  let timerIds = 0;
  /** In the order in which they are due. */
  const events: { at: number; run: () => void }[] = [];
  let network: Network = () => [1];
  const cut = new Set<string>();
  const nodes = new Map<NodeId, Node>();
  const passed = new Map<string, number>();
  let requests = 0;
  const calls = new Map<string, Call>();

  const after = (ms: number, run: () => void): void => {
    const at = now + ms;
    let place = events.length;
    while (place > 0 && (events[place - 1]?.at ?? 0) > at) place--;
    events.splice(place, 0, { at, run });
  };
  const get = (id: NodeId): Node => {
    const node = nodes.get(id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  };

  const completeSync = (node: Node, incarnation: number): void => {
    if (node.incarnation !== incarnation || node.syncsHeld) return;
    const ticket = node.disk.complete();
    if (ticket !== null) node.protocol?.onSynced(ticket);
  };

  const start = (node: Node, image = node.disk.crash()): void => {
    const incarnation = ++node.incarnation;
    const numbers = random(seed, 'node', node.id, incarnation);
    node.timers = new Map();
    node.disk = testDisk(() => {
      after(syncMs(), () => {
        completeSync(node, incarnation);
      });
    }, image);
    node.protocol = create(
      {
        self: node.id,
        peers: names.filter((name) => name !== node.id),
        send(to, message) {
          frozen(message);
          if (cut.has(`${node.id}>${to}`)) return;
          for (const delay of network(node.id, to, message)) {
            after(delay, () => {
              if (!cut.has(`${node.id}>${to}`)) get(to).protocol?.onMessage(node.id, message);
            });
          }
        },
        setTimer(name, afterMs) {
          const id = ++timerIds;
          node.timers.set(name, id);
          after(afterMs, () => {
            if (node.incarnation !== incarnation || node.timers.get(name) !== id) return;
            node.timers.delete(name);
            node.protocol?.onTimer(name);
          });
        },
        cancelTimer: (name) => node.timers.delete(name),
        monotonicNow: () => now,
        wallNow: () => now,
        random: () => numbers.next(),
        disk: node.disk,
        reply(request, response) {
          const call = calls.get(`${node.id} ${incarnation} ${request}`);
          if (call !== undefined) call.response ??= frozen(response);
        },
        probe(name, detail = null) {
          node.probes.set(name, detail);
          passed.set(name, (passed.get(name) ?? 0) + 1);
        },
        buggify: () => false,
      },
      settings,
    );
    node.protocol.start(image);
  };

  for (const id of names) {
    const node: Node = {
      id,
      disk: testDisk(() => undefined),
      protocol: null,
      incarnation: 0,
      timers: new Map(),
      syncsHeld: false,
      probes: new Map(),
    };
    nodes.set(id, node);
    start(node);
  }

  const cluster = {
    names,
    now: () => now,
    /** Lets `ms` pass, or less if `until` comes true before; says whether it did. */
    run(ms: number, until: () => boolean = () => false): boolean {
      const end = now + ms;
      for (;;) {
        if (until()) return true;
        const next = events[0];
        if (next === undefined || next.at > end) break;
        events.shift();
        now = next.at;
        next.run();
      }
      now = end;
      return until();
    },
    setNetwork(rule: Network): void {
      network = rule;
    },
    /** Cuts both ways between `id` and all others, or those given. */
    isolate(id: NodeId, others: readonly NodeId[] = names): void {
      for (const other of others) {
        cut.add(`${id}>${other}`);
        cut.add(`${other}>${id}`);
      }
    },
    heal(): void {
      cut.clear();
    },
    /** Stops `id` at once; `kept` writes of its sync under way survive. */
    crash(id: NodeId, kept = 0): void {
      const node = get(id);
      if (node.protocol === null) return;
      node.protocol = null;
      node.incarnation++;
      node.syncsHeld = false;
      node.disk = testDisk(() => undefined, node.disk.crash(Math.min(kept, node.disk.syncing())));
    },
    restart(id: NodeId): void {
      if (get(id).protocol === null) start(get(id));
    },
    isUp: (id: NodeId): boolean => get(id).protocol !== null,
    /** From now on nothing that `id` writes becomes durable. */
    holdSyncs(id: NodeId): void {
      get(id).syncsHeld = true;
    },
    releaseSyncs(id: NodeId): void {
      const node = get(id);
      node.syncsHeld = false;
      completeSync(node, node.incarnation);
    },
    /** Hands a request to a node; a node that is down never answers. */
    call(id: NodeId, request: Request): Call {
      const call: Call = { response: null };
      const node = get(id);
      calls.set(`${id} ${node.incarnation} ${++requests}`, call);
      node.protocol?.onRequest(requests, frozen(request));
      return call;
    },
    probe: (id: NodeId, name: string): Json | undefined => get(id).probes.get(name),
    passed: (name: string): number => passed.get(name) ?? 0,
    /** The running node that leads, the one of the highest term if several think so. */
    leader(): NodeId | null {
      const leaders = names.filter((id) => cluster.isUp(id) && cluster.probe(id, 'role') === 'leader');
      return leaders.sort((a, b) => Number(cluster.probe(b, 'term')) - Number(cluster.probe(a, 'term')))[0] ?? null;
    },
    /** Lets time pass until there is a leader (other than `not`), and gives it. */
    elect(not: NodeId | null = null): NodeId {
      const found = (): boolean => cluster.leader() !== null && cluster.leader() !== not;
      if (!cluster.run(10_000, found)) throw new Error('no leader within 10 s');
      return cluster.leader() ?? '';
    },
    /** Calls and waits for the answer. */
    ask(id: NodeId, request: Request, ms = 2_000): Response | null {
      const call = cluster.call(id, request);
      cluster.run(ms, () => call.response !== null);
      return call.response;
    },
  };
  return cluster;
}
