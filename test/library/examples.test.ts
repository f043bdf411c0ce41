import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cacheTest, countingCache, guardedCache, naiveCache } from '../../examples/cache.ts';
import { counterTest, lockedCounter, naiveCounter } from '../../examples/counter.ts';
import { assertConcurrent, checkConcurrent, type Event, type Scenario, type Schedule } from '../../src/concurrency.ts';

const seeds = [1, 2];
const amounts = fc.integer({ min: 1, max: 9 });

const callsOf = (scenario: Scenario | undefined): readonly string[] =>
  (scenario ?? [])
    .flat()
    .map(({ name }) => name)
    .sort();

/** How often another process goes on. */
const switchesOf = (events: readonly Event[] = []): number =>
  events.filter(({ process }, i) => i > 0 && events[i - 1]?.process !== process).length;

describe('a counter', () => {
  test.each(seeds)('that reads, waits and writes loses an update (seed %i)', async (seed) => {
    const { counterexample } = await checkConcurrent({ ...counterTest(naiveCounter, amounts), seed });
    // Two updates, and a look at what is left of them: no less shows it.
    expect(callsOf(counterexample?.scenario)).toEqual(['add', 'add', 'value']);
    expect(counterexample?.scenario).toHaveLength(2);
    expect(counterexample?.scenario.flat().every(({ args }) => args.every((by) => by === 1))).toBe(true);
    // One update lies between the read and the write of the other.
    expect(switchesOf(counterexample?.events)).toBe(2);
    expect(counterexample?.text).toContain('possible was 2');
  });

  test.each(seeds)('that lets nobody in between does not (seed %i)', async (seed) => {
    await assertConcurrent({ ...counterTest(lockedCounter, amounts), seed });
  });
});

describe('a cache', () => {
  test.each(seeds)('that checks, loads and sets keeps a stale value (seed %i)', async (seed) => {
    const { counterexample } = await checkConcurrent({ ...cacheTest(naiveCache), seed });
    // The first get loads what the update replaces, and the second finds it in the cache.
    expect(callsOf(counterexample?.scenario)).toEqual(['get', 'get', 'update']);
    expect(counterexample?.scenario).toHaveLength(2);
    expect(switchesOf(counterexample?.events)).toBeLessThanOrEqual(3);
    expect(counterexample?.reason).toMatch(/read [xy] = 0, but it had been overwritten by 1/);
  });

  test('that checks, loads and sets is right where answers take no time: nothing comes between load and set', async () => {
    const { create, ...test } = cacheTest(naiveCache);
    const withoutAnswers = (schedule: Schedule): ReturnType<typeof create> =>
      create({ ...schedule, wrapAll: (functions) => schedule.wrapAll(functions, { delays: 'request' }) });
    await assertConcurrent({ ...test, create: withoutAnswers, seed: 1 });
  });

  test('that only counts invalidations is wrong, too, which takes more than that', async () => {
    const { counterexample } = await checkConcurrent({ ...cacheTest(countingCache), seed: 4 });
    expect(counterexample?.failure).toBe('not-linearizable');
    const calls = callsOf(counterexample?.scenario);
    expect(calls.length).toBeGreaterThan(3);
    expect(calls.length).toBeLessThanOrEqual(5);
  });

  test.each(seeds)('that keeps only what nobody can have changed is right (seed %i)', async (seed) => {
    await assertConcurrent({ ...cacheTest(guardedCache), seed });
  });
});
