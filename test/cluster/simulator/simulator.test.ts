import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../../src/cluster/cluster.ts';
import { simulatedCluster, type SimulatedCluster } from '../../../src/cluster/simulator/cluster.ts';
import { heap } from '../../../src/cluster/simulator/heap.ts';
import type { SimulatorKnobs } from '../../../src/cluster/simulator/options.ts';
import type { OnStep } from '../../../src/cluster/simulator/timeline.ts';
import { system as chatter } from './chatter.ts';

const nodes = ['n1', 'n2', 'n3'];

function cluster(seed: number, simulator: SimulatorKnobs = {}, onStep?: OnStep): SimulatedCluster {
  return simulatedCluster({
    deployment: { system: chatter, module: '', mutant: null, settings: {} },
    runId: 'test',
    nodes,
    seed,
    directory: null,
    simulator,
    ...(onStep === undefined ? {} : { onStep }),
  });
}

/** Knobs that let everything happen that can. */
const everything: SimulatorKnobs = {
  network: { slowPerMille: 50, duplicatePerMille: 50, inOrder: true, reorderPerMille: 50 },
  client: { slowPerMille: 200, slowUs: [5_000, 50_000] },
  disk: { slowPerMille: 50, tornPerMille: 500 },
  process: { handlerUs: [0, 50, 200], lateTimerPerMille: 50 },
  clock: { rates: [0.99, 1, 1.02] },
  buggify: { live: 0.5, perMille: 100, untilMs: null },
};

async function course(seed: number, simulator: SimulatorKnobs = {}): Promise<{ hash: string; events: number }> {
  const made = cluster(seed, simulator);
  await made.drive(async () => {
    await made.start();
    const connection = made.connect('n1');
    await made.clock.sleep(300);
    await made.faults.cut([['n1', 'n2']]);
    await connection.request({ f: 'sum' }, 100);
    await made.faults.kill('n3');
    await made.faults.pause('n2');
    await made.clock.sleep(300);
    await made.faults.resume('n2');
    await made.faults.start('n3');
    await made.faults.shape([
      { edges: [['n1', 'n3']], loss: 0.2, duplicate: 0.2, reorder: 0.2, delayMs: 5, jitterMs: 9 },
    ]);
    await made.faults.clog?.([['n2', 'n3']]);
    await made.faults.slow?.('n1', 2);
    await made.faults.timers?.('n2', 1.2);
    await made.faults.disk?.('n3', [{ kind: 'slow', syncMs: 5 }]);
    await made.clock.sleep(500);
    await made.faults.clog?.([]);
    await made.clock.sleep(100);
  });
  return { hash: made.hash(), events: made.events() };
}

describe('exactness', () => {
  it('takes the same course twice with the same seed, and another with another', async () => {
    const first = await course(1);
    expect(await course(1)).toEqual(first);
    expect((await course(2)).hash).not.toBe(first.hash);
    expect(first.events).toBeGreaterThan(200);
  });

  it('takes this very course on every machine', async () => {
    expect(await course(1)).toMatchInlineSnapshot(`
      {
        "events": 427,
        "hash": "d6f32575c292ce4c",
      }
    `);
  });

  it.each([
    ['codec', { codec: true }],
    ['frozen messages', { freeze: false }],
    ['trace', { trace: 'full' }],
    ['pings', { pingEveryUs: null }],
    ['other pings', { pingEveryUs: 7000 }],
  ] as const)('takes the same course with and without %s', async (_, knobs) => {
    for (const traits of [{}, everything]) {
      expect(await course(7, { ...traits, ...knobs })).toEqual(await course(7, traits));
    }
  });

  it('tells every event that counts, with the hash so far', async () => {
    const steps = async (seed: number) => {
      const seen: { readonly low: number; readonly line: string }[] = [];
      const made = cluster(seed, everything, (count, low, describe) => {
        seen.push({ low, line: describe() });
        expect(count).toBe(seen.length);
      });
      await made.drive(async () => {
        await made.start();
        await made.connect('n1', 'c').request({ f: 'sum' }, 1000);
        await made.clock.sleep(500);
      });
      expect(seen).toHaveLength(made.events());
      return seen;
    };
    const first = await steps(1);
    expect(await steps(1)).toEqual(first);
    const other = await steps(2);
    const parted = first.findIndex(({ low }, i) => low !== other[i]?.low);
    expect(parted).toBeGreaterThanOrEqual(0);
    // Once they have parted, runs stay apart.
    expect(first.slice(parted).filter(({ low }, i) => low === other[parted + i]?.low)).toHaveLength(0);
    const kinds = [
      /^\d+(\.\d+)? ms {2}n2 hears n1: \{"from":"n1"/,
      /n3's timer tell/,
      /n1's sync \d/,
      /n1 is asked \{"f":"sum"\}/,
    ];
    for (const kind of kinds) expect(first.filter(({ line }) => kind.test(line)).length).toBeGreaterThan(0);
  });

  it('lets nodes do what they do at a moment before the control side does what it does then, whoever came first', async () => {
    const order: string[] = [];
    const made = cluster(1, { process: { startUs: [1000] } });
    made.onEvent(({ kind, node }) => order.push(`${kind} ${node}`));
    await made.drive(async () => {
      await made.start();
      await made.faults.kill('n1');
      order.length = 0;
      made.clock.after(1, () => order.push('the control side'));
      await made.faults.start('n1');
      await made.clock.sleep(0);
    });
    expect(order).toEqual(['start n1', 'probe n1', 'the control side']);
  });

  it('says so when nothing is left to happen', async () => {
    const made = cluster(1);
    await expect(made.drive(() => new Promise(() => undefined))).rejects.toThrow('stuck');
  });
});

it('says so when time stands still', async () => {
  const made = cluster(1);
  const forEver = (): void => {
    made.clock.after(0, forEver);
  };
  const run = made.drive(() => {
    forEver();
    return new Promise(() => undefined);
  });
  await expect(run).rejects.toThrow('stands still');
});

describe('nodes', () => {
  it('lose what was not synced, find the rest again, and start as a new incarnation', async () => {
    const made = cluster(3);
    const recovered: unknown[] = [];
    made.onEvent((event: NodeEvent) => {
      if (event.node === 'n1' && event.name === 'recovered') recovered.push(event.detail);
    });
    await made.drive(async () => {
      await made.start();
      await made.clock.sleep(500);
      const before = await made.connect('n1').request({ f: 'sum' }, 100);
      await made.faults.kill('n1');
      await expect(made.connect('n1').request({ f: 'sum' }, 100)).rejects.toMatchObject({ sent: false });
      await made.faults.start('n1');
      const after = Number(recovered[1]);
      expect(recovered[0]).toBe(0);
      expect(after).toBeGreaterThan(5);
      expect(before.type === 'ok' && Number(before.value) - after).toBeLessThan(5);
      expect(await made.faults.observe('n1')).toMatchObject({ incarnation: '2' });
    });
  });

  it('do nothing while paused, and catch up afterwards', async () => {
    const made = cluster(4);
    await made.drive(async () => {
      await made.start();
      await made.faults.pause('n1');
      expect(await made.faults.observe('n1')).toBeNull();
      const answer = made.connect('n1').request({ f: 'sum' }, 5000);
      await made.clock.sleep(1000);
      await made.faults.resume('n1');
      // About a second of two peers' numbers came in while it stood still; the request was queued before most of them.
      expect(await answer).toMatchObject({ type: 'ok' });
      const later = await made.connect('n1').request({ f: 'sum' }, 100);
      expect(later.type === 'ok' && Number(later.value)).toBeGreaterThan(30);
    });
  });

  it('lose the connections of their clients when they are killed: nobody knows what happened', async () => {
    const made = cluster(5);
    await made.drive(async () => {
      await made.start();
      const answer = made.connect('n1').request({ f: 'unanswered' }, 5000);
      const outcome = expect(answer).rejects.toMatchObject({ sent: true, message: 'connection lost' });
      await made.clock.sleep(50);
      await made.faults.kill('n1');
      await outcome;
    });
  });

  it('that throw are reported as crashed and are down', async () => {
    const made = cluster(6);
    const crashes: NodeEvent[] = [];
    made.onEvent((event) => {
      if (event.kind === 'crash') crashes.push(event);
    });
    await made.drive(async () => {
      await made.start();
      await expect(made.connect('n2').request({ f: 'break' }, 1000)).rejects.toMatchObject({ sent: true });
      expect(await made.faults.observe('n2')).toBeNull();
    });
    expect(crashes).toMatchObject([{ node: 'n2', detail: 'broken on request' }]);
  });

  it('believe in the wall clock that they are given', async () => {
    const made = cluster(8);
    await made.drive(async () => {
      await made.start();
      await made.faults.skew('n1', { offsetMs: 5000, rate: 1.5 });
      await made.clock.sleep(1000);
      // 5 s of jump and half a second of drift after one second (observing takes 1 ms).
      expect((await made.faults.observe('n1'))?.skewMs).toBeCloseTo(5500.5, 5);
      expect((await made.faults.observe('n2'))?.skewMs).toBe(0);
    });
  });
});

describe('who hears whom', () => {
  it('a cut silences one direction of one link until it is healed', async () => {
    const made = cluster(9);
    await made.drive(async () => {
      await made.start();
      await made.faults.cut([['n1', 'n2']]);
      await made.clock.sleep(1000);
      expect((await made.faults.observe('n2'))?.heardMs['n1']).toBeGreaterThan(900);
      expect((await made.faults.observe('n2'))?.heardMs['n3']).toBeLessThan(200);
      expect((await made.faults.observe('n1'))?.heardMs['n2']).toBeLessThan(200);
      expect(await made.faults.dropped()).toBeGreaterThan(10);
      await made.faults.cut([]);
      await made.clock.sleep(300);
      expect((await made.faults.observe('n2'))?.heardMs['n1']).toBeLessThan(200);
    });
  });

  it('delay shows in the round trip', async () => {
    const made = cluster(10);
    await made.drive(async () => {
      await made.start();
      await made.faults.shape([{ edges: [['n1', 'n2']], delayMs: 80 }]);
      await made.clock.sleep(500);
      expect((await made.faults.observe('n1'))?.rttMs['n2']).toBeGreaterThan(80);
      expect((await made.faults.observe('n1'))?.rttMs['n3']).toBeLessThan(10);
    });
  });
});

describe('heap', () => {
  const times = [5, 3, 9, 3, 1, 7, 3, 5, 0, 9];
  const filled = (copies: number) => {
    const queue = heap<number>();
    const items = Array.from({ length: copies }, () => times).flat();
    items.forEach((time, sequence) => {
      queue.push(time, sequence, sequence);
    });
    const order = items.map((_, sequence) => sequence).sort((a, b) => (items[a] ?? 0) - (items[b] ?? 0) || a - b);
    return { queue, order };
  };

  it('gives events by time, and those of one time in the order they came', () => {
    const { queue, order } = filled(100);
    expect(order.map(() => queue.pop())).toEqual(order);
    expect(queue.poppedAt()).toBe(9);
    expect(queue.pop()).toBeUndefined();
  });

  it('keeps that order when some are taken out', () => {
    const { queue, order } = filled(100);
    for (let i = 0; i < 300; i++) queue.pop();
    queue.keep((item) => item % 3 !== 0);
    const rest = order.slice(300).filter((item) => item % 3 !== 0);
    expect(queue.size()).toBe(rest.length);
    expect(rest.map(() => queue.pop())).toEqual(rest);
    expect(queue.size()).toBe(0);
  });
});
