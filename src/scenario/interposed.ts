/**
 * A system whose nodes can be looked into, and whose messages and timers can be chosen one by one. It stands between each
 * protocol and its `Env`, so that the simulator below need not know of it: a message that is dropped here was never sent,
 * one that is doubled was sent twice, and a timer that waits is a late one.
 */

import type { CreateProtocol, Env, Json, NodeId, Protocol, System } from '../../systems/protocol.ts';
import { unknownName } from '../errors.ts';

export interface Interposition {
  readonly system: System;
  /** What the running node shows of itself. */
  inside(node: NodeId): { readonly state: object | null; readonly probes: ReadonlyMap<string, Json> };
}

export interface Interference {
  /** How many copies of the message go on their way now. One that is kept back can go later, by `send`. */
  copies(from: NodeId, to: NodeId, message: Json, send: () => void): number;
  /** Whether a timer that has come up at `node` must wait. */
  delays(node: NodeId, timer: string): boolean;
}

/** How soon a timer that had to wait comes up again, in ms. */
const againMs = 10;

export function interposed(system: System, mutant: string | null, interference: Interference): Interposition {
  const create = creatorOf(system, mutant);
  const protocols = new Map<NodeId, Protocol<Json>>();
  const probes = new Map<NodeId, Map<string, Json>>();

  return {
    system: {
      ...system,
      mutants: [],
      create(env, settings) {
        const own = new Map<string, Json>();
        probes.set(env.self, own);
        const protocol = create(watchedEnv(env, own, interference), settings);
        protocols.set(env.self, protocol);
        return {
          start: (recovered) => protocol.start(recovered),
          onMessage: (from, message) => protocol.onMessage(from, message),
          onTimer(name) {
            if (interference.delays(env.self, name)) env.setTimer(name, againMs);
            else protocol.onTimer(name);
          },
          onRequest: (id, request) => protocol.onRequest(id, request),
          onSynced: (ticket) => protocol.onSynced(ticket),
          ...(protocol.inspect === undefined ? {} : { inspect: () => protocol.inspect?.() ?? {} }),
        };
      },
    },
    inside: (node) => ({
      state: protocols.get(node)?.inspect?.() ?? null,
      probes: probes.get(node) ?? new Map<string, Json>(),
    }),
  };
}

function watchedEnv(env: Env<Json>, probes: Map<string, Json>, { copies }: Interference): Env<Json> {
  return {
    self: env.self,
    peers: env.peers,
    send(to, message) {
      const send = (): void => {
        env.send(to, message);
      };
      for (let left = copies(env.self, to, message, send); left > 0; left--) send();
    },
    setTimer: (name, afterMs) => env.setTimer(name, afterMs),
    cancelTimer: (name) => env.cancelTimer(name),
    monotonicNow: () => env.monotonicNow(),
    wallNow: () => env.wallNow(),
    random: () => env.random(),
    disk: env.disk,
    reply: (request, response) => env.reply(request, response),
    probe(name, detail) {
      probes.set(name, detail ?? null);
      env.probe(name, detail);
    },
    buggify: (point) => env.buggify(point),
  };
}

function creatorOf({ create, mutants }: System, mutant: string | null): CreateProtocol {
  if (mutant === null) return create;
  const found = mutants.find(({ name }) => name === mutant);
  if (found === undefined) {
    throw unknownName(
      'mutant',
      mutant,
      mutants.map(({ name }) => name),
    );
  }
  return found.create;
}
