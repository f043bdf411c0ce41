/**
 * Histories of a real atomic register, simulated: each client is a closed loop of operations that take 0.1 ms and an
 * exponential 0.9 ms more, with a short pause between, so that about nine in ten clients have an operation open at any
 * instant. An operation takes effect at a uniform instant of its interval, so the history is linearizable by
 * construction. A crashed one returns nothing, takes effect after some time or never, and its client goes on as a new
 * process. One read can be made stale: it returns what had been overwritten before it began, which no order explains.
 */

import { random, type Random } from '../src/random.ts';

export interface RegisterShape {
  readonly operations: number;
  readonly clients: number;
  readonly seed: number;
  /** The share of writes and compare-and-sets whose outcome nobody learns. */
  readonly crashed: number;
  /** Write and compare-and-set so many values again and again; 0: every write is of a new value, no compare-and-sets. */
  readonly values: number;
  readonly stale: boolean;
}

interface Call {
  readonly process: number;
  readonly f: 'read' | 'write' | 'cas';
  readonly from: number | null;
  /** What it writes. */
  readonly to: number | null;
  readonly invokedAt: number;
  completedAt: number;
  type: 'ok' | 'fail' | 'info' | null;
  /** What a read returned. */
  output: number | null;
}

interface Client {
  process: number;
  call: Call | null;
  /** When it does its next step, and when its open operation takes effect, in ns. */
  next: number;
  effect: number;
}

const msNs = 1e6;
const exponential = (draw: Random, meanNs: number): number => -meanNs * Math.log(1 - draw.next());

/** The lines of the history, as JSONL, without line ends. Throws a RangeError when no read can be made stale. */
export function registerHistory(shape: RegisterShape): readonly string[] {
  const { calls, events } = simulated(shape);
  if (shape.stale) makeStale(calls, shape);
  return events.map(({ call, isInvocation, time }, index) => {
    const { process, f, from, to, output, type } = call;
    const argument = f === 'read' ? null : f === 'write' ? to : [from, to];
    const value = f === 'read' && !isInvocation && type === 'ok' ? output : argument;
    return JSON.stringify({ index, process, type: isInvocation ? 'invoke' : type, f, value, time });
  });
}

interface Simulated {
  readonly calls: readonly Call[];
  readonly events: readonly { readonly call: Call; readonly isInvocation: boolean; readonly time: number }[];
}

/** Around the middle nobody writes the last of few values, so that a read of it there is stale. */
function isRestricted(shape: RegisterShape, begun: number): boolean {
  const window = Math.min(Math.floor(shape.operations / 3), 20 * shape.clients + 40);
  return shape.stale && Math.abs(begun - shape.operations / 2) < window;
}

function simulated(shape: RegisterShape): Simulated {
  const draw = random(shape.seed, 'register-history');
  const calls: Call[] = [];
  const events: { call: Call; isInvocation: boolean; time: number }[] = [];
  /** Effects of crashed operations that are still to come. */
  const late: { call: Call; effect: number }[] = [];
  const clients = Array.from({ length: shape.clients }, (_, process): Client => {
    return { process, call: null, next: exponential(draw, msNs / 2), effect: Infinity };
  });
  let value: number | null = null;
  let fresh = 1;
  let now = 0;

  const takeEffect = (call: Call): void => {
    if (call.f === 'read') call.output = value;
    else if (call.f === 'write') value = call.to;
    else if (value === call.from) {
      value = call.to;
      call.output = call.to;
    }
  };
  const write = (mayBeLast: boolean): number => {
    if (shape.values === 0) return fresh++;
    return draw.int(mayBeLast ? shape.values : shape.values - 1);
  };
  const invoke = (client: Client): void => {
    const choice = draw.next();
    const share = shape.values === 0 ? 1 / 2 : 1 / 3;
    const f = choice < share ? 'read' : choice < 2 * share ? 'write' : 'cas';
    const isCrashed = f !== 'read' && draw.next() < shape.crashed;
    // A crashed write could explain any later read of its value.
    const mayBeLast = !shape.stale || !(isCrashed || isRestricted(shape, calls.length));
    const from = f === 'cas' ? draw.int(shape.values) : null;
    const to = f === 'read' ? null : write(mayBeLast);
    const call: Call = {
      process: client.process,
      f,
      from,
      to,
      invokedAt: now,
      completedAt: Infinity,
      type: null,
      output: null,
    };
    calls.push(call);
    events.push({ call, isInvocation: true, time: now });
    client.call = call;
    if (isCrashed) {
      if (draw.next() < 0.5) late.push({ call, effect: now + exponential(draw, 5 * msNs) });
      call.type = 'info';
      client.next = now + 5 * msNs;
      client.effect = Infinity;
    } else {
      const duration = 0.1 * msNs + exponential(draw, 0.9 * msNs);
      client.effect = now + draw.next() * duration;
      client.next = now + duration;
    }
  };
  const complete = (client: Client, call: Call): void => {
    call.completedAt = now;
    call.type ??= call.f === 'cas' && call.output === null ? 'fail' : 'ok';
    events.push({ call, isInvocation: false, time: now });
    client.call = null;
    if (call.type === 'info') client.process += shape.clients;
    client.next = calls.length < shape.operations ? now + exponential(draw, 0.1 * msNs) : Infinity;
  };

  for (;;) {
    let soonest: Client | undefined;
    let at = Infinity;
    for (const client of clients) {
      const time = Math.min(client.next, client.effect);
      if (time < at) [soonest, at] = [client, time];
    }
    const lateIndex = late.findIndex(({ effect }) => effect < at);
    if (lateIndex >= 0) {
      const [first] = late.toSorted((a, b) => a.effect - b.effect);
      if (first !== undefined) {
        takeEffect(first.call);
        late.splice(late.indexOf(first), 1);
      }
      continue;
    }
    if (soonest === undefined) return { calls, events };
    const { call } = soonest;
    if (soonest.effect <= soonest.next && call !== null) {
      takeEffect(call);
      soonest.effect = Infinity;
      continue;
    }
    // Whole nanoseconds, no two the same.
    now = Math.max(now + 1, Math.round(soonest.next));
    if (call !== null) complete(soonest, call);
    else if (calls.length < shape.operations) invoke(soonest);
    else soonest.next = Infinity;
  }
}

/** Gives one read, after the middle, a value that had been overwritten, whatever order one tries, before it began. */
function makeStale(calls: readonly Call[], shape: RegisterShape): void {
  const didWrite = (call: Call, value: number): boolean =>
    call.f !== 'read' && call.to === value && call.type !== 'fail';
  for (let i = Math.floor(calls.length / 2); i < calls.length; i++) {
    const read = calls[i] as Call;
    if (read.f !== 'read') continue;
    const before = calls.filter(({ invokedAt }) => invokedAt < read.completedAt);
    const overwriting = before.filter(
      ({ f, type, completedAt }) => f === 'write' && type === 'ok' && completedAt < read.invokedAt,
    );
    const candidates = shape.values === 0 ? overwriting.slice(-200).map(({ to }) => to) : [shape.values - 1];
    for (const value of candidates.reverse()) {
      if (value === null) continue;
      const producers = before.filter((call) => didWrite(call, value));
      const last = Math.max(...producers.map(({ completedAt, type }) => (type === 'info' ? Infinity : completedAt)));
      if (producers.length === 0 || !overwriting.some(({ invokedAt, to }) => to !== value && invokedAt > last))
        continue;
      read.output = value;
      return;
    }
  }
  throw new RangeError('no read of this history can be made stale');
}
