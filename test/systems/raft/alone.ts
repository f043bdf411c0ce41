/** One server with no world around it: the test plays the others, the disk and the clock, step by step. */

import type {
  CreateProtocol,
  DiskImage,
  Json,
  NodeId,
  Request,
  RequestId,
  Response,
} from '../../../systems/protocol.ts';
import type { Entry, RaftMessage } from '../../../systems/raft/messages.ts';
import { create as raft } from '../../../systems/raft/system.ts';
import { testDisk } from './disk.ts';
import { frozen } from './freeze.ts';

export interface Alone {
  /** Hands the server a message and gives what it sends on that. */
  receive(from: NodeId, message: RaftMessage): Sent[];
  request(request: Request): RequestId;
  /** Lets the oldest sync complete and gives what the server sends on that; fails when none is under way. */
  synced(): Sent[];
  /** Lets all syncs complete. */
  settle(): Sent[];
  /** Lets time pass; timers that are due fire in order. Syncs do not complete by themselves. */
  pass(ms: number): Sent[];
  response(id: RequestId): Response | undefined;
  probe(name: string): Json | undefined;
  probed(name: string): number;
  /** What a crash now would leave, with `kept` writes of the sync under way. */
  crash(kept?: number): DiskImage;
  syncing(): number;
}

export interface Sent {
  readonly to: NodeId;
  readonly message: RaftMessage;
}

export interface AloneOptions {
  readonly create?: CreateProtocol<RaftMessage>;
  readonly peers?: readonly NodeId[];
  readonly image?: DiskImage;
  readonly settings?: Readonly<Record<string, Json>>;
}

export const empty: DiskImage = { values: new Map(), logs: new Map() };

/** The disk of a server in `term` whose log has entries of these terms, from index 1 on. */
export function diskWith(term: number, terms: readonly number[], votedFor: NodeId | null = null): DiskImage {
  const sentinel: Entry = { term: 0, command: null };
  const entries: Entry[] = terms.map((of, i) => ({ term: of, command: write('x', `${of}.${i + 1}`) }));
  return {
    values: new Map<string, Json>([['hard-state', { term, votedFor }]]),
    logs: new Map([['log', { first: 0, records: [sentinel, ...entries] }]]),
  };
}

export const write = (key: string, value: Json) => ({ f: 'write', key, value });
export const read = (key: string) => ({ f: 'read', key });

/** Server `a`, started, with its first sync done. */
export function alone({ create = raft, peers = ['b', 'c'], image = empty, settings = {} }: AloneOptions = {}): Alone {
  let now = 0;
  let sent: Sent[] = [];
  let requests = 0;
  const timers = new Map<string, number>();
  const responses = new Map<RequestId, Response>();
  const probes = new Map<string, Json>();
  const counts = new Map<string, number>();
  const disk = testDisk(() => undefined, image);
  const server = create(
    {
      self: 'a',
      peers,
      send: (to, message) => sent.push({ to, message: frozen(message) }),
      // Clocks have a grain; this one's is coarse.
      setTimer: (name, afterMs) => timers.set(name, now + Math.floor(afterMs)),
      cancelTimer: (name) => timers.delete(name),
      monotonicNow: () => now,
      wallNow: () => 0,
      random: () => 0.5003,
      disk,
      reply(request, response) {
        if (responses.has(request)) throw new Error(`request ${request} is answered twice`);
        responses.set(request, frozen(response));
      },
      probe(name, detail = null) {
        probes.set(name, detail);
        counts.set(name, (counts.get(name) ?? 0) + 1);
      },
      buggify: () => false,
    },
    settings,
  );
  const taken = (): Sent[] => {
    const all = sent;
    sent = [];
    return all;
  };
  const complete = (): boolean => {
    const ticket = disk.complete();
    if (ticket !== null) server.onSynced(ticket);
    return ticket !== null;
  };
  const settle = (): Sent[] => {
    while (complete());
    return taken();
  };
  server.start(image);
  settle();
  return {
    receive(from, message) {
      server.onMessage(from, frozen(message));
      return taken();
    },
    request(request) {
      server.onRequest(++requests, frozen(request));
      return requests;
    },
    synced() {
      if (!complete()) throw new Error('no sync is under way');
      return taken();
    },
    settle,
    pass(ms) {
      const end = now + ms;
      for (let fired = 0; ; fired++) {
        if (fired > 1000 + ms) throw new Error('timers fire without end');
        const [name, at] = [...timers].sort(([, a], [, b]) => a - b)[0] ?? ['', Infinity];
        if (at > end) break;
        now = Math.max(now, at);
        timers.delete(name);
        server.onTimer(name);
      }
      now = end;
      return taken();
    },
    response: (id) => responses.get(id),
    probe: (name) => probes.get(name),
    probed: (name) => counts.get(name) ?? 0,
    crash: (kept) => disk.crash(kept),
    syncing: () => disk.syncing(),
  };
}

/** Makes `server` the leader by giving it the votes of `voters`; returns what it sent as the new leader. */
export function elect(server: Alone, voters: readonly NodeId[] = ['b']): Sent[] {
  server.pass(800);
  const term = Number(server.probe('term')) + 1;
  for (const voter of voters) {
    server.receive(voter, { type: 'request-vote-reply', preVote: true, term, voteGranted: true });
  }
  server.settle();
  return voters.flatMap((voter) =>
    server.receive(voter, { type: 'request-vote-reply', preVote: false, term, voteGranted: true }),
  );
}
