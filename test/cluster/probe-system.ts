/** A system whose nodes do exactly what each request asks, so that a test can see what the world does to a node. */

import type { DiskImage, Env, Json, NodeId, Protocol, Request, RequestId, System } from '../../systems/protocol.ts';

/** How often a node's heart beats, on a timer of its own, in ms. */
export const beatEveryMs = 20;

/** One write to the disk, by the name of the call. */
export type ProbeWrite = readonly [call: 'put' | 'append' | 'truncate' | 'trim', name: string, argument: Json];

/**
 * The requests (`f`, `key`, `value`) and their answers:
 * - `set-timer` name, ms / `cancel-timer` name / `fired`: the names of the timers that fired, in order
 * - `send` to, payload / `inbox`: what arrived, as `[from, payload]`, in order
 * - `write` -, writes: answered at once / `sync`: answered when durable, with the order number of the completion
 * - `recovered`: what the disk held at the start, as `{ values, logs }`
 * - `clocks`: `{ wall, monotonic }` / `beats`: how often the heart has beaten
 * - `hear-no-more`: never answered / `answer-twice` / `break`: violates an invariant / `answer` -, response: that response
 * - `probe` name, detail
 */
class Probe implements Protocol<Json> {
  readonly #env: Env<Json>;
  readonly #fired: string[] = [];
  readonly #inbox: Json[] = [];
  readonly #syncing = new Map<number, RequestId>();
  #recovered: Json = null;
  #synced = 0;
  #beats = 0;

  constructor(env: Env<Json>) {
    this.#env = env;
  }

  start(recovered: DiskImage): void {
    this.#recovered = {
      values: Object.fromEntries(recovered.values),
      logs: Object.fromEntries(
        [...recovered.logs].map(([name, { first, records }]) => [name, { first, records: [...records] }]),
      ),
    };
    this.#env.setTimer('beat', beatEveryMs);
  }

  onMessage(from: NodeId, message: Json): void {
    this.#inbox.push([from, message]);
  }

  onTimer(name: string): void {
    if (name === 'beat') {
      this.#beats++;
      this.#env.setTimer('beat', beatEveryMs);
    } else this.#fired.push(name);
  }

  onSynced(ticket: number): void {
    const request = this.#syncing.get(ticket);
    this.#syncing.delete(ticket);
    this.#synced++;
    if (request !== undefined) this.#env.reply(request, { type: 'ok', value: this.#synced });
  }

  onRequest(id: RequestId, { f, key = '', value = null }: Request): void {
    const env = this.#env;
    const ok = (result: Json = null): void => {
      env.reply(id, { type: 'ok', value: result });
    };
    switch (f) {
      case 'set-timer':
        env.setTimer(key, Number(value));
        ok();
        return;
      case 'cancel-timer':
        env.cancelTimer(key);
        ok();
        return;
      case 'fired':
        ok([...this.#fired]);
        return;
      case 'send':
        env.send(key, value);
        ok();
        return;
      case 'inbox':
        ok([...this.#inbox]);
        return;
      case 'write':
        for (const write of value as unknown as readonly ProbeWrite[]) this.#write(write);
        ok();
        return;
      case 'sync':
        this.#syncing.set(env.disk.sync(), id);
        return;
      case 'recovered':
        ok(this.#recovered);
        return;
      case 'clocks':
        ok({ wall: env.wallNow(), monotonic: env.monotonicNow() });
        return;
      case 'beats':
        ok(this.#beats);
        return;
      case 'hear-no-more':
        return;
      case 'answer-twice':
        ok('first');
        ok('second');
        return;
      case 'answer':
        env.reply(id, value as never);
        return;
      case 'break':
        throw new Error(`broken as asked: ${key}`);
      case 'probe':
        env.probe(key, value);
        ok();
        return;
      default:
        env.reply(id, { type: 'fail', error: `no such request: ${f}` });
    }
  }

  #write([call, name, argument]: ProbeWrite): void {
    const { disk } = this.#env;
    if (call === 'put' || call === 'append') disk[call](name, argument);
    else disk[call](name, Number(argument));
  }
}

export const system: System = {
  name: 'probe',
  description: 'does what each request asks',
  workloads: [],
  survives: [],
  create: (env) => new Probe(env),
  mutants: [],
};
