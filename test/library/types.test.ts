/** What must and must not compile: `tsc -p .` is the test, with every expected error marked as such. */

import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { register } from '../../checkers/models/register.ts';
import { checkConcurrent, type ConcurrencyResult, type Schedule, type Wrapped } from '../../src/concurrency.ts';
import '../../src/vitest.ts';

const options = { model: register, numRuns: 1, processes: 1, operationsPerProcess: 1, seed: 1 };

test('what a call is given is named, and its subject follows from create', async () => {
  const result = await checkConcurrent({
    ...options,
    create: (schedule) => ({ read: schedule.wrap(() => null), write: (_to: number, _by: string) => undefined }),
    operations: {
      read: {
        call: (subject) => {
          expectTypeOf(subject.read).returns.resolves.toEqualTypeOf<null>();
          return subject.read();
        },
      },
      write: {
        arguments: [fc.integer(), fc.string()],
        input: (to: number, by: string) => [to, by],
        call: (subject, to: number, by: string) => {
          expectTypeOf(subject.write).parameters.toEqualTypeOf<[number, string]>();
          subject.write(to, by);
        },
      },
    },
  });
  expectTypeOf(result).toEqualTypeOf<ConcurrencyResult>();
});

test('a call does not take what its arbitraries do not make', () => {
  const create = () => null;
  const wrongType = () =>
    checkConcurrent({
      ...options,
      create,
      // @ts-expect-error a string is no number
      operations: { write: { arguments: [fc.string()], call: (_subject, _to: number) => null } },
    });
  const wrongCount = () =>
    checkConcurrent({
      ...options,
      create,
      // @ts-expect-error there is one argument
      operations: { write: { arguments: [fc.nat()], call: (_subject, _to: number, _by: number) => null } },
    });
  expect([wrongType, wrongCount]).toHaveLength(2);
});

test('wrapped functions are asynchronous, whether they were or not', () => {
  interface Store {
    readonly name: string;
    get(key: string): number;
    set(key: string, value: number): Promise<void>;
  }
  expectTypeOf<Wrapped<Store>>().toEqualTypeOf<{
    readonly name: string;
    readonly get: (key: string) => Promise<number>;
    readonly set: (key: string, value: number) => Promise<void>;
  }>();
  expectTypeOf<ReturnType<Schedule['point']>>().toEqualTypeOf<Promise<void>>();
});

test('the matcher knows models', () => {
  const assertion = expect([]);
  expectTypeOf(assertion.toBeLinearizable).toBeCallableWith(register, { timeBudgetMs: 100 });
  // @ts-expect-error that is no model
  expect(() => assertion.toBeLinearizable({ valid: true })).toThrow('needs a model');
});
