import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { impossible, type Model } from '../../checkers/models/model.ts';
import { register } from '../../checkers/models/register.ts';
import { withInit } from '../../checkers/models/with-init.ts';
import { assertConcurrent, checkConcurrent, type Schedule } from '../../src/concurrency.ts';
import { sequenceChecker } from '../../src/history/sequence.ts';
import { messageOf } from './outcome.ts';
import { cell, lock, lockedAccount } from './subjects.ts';

const seed = 20;

/** An amount that never goes below zero. */
const account: Model<number> = {
  name: 'account',
  init: 0,
  step(balance, { f, input, output, outcome }) {
    if (f === 'balance') return outcome === 'info' || output === balance ? balance : impossible;
    if (f === 'deposit') return balance + Number(input);
    const isEnough = balance >= Number(input);
    if (outcome === 'fail') return isEnough ? impossible : balance;
    return isEnough ? balance - Number(input) : impossible;
  },
  matters: () => true,
};

/** A register without keys that was 0. */
const single = withInit(register, 0);

/** Reads and writes of a cell, as `via` makes them take time. */
const cellTest = (
  via: (schedule: Schedule, fn: (value?: number) => unknown) => (value?: number) => Promise<unknown>,
) => ({
  create(schedule: Schedule) {
    const { get, set } = cell(0);
    const [read, write] = [via(schedule, get), via(schedule, (value = 0) => set(value))];
    return { read: () => read(), write };
  },
  operations: {
    read: { call: (it: { read(): Promise<unknown> }) => it.read() },
    write: {
      arguments: [fc.integer({ min: 1, max: 9 })] as const,
      call: (it: { write(value: number): Promise<unknown> }, value: number) => it.write(value),
    },
  },
  model: single,
  seed,
});

const amount = { arguments: [fc.integer({ min: 1, max: 5 })] as const };

describe('an object that is right', () => {
  test('passes a thousand schedules under its lock', async () => {
    const result = await checkConcurrent({
      create: lockedAccount,
      operations: {
        deposit: { ...amount, call: (it, by: number) => it.deposit(by) },
        withdraw: { ...amount, call: (it, by: number) => it.withdraw(by), onThrown: 'mismatch' },
        balance: { call: (it) => it.balance() },
      },
      model: account,
      seed,
      numRuns: 1000,
    });
    expect(result).toEqual({ valid: true, runs: 1000, shrinkRuns: 0, seed, counterexample: null });
  });

  test.each(['request', 'response', 'both'] as const)('passes however its calls are delayed: %s', async (delays) => {
    const result = await checkConcurrent(cellTest((schedule, fn) => schedule.wrap(fn, { delays })));
    expect(result.valid).toBe(true);
  });

  test('may be filled while it is created', async () => {
    const result = await checkConcurrent({
      async create(schedule) {
        const store = schedule.wrapAll(cell(0));
        await store.set(7);
        return store;
      },
      operations: { read: { call: (store) => store.get() } },
      model: withInit(register, 7),
      seed,
      numRuns: 20,
    });
    expect(result.valid).toBe(true);
  });
});

describe('an object that is wrong', () => {
  /** Acknowledges before the store has the value. */
  const early = {
    create(schedule: Schedule) {
      const store = schedule.wrapAll(cell(0));
      return {
        read: () => store.get(),
        write(value: number) {
          void store.set(value);
        },
      };
    },
    operations: {
      read: { call: (it: { read(): Promise<number> }) => it.read() },
      write: { ...amount, call: (it: { write(value: number): void }, value: number) => it.write(value) },
    },
    model: single,
    seed,
  };

  test('is caught, by the fewest calls with the simplest arguments', async () => {
    const { valid, reason, counterexample } = await checkConcurrent(early);
    expect(valid).toBe(false);
    expect(reason).toContain('not linearizable: ');
    const calls = counterexample?.scenario.map((process) => process.map(({ name, args }) => [name, ...args]));
    // One process is enough: the write has returned, and the read does not see it.
    expect(calls).toEqual([[['write', 1], ['read']]]);
    expect(counterexample?.isReproducible).toBe(true);
  });

  test('the same seed finds the same, and seed and path find it at once', async () => {
    const first = await checkConcurrent(early);
    const second = await checkConcurrent(early);
    expect(second).toEqual(first);
    const path = first.counterexample?.path ?? 'none';
    const third = await checkConcurrent({ ...early, path });
    expect(third.runs).toBe(1);
    expect(third.counterexample).toEqual(first.counterexample);
  });

  test('its history is one: consecutive, in time, every completion with its invocation', async () => {
    const { counterexample } = await checkConcurrent(early);
    const problemOf = sequenceChecker();
    const problems = (counterexample?.history ?? []).map(problemOf);
    expect(problems).toEqual([null, null, null, null]);
  });

  test('assertConcurrent throws the counterexample in words', async () => {
    const message = await messageOf(() => assertConcurrent(early));
    expect(message).toMatch(/^ConcurrencyError: not linearizable: /);
    expect(message).toContain('What each process calls:\n  p0: write(1), then read()');
    expect(message).toMatch(/ {2}1 {2}write\(1\) begins; write returns\n/);
    expect(message).toContain('The operation that has no place:');
    expect(message).toMatch(/The same again: \{ seed: 20, path: '\d+' \}$/);
  });

  test('an interleaving that needs many switches is left with those', async () => {
    const { counterexample } = await checkConcurrent({
      create(schedule) {
        const turns: string[] = [];
        const changes = () => turns.filter((who, i) => i > 0 && turns[i - 1] !== who).length;
        let count = 0;
        return {
          async read() {
            const who = `caller ${++count}`;
            for (let i = 0; i < 6; i++) {
              await schedule.point();
              turns.push(who);
            }
            return changes() < 7 ? 0 : 1;
          },
        };
      },
      operations: { read: { call: (it) => it.read() } },
      model: single,
      processes: 2,
      operationsPerProcess: 1,
      seed,
    });
    const processes = counterexample?.events.map(({ process }) => process) ?? [];
    const switches = processes.filter((process, i) => i > 0 && process !== processes[i - 1]).length;
    expect(counterexample?.scenario).toHaveLength(2);
    // The seven that it takes, and one for the beginning of the other.
    expect(switches).toBeLessThanOrEqual(8);
  });

  test('what is made small stays the same bug', async () => {
    const { counterexample } = await checkConcurrent({
      create(schedule) {
        let begun = 0;
        return {
          async read() {
            begun++;
            for (let i = 0; i < 5; i++) await schedule.point();
            if (begun === 1) throw new Error('alone');
            return 1;
          },
        };
      },
      operations: { read: { call: (it) => it.read() } },
      model: single,
      seed,
    });
    // One call would do to throw, but what was found is a wrong value, which takes two.
    expect(counterexample?.failure).toBe('not-linearizable');
    expect(counterexample?.scenario.flat()).toHaveLength(2);
  });

  test('an object that decides by itself what to return is said to', async () => {
    let calls = 0;
    const { counterexample } = await checkConcurrent({
      create: () => ({ read: () => ++calls }),
      operations: { read: { call: (it) => it.read() } },
      model: single,
      seed,
    });
    expect(counterexample?.isReproducible).toBe(false);
    expect(counterexample?.text).toContain('went otherwise when it was run again');
  });
});

describe('calls that take time', () => {
  /** Two messages of one process, of which the second may not arrive before the first. */
  const pipelined = (delays: 'request' | 'response') =>
    checkConcurrent({
      create(schedule) {
        const { get, set } = cell(0);
        const write = schedule.wrap(set, { delays });
        return {
          async write(value: number) {
            await Promise.all([write(value + 1), write(value)]);
          },
          read: get,
        };
      },
      operations: {
        write: { ...amount, call: (it, value: number) => it.write(value) },
        read: { call: (it) => it.read() },
      },
      model: single,
      seed,
    });

  test('a request that takes time may arrive after a later one', async () => {
    expect((await pipelined('request')).valid).toBe(false);
  });

  test('an answer that takes time changes nothing about when the request arrived', async () => {
    expect((await pipelined('response')).valid).toBe(true);
  });

  test('an error is an answer', async () => {
    const { counterexample } = await checkConcurrent({
      create: (schedule) => ({
        read: schedule.wrap((): number => {
          throw new Error('no such row');
        }),
      }),
      operations: { read: { call: (it) => it.read() } },
      model: single,
      seed,
    });
    expect(counterexample?.text).toContain('call() is refused: Error: no such row');
    expect(counterexample?.text).toContain('read throws Error: no such row');
  });

  test('methods keep their this, and what is no function stays', async () => {
    class Box {
      readonly label = 'box';
      readonly #values = [4];
      first(): number {
        return this.#values[0] ?? 0;
      }
    }
    const result = await checkConcurrent({
      create: (schedule) => schedule.wrapAll(new Box()),
      operations: {
        read: { call: (box) => box.first() },
        label: { f: 'read', call: (box) => box.label.length + 1 },
      },
      model: withInit(register, 4),
      seed,
      numRuns: 20,
    });
    expect(result.valid).toBe(true);
  });
});

describe('an operation that does not return', () => {
  /** Two locks that are taken in different orders. */
  const crossed = {
    create(schedule: Schedule) {
      const [a, b] = [lock(), lock()];
      const holding = async (first: typeof a, second: typeof a): Promise<number> => {
        await first.acquire();
        await schedule.point('between the locks');
        await second.acquire();
        second.release();
        first.release();
        return 0;
      };
      return { forth: () => holding(a, b), back: () => holding(b, a) };
    },
    operations: {
      forth: { f: 'read', call: (it: { forth(): Promise<number> }) => it.forth() },
      back: { f: 'read', call: (it: { back(): Promise<number> }) => it.back() },
    },
    model: single,
    seed,
  };

  test('for nothing is left to schedule: a deadlock, by who is in what', async () => {
    const { valid, reason, counterexample } = await checkConcurrent(crossed);
    expect(valid).toBe(false);
    expect(counterexample?.failure).toBe('deadlock');
    expect(reason).toMatch(
      /^deadlock: nothing left to schedule, p\d still in (forth|back)\(\) and p\d still in (forth|back)\(\)$/,
    );
    expect(counterexample?.scenario.map((calls) => calls.length)).toEqual([1, 1]);
  });

  test('may be one that is allowed to wait for ever: it is pending', async () => {
    const result = await checkConcurrent({ ...crossed, onDeadlock: 'allowed' });
    expect(result.valid).toBe(true);
  });

  test('a pending operation may have happened, and others must agree on whether', async () => {
    const halfDone = (values: readonly number[]) =>
      checkConcurrent({
        create() {
          const { get, set } = cell(0);
          let reads = 0;
          return {
            write(value: number) {
              set(value);
              return new Promise<void>(() => undefined);
            },
            read: () => (get() === 0 ? 0 : (values[reads++] ?? get())),
          };
        },
        operations: {
          write: { arguments: [fc.constant(1)] as const, call: (it, value: number) => it.write(value) },
          read: { call: (it) => it.read() },
        },
        model: single,
        onDeadlock: 'allowed',
        seed,
      });
    expect((await halfDone([])).valid).toBe(true);
    // Seen, and then gone.
    expect((await halfDone([1, 0])).valid).toBe(false);
  });

  test('spins without end: it is told after the limit', async () => {
    const { counterexample } = await checkConcurrent({
      create: (schedule) => ({
        async read() {
          for (;;) await schedule.point('a turn');
        },
      }),
      operations: { read: { call: (it) => it.read() } },
      model: single,
      limits: { stepsMax: 200 },
      seed,
    });
    expect(counterexample?.failure).toBe('endless');
    expect(counterexample?.reason).toBe('no end after 200 steps, p0 still in read()');
    expect(counterexample?.scenario).toHaveLength(1);
    expect(counterexample?.events.at(-1)?.step).toBe(200);
    expect(counterexample?.text).toContain('more lines');
  });

  test('spins only while another does not go on: that is no bug', async () => {
    const result = await checkConcurrent({
      create(schedule) {
        const { get, set } = cell(0);
        let isHeld = false;
        return {
          async add() {
            while (isHeld) await schedule.point();
            isHeld = true;
            const before = get();
            await schedule.point();
            set(before + 1);
            isHeld = false;
          },
          get,
        };
      },
      operations: {
        deposit: { input: () => 1, call: (it) => it.add() },
        balance: { call: (it) => it.get() },
      },
      model: account,
      seed,
    });
    expect(result.valid).toBe(true);
  });
});

describe('an operation that throws', () => {
  const throwing = (thrown: unknown, change: boolean) => ({
    create(schedule: Schedule) {
      const { get, set } = cell(0);
      return {
        async write(value: number) {
          await schedule.point();
          if (change) set(value);
          throw thrown;
        },
        read: get,
      };
    },
    operations: {
      write: { ...amount, call: (it: { write(value: number): Promise<never> }, value: number) => it.write(value) },
      read: { call: (it: { read(): number }) => it.read() },
    },
    model: single,
    seed,
  });

  test('has a bug, unless something else is said', async () => {
    const { counterexample } = await checkConcurrent(throwing(new TypeError('undefined is no function'), false));
    expect(counterexample?.failure).toBe('thrown');
    expect(counterexample?.reason).toBe('p0 threw in write(1): TypeError: undefined is no function');
    expect(counterexample?.scenario).toHaveLength(1);
  });

  test('did not happen where that is said, and must not have left anything', async () => {
    const kept = await checkConcurrent({ ...throwing(new Error('refused'), false), onThrown: 'fail' });
    expect(kept.valid).toBe(true);
    const broken = await checkConcurrent({ ...throwing(new Error('refused'), true), onThrown: 'fail' });
    expect(broken.counterexample?.failure).toBe('not-linearizable');
  });

  test('compared and found a difference where that is said, which the model can refute', async () => {
    const { reason } = await checkConcurrent({
      create: () => ({
        withdraw() {
          throw new RangeError('too little');
        },
      }),
      operations: { withdraw: { ...amount, call: (it, _by: number) => it.withdraw() } },
      model: { ...account, init: 100 },
      onThrown: 'mismatch',
      seed,
    });
    expect(reason).toContain('withdraw(1), which failed');
  });

  test('is no evidence of a comparison by the word in its message', async () => {
    const { counterexample } = await checkConcurrent({ ...throwing(new Error('mismatch'), true), onThrown: 'fail' });
    const errors = counterexample?.history.flatMap(({ error }) => error ?? []);
    expect(errors).toEqual(['threw mismatch']);
  });

  test('may have happened where that is said, and its process goes on under another number', async () => {
    const result = await checkConcurrent({ ...throwing(new Error('timeout'), true), onThrown: 'info' });
    expect(result.valid).toBe(true);
    const { counterexample } = await checkConcurrent({
      ...throwing(new Error('timeout'), true),
      model: withInit(register, 5),
      onThrown: (thrown) => (thrown instanceof Error && thrown.message === 'timeout' ? 'info' : 'error'),
      operations: {
        write: { ...amount, call: (it: { write(value: number): Promise<never> }, value: number) => it.write(value) },
        // Wrong only after a write by the same process.
        read: { call: (it) => (it.read() === 0 ? 5 : 99) },
      },
    });
    const reader = counterexample?.history.find(({ f }) => f === 'read');
    const writer = counterexample?.history.find(({ f }) => f === 'write');
    expect(counterexample?.scenario).toHaveLength(1);
    expect([writer?.process, reader?.process]).toEqual([0, 1]);
  });
});

describe('what makes no sense is refused, with what to do', () => {
  const reads = { create: () => ({ read: (): unknown => 0 }), model: single, seed };
  const read = { call: (it: { read(): unknown }) => it.read() };

  test.each<readonly [string, () => Promise<unknown>, string]>([
    ['no operations', () => checkConcurrent({ ...reads, operations: {} }), 'at least one operation'],
    [
      'no processes',
      () => checkConcurrent({ ...reads, operations: { read }, processes: 0 }),
      'processes must be a whole number from 1, not 0',
    ],
    [
      'half a call',
      () => checkConcurrent({ ...reads, operations: { read }, operationsPerProcess: 1.5 }),
      'operationsPerProcess must be a whole number from 1, not 1.5',
    ],
    [
      'no weight',
      () => checkConcurrent({ ...reads, operations: { read: { ...read, weight: 0 } } }),
      'the weight of operation "read" must be a whole number from 1, not 0',
    ],
    [
      'a path alone',
      () => checkConcurrent({ create: reads.create, model: single, operations: { read }, path: '3' }),
      'path goes with a seed',
    ],
    [
      'an operation that the model does not know',
      () => checkConcurrent({ ...reads, operations: { peek: read } }),
      'a register knows read, write and cas, not "peek"',
    ],
    [
      'a result that is no JSON',
      () => checkConcurrent({ ...reads, create: () => ({ read: () => new Map() }), operations: { read } }),
      "what read() returned can't be written to a history as JSON: new Map([]); say with output",
    ],
    [
      'an argument that is no JSON',
      () =>
        checkConcurrent({
          ...reads,
          operations: { read: { arguments: [fc.constant(Symbol.iterator)], call: (it, _of: symbol) => it.read() } },
        }),
      "the arguments of read(Symbol.iterator) can't be written",
    ],
  ])('%s', async (_name, action, problem) => {
    expect(await messageOf(action)).toContain(`UsageError: `);
    expect(await messageOf(action)).toContain(problem);
  });

  test('a history that can not be checked in time is unknown, not valid', async () => {
    const options = { ...reads, operations: { read }, limits: { checkMs: -1 }, numRuns: 3 };
    const result = await checkConcurrent({ ...options, model: { ...single, partition: () => null } });
    expect(result.valid).toBe('unknown');
    const message = await messageOf(() => assertConcurrent({ ...options, model: single }));
    expect(message).toMatch(/^ConcurrencyError: linearizability is not decided/);
  });
});
