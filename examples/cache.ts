/**
 * A cache before a database. The naive one checks, loads and sets: a load that began before an update may put the old
 * value into the cache after the update has invalidated it, and it stays there. The guarded one keeps only what nobody
 * can have changed since it was loaded.
 */

import fc from 'fast-check';
import { register } from '../checkers/models/register.ts';
import { withInit } from '../checkers/models/with-init.ts';
import type { ConcurrencyOptions } from '../src/concurrency.ts';
import type { Json } from '../src/history/operation.ts';

/** What lies behind the cache; 0 is what it holds for a key that was never saved. */
export interface Database {
  load(key: string): Promise<number>;
  save(key: string, value: number): Promise<void>;
}

export interface Cache {
  get(key: string): Promise<number>;
  update(key: string, value: number): Promise<void>;
}

export function naiveCache(database: Database): Cache {
  const cached = new Map<string, number>();
  return {
    async get(key) {
      const known = cached.get(key);
      if (known !== undefined) return known;
      const value = await database.load(key);
      cached.set(key, value);
      return value;
    },
    async update(key, value) {
      await database.save(key, value);
      cached.delete(key);
    },
  };
}

/**
 * Looks right and is not: it drops loads that were overtaken by an invalidation, but between the moment in which the
 * database saves and the one in which the cache hears of it, a load of the old value may follow one of the new.
 */
export function countingCache(database: Database): Cache {
  const cached = new Map<string, number>();
  let invalidations = 0;
  return {
    async get(key) {
      const known = cached.get(key);
      if (known !== undefined) return known;
      const before = invalidations;
      const value = await database.load(key);
      if (invalidations === before) cached.set(key, value);
      return value;
    },
    async update(key, value) {
      await database.save(key, value);
      invalidations++;
      cached.delete(key);
    },
  };
}

export function guardedCache(database: Database): Cache {
  const cached = new Map<string, number>();
  let begun = 0;
  let done = 0;
  return {
    async get(key) {
      const known = cached.get(key);
      if (known !== undefined) return known;
      const before = begun;
      const isQuiet = before === done;
      const value = await database.load(key);
      if (isQuiet && begun === before) cached.set(key, value);
      return value;
    },
    async update(key, value) {
      begun++;
      cached.delete(key);
      try {
        await database.save(key, value);
      } finally {
        done++;
      }
    },
  };
}

/** Tests a cache whose database answers when the scheduler wants it to: it has to be as good as no cache at all. */
export function cacheTest(
  create: (database: Database) => Cache,
): ConcurrencyOptions<Cache, Json, { get: [string]; update: [string, number] }> {
  const keys = fc.constantFrom('x', 'y');
  return {
    create(schedule) {
      const rows = new Map<string, number>();
      return create(
        schedule.wrapAll({
          load: (key: string) => rows.get(key) ?? 0,
          save: (key: string, value: number) => void rows.set(key, value),
        }),
      );
    },
    operations: {
      get: { f: 'read', arguments: [keys], key: (key) => key, input: () => null, call: (cache, key) => cache.get(key) },
      update: {
        f: 'write',
        arguments: [keys, fc.integer({ min: 1, max: 9 })],
        key: (key) => key,
        input: (_key, value) => value,
        call: (cache, key, value) => cache.update(key, value),
      },
    },
    model: withInit(register, 0),
  };
}
