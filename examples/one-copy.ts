/**
 * Registers in one place: the first node keeps them all, the others send clients there.
 *
 * Guarantees: linearizable reads, writes and compare-and-sets, as long as disks keep what they synced. No write is
 * answered, and none is seen by a read, before it is durable. Nothing is available while the first node is down.
 *
 * `clew test ./examples/one-copy.ts`
 */

import type { DiskImage, Env, Json, Protocol, Request, RequestId, SyncTicket, System } from '../systems/protocol.ts';

/** Answers that wait for the sync that makes what they tell durable. */
type Waiting = { readonly ticket: SyncTicket; readonly answer: () => void };

function oneCopy(env: Env<Json>, answersEarly = false): Protocol<Json> {
  const keeper = [env.self, ...env.peers].sort()[0] ?? env.self;
  const registers = new Map<string, Json>();
  const waiting: Waiting[] = [];

  /** Reads wait as well: the value they tell may be that of a write which could still be lost. */
  const whenDurable = (answer: () => void): void => {
    if (answersEarly) answer();
    else waiting.push({ ticket: env.disk.sync(), answer });
  };
  const write = (id: RequestId, name: string, value: Json): void => {
    registers.set(name, value);
    env.disk.put(name, value);
    whenDurable(() => {
      env.reply(id, { type: 'ok' });
    });
  };

  return {
    start(recovered: DiskImage) {
      for (const [name, value] of recovered.values) registers.set(name, value);
      env.probe('role', env.self === keeper ? 'keeper' : 'pointer');
    },
    onRequest(id: RequestId, { f, key: name = '', value = null }: Request) {
      if (env.self !== keeper) {
        env.reply(id, { type: 'redirect', leader: keeper });
        return;
      }
      const present = registers.get(name) ?? null;
      switch (f) {
        case 'read':
          whenDurable(() => {
            env.reply(id, { type: 'ok', value: present });
          });
          return;
        case 'write':
          write(id, name, value);
          return;
        case 'cas': {
          const [from, to] = value as readonly [Json, Json];
          if (present === from) write(id, name, to);
          else {
            whenDurable(() => {
              env.reply(id, { type: 'fail', error: 'mismatch' });
            });
          }
          return;
        }
        default:
          env.reply(id, { type: 'fail', error: `unknown operation ${f}` });
      }
    },
    onSynced(ticket) {
      while (waiting[0] !== undefined && waiting[0].ticket <= ticket) waiting.shift()?.answer();
    },
    onMessage: () => undefined,
    onTimer: () => undefined,
  };
}

export const system: System = {
  name: 'one-copy',
  description: 'registers kept by one node',
  workloads: ['register'],
  survives: ['partition', 'packet', 'kill', 'pause', 'clock'],
  create: (env) => oneCopy(env),
  mutants: [
    {
      name: 'answers-early',
      broken: 'answers before a write is durable',
      source: 'the wait for the sync left out',
      faults: ['kill'],
      killedBy: 'linearizable',
      create: (env) => oneCopy(env, true),
    },
  ],
};
