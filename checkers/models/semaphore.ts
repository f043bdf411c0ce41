/**
 * A semaphore with a number of permits (1 unless given), or many under different keys. All are available at first, and
 * no more than that ever are.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `acquire` (`lock`) | how many; null is 1 | `ok`; `ok` with false: there were not so many |
 * | `release` (`unlock`) | how many; null is 1 | `ok` |
 *
 * It does not know who holds its permits. An acquire that failed tells nothing.
 */

import { shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { foundHeld } from './lock-operation.ts';
import { byKey, impossible, type Model, type ModelOperation } from './model.ts';
import { lockCalls } from './vocabulary.ts';

/** The state is the number of permits that are available. */
export function semaphore(permits: number): Model<number> {
  return {
    name: 'semaphore',
    init: permits,
    objection: ({ f, input }) =>
      lockCalls.objection('a semaphore', f) ??
      (input === null || isCount(input)
        ? null
        : `${f} takes how many permits, an integer above 0, not ${shown(input)}`),
    observes: foundHeld,
    step(available, operation) {
      const count = countOf(operation);
      if (lockCalls.known(operation.f) === 'release')
        return available + count <= permits ? available + count : impossible;
      if (foundHeld(operation)) return available < count ? available : impossible;
      return available >= count ? available - count : impossible;
    },
    partition: byKey,
    from: (json) => (isCount(json) ? semaphore(json) : 'the number of its permits, an integer above 0'),
    key: (available) => available,
    describe: (available) => `${available} of ${permits} permits available`,
    describeOperation(operation) {
      const count = countOf(operation);
      const what = `${count} permit${count === 1 ? '' : 's'}${operation.key === null ? '' : ` of ${operation.key}`}`;
      if (lockCalls.known(operation.f) === 'release') return `released ${what}`;
      return foundHeld(operation) ? `found fewer than ${what} available` : `acquired ${what}`;
    },
  };
}

const isCount = (value: Json): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

const countOf = ({ input }: ModelOperation): number => (isCount(input) ? input : 1);
