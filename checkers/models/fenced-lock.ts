/**
 * A lock whose every acquire gives a larger fencing token than all before it, or many under different keys. It is free
 * at first. Only its owner can release it; a second acquire by the owner is impossible.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `acquire` (`lock`) | null | `ok`: the token, an integer; `ok` with false: it was held |
 * | `release` (`unlock`) | null | `ok`: the process had held it |
 *
 * An acquire that failed tells nothing. One of unknown outcome got some token above all before it; the process never
 * calls again.
 *
 * Tokens: Kleppmann, "How to do distributed locking" (2016); Burrows, "The Chubby lock service" (OSDI 2006), which calls
 * them sequencers. `leasedLock` is the lock whose owner may lose it at any time, without knowing: nothing can be said of
 * who holds it, only that tokens grow.
 */

import { shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { describeLockOperation, foundHeld, neededForOwner } from './lock-operation.ts';
import { byKey, impossible, type Model, type ModelOperation } from './model.ts';
import { lockCalls } from './vocabulary.ts';

export interface Fenced {
  /** The process that holds it, or null. */
  readonly owner: number | null;
  /** The largest token so far. */
  readonly token: number;
}

export const fencedLock: Model<Fenced> = {
  name: 'fenced-lock',
  init: { owner: null, token: -Infinity },
  objection: (operation) => tokenObjection(operation),
  observes: foundHeld,
  step(state, operation) {
    const { f, process } = operation;
    if (lockCalls.known(f) === 'release') return state.owner === process ? { ...state, owner: null } : impossible;
    if (foundHeld(operation)) return state.owner === null ? impossible : state;
    if (state.owner !== null) return impossible;
    const token = tokenAfter(state.token, operation);
    return token === null ? impossible : { owner: process, token };
  },
  neededAmong: neededForOwner,
  distinguishesProcesses: true,
  partition: byKey,
  from(init) {
    const token = integerOf(init);
    return token === null ? 'the token before the first, an integer' : { ...fencedLock, init: { owner: null, token } };
  },
  key: ({ owner, token }) => `${owner ?? ''} ${token}`,
  describe: ({ owner, token }) => `${owner === null ? 'free' : `held by process ${owner}`}, ${lastToken(token)}`,
  describeOperation: describeTokenOperation,
  explain: (failed, others) => {
    if (typeof failed.output !== 'number' || failed.outcome !== 'ok') return null;
    const known = others.find(
      ({ output, outcome, completed }) =>
        outcome === 'ok' && completed < failed.invoked && typeof output === 'number' && output >= Number(failed.output),
    );
    if (known === undefined) return null;
    const clause = `process ${known.process} had got token ${shown(known.output)} before that ${failed.f} began`;
    return { clause, witnesses: [known] };
  },
};

/** The largest token so far is all that there is to know. */
export const leasedLock: Model<number> = {
  name: 'leased-lock',
  init: -Infinity,
  objection: (operation) => tokenObjection(operation),
  // Whoever finds it held, or releases it, or gets an unknown token, tells nothing.
  matters: ({ f, output, outcome }) =>
    outcome === 'ok' && typeof output === 'number' && lockCalls.known(f) === 'acquire',
  step(state, operation) {
    if (lockCalls.known(operation.f) === 'release' || foundHeld(operation)) return state;
    return tokenAfter(state, operation) ?? impossible;
  },
  partition: byKey,
  from(init) {
    const token = integerOf(init);
    return token === null ? 'the token before the first, an integer' : { ...leasedLock, init: token };
  },
  key: (state) => state,
  describe: lastToken,
  describeOperation: describeTokenOperation,
  ...(fencedLock.explain === undefined ? {} : { explain: fencedLock.explain }),
};

/** The token that the acquire got, if it is above `last`. Of an unknown one the smallest, which excludes the fewest. */
function tokenAfter(last: number, { output, outcome }: ModelOperation): number | null {
  if (outcome === 'info') return last === -Infinity ? last : last + 1;
  return typeof output === 'number' && output > last ? output : null;
}

function tokenObjection({ f, output, outcome }: ModelOperation): string | null {
  if (outcome !== 'ok' || lockCalls.of(f) !== 'acquire' || output === false || integerOf(output) !== null) {
    return lockCalls.objection('a fenced lock', f);
  }
  return `an acquire gets an integer as its token, or false, not ${shown(output)}`;
}

function integerOf(value: Json): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

function lastToken(token: number): string {
  return token === -Infinity ? 'no token given' : `last token ${token}`;
}

function describeTokenOperation(operation: ModelOperation): string {
  const { output } = operation;
  return `${describeLockOperation(operation)}${typeof output === 'number' ? ` with token ${output}` : ''}`;
}
