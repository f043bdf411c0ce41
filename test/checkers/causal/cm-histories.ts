/**
 * Small random histories of reads, writes and compare-and-sets: what replicas would have answered that pass writes on to
 * each other in some order, or what comes to mind. About as many satisfy a weak model as don't.
 */

import type { History, Json, Operation } from '../../../src/history/operation.ts';
import { random, type Random } from '../../../src/random.ts';

export interface Shape {
  readonly operations: number;
  readonly processes: number;
  readonly keys: number;
  /** The share of writes of unknown outcome, of failed ones, and of operations that are a cas. */
  readonly unknown: number;
  readonly failed: number;
  readonly cas: number;
  /** The share of written values that were written before. */
  readonly again: number;
  /** The share of answers that are made up. */
  readonly lies: number;
  /**
   * `causal`, `fifo`: the order in which writes reach a replica; `lww`: causal, and the latest by time stays; `any`:
   * causal, and a read returns any write that was not overwritten by one that came after it.
   */
  readonly replicas: 'atomic' | 'causal' | 'fifo' | 'lww' | 'any' | 'none';
}

export function randomShape(of: Random): Shape {
  const plain = of.next() < 0.4;
  return {
    operations: 6 + of.int(8),
    processes: of.pick([2, 3, 3]),
    keys: of.pick([1, 2, 2, 3]),
    unknown: plain ? 0 : of.pick([0, 0.2, 0.4]),
    failed: plain ? 0 : of.pick([0, 0.05]),
    cas: plain ? 0 : of.pick([0, 0, 0.2]),
    again: plain ? 0 : of.pick([0, 0, 0, 0.1]),
    lies: of.pick([0, 0.2, 0.4, 0.6]),
    replicas: of.pick(['atomic', 'atomic', 'atomic', 'causal', 'fifo', 'lww', 'any', 'any', 'any', 'none']),
  };
}

/** The history of a seed: always the same. */
export function historyOfSeed(seed: number): History {
  const of = random(seed, 'weak models');
  return randomHistory(of, randomShape(of));
}

interface Update {
  readonly key: string;
  readonly value: number;
  readonly by: number;
  /** Its number among the updates of its process. */
  readonly number: number;
  readonly time: number;
  /** How many updates of each process the writer had applied. */
  readonly after: readonly number[];
}

export function randomHistory(of: Random, shape: Shape): History {
  const { processes, keys, replicas } = shape;
  const lines: Operation[] = [];
  const threads = Array.from({ length: processes }, (_, thread) => thread);
  const written: { key: string; value: number }[] = [];
  const logs = threads.map((): Update[] => []);
  const applied = threads.map(() => threads.map(() => 0));
  const stores = threads.map(() => new Map<string, readonly Update[]>());
  let clock = 0;
  let next = 1;
  const say = (process: number, type: Operation['type'], f: string, key: string, value: Json): void => {
    const index = lines.length;
    lines.push({ index, process, type, f, key, value, time: index * 1e6 });
  };
  const storeOf = (thread: number): Map<string, readonly Update[]> =>
    stores[replicas === 'atomic' ? 0 : thread] ?? new Map<string, readonly Update[]>();
  const apply = (thread: number, update: Update): void => {
    const store = storeOf(thread);
    const there = store.get(update.key) ?? [];
    if (replicas === 'lww' && there.some(({ time }) => time > update.time)) return;
    const concurrent = there.filter(({ by, number }) => number >= (update.after[by] ?? 0));
    store.set(update.key, replicas === 'any' ? [...concurrent, update] : [update]);
  };
  const deliver = (): void => {
    const to = of.int(processes);
    const by = of.int(processes);
    const done = applied[to]?.[by] ?? 0;
    const update = logs[by]?.[done];
    if (to === by || update === undefined) return;
    const isReady = update.after.every((count, from) => from === by || count <= (applied[to]?.[from] ?? 0));
    if (replicas !== 'fifo' && !isReady) return;
    applied[to]?.splice(by, 1, done + 1);
    apply(to, update);
  };
  const write = (thread: number, key: string, value: number): void => {
    written.push({ key, value });
    // With time stamps that are partly those of a skewed clock.
    const time = of.next() < 0.5 ? clock++ : clock;
    const after = [...(applied[thread] ?? [])];
    const update = { key, value, by: thread, number: after[thread] ?? 0, time, after };
    logs[thread]?.push(update);
    applied[thread]?.splice(thread, 1, (applied[thread][thread] ?? 0) + 1);
    apply(thread, update);
  };
  for (let i = 0; i < shape.operations; i++) {
    const thread = of.int(processes);
    const process = threads[thread] ?? 0;
    const key = `k${of.int(keys)}`;
    const there = storeOf(thread).get(key) ?? [];
    const known = there.length === 0 ? null : of.pick(there).value;
    const madeUp = replicas === 'none' || of.next() < shape.lies;
    const answer = (): Json => {
      if (!madeUp) return known;
      const values = written.filter((one) => one.key === key).map(({ value }) => value);
      return of.pick([of.next() < 0.1 ? next : null, ...values, ...values]);
    };
    const isAgain = of.next() < shape.again;
    const fresh = isAgain ? Math.max(1, next - 1) : next++;
    const isUnknown = of.next() < shape.unknown;
    if (of.next() < shape.cas) {
      const from = answer();
      say(process, 'invoke', 'cas', key, [from, fresh]);
      if (isUnknown) unknown(thread, process, 'cas', key, [from, fresh], fresh);
      else if (of.next() < 0.2) say(process, 'fail', 'cas', key, [from, fresh]);
      else {
        write(thread, key, fresh);
        say(process, 'ok', 'cas', key, [from, fresh]);
      }
    } else if (of.next() < 0.45) {
      say(process, 'invoke', 'write', key, fresh);
      if (of.next() < shape.failed) {
        if (of.next() < 0.5) written.push({ key, value: fresh });
        lines.push({ ...(lines.at(-1) as Operation), index: lines.length, type: 'fail', error: 'refused' });
      } else if (isUnknown) unknown(thread, process, 'write', key, fresh, fresh);
      else {
        write(thread, key, fresh);
        say(process, 'ok', 'write', key, fresh);
      }
    } else {
      say(process, 'invoke', 'read', key, null);
      if (isUnknown && of.next() < 0.3) say(process, 'info', 'read', key, null);
      else say(process, 'ok', 'read', key, answer());
    }
    for (let n = of.int(6); n > 0; n--) if (replicas !== 'atomic' && replicas !== 'none') deliver();
  }
  return lines;

  function unknown(thread: number, process: number, f: string, key: string, value: Json, written: number): void {
    if (of.next() < 0.7) write(thread, key, written);
    const goesOn = of.next() < 0.4;
    if (goesOn || of.next() < 0.7) say(process, 'info', f, key, value);
    if (!goesOn) threads[thread] = process + processes;
  }
}
