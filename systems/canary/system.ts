/**
 * A register that is wrong in 1 % of its runs, by design: the canary of Clew's own pipeline. A campaign against it that
 * finds nothing, or much more than that, says that something is broken in how Clew runs, checks or counts. It is nothing to
 * learn from and nothing to test.
 *
 * The first node keeps all registers, in memory. When it starts it draws whether it forgets, once for the whole run; if so,
 * it drops some of the writes that it acknowledges.
 */

import type { Env, Json, Protocol, Request, RequestId, System } from '../protocol.ts';

/** Runs in a thousand that forget writes, unless the setting `forgetfulPerMille` says otherwise; with 0, none does. */
const defaultPerMille = 10;
/** What is forgotten of the writes of such a run: enough to show in a short one. */
const forgottenShare = 0.25;

function canary(env: Env<Json>, perMille: number): Protocol<Json> {
  const keeper = [env.self, ...env.peers].sort()[0] ?? env.self;
  const registers = new Map<string, Json>();
  let isForgetful = false;

  const write = (key: string, value: Json): void => {
    if (isForgetful && env.random() < forgottenShare) env.probe('forgot');
    else registers.set(key, value);
  };

  return {
    start() {
      isForgetful = env.self === keeper && env.random() < perMille / 1000;
      env.probe('role', env.self === keeper ? 'keeper' : 'pointer');
    },
    onRequest(id: RequestId, { f, key = '', value = null }: Request) {
      if (env.self !== keeper) {
        env.reply(id, { type: 'redirect', leader: keeper });
      } else if (f === 'read') {
        env.reply(id, { type: 'ok', value: registers.get(key) ?? null });
      } else if (f === 'write') {
        write(key, value);
        env.reply(id, { type: 'ok' });
      } else if (f === 'cas') {
        const [from, to] = value as readonly [Json, Json];
        const isEqual = (registers.get(key) ?? null) === from;
        if (isEqual) write(key, to);
        env.reply(id, isEqual ? { type: 'ok' } : { type: 'fail', error: 'mismatch' });
      } else {
        env.reply(id, { type: 'fail', error: `unknown operation ${f}` });
      }
    },
    onSynced: () => undefined,
    onMessage: () => undefined,
    onTimer: () => undefined,
  };
}

export const system: System = {
  name: 'canary',
  description: 'wrong in 1 % of its runs by design, to see that Clew finds what it should; not a system to test',
  workloads: ['register'],
  // Not kill: what it keeps is in memory.
  survives: ['partition', 'packet', 'pause'],
  coverage: ['forgot'],
  create: (env, { forgetfulPerMille = defaultPerMille } = {}) => canary(env, Number(forgetfulPerMille)),
  mutants: [],
};
