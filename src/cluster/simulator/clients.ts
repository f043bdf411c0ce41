/** Clients' lines to simulated nodes. */

import type { Response } from '../../../systems/protocol.ts';
import type { Connection } from '../cluster.ts';
import { choose, type Chance } from './chance.ts';
import type { Call } from './events.ts';
import { asItIs, deepFreeze } from './freeze.ts';
import { noAnswer } from './no-answer.ts';
import type { SimulatedNode } from './node.ts';
import type { SimulatorOptions } from './options.ts';
import type { Timeline } from './timeline.ts';

/** Makes lines to nodes. What is left to chance on a line depends on the client's name, whoever else has one. */
export function clientLines(time: Timeline, chance: Chance, knobs: SimulatorOptions) {
  const { latencyUs: usual, slowPerMille, slowUs } = knobs.client;
  const freeze = knobs.freeze ? deepFreeze : asItIs;
  let connections = 0;

  return ({ id, position }: SimulatedNode, client = `connection ${connections++}`): Connection => {
    const family = chance.family('client', client, id);
    let messages = 0;
    const latencyUs = (): number => {
      // Each message owns two ordinals: slowness, latency.
      const ordinal = 2 * messages++;
      const slow = slowPerMille > 0 && chance.draw(family, ordinal) * 1000 < slowPerMille;
      return choose(slow ? slowUs : usual, chance.draw(family, ordinal + 1));
    };
    return {
      node: id,
      request: (request, timeoutMs) =>
        new Promise<Response>((resolve, reject) => {
          const call: Call = {
            client,
            sentUs: time.nowUs(),
            latencyUs,
            // Only what comes first counts, as with any promise.
            answer(response) {
              cancel();
              resolve(response);
            },
            fail(error) {
              cancel();
              reject(error);
            },
          };
          const cancel = time.clock.after(timeoutMs, () => {
            reject(noAnswer(`no answer within ${String(Math.round(timeoutMs))} ms`, true));
          });
          time.push({ kind: 'request', node: position, request: freeze({ ...request }), call }, latencyUs());
        }),
      close: () => undefined,
    };
  };
}
