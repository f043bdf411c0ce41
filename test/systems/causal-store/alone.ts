/** One node with no world around it: the test plays the others, the disk and the clocks, step by step. */

import type {
  CreateProtocol,
  DiskImage,
  Json,
  NodeId,
  Request,
  RequestId,
  Response,
} from '../../../systems/protocol.ts';
import type { CausalMessage, Write } from '../../../systems/causal-store/messages.ts';
import { create as causalStore } from '../../../systems/causal-store/system.ts';
import type { VectorTime } from '../../../systems/causal-store/vector-time.ts';
import { testDisk } from '../raft/disk.ts';
import { frozen } from '../raft/freeze.ts';

export interface Sent {
  readonly to: NodeId;
  readonly message: CausalMessage;
}

export interface AloneOptions {
  readonly create?: CreateProtocol<CausalMessage>;
  readonly self?: NodeId;
  readonly image?: DiskImage;
  readonly settings?: Readonly<Record<string, Json>>;
  readonly wallNow?: () => number;
}

export type Alone = ReturnType<typeof alone>;

export const empty: DiskImage = { values: new Map(), logs: new Map() };
const names = ['a', 'b', 'c'];

export const write = (key: string, value: Json, clock: VectorTime = {}): Request => ({
  f: 'write',
  key,
  value: { value, clock },
});
export const read = (key: string, clock: VectorTime = {}): Request => ({ f: 'read', key, value: { clock } });

/** What one node would send of a write. */
export const sent = (sender: NodeId, vt: VectorTime, time: number, key: string, value: Json): Write => ({
  sender,
  vt,
  time,
  key,
  value,
});
export const writes = (...all: readonly Write[]): CausalMessage => ({ type: 'writes', writes: all, more: false });

/** Node `self` of a, b and c, started; what it sends at its start is left out. */
export function alone(options: AloneOptions = {}) {
  const { create = causalStore, self = 'a', image = empty, settings = {}, wallNow = () => 0 } = options;
  let now = 0;
  let out: Sent[] = [];
  let requests = 0;
  const timers = new Map<string, number>();
  const responses = new Map<RequestId, Response>();
  const passed = new Set<string>();
  const disk = testDisk(() => undefined, image);
  const node = create(
    {
      self,
      peers: names.filter((name) => name !== self),
      send: (to, message) => out.push({ to, message: frozen(message) }),
      setTimer: (name, afterMs) => timers.set(name, now + afterMs),
      cancelTimer: (name) => timers.delete(name),
      monotonicNow: () => now,
      wallNow,
      random: () => 0,
      disk,
      reply(request, response) {
        if (responses.has(request)) throw new Error(`request ${request} is answered twice`);
        responses.set(request, frozen(response));
      },
      probe: (name) => passed.add(name),
      buggify: () => false,
    },
    settings,
  );
  const taken = (): Sent[] => {
    const all = out;
    out = [];
    return all;
  };
  const settle = (): Sent[] => {
    for (let ticket = disk.complete(); ticket !== null; ticket = disk.complete()) node.onSynced(ticket);
    return taken();
  };
  const synced = (): Sent[] => {
    const ticket = disk.complete();
    if (ticket === null) throw new Error('no sync is under way');
    node.onSynced(ticket);
    return taken();
  };
  const request = (asked: Request): RequestId => {
    node.onRequest(++requests, frozen(asked));
    return requests;
  };
  node.start(image);
  taken();
  return {
    /** Hands the node a message and gives what it sends on that. */
    receive(from: NodeId, message: CausalMessage): Sent[] {
      node.onMessage(from, frozen(message));
      return taken();
    },
    request,
    /** Lets the oldest sync complete and gives what the node sends on that; fails when none is under way. */
    synced,
    /** Lets all syncs complete and gives what the node sends on that. */
    settle,
    /** Asks, lets all syncs complete, and gives the answer. */
    ask(asked: Request): Response | undefined {
      const id = request(asked);
      settle();
      return responses.get(id);
    },
    /** The value that a read shows. */
    value(key: string): Json | undefined {
      const response = responses.get(request(read(key)));
      return response?.type === 'ok' ? (response.value as { readonly value: Json }).value : undefined;
    },
    /** Lets time pass; timers that are due fire in order. Syncs do not complete by themselves. */
    pass(ms: number): Sent[] {
      const end = now + ms;
      for (;;) {
        const [name, at] = [...timers].sort(([, a], [, b]) => a - b)[0] ?? ['', Infinity];
        if (at > end) break;
        now = Math.max(now, at);
        timers.delete(name);
        node.onTimer(name);
      }
      now = end;
      return taken();
    },
    response: (id: RequestId): Response | undefined => responses.get(id),
    passed: (name: string): boolean => passed.has(name),
    /** What a crash now would leave, with `kept` writes of the sync under way. */
    crash: (kept?: number): DiskImage => disk.crash(kept),
  };
}
