/**
 * Weak models by their definitions, tried out: every choice of the operations of unknown outcome that happened, of the
 * writes that reads returned, and every order. Shares no code with what it judges.
 */

import type { History, Json } from '../../../src/history/operation.ts';

export interface Call {
  readonly process: number;
  readonly key: string;
  /** What it read and wrote; undefined where it did not. */
  readonly read: Json | undefined;
  readonly wrote: Json | undefined;
  readonly isUnknown: boolean;
}

/** In the order of their invocations; what failed is left out, and so is what was read without an answer. */
function callsOf(history: History): readonly Call[] {
  const calls: Call[] = [];
  for (const { process, type, f, key = '', value, index } of history) {
    if (type !== 'invoke' || process === 'nemesis') continue;
    const completion = history.find((other) => other.index > index && other.process === process);
    const became = completion?.type ?? 'info';
    if (became === 'fail' || (f === 'read' && became === 'info')) continue;
    const [from = null, to = null] = f === 'cas' ? (value as Json[]) : [];
    calls.push({
      process,
      key,
      read: f === 'read' ? completion?.value : f === 'cas' ? from : undefined,
      wrote: f === 'write' ? value : f === 'cas' ? to : undefined,
      isUnknown: became === 'info',
    });
  }
  return calls;
}

type Before = (a: Call, b: Call) => boolean;

/** What happened, in one of the ways in which it can have happened. */
export interface World {
  readonly calls: readonly Call[];
  /** The write that a read returned; null for the initial value. */
  readonly from: ReadonlyMap<Call, Call | null>;
  /** Order in sessions: nothing comes after an operation of unknown outcome. */
  readonly po: Before;
  /** The closure of po and rf. */
  readonly co: Before;
}

/**
 * Every world in which each read returned something that was written. With `orphans`, reads of what nobody can have
 * written are there, too, and have no place in `from`.
 */
export function* worlds(history: History, orphans: 'orphans' | 'none' = 'none'): Generator<World> {
  const all = callsOf(history);
  const certain = all.filter(({ isUnknown }) => !isUnknown);
  const open = all.filter(({ isUnknown }) => isUnknown);
  for (let subset = 0; subset < 1 << open.length; subset++) {
    const calls = all.filter((call) => certain.includes(call) || ((subset >> open.indexOf(call)) & 1) === 1);
    const po: Before = (a, b) => a.process === b.process && all.indexOf(a) < all.indexOf(b) && !a.isUnknown;
    const isWritten = ({ key, read }: Call): boolean =>
      read === null || all.some((call) => call.key === key && call.wrote === read);
    const readers = calls.filter((call) => call.read !== undefined && (orphans === 'none' || isWritten(call)));
    for (const from of sources(calls, readers)) {
      yield { calls, from, po, co: closure(calls, (a, b) => po(a, b) || from.get(b) === a) };
    }
  }
}

function* sources(calls: readonly Call[], [reader, ...others]: readonly Call[]): Generator<Map<Call, Call | null>> {
  if (reader === undefined) {
    yield new Map();
    return;
  }
  const candidates: (Call | null)[] = calls.filter(({ key, wrote }) => key === reader.key && wrote === reader.read);
  if (reader.read === null) candidates.push(null);
  for (const rest of sources(calls, others)) {
    for (const candidate of candidates) yield new Map(rest).set(reader, candidate);
  }
}

function closure(calls: readonly Call[], step: Before): Before {
  const after = new Map(calls.map((a) => [a, new Set(calls.filter((b) => step(a, b)))]));
  for (const via of calls) {
    for (const a of calls) if (after.get(a)?.has(via)) for (const b of after.get(via) ?? []) after.get(a)?.add(b);
  }
  return (a, b) => after.get(a)?.has(b) === true;
}

/** Whether `calls` can be ordered along `before` so that those among them that `explains` return the last write. */
function canBeOrdered(calls: readonly Call[], before: Before, explains: (call: Call) => boolean): boolean {
  const extend = (left: readonly Call[], state: ReadonlyMap<string, Json>): boolean => {
    if (left.length === 0) return true;
    return left.some((call) => {
      if (left.some((other) => other !== call && before(other, call))) return false;
      if (call.read !== undefined && explains(call) && (state.get(call.key) ?? null) !== call.read) return false;
      const next = call.wrote === undefined ? state : new Map(state).set(call.key, call.wrote);
      return extend(
        left.filter((other) => other !== call),
        next,
      );
    });
  };
  return !calls.some((call) => before(call, call)) && extend(calls, new Map());
}

/** For each operation, an order of all writes and what its session had read up to it, along `order`. */
function hasViews({ calls, po }: World, order: (own: (call: Call) => boolean) => Before): boolean {
  return calls.every((last) => {
    if (calls.some((later) => po(last, later))) return true;
    const own = (call: Call): boolean => call === last || po(call, last);
    return canBeOrdered(
      calls.filter((call) => call.wrote !== undefined || own(call)),
      order(own),
      own,
    );
  });
}

/** There is a world as the model asks for. */
export const definitions = {
  CM: (history: History) =>
    some(worlds(history), (world) => !isCyclic(world.calls, world.co) && hasViews(world, () => world.co)),
  // What reads returned does not matter to others. That a session's own reads come after the writes that they
  // returned follows from what they returned.
  PRAM: (history: History) => some(worlds(history), (world) => hasViews(world, () => world.po)),
  sequential: (history: History) => some(worlds(history), ({ calls, po }) => canBeOrdered(calls, po, () => true)),
} as const;

export function isCyclic(calls: readonly Call[], before: Before): boolean {
  return calls.some((call) => before(call, call));
}

function some<T>(all: Iterable<T>, holds: (one: T) => boolean): boolean {
  for (const one of all) if (holds(one)) return true;
  return false;
}
