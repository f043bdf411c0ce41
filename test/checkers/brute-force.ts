/**
 * The definition of linearizability, tried out: every subset of the operations of unknown outcome, every order that
 * respects real time. Knows registers and lists by itself and shares no code with what it judges.
 */

import type { History, Json, Operation } from '../../src/history/operation.ts';

interface Call {
  readonly invocation: Operation;
  readonly completion: Operation | null;
}

/** Whether `call` can happen to `value`, and what it leaves behind; undefined when it can't. */
export type Step = (value: Json, call: Call) => Json | undefined;

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

export const registerStep: Step = (value, { invocation: { f, value: input }, completion }) => {
  if (f === 'write') return input;
  if (f === 'read') return completion?.type !== 'ok' || same(completion.value, value) ? value : undefined;
  const [from = null, to = null] = input as Json[];
  if (completion?.type === 'fail') return same(value, from) ? undefined : value;
  // A compare-and-set of unknown outcome that compares and finds a difference changes nothing.
  if (!same(value, from)) return completion?.type === 'ok' ? undefined : value;
  return to;
};

export const listStep: Step = (value, { invocation: { f, value: input }, completion }) => {
  const list = (value ?? []) as Json[];
  if (f === 'append') return [...list, input];
  return completion?.type !== 'ok' || same(completion.value ?? [], list) ? list : undefined;
};

export interface Order {
  readonly calls: readonly Call[];
  /** `states[i]` is what `calls[i]` leaves behind. */
  readonly states: readonly Json[];
}

/** For histories of one key, with few operations. */
export function isLinearizable(step: Step, history: History): boolean {
  return orders(step, history).next().done !== true;
}

/**
 * Every order of the operations that completed before index `end` and any of those that were open there. What became of
 * the latter is known from the rest of the history: they need not be in an order, but if they are, they fit.
 */
export function* orders(step: Step, history: History, end = Infinity): Generator<Order> {
  const required: Call[] = [];
  const optional: Call[] = [];
  for (const invocation of history.filter(({ type, index }) => type === 'invoke' && index < end)) {
    const completion =
      history.find(({ process, type, index }) => {
        return process === invocation.process && type !== 'invoke' && index > invocation.index;
      }) ?? null;
    const call = { invocation, completion };
    const type = completion?.type ?? 'info';
    if (type === 'fail' && (invocation.f !== 'cas' || (completion?.error ?? 'mismatch') !== 'mismatch')) continue;
    if (type === 'info' || (completion?.index ?? 0) >= end) optional.push(call);
    else required.push(call);
  }
  for (let subset = 0; subset < 1 << optional.length; subset++) {
    const calls = [...required, ...optional.filter((_, i) => ((subset >> i) & 1) === 1)];
    yield* extend(step, { calls: [], states: [] }, calls);
  }
}

const endOf = ({ completion }: Call): number =>
  completion === null || completion.type === 'info' ? Infinity : completion.index;

function* extend(step: Step, done: Order, left: readonly Call[]): Generator<Order> {
  if (left.length === 0) yield done;
  for (const call of left) {
    const others = left.filter((other) => other !== call);
    if (others.some((other) => endOf(other) < call.invocation.index)) continue;
    const next = step(done.states.at(-1) ?? null, call);
    if (next === undefined) continue;
    yield* extend(step, { calls: [...done.calls, call], states: [...done.states, next] }, others);
  }
}
