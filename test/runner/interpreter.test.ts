import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/cluster/clock.ts';
import {
  any,
  clients,
  delay,
  eachThread,
  limit,
  lift,
  log,
  mix,
  nemesis,
  onUpdate,
  phases,
  repeat,
  scheduled,
  sleep,
  stagger,
  untilOk,
  type GeneratorLike,
} from '../../src/generator/index.ts';
import type { Generator, Invocation } from '../../src/generator/generator.ts';
import { simulate } from '../../src/generator/simulate.ts';
import type { Operation } from '../../src/history/operation.ts';
import { interpret, type InterpretOptions } from '../../src/runner/interpreter.ts';
import { recorder } from '../../src/runner/recorder.ts';
import type { Client, Completion } from '../../src/workloads/workload.ts';
import { numbered, show } from '../generator/show.ts';

interface FakeClock extends Clock {
  /** Makes time pass until `work` is settled; what is due at the same time happens together. */
  drive<T>(work: Promise<T>): Promise<T>;
}

/** Starts at 5 ms, so that nobody takes the clock's reading for the time since the test started. */
function fakeClock(round: (ms: number) => number = (ms) => ms): FakeClock {
  let nowNs = 5e6;
  let timers: { readonly at: number; readonly action: () => void }[] = [];
  const after = (ms: number, action: () => void) => {
    const timer = { at: nowNs + Math.max(0, Math.round(round(ms) * 1e6)), action };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };
  return {
    now: () => nowNs / 1e6,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    async drive(work) {
      const state = { settled: false };
      const done = () => {
        state.settled = true;
      };
      work.then(done, done);
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (state.settled) return work;
        if (timers.length === 0) throw new Error('nothing is left to happen');
        nowNs = Math.min(...timers.map(({ at }) => at));
        const due = timers.filter(({ at }) => at === nowNs);
        timers = timers.filter(({ at }) => at !== nowNs);
        for (const { action } of due) action();
      }
    },
  };
}

interface Rig {
  readonly history: readonly Operation[];
  readonly clock: FakeClock;
  /** What clients and the log were told, in order. */
  readonly events: string[];
  readonly run: (generator: GeneratorLike, change?: Partial<InterpretOptions>) => Promise<void>;
}

/** How a client answers `operation`; by default ok after 10 ms. */
type Answer = (operation: Invocation, clock: Clock) => Promise<Completion>;

const ok: Answer = async ({ value }, clock) => {
  await clock.sleep(10);
  return { type: 'ok', value };
};

function rig(answer: Answer = ok, { concurrency = 2, clock = fakeClock() } = {}): Rig {
  const record = recorder(() => undefined);
  const events: string[] = [];
  const options = {
    clock,
    concurrency,
    seed: 0,
    record,
    log: (message: string) => events.push(`log ${message}`),
    nemesis: { invoke: (operation: Invocation) => answer(operation, clock) },
    open(thread: number, process: number) {
      events.push(`open ${thread} ${process}`);
      const client: Client = {
        invoke: (operation) => answer(operation, clock),
        close: () => events.push(`close ${thread} ${process}`),
      };
      return { client, node: `n${thread + 1}` };
    },
  };
  return {
    history: record.history,
    clock,
    events,
    run: (generator, change) => clock.drive(interpret({ ...options, generator, ...change })),
  };
}

/** Lines with times in ms. */
const lines = (history: readonly Operation[]): string[] =>
  show(history.map((operation) => ({ ...operation, time: operation.time / 1e6 })));

const never: Generator = { next: () => ({ kind: 'pending', rest: never }), update: () => never };

describe('operations', () => {
  test('are invoked and completed in one history, with time since the start and the node', async () => {
    const { run, history } = rig();
    await run(clients([{ f: 'write', key: 'x', value: 1 }, limit(2, numbered('a'))]));
    expect(history).toEqual([
      { index: 0, process: 0, type: 'invoke', f: 'write', key: 'x', value: 1, time: 0, node: 'n1' },
      { index: 1, process: 1, type: 'invoke', f: 'a', value: 0, time: 0, node: 'n2' },
      { index: 2, process: 0, type: 'ok', f: 'write', key: 'x', value: 1, time: 10e6, node: 'n1' },
      { index: 3, process: 1, type: 'ok', f: 'a', value: 0, time: 10e6, node: 'n2' },
      { index: 4, process: 0, type: 'invoke', f: 'a', value: 1, time: 10e6, node: 'n1' },
      { index: 5, process: 0, type: 'ok', f: 'a', value: 1, time: 20e6, node: 'n1' },
    ]);
  });

  test('complete before anything new is invoked, however long their promises take to say so', async () => {
    const { run, history } = rig((_operation, clock) => clock.sleep(10).then(() => ({ type: 'ok', value: null })));
    await run(clients(limit(8, numbered('a'))), { concurrency: 4 });
    expect(history.map(({ type }) => type.slice(0, 1)).join('')).toBe('iiiiooooiiiioooo');
  });

  test('may wait for their time', async () => {
    const { run, history } = rig();
    await run(clients(limit(4, delay(0.003, repeat({ f: 'a' })))));
    expect(lines(history.filter(({ type }) => type === 'invoke'))).toEqual(['0 0 a', '3 1 a', '10 0 a', '13 1 a']);
  });

  test('that nobody knows the end of make way for a new process with a new client', async () => {
    const { run, history, events } = rig(async ({ process, value }, clock) => {
      await clock.sleep(10);
      return process === 1 ? { type: 'info', value, error: 'timeout' } : { type: 'ok', value };
    });
    await run(clients(phases(limit(2, numbered('a')), eachThread({ f: 'b' }))));
    expect(lines(history.slice(0, 4))).toEqual(['0 0 invoke a=0', '0 1 invoke a=1', '10 0 ok a=0', '10 1 info a=1']);
    expect(history[3]?.error).toBe('timeout');
    expect(new Set(history.slice(4).map(({ process }) => process))).toEqual(new Set([0, 3]));
    expect(events).toEqual(['open 0 0', 'open 1 1', 'close 1 1', 'open 1 3', 'close 0 0', 'close 1 3']);
  });

  test.each<[string, () => Promise<Completion>]>([
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
  ])('are info when the client %s', async (_how, answer) => {
    const { run, history } = rig(answer);
    await run(clients({ f: 'a', value: 1 }));
    expect(history[1]).toMatchObject({ type: 'info', process: 0, f: 'a', value: 1, error: 'broken' });
  });

  test('fail when there is no client, and the next one tries again', async () => {
    const { run, history, events } = rig();
    let attempts = 0;
    await run(clients([{ f: 'a' }, phases({ f: 'b' })]), {
      concurrency: 1,
      open(thread, process) {
        events.push(`open ${thread} ${process}`);
        // The first client sets up, is given up after an info, and its successor can't be opened at first.
        if (++attempts === 2) throw new Error('refused');
        const type = attempts === 1 ? 'info' : 'ok';
        return { client: { invoke: async () => ({ type, value: null }), close: () => undefined } };
      },
    });
    expect(lines(history)).toEqual(['0 0 invoke a', '0 0 info a', '0 1 invoke b', '0 1 fail b']);
    expect(history.at(-1)?.error).toBe('no client: refused');
    expect(events).toEqual(['open 0 0', 'open 0 1', 'open 0 1']);
  });

  test('of the nemesis are info whatever it says, in the same history', async () => {
    const { run, history } = rig(async ({ f }, clock) => {
      await clock.sleep(2);
      if (f === 'stop') throw new Error('no power');
      return { type: 'ok', value: f };
    });
    const faults = scheduled([
      { atMs: 3, template: { f: 'start', value: 1 } },
      { atMs: 7, template: { f: 'stop' } },
    ]);
    await run(any(clients(limit(3, delay(0.004, repeat({ f: 'a' })))), nemesis(faults)));
    expect(lines(history)).toEqual([
      '0 0 invoke a',
      '2 0 ok a="a"',
      '3 n invoke start=1',
      '4 1 invoke a',
      '5 n info start="start"',
      '6 1 ok a="a"',
      '7 n invoke stop',
      '8 0 invoke a',
      '9 n info stop',
      '10 0 ok a="a"',
    ]);
    expect(history.find(({ f, type }) => f === 'stop' && type === 'info')?.error).toBe('no power');
    expect(history.some((operation) => operation.process === 'nemesis' && 'node' in operation)).toBe(false);
  });

  test('of sleep and log do not enter the history', async () => {
    const { run, history, events } = rig();
    await run(clients([sleep(0.025), log('half way'), log({ a: 1 }), repeat(3, { f: 'a' })]));
    expect(lines(history.filter(({ type }) => type === 'invoke'))).toEqual(['0 1 a', '10 1 a', '20 1 a']);
    expect(events.filter((event) => event.startsWith('log'))).toEqual(['log half way', 'log {"a":1}']);
  });

  test('that sleep last are waited for', async () => {
    const { run, clock } = rig();
    await run(clients(sleep(2)));
    expect(clock.now()).toBe(2005);
  });
});

describe('the generator', () => {
  test('hears of every invocation and completion, with the process still its own', async () => {
    const heard: string[] = [];
    const { run, history } = rig(async ({ value }, clock) => {
      await clock.sleep(10);
      return { type: 'info', value };
    });
    const listening = onUpdate(
      (self, context, event) => {
        expect(context.threads.some((thread) => context.processOf(thread) === event.process)).toBe(true);
        expect(context.free.some((thread) => context.processOf(thread) === event.process)).toBe(
          event.type !== 'invoke',
        );
        expect(context.time).toBe(event.time);
        heard.push(...show([event]));
        return self;
      },
      limit(4, numbered('a')),
    );
    await run(clients(listening));
    expect(heard).toEqual(history.flatMap((event) => show([event])));
    expect(heard).toHaveLength(8);
  });

  test('is asked again 5 ms after it was pending', async () => {
    const asked: number[] = [];
    const { run } = rig();
    const generator: Generator = {
      next(context) {
        asked.push(context.time / 1e6);
        return context.time >= 12e6 ? { kind: 'done' } : { kind: 'pending', rest: generator };
      },
      update: () => generator,
    };
    await run(generator);
    expect(asked).toEqual([0, 5, 10, 15]);
  });

  test('is not asked in vain while every thread is busy or its operation is not due', async () => {
    let asked = 0;
    const { run } = rig(async () => ({ type: 'ok', value: null }));
    const counting = (inner: Generator): Generator => ({
      next(context) {
        asked++;
        const step = inner.next(context);
        if (step.kind === 'done') return step;
        if (step.kind === 'pending') return { kind: 'pending', rest: counting(step.rest) };
        return { ...step, rest: step.rest && counting(step.rest) };
      },
      update: (context, event) => counting(inner.update(context, event)),
    });
    // Two operations, a second apart: asked for each, and again after each event.
    await run(counting(clients(limit(2, delay(1, repeat({ f: 'a' }))))));
    expect(asked).toBeLessThanOrEqual(6);
    asked = 0;
    const slow = rig(async (_operation, clock) => {
      await clock.sleep(1000);
      return { type: 'ok', value: null };
    });
    // Both threads and the nemesis are busy for a second, twice.
    await slow.run(counting(lift(limit(6, numbered('a')))));
    expect(asked).toBeLessThanOrEqual(12);
  });

  test('that throws ends the run; what is under way is info', async () => {
    const { run, history, events } = rig();
    const generator = clients([
      { f: 'a' },
      () => {
        throw new Error('wrong');
      },
    ]);
    await expect(run(generator)).rejects.toThrow('wrong');
    expect(lines(history)).toEqual(['0 0 invoke a', '0 0 info a']);
    expect(history[1]?.error).toBe('interrupted');
    expect(events.at(-1)).toBe('close 0 0');
  });

  test('that yields nonsense ends the run', async () => {
    const { run } = rig();
    await expect(run({ f: 'a', process: 17 })).rejects.toThrow('process 17 is run by no thread');
  });

  test('that waits for what can not come ends the run after ten seconds', async () => {
    const { run, clock } = rig();
    await expect(run([{ f: 'a' }, never])).rejects.toThrow('pending for 10 s though nothing is under way');
    expect(clock.now()).toBeGreaterThanOrEqual(10_000);
    expect(clock.now()).toBeLessThan(10_100);
  });

  test('that waits for what can not come is left to the caller, every ten seconds', async () => {
    const { run, clock } = rig();
    const abort = new AbortController();
    const stalls: number[] = [];
    const onStall = () => {
      stalls.push(Math.round(clock.now() / 1000));
      if (stalls.length === 2) abort.abort();
    };
    await run(never, { onStall, signal: abort.signal });
    expect(stalls).toEqual([10, 20]);
  });

  test('that has something to do now and then is not stalled', async () => {
    const { run, history } = rig();
    const everySixSeconds = (times: number, since: number): Generator => {
      const self: Generator = {
        next: (context) =>
          context.time < since + 6e9
            ? { kind: 'pending', rest: self }
            : { kind: 'operation', operation: invocationAt(context.time), rest: rest(context.time) },
        update: () => self,
      };
      const rest = (time: number) => (times > 1 ? everySixSeconds(times - 1, time) : null);
      const invocationAt = (time: number): Invocation => ({ type: 'invoke', process: 0, time, f: 'a', value: null });
      return self;
    };
    await run(everySixSeconds(3, 0));
    expect(history).toHaveLength(6);
  });

  test('that waits for a slow operation is not stalled', async () => {
    const { run, history } = rig(async (_operation, clock) => {
      await clock.sleep(60_000);
      return { type: 'ok', value: null };
    });
    await run(phases({ f: 'a' }, { f: 'b' }));
    expect(history).toHaveLength(4);
  });

  test('makes the same history as in a simulation', async () => {
    const trees: fc.Arbitrary<GeneratorLike> = fc.letrec<{ tree: GeneratorLike }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        fc.nat({ max: 5 }).map((count) => limit(count, numbered('n'))),
        fc.integer({ min: 1, max: 3 }).map((tens) => sleep(tens * 1e-5)),
        fc.array(tie('tree'), { maxLength: 3 }).map((all) => phases(...all)),
        fc.array(tie('tree'), { maxLength: 3 }).map((all) => mix(all)),
        fc.array(tie('tree'), { maxLength: 3 }).map((all) => any(...all)),
        tie('tree').map((inner) => clients(inner)),
        tie('tree').map((inner) => eachThread(inner)),
        tie('tree').map((inner) => untilOk(inner)),
      ),
    })).tree;
    const types = ['ok', 'info', 'fail'] as const;
    // All different, so that hardly anything ends at the very same time, when the order is left open.
    const outcomeOf = (index: number) => ({
      type: types[index % 3] ?? 'ok',
      latencyNs: 1000 * (1 + ((index * 7) % 11)) + index,
    });
    await fc.assert(
      fc.asyncProperty(trees, fc.nat(), async (generator, seed) => {
        // Whatever the nemesis answers is recorded as info.
        const outcome = ({ index, process }: Operation) =>
          process === 'nemesis' ? { ...outcomeOf(index), type: 'info' as const } : outcomeOf(index);
        const expected = simulate(generator, outcome, { seed }).history;
        const { run, history } = rig(async ({ value }, clock) => {
          const { type, latencyNs } = outcomeOf(history.length - 1);
          await clock.sleep(latencyNs / 1e6);
          return { type, value };
        });
        await run(generator, { seed });
        expect(history.map(({ node: _node, ...operation }) => operation)).toEqual(expected);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe('clients', () => {
  test('are set up and torn down once, and closed', async () => {
    const { run, events, clock } = rig();
    await run(clients(limit(3, numbered('a'))), {
      open(thread, process) {
        const say = async (what: string) => {
          await clock.sleep(1);
          events.push(`${what} ${thread} ${process}`);
        };
        return {
          client: {
            setup: () => say('setup'),
            teardown: () => say('teardown'),
            invoke: async ({ value }) => {
              await say('invoke');
              return { type: 'ok', value };
            },
            close: () => events.push(`close ${thread} ${process}`),
          },
        };
      },
    });
    expect(events).toEqual([
      'setup 0 0',
      'invoke 0 0',
      'invoke 1 1',
      'invoke 0 0',
      'teardown 1 1',
      'close 0 0',
      'close 1 1',
    ]);
  });

  test('that can not be set up end the run before it begins', async () => {
    const { run, history, events } = rig();
    const client: Client = {
      setup: () => Promise.reject(new Error('no such table')),
      invoke: () => Promise.reject(new Error('never')),
      close: () => events.push('close'),
    };
    await expect(run({ f: 'a' }, { open: () => ({ client }) })).rejects.toThrow(
      'the client of thread 0 could not set up: no such table',
    );
    expect(history).toEqual([]);
    expect(events).toEqual(['close']);
  });

  test('that can not be torn down or closed are mentioned, and the run is good', async () => {
    const { run, events } = rig();
    const client: Client = {
      invoke: async () => ({ type: 'ok', value: null }),
      teardown: () => Promise.reject(new Error('gone')),
      close() {
        throw new Error('gone too');
      },
    };
    await run(clients({ f: 'a' }), { open: () => ({ client }), concurrency: 1 });
    expect(events).toEqual([
      'log the client of thread 0 could not tear down: gone',
      'log the client of thread 0 could not be closed: gone too',
    ]);
  });
});

describe('an interruption', () => {
  const after = (clock: Clock, ms: number): AbortSignal => {
    const abort = new AbortController();
    clock.after(ms, () => abort.abort());
    return abort.signal;
  };

  test('lets what is under way complete, and begins nothing', async () => {
    const { run, history, clock, events } = rig();
    await run(clients(repeat({ f: 'a' })), { signal: after(clock, 14) });
    expect(lines(history)).toEqual([
      '0 0 invoke a',
      '0 1 invoke a',
      '10 0 ok a',
      '10 1 ok a',
      '10 0 invoke a',
      '10 1 invoke a',
      '20 0 ok a',
      '20 1 ok a',
    ]);
    expect(clock.now()).toBe(25);
    expect(events.slice(-2)).toEqual(['close 0 0', 'close 1 1']);
  });

  test('gives up what takes longer than a second, and ignores it when it completes after all', async () => {
    const { run, history, clock } = rig(async (_operation, own) => {
      await own.sleep(5_000);
      return { type: 'ok', value: null };
    });
    await run(clients({ f: 'a', value: 1 }), { signal: after(clock, 100) });
    expect(lines(history)).toEqual(['0 0 invoke a=1', '1100 0 info a=1']);
    expect(history[1]?.error).toBe('interrupted');
    await clock.drive(clock.sleep(10_000));
    expect(history).toHaveLength(2);
  });

  test('wakes sleepers and ends a wait', async () => {
    const sleeping = rig();
    await sleeping.run(clients(sleep(100)), { signal: after(sleeping.clock, 20) });
    expect(sleeping.clock.now()).toBe(25);
    const waiting = rig();
    await waiting.run(clients({ f: 'a', time: 1e12 }), { signal: after(waiting.clock, 20) });
    expect(waiting.clock.now()).toBe(25);
    expect(waiting.history).toEqual([]);
  });

  test('before the start leaves nothing to do; during the set-up it does not wait for that', async () => {
    const { run, history, clock } = rig();
    await run({ f: 'a' }, { signal: AbortSignal.abort() });
    expect(history).toEqual([]);
    const client: Client = {
      setup: () => new Promise(() => undefined),
      invoke: async () => ({ type: 'ok', value: null }),
      teardown: () => Promise.reject(new Error('not on interruption')),
      close: () => undefined,
    };
    await run({ f: 'a' }, { open: () => ({ client }), signal: after(clock, 20) });
    expect(history).toEqual([]);
  });
});

describe('time', () => {
  test('comes out right on timers that fire too soon', async () => {
    const { run, history, clock } = rig(ok, { clock: fakeClock(Math.floor) });
    await run(clients([{ f: 'a', time: 1_500_000 }]));
    expect(history[0]?.time).toBeGreaterThanOrEqual(1_500_000);
    expect(clock.now()).toBeLessThan(20);
  });

  test('keeps the rate on timers of whole milliseconds', async () => {
    const { run, history } = rig(async () => ({ type: 'ok', value: null }), { clock: fakeClock(Math.ceil) });
    await run(clients(limit(2000, stagger(0.0005, repeat({ f: 'a' })))));
    // 2000 operations half a millisecond apart; three standard errors are 39 ms.
    expect(Math.abs((history.at(-1)?.time ?? 0) / 1e6 - 1000)).toBeLessThan(40);
  });

  test('is a whole number of ns that never goes back, whatever the clock says', async () => {
    const clock = fakeClock();
    let reads = 0;
    const shaky: FakeClock = { ...clock, now: () => clock.now() + ([0, 0.3, 0.1234567891][reads++ % 3] ?? 0) };
    const { run, history } = rig(ok, { clock: shaky });
    const asked: number[] = [];
    const noting = limit(20, (context) => {
      asked.push(context.time);
      return { f: 'a' };
    });
    await run(noting);
    expect(asked).toEqual(asked.toSorted((a, b) => a - b));
    let last = 0;
    for (const { time } of history) {
      expect(Number.isSafeInteger(time)).toBe(true);
      expect(time).toBeGreaterThanOrEqual(last);
      last = time;
    }
  });
});

describe('the recorder', () => {
  const invocation: Invocation = { type: 'invoke', process: 3, time: 7, f: 'cas', key: 'x', value: [1, 2] };

  test('numbers operations and hands them on as they come', () => {
    const seen: Operation[] = [];
    const record = recorder((operation) => seen.push(operation));
    const invoked = record.invoke(invocation, 8, 'n4');
    expect(seen).toEqual([
      { index: 0, process: 3, type: 'invoke', f: 'cas', key: 'x', value: [1, 2], time: 8, node: 'n4' },
    ]);
    record.complete(invoked, { type: 'fail', value: null, error: 'mismatch' }, 9);
    expect(seen[1]).toEqual({
      index: 1,
      process: 3,
      type: 'fail',
      f: 'cas',
      key: 'x',
      value: null,
      time: 9,
      error: 'mismatch',
      node: 'n4',
    });
    expect(record.history).toEqual(seen);
  });

  test('leaves out what is not there, and never lets time go back', () => {
    const record = recorder(() => undefined);
    const { key: _key, ...keyless } = invocation;
    const invoked = record.invoke(keyless, 8);
    expect(Object.keys(invoked)).toEqual(['index', 'process', 'type', 'f', 'value', 'time']);
    expect(record.complete(invoked, { type: 'ok', value: 1 }, 6).time).toBe(8);
  });

  test('that can not write ends the run', async () => {
    const { run } = rig();
    let written = 0;
    const record = recorder(() => {
      if (++written > 1) throw new Error('disk full');
    });
    await expect(run(clients(limit(4, numbered('a'))), { record })).rejects.toThrow('disk full');
  });
});
