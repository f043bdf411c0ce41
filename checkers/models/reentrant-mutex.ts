/**
 * A lock that one process at a time can hold, as often as it likes, or many under different keys. It is free at first,
 * and again when it was released as often as it was acquired. Only its owner can release it.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `acquire` (`lock`) | null | `ok`; `ok` with false: it was held by another process |
 * | `release` (`unlock`) | null | `ok`: the process had held it |
 *
 * An acquire that failed tells nothing. The process of an acquire of unknown outcome never calls again.
 */

import { describeLockOperation, foundHeld, neededForOwner } from './lock-operation.ts';
import { byKey, impossible, type Model } from './model.ts';
import { lockCalls } from './vocabulary.ts';

/** Who holds the lock how often; null when it is free. */
export type Holding = { readonly process: number; readonly count: number } | null;

/** A reentrant mutex that a process can hold at most `countMax` times (Hazelcast calls that the acquire limit). */
export function boundedReentrantMutex(countMax: number): Model<Holding> {
  return {
    name: 'reentrant-mutex',
    init: null,
    objection: ({ f }) => lockCalls.objection('a reentrant mutex', f),
    observes: foundHeld,
    step(state, operation) {
      const { process, f } = operation;
      const count = state?.process === process ? state.count : 0;
      if (lockCalls.known(f) === 'release') {
        if (count === 0) return impossible;
        return count === 1 ? null : { process, count: count - 1 };
      }
      if (foundHeld(operation)) return state !== null && count === 0 ? state : impossible;
      return (state === null || count > 0) && count < countMax ? { process, count: count + 1 } : impossible;
    },
    neededAmong: neededForOwner,
    distinguishesProcesses: true,
    partition: byKey,
    from: (init) =>
      typeof init === 'number' && Number.isInteger(init) && init > 0
        ? boundedReentrantMutex(init)
        : 'how often a process can hold it at most, an integer above 0',
    key: (state) => (state === null ? '' : `${state.process} ${state.count}`),
    describe(state) {
      if (state === null) return 'free';
      const times = state.count === 1 ? '' : state.count === 2 ? ' twice' : ` ${state.count} times`;
      return `held by process ${state.process}${times}`;
    },
    describeOperation: describeLockOperation,
  };
}

export const reentrantMutex: Model<Holding> = boundedReentrantMutex(Infinity);
