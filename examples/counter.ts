/**
 * A counter kept in a store that answers later, and the lost update in the naive one: it reads, waits, and writes what
 * was right when it read. The other one lets nobody in between.
 */

import type fc from 'fast-check';
import { impossible, type Model } from '../checkers/models/model.ts';
import type { ConcurrencyOptions } from '../src/concurrency.ts';

/** Where the counter keeps its number. */
export interface Store {
  get(name: string): Promise<number>;
  set(name: string, value: number): Promise<void>;
}

export interface Counter {
  add(by: number): Promise<void>;
  value(): Promise<number>;
}

export function naiveCounter(store: Store): Counter {
  return {
    async add(by) {
      const value = await store.get('count');
      await store.set('count', value + by);
    },
    value: () => store.get('count'),
  };
}

export function lockedCounter(store: Store): Counter {
  const { add, value } = naiveCounter(store);
  let last = Promise.resolve();
  return {
    add(by) {
      last = last.then(() => add(by));
      return last;
    },
    value,
  };
}

/** One number, from 0: `add` adds to it, `value` gives it. */
export const counterModel: Model<number> = {
  name: 'counter',
  init: 0,
  step(count, { f, input, output, outcome }) {
    if (f === 'add') return count + Number(input);
    return outcome === 'info' || output === count ? count : impossible;
  },
  observes: ({ f }) => f === 'value',
  describeOperation: ({ f, input, output }) => (f === 'add' ? `added ${Number(input)}` : `saw ${Number(output)}`),
};

/** Tests a counter whose store answers when the scheduler wants it to. */
export function counterTest(
  create: (store: Store) => Counter,
  amounts: fc.Arbitrary<number>,
): ConcurrencyOptions<Counter, number, { add: [number]; value: [] }> {
  return {
    create(schedule) {
      const values = new Map<string, number>();
      return create({
        get: schedule.wrap((name: string) => values.get(name) ?? 0, { name: 'get' }),
        set: schedule.wrap((name: string, value: number) => void values.set(name, value), { name: 'set' }),
      });
    },
    operations: {
      add: { arguments: [amounts], call: (counter, by) => counter.add(by) },
      value: { call: (counter) => counter.value() },
    },
    model: counterModel,
  };
}
