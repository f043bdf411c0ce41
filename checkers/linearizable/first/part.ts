/** The operations of one part (one key) in the form that the search works on. */

import type { Pair } from '../../../src/history/pairs.ts';
import { MISMATCH, type Operation } from '../../../src/history/operation.ts';
import { canonical } from '../../../src/history/json.ts';
import type { CompleteModel, ModelOperation, TimedOperation } from '../../models/model.ts';

/** Operations that never return and are alike in all that the model sees: only their number counts, not which they are. */
export interface PendingClass {
  readonly operation: ModelOperation;
  /** In the order of their invocations. */
  readonly members: readonly TimedOperation[];
}

/** An operation that returned (`ok`, or `fail` as evidence), and so must have a place in every order. */
export interface Returned {
  readonly operation: TimedOperation;
  /** One bit, unlike that of all others open at the same time. */
  readonly bit: bigint;
  /** Whether it leaves every state as it is (`Model.observes`). */
  readonly observes: boolean;
}

export interface Part {
  readonly key: string | null;
  /** All operations of the part in the order of their invocations. */
  readonly operations: readonly TimedOperation[];
  /** In the order of their completions. */
  readonly returns: readonly Returned[];
  /** `open[i]`: those that are open when `returns[i]` completes, itself first, by completion. */
  readonly open: readonly (readonly Returned[])[];
  readonly pending: readonly PendingClass[];
  /** Operations that never returned and need not be tried (`Model.neededAmong`). */
  readonly idle: readonly TimedOperation[];
}

export type Split =
  | { readonly kind: 'parts'; readonly parts: readonly Part[]; readonly operations: number }
  /** An operation that the model does not know. */
  | { readonly kind: 'objection'; readonly index: number; readonly objection: string };

/** Splits a history's client operations by the model's partition, without those that tell the model nothing. */
export function split<State>(model: CompleteModel<State>, pairs: readonly Pair[]): Split {
  const parts = new Map<string | null, TimedOperation[]>();
  let operations = 0;
  for (const pair of pairs) {
    const operation = timed(pair);
    if (operation === null) continue;
    const objection = model.objection(operation);
    if (objection !== null) return { kind: 'objection', index: operation.invoked, objection };
    operations++;
    if (!model.matters(operation)) continue;
    const key = model.partition?.(operation) ?? null;
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [operation]);
    else part.push(operation);
  }
  return { kind: 'parts', parts: [...parts].map(([key, part]) => partOf(model, key, part)), operations };
}

/** Null for an operation that definitely did not happen. */
function timed({ invocation, completion }: Pair): TimedOperation | null {
  const { f, key = null, value: input, process, index: invoked } = invocation;
  if (process === 'nemesis') return null;
  const call = { f, key, input, process, invoked };
  if (completion === null || completion.type === 'info') {
    return { ...call, output: null, outcome: 'info', completed: Infinity };
  }
  if (completion.type === 'ok')
    return { ...call, output: completion.value, outcome: 'ok', completed: completion.index };
  return comparedAndDiffered(completion)
    ? { ...call, output: null, outcome: 'fail', completed: completion.index }
    : null;
}

const comparedAndDiffered = ({ error }: Operation): boolean => error === undefined || error === MISMATCH;

function partOf<State>(model: CompleteModel<State>, key: string | null, all: readonly TimedOperation[]): Part {
  const isNeeded = model.neededAmong?.(all) ?? (() => true);
  const invocations = all.filter(({ completed }) => completed !== Infinity);
  const pending = all.filter(({ completed }) => completed === Infinity);
  const returns: Returned[] = [];
  const open: Returned[][] = [];
  /** Bits that are nobody's now. */
  const free: bigint[] = [];
  let current: Returned[] = [];
  let invoked = 0;
  for (const { completed } of invocations.toSorted(byCompletion)) {
    for (
      let next = invocations[invoked];
      next !== undefined && next.invoked < completed;
      next = invocations[++invoked]
    ) {
      const bit = free.pop() ?? 1n << BigInt(current.length);
      current.push({ operation: next, bit, observes: model.observes(next) });
    }
    current.sort((a, b) => byCompletion(a.operation, b.operation));
    open.push(current);
    const [returning] = current;
    if (returning === undefined) throw new RangeError(`nothing is open at completion ${completed}`);
    returns.push(returning);
    free.push(returning.bit);
    current = current.slice(1);
  }
  const idle = pending.filter((operation) => !isNeeded(operation));
  return { key, operations: all, returns, open, pending: classesOf(pending.filter(isNeeded)), idle };
}

const byCompletion = (a: TimedOperation, b: TimedOperation): number => a.completed - b.completed;

function classesOf(pending: readonly TimedOperation[]): readonly PendingClass[] {
  const classes = new Map<string, TimedOperation[]>();
  for (const operation of pending) {
    const alike = canonical([operation.f, operation.key, operation.input]);
    const members = classes.get(alike);
    if (members === undefined) classes.set(alike, [operation]);
    else members.push(operation);
  }
  return [...classes.values()].flatMap((members) => {
    const [operation] = members;
    return operation === undefined ? [] : [{ operation, members }];
  });
}

export function keyOf<State>({ identity }: CompleteModel<State>, state: State): string | number {
  if (identity.kind === 'equal') throw new TypeError('states without a key');
  return identity.key(state);
}
