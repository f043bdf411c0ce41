/** Small asynchronous objects for tests of the test. */

import type { Schedule } from '../../src/concurrency.ts';

/** Fair: who asks first is first. `release` must be called once for each time that it was acquired. */
export interface Lock {
  acquire(): Promise<void>;
  release(): void;
}

export function lock(): Lock {
  const waiting: (() => void)[] = [];
  let isHeld = false;
  return {
    async acquire() {
      if (!isHeld) isHeld = true;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    release() {
      const next = waiting.shift();
      if (next === undefined) isHeld = false;
      else next();
    },
  };
}

/** An amount behind a store that takes its time, under a lock. */
export interface Account {
  deposit(amount: number): Promise<void>;
  /** Throws, and changes nothing, if there is too little. */
  withdraw(amount: number): Promise<void>;
  balance(): Promise<number>;
}

export function lockedAccount(schedule: Schedule): Account {
  const store = schedule.wrapAll(cell(0));
  const { acquire, release } = lock();
  const exclusively = async <T>(action: () => Promise<T>): Promise<T> => {
    await acquire();
    try {
      return await action();
    } finally {
      release();
    }
  };
  return {
    deposit: (amount) => exclusively(async () => store.set((await store.get()) + amount)),
    withdraw: (amount) =>
      exclusively(async () => {
        const balance = await store.get();
        if (balance < amount) throw new RangeError('too little');
        await store.set(balance - amount);
      }),
    balance: () => exclusively(() => store.get()),
  };
}

export interface Cell {
  get(): number;
  set(value: number): void;
}

export function cell(initial: number): Cell {
  let value = initial;
  return {
    get: () => value,
    set(next) {
      value = next;
    },
  };
}
