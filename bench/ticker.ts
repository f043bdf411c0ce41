/** A protocol that sends something to every peer every millisecond, and tells when it last heard each of them. */

import type { Env, Json, Protocol, System } from '../systems/protocol.ts';

function ticker(env: Env<Json>): Protocol<Json> {
  const heard: Record<string, number> = {};
  const tick = (): void => {
    for (const peer of env.peers) env.send(peer, 0);
    env.setTimer('tick', 1);
  };
  return {
    start: tick,
    onTimer: tick,
    onMessage(from) {
      heard[from] = env.wallNow();
    },
    onRequest(id) {
      env.reply(id, { type: 'ok', value: { ...heard } });
    },
    onSynced: () => undefined,
  };
}

export const system: System = {
  name: 'ticker',
  description: 'sends every millisecond',
  workloads: [],
  survives: [],
  create: ticker,
  mutants: [],
};
