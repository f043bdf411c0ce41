import { expect, test } from 'vitest';
import { register } from '../../checkers/models/register.ts';
import { search } from '../../src/concurrency/check.ts';
import { added, machineEventLoop, type EventLoop } from '../../src/concurrency/event-loop.ts';
import { settingsOf } from '../../src/concurrency/options.ts';
import { messageOf } from './outcome.ts';

/** A timer that an object waits for, without the time: it fires when the clock has been asked to wait so often. */
function fakeTimer(firesAfterMs: number): { readonly loop: EventLoop; readonly fires: () => Promise<void> } {
  let nowMs = 0;
  let waiting: { readonly atMs: number; resolve(): void }[] = [];
  return {
    fires: () =>
      new Promise((resolve) => {
        waiting.push({ atMs: nowMs + firesAfterMs, resolve });
      }),
    loop: {
      settled: machineEventLoop.settled,
      resources: () => ['Pipe', ...waiting.map(() => 'Timeout')],
      async wait(ms) {
        nowMs += ms;
        for (const { atMs, resolve } of waiting) if (atMs <= nowMs) resolve();
        waiting = waiting.filter(({ atMs }) => atMs > nowMs);
      },
    },
  };
}

const waitsFor = (fires: () => Promise<void>, onDeadlock: 'error' | 'allowed' = 'error') =>
  settingsOf({
    create: () => ({ read: fires }),
    operations: { read: { call: (it) => it.read() } },
    model: register,
    processes: 1,
    operationsPerProcess: 1,
    numRuns: 20,
    seed: 1,
    limits: { outsideMs: 100 },
    onDeadlock,
  });

test('an operation that goes on by a timer of its own is told so', async () => {
  const { loop, fires } = fakeTimer(40);
  const message = await messageOf(() => search(waitsFor(fires), register, loop));
  expect(message).toMatch(/^UsageError: p0 still in read\(\), which went on by something outside of the schedule/);
  expect(message).toContain('after some 40 ms');
  expect(message).toContain('schedule.wrap');
});

test('one that still waits for a timer at the limit is told what was active, and no longer waited for', async () => {
  const { loop, fires } = fakeTimer(100_000);
  const message = await messageOf(() => search(waitsFor(fires), register, loop));
  expect(message).toContain('p0 still in read() after 100 ms with nothing left to schedule, while Timeout was active');
});

test('what was active before the run is none of its business: that is a deadlock, at once', async () => {
  const { loop } = fakeTimer(100_000);
  const noWait: EventLoop = {
    ...loop,
    wait: () => Promise.reject(new Error('nothing to wait for')),
  };
  const never = (): Promise<void> => new Promise(() => undefined);
  const result = await search(waitsFor(never), register, noWait);
  expect(result.reason).toBe('deadlock: nothing left to schedule, p0 still in read()');
});

test('a resource that goes by itself was not what the operation waited for', async () => {
  let asked = 0;
  const loop: EventLoop = {
    ...machineEventLoop,
    // Before the run, then once more while nothing is left to schedule.
    resources: () => (++asked % 3 === 2 ? ['FSReqPromise'] : []),
    wait: () => Promise.resolve(),
  };
  const never = (): Promise<void> => new Promise(() => undefined);
  const result = await search(waitsFor(never, 'allowed'), register, loop);
  expect(result.valid).toBe(true);
});

test('resources are counted', () => {
  expect(added(['Timeout', 'Pipe'], ['Pipe', 'Timeout', 'Timeout', 'TCP', 'TCP'])).toEqual(['Timeout', 'TCP']);
  expect(added(['Timeout', 'Timeout'], ['Timeout'])).toEqual([]);
});
