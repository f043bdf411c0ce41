/**
 * Histories of a replicated key-value store, simulated: each session talks to one of five replicas; a write is applied
 * there at once and reaches the others later, not before what its replica had applied when it was made. By `lww` the
 * latest write by Lamport time stays everywhere, so that the history is causally convergent (CCv) by construction; by
 * `arrival` a replica keeps what came last, so that it is a causal memory (CM). Crashed sessions leave an operation of
 * unknown outcome behind and go on as new ones. One read can be made to return what its session knows to be overwritten.
 */

import { random } from '../src/random.ts';

export interface KvShape {
  readonly operations: number;
  readonly sessions: number;
  readonly keys: number;
  readonly seed: number;
  readonly order: 'lww' | 'arrival';
  /** The share of operations after which their session has crashed. */
  readonly crashed: number;
  /** Whether one read is stale. */
  readonly stale: boolean;
}

interface Update {
  readonly key: number;
  readonly value: number;
  readonly stamp: number;
  /** How many updates of each replica were applied at its own when it was made. */
  readonly after: Int32Array;
}

interface Replica {
  readonly value: Int32Array;
  readonly stamp: Float64Array;
  readonly applied: Int32Array;
  readonly log: Update[];
  clock: number;
}

const replicas = 5;

/** The lines of the history, as JSONL, without line ends. */
export function kvHistory(shape: KvShape): readonly string[] {
  const { operations, sessions, keys, seed, order, crashed, stale } = shape;
  const draw = random(seed, 'kv history');
  const all = Array.from({ length: replicas }, (): Replica => ({
    value: new Int32Array(keys),
    stamp: new Float64Array(keys),
    applied: new Int32Array(replicas),
    log: [],
    clock: 0,
  }));
  const at = (i: number): Replica => all[i] as Replica;
  const processes = Array.from({ length: sessions }, (_, i) => i);
  let nextProcess = sessions;
  const written = new Int32Array(keys);
  const lines: string[] = [];
  let time = 0;
  /** By session and key, the last two values that it read or wrote, newest last: what a stale read needs. */
  const known = new Map<string, readonly [older: number, newer: number]>();
  let staleAt = stale ? Math.floor(operations * 0.6) : Infinity;

  const say = (process: number, type: string, f: string, key: number, value: number | null): void => {
    time += 500 + draw.int(1000);
    const index = lines.length;
    lines.push(
      `{"index":${index},"process":${process},"type":"${type}","f":"${f}","key":"k${key}","value":${value === null ? 'null' : String(value)},"time":${time}}`,
    );
  };
  const put = (replica: Replica, { key, value, stamp }: Update): void => {
    if (order === 'lww' && stamp <= (replica.stamp[key] as number)) return;
    replica.value[key] = value;
    replica.stamp[key] = stamp;
  };
  const write = (own: number, key: number, value: number): void => {
    const replica = at(own);
    const stamp = ++replica.clock * replicas + own;
    const update: Update = { key, value, stamp, after: replica.applied.slice() };
    replica.log.push(update);
    replica.applied[own] = (replica.applied[own] as number) + 1;
    put(replica, update);
  };
  /** One update of some replica reaches another, if all before it are there. */
  const deliver = (): void => {
    const to = draw.int(replicas);
    const from = draw.int(replicas);
    if (to === from) return;
    const replica = at(to);
    const update = at(from).log[replica.applied[from] as number];
    if (update === undefined) return;
    for (let i = 0; i < replicas; i++) {
      if (i !== from && (update.after[i] as number) > (replica.applied[i] as number)) return;
    }
    replica.applied[from] = (replica.applied[from] as number) + 1;
    replica.clock = Math.max(replica.clock, Math.floor(update.stamp / replicas));
    put(replica, update);
  };
  const learn = (thread: number, key: number, value: number): void => {
    if (!stale) return;
    const name = `${thread} ${key}`;
    const [, newer] = known.get(name) ?? [0, 0];
    if (newer !== value) known.set(name, [newer, value]);
  };

  for (let done = 0; done < operations; done++) {
    const thread = draw.int(sessions);
    const own = thread % replicas;
    const process = processes[thread] as number;
    const key = draw.int(keys);
    const reads = draw.next() < 0.5;
    const value = reads ? null : (written[key] = (written[key] as number) + 1);
    const f = reads ? 'read' : 'write';
    say(process, 'invoke', f, key, value);
    if (draw.next() < crashed) {
      if (value !== null && draw.next() < 0.5) write(own, key, value);
      say(process, 'info', f, key, value);
      do processes[thread] = nextProcess++;
      while (processes[thread] % replicas !== own);
    } else if (value !== null) {
      write(own, key, value);
      learn(thread, key, value);
      say(process, 'ok', f, key, value);
    } else {
      let seen = at(own).value[key] as number;
      const [older, newer] = known.get(`${thread} ${key}`) ?? [0, 0];
      if (done >= staleAt && older > 0 && newer > older && seen === newer) {
        seen = older;
        staleAt = Infinity;
      } else learn(thread, key, seen);
      say(process, 'ok', f, key, seen === 0 ? null : seen);
    }
    for (let i = 0; i < 12; i++) deliver();
  }
  if (stale && staleAt !== Infinity) throw new RangeError('no read could be made stale');
  return lines;
}
