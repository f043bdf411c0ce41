import { describe, expect, it } from 'vitest';
import { RefusedToStart } from '../../../src/cluster/faults.ts';
import { probeCluster, upTo } from './probe.ts';

describe('a slow node', () => {
  it('takes its time for each thing, one after the other, and is fast again afterwards', async () => {
    const { run, clock, faults, ask, observe } = probeCluster();
    await run(async () => {
      await faults.slow('n1', 10);
      const began = clock.now();
      const times: number[] = [];
      await Promise.all(
        upTo(5).map(async () => {
          await ask('n1', 'answer-twice');
          times.push(Math.floor(clock.now() - began));
        }),
      );
      // Its heart beats, too: every 20 ms a timer stands in the line.
      expect(times[0]).toBeGreaterThanOrEqual(10);
      for (const [i, time] of times.entries()) if (i > 0) expect(time - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(10);
      expect(times[4]).toBeLessThan(100);
      expect((await observe('n1')).lateMs).toBeGreaterThanOrEqual(10);
      await faults.slow('n1', 0);
      await clock.sleep(100);
      const again = clock.now();
      await ask('n1', 'answer-twice');
      expect(clock.now() - again).toBeLessThan(1);
      expect((await observe('n1')).lateMs).toBe(0);
    });
  });

  it('is one whose handlers take time by its nature, too', async () => {
    const { run, clock, ask } = probeCluster({ process: { handlerUs: [3000] } });
    await run(async () => {
      const began = clock.now();
      await ask('n1', 'answer-twice');
      expect(clock.now() - began).toBeGreaterThanOrEqual(3);
      expect(clock.now() - began).toBeLessThan(10);
    });
  });

  it('handles messages late and in the order in which they came', async () => {
    const { run, clock, faults, say, heard } = probeCluster({ network: { inOrder: true } });
    await run(async () => {
      await faults.slow('n2', 5);
      await say('n1', 'n2', upTo(20));
      await clock.sleep(50);
      await faults.slow('n2', 0);
      await clock.sleep(50);
      expect(await heard('n2')).toEqual(upTo(20));
    });
  });

  it('loses messages beyond what its buffers hold', async () => {
    const { run, clock, faults, say, heard } = probeCluster({ network: { inOrder: true }, process: { backlogMax: 4 } });
    await run(async () => {
      await faults.pause('n2');
      await say('n1', 'n2', upTo(20));
      await clock.sleep(10);
      await faults.resume('n2');
      await clock.sleep(10);
      expect(await heard('n2')).toEqual(upTo(4));
    });
  });

  it('that is killed loses what waited, and its clients learn that nobody knows', async () => {
    const { run, clock, faults, ask, say, heard } = probeCluster();
    await run(async () => {
      await faults.slow('n2', 50);
      const answer = ask('n2', 'answer-twice');
      const outcome = expect(answer).rejects.toMatchObject({ sent: true, message: 'connection lost' });
      await say('n1', 'n2', [1]);
      await clock.sleep(10);
      await faults.kill('n2');
      await outcome;
      await faults.slow('n2', 0);
      await faults.start('n2');
      await clock.sleep(200);
      expect(await heard('n2')).toEqual([]);
    });
  });

  it('is slow in the next process, too, whatever the one before it was at', async () => {
    const { run, clock, faults, ask } = probeCluster({ process: { startUs: [1000] } });
    await run(async () => {
      await faults.slow('n2', 100);
      void ask('n2', 'answer-twice').catch(() => undefined);
      await clock.sleep(50);
      await faults.kill('n2');
      await faults.start('n2');
      const began = clock.now();
      await ask('n2', 'answer-twice');
      expect(clock.now() - began).toBeGreaterThanOrEqual(100);
    });
  });
});

describe('timers', () => {
  it.each(['killed', 'paused and killed', 'slow and killed'])(
    'of a process that was %s never fire in the next',
    async (how) => {
      const { run, clock, faults, ask } = probeCluster();
      await run(async () => {
        await ask('n1', 'set-timer', 'old', 100);
        if (how.startsWith('paused')) await faults.pause('n1');
        if (how.startsWith('slow')) await faults.slow('n1', 1000);
        await clock.sleep(how === 'killed' ? 50 : 150);
        await faults.kill('n1');
        await faults.slow('n1', 0);
        await faults.start('n1');
        await ask('n1', 'set-timer', 'new', 100);
        await clock.sleep(2000);
        expect(await ask('n1', 'fired')).toEqual(['new']);
      });
    },
  );

  it('that came up during a pause, and were cancelled or set anew in what waited before them, do not fire', async () => {
    const { run, clock, faults, ask } = probeCluster();
    await run(async () => {
      await ask('n1', 'set-timer', 'cancelled', 100);
      await ask('n1', 'set-timer', 'later', 100);
      await faults.pause('n1');
      const asked = [ask('n1', 'cancel-timer', 'cancelled'), ask('n1', 'set-timer', 'later', 500)];
      await clock.sleep(150);
      await faults.resume('n1');
      await Promise.all(asked);
      await clock.sleep(400);
      expect(await ask('n1', 'fired')).toEqual([]);
      await clock.sleep(200);
      expect(await ask('n1', 'fired')).toEqual(['later']);
    });
  });

  it('fire late now and then, where timers do, and never early', async () => {
    const { run, clock, ask } = probeCluster({ process: { lateTimerPerMille: 500, lateTimerUs: [300_000] } });
    await run(async () => {
      for (const i of upTo(40)) await ask('n1', 'set-timer', `t${i}`, 100);
      await clock.sleep(99);
      expect(await ask('n1', 'fired')).toEqual([]);
      await clock.sleep(50);
      const inTime = ((await ask('n1', 'fired')) as readonly string[]).length;
      expect(inTime).toBeGreaterThan(10);
      expect(inTime).toBeLessThan(30);
      await clock.sleep(300);
      expect(await ask('n1', 'fired')).toHaveLength(40);
    });
  });
});

describe('a monotonic clock that runs fast or slow', () => {
  type Clocks = { readonly wall: number; readonly monotonic: number };

  it.each([0.7, 0.99, 1.3])('at the rate %d takes its timers along, and leaves the wall clock alone', async (rate) => {
    const { run, clock, faults, ask, observe } = probeCluster();
    await run(async () => {
      const clocks = async () => (await ask('n1', 'clocks')) as Clocks;
      const other = async () => (await observe('n2')).monotonicMs;
      await faults.timers('n1', rate);
      const before = await clocks();
      const otherBefore = await other();
      await ask('n1', 'set-timer', 'second', 1000);
      await clock.sleep(1000 / rate - 5);
      expect(await ask('n1', 'fired')).toEqual([]);
      await clock.sleep(10);
      expect(await ask('n1', 'fired')).toEqual(['second']);
      const after = await clocks();
      expect((after.monotonic - before.monotonic) / (after.wall - before.wall)).toBeCloseTo(rate, 5);
      expect(((await other()) - otherBefore) / (after.wall - before.wall)).toBeCloseTo(1, 1);
    });
  });

  it('never goes back, whatever is done to it, and stretches what is left of a timer', async () => {
    const { run, clock, faults, ask, observe } = probeCluster();
    await run(async () => {
      await ask('n1', 'set-timer', 'second', 1000);
      let last = 0;
      for (const rate of [2, 0.5, 1.1, 0.5, 2, 1]) {
        await faults.timers('n1', rate);
        await clock.sleep(100);
        const { monotonicMs } = await observe('n1');
        expect(monotonicMs).toBeGreaterThan(last + 50);
        last = monotonicMs;
      }
      // 710 ms of its time have passed; the rest passes at the true rate.
      await clock.sleep(275);
      expect(await ask('n1', 'fired')).toEqual([]);
      await clock.sleep(20);
      expect(await ask('n1', 'fired')).toEqual(['second']);
    });
  });

  it('goes on at its rate after a restart, on top of the rate that the node has by nature', async () => {
    const { run, clock, faults, observe } = probeCluster({ clock: { rates: [1.5] } });
    await run(async () => {
      const rateOf = async () => {
        const before = (await observe('n1')).monotonicMs;
        await clock.sleep(99);
        return ((await observe('n1')).monotonicMs - before) / 100;
      };
      expect(await rateOf()).toBeCloseTo(1.5, 5);
      await faults.timers('n1', 1.2);
      await faults.kill('n1');
      await faults.start('n1');
      expect(await rateOf()).toBeCloseTo(1.8, 5);
      await faults.timers('n1', 1);
      expect(await rateOf()).toBeCloseTo(1.5, 5);
    });
  });
});

describe('disks', () => {
  it('that are slow complete their syncs late, in order', async () => {
    const { run, clock, faults, ask, observe } = probeCluster();
    await run(async () => {
      await faults.disk('n1', [{ kind: 'slow', syncMs: 200 }]);
      const began = clock.now();
      const slow = ask('n1', 'sync');
      await clock.sleep(1);
      await faults.disk('n1', []);
      const fast = ask('n1', 'sync');
      expect(await slow).toBe(1);
      expect(clock.now() - began).toBeGreaterThanOrEqual(200);
      expect((await observe('n1')).disk.lastSyncMs).toBeGreaterThanOrEqual(200);
      expect(await fast).toBe(2);
    });
  });

  it('that stall complete nothing until they go on, then all in order; their nodes go on meanwhile', async () => {
    const { run, clock, faults, ask, write, observe } = probeCluster();
    await run(async () => {
      await write('n1', ['append', 'log', 1]);
      await faults.disk('n1', [{ kind: 'stall' }]);
      const order: string[] = [];
      const syncs = ['first', 'second'].map(async (name) => {
        await ask('n1', 'sync');
        order.push(name);
      });
      await clock.sleep(500);
      expect(order).toEqual([]);
      expect(await ask('n1', 'answer-twice')).toBe('first');
      expect((await observe('n1')).disk).toMatchObject({ syncs: 0, waitingMs: expect.closeTo(501, -1) as number });
      await faults.disk('n1', []);
      await Promise.all(syncs);
      expect(order).toEqual(['first', 'second']);
      expect((await observe('n1')).disk).toMatchObject({ syncs: 2, waitingMs: 0 });
    });
  });

  it('that fail a sync end the process; what was on its way may or may not have arrived', async () => {
    const survived = new Set<number>();
    for (let seed = 1; seed <= 20; seed++) {
      const { run, clock, faults, ask, write, store, events } = probeCluster({}, seed);
      await run(async () => {
        await store('n1', 'before');
        await write('n1', ['append', 'log', 1], ['append', 'log', 2]);
        await faults.disk('n1', [{ kind: 'io-error' }]);
        await expect(ask('n1', 'sync')).rejects.toMatchObject({ sent: true });
        await clock.sleep(50);
        expect(await faults.observe('n1')).toBeNull();
        expect(events.filter(({ node }) => node === 'n1').slice(-2)).toMatchObject([
          { kind: 'log', name: 'disk error' },
          { kind: 'exit' },
        ]);
        await faults.disk('n1', []);
        await faults.start('n1');
        const { logs } = (await ask('n1', 'recovered')) as { logs: { log: { records: readonly unknown[] } } };
        expect(logs.log.records).toEqual(['before', 1, 2].slice(0, logs.log.records.length));
        survived.add(logs.log.records.length);
      });
    }
    expect([...survived].sort()).toEqual([1, 2, 3]);
  });

  it.each([
    ['by a trouble', {}],
    ['by a trait', { tornPerMille: 1000 }],
  ])('may tear the record that is written when the power fails (%s): it is dropped, and said so', async (_, disk) => {
    const { run, faults, ask, write, store, observe, events } = probeCluster({ disk });
    await run(async () => {
      await store('n1', 'before');
      if (!('tornPerMille' in disk)) await faults.disk('n1', [{ kind: 'torn' }]);
      await write('n1', ['append', 'log', 'x'.repeat(100)]);
      // Never completes: the power fails first.
      void ask('n1', 'sync').catch(() => undefined);
      await ask('n1', 'answer-twice');
      await faults.kill('n1');
      await faults.start('n1');
      const { droppedBytes } = (await observe('n1')).disk;
      const { logs } = (await ask('n1', 'recovered')) as { logs: { log: { records: readonly unknown[] } } };
      if (logs.log.records.length === 1) {
        expect(droppedBytes).toBeGreaterThan(0);
        expect(events.findLast(({ kind }) => kind === 'log')).toMatchObject({
          name: 'recovery dropped an unfinished write',
          detail: { bytes: droppedBytes },
        });
      } else {
        expect(droppedBytes).toBe(0);
      }
    });
  });

  it.each(['bit-flip', 'misdirected'] as const)(
    'with damage (%s) keep a node that restarts down for good',
    async (kind) => {
      const { run, clock, faults, ask, store, events } = probeCluster();
      await run(async () => {
        for (const record of upTo(5)) await store('n1', record);
        expect(await faults.damage('n1', { kind, place: 0.5 })).toBe(true);
        expect(await ask('n1', 'answer-twice')).toBe('first');
        await store('n1', 'after');
        await faults.kill('n1');
        for (let i = 0; i < 2; i++) await expect(faults.start('n1')).rejects.toThrow(RefusedToStart);
        expect(events.slice(-2)).toMatchObject([
          {
            node: 'n1',
            kind: 'log',
            name: 'refuses to start',
            detail: expect.stringContaining('record 2 of 5') as string,
          },
          { node: 'n1', kind: 'exit' },
        ]);
        expect(await faults.observe('n1')).toBeNull();
        await expect(ask('n1', 'answer-twice')).rejects.toMatchObject({ sent: false });
        await clock.sleep(1000);
        expect(await ask('n2', 'answer-twice')).toBe('first');
      });
    },
  );

  it('with next to nothing on them have nothing to damage', async () => {
    const { run, faults, store } = probeCluster();
    await run(async () => {
      await store('n1', 1);
      expect(await faults.damage('n1', { kind: 'bit-flip', place: 0 })).toBe(false);
      await faults.kill('n1');
      await faults.start('n1');
    });
  });
});
