/** A protocol that uses everything an Env has, so that a run of it touches every part of the simulator. */

import type { DiskImage, Env, Protocol, System } from '../../../systems/protocol.ts';

type Rumour = { readonly from: string; readonly number: number };

/** Tells its peers numbers at random intervals, keeps what it hears on disk, and answers `sum`. */
function chatter(env: Env<Rumour>): Protocol<Rumour> {
  let heard = 0;
  let told = 0;
  const again = (): void => {
    env.setTimer('tell', 20 + env.random() * 30);
  };
  return {
    start(recovered: DiskImage) {
      heard = recovered.logs.get('heard')?.records.length ?? 0;
      env.probe('recovered', heard);
      again();
    },
    onMessage(_from, rumour) {
      heard++;
      env.disk.append('heard', rumour);
      env.disk.sync();
    },
    onTimer() {
      for (const peer of env.peers) env.send(peer, { from: env.self, number: told++ });
      again();
    },
    onRequest(id, request) {
      if (request.f === 'sum') env.reply(id, { type: 'ok', value: heard });
      else if (request.f === 'break') throw new Error('broken on request');
    },
    onSynced(ticket) {
      env.probe('synced', ticket);
    },
    inspect: () => ({ heard }),
  };
}

export const system: System<Rumour> = {
  name: 'chatter',
  description: 'tells numbers to its peers',
  workloads: [],
  survives: [],
  create: chatter,
  mutants: [],
};
