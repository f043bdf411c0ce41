import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../../src/cluster/cluster.ts';
import { simulatedCluster, type SimulatedCluster } from '../../../src/cluster/simulator/cluster.ts';
import { chance } from '../../../src/cluster/simulator/chance.ts';
import { heap } from '../../../src/cluster/simulator/heap.ts';
import { simulatedDisk } from '../../../src/cluster/simulator/disk.ts';
import { localNetwork, network } from '../../../src/cluster/simulator/network.ts';
import { system as chatter } from './chatter.ts';

const nodes = ['n1', 'n2', 'n3'];

function cluster(seed: number, simulator = {}): SimulatedCluster {
  return simulatedCluster({
    deployment: { system: chatter, module: '', mutant: null, settings: {} },
    runId: 'test',
    nodes,
    seed,
    directory: null,
    simulator,
  });
}

async function course(seed: number, simulator = {}): Promise<{ hash: string; events: number }> {
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
    await made.clock.sleep(500);
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
        "events": 375,
        "hash": "2010d2437795f7eb",
      }
    `);
  });

  it('takes the same course whether messages go through the codec or not, and whether it is traced or not', async () => {
    const plain = await course(7);
    expect(await course(7, { codec: true })).toEqual(plain);
    expect(await course(7, { trace: 'full' })).toEqual(plain);
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

describe('network', () => {
  it('decides each link by itself: trouble on one leaves the latencies of the others as they were', () => {
    const latencies = (cut: boolean): number[] => {
      const net = network(chance(5), nodes, localNetwork);
      if (cut) net.cut([['n1', 'n2']]);
      return Array.from({ length: 20 }, () => {
        net.next(net.link(0, 1));
        return net.next(net.link(0, 2));
      });
    };
    expect(latencies(true)).toEqual(latencies(false));
  });

  it('loses the share that it was asked to lose', () => {
    const net = network(chance(5), nodes, localNetwork);
    net.shape([{ edges: [['n1', 'n2']], loss: 0.3 }]);
    const lost = Array.from({ length: 5000 }, () => net.next(net.link(0, 1))).filter((latency) => latency < 0);
    expect(lost.length / 5000).toBeGreaterThan(0.27);
    expect(lost.length / 5000).toBeLessThan(0.33);
  });
});

describe('disk', () => {
  const ignore = (): void => undefined;

  it('keeps nothing that was not synced, and any prefix of what was on its way', () => {
    for (const [kept, expected] of [
      [0, 0],
      [0.4, 1],
      [0.99, 2],
    ] as const) {
      const storage = simulatedDisk(ignore);
      storage.disk.append('log', 'a');
      storage.disk.append('log', 'b');
      storage.disk.sync();
      storage.disk.append('log', 'c');
      storage.crash(kept);
      expect(storage.image().logs.get('log')?.records ?? []).toEqual(['a', 'b'].slice(0, expected));
    }
  });

  it('truncates at the end and trims at the front, by position', () => {
    const storage = simulatedDisk(ignore);
    for (const record of ['a', 'b', 'c', 'd']) storage.disk.append('log', record);
    storage.disk.trim('log', 1);
    storage.disk.truncate('log', 3);
    storage.disk.append('log', 'e');
    storage.disk.sync();
    storage.completeSync();
    expect(storage.image().logs.get('log')).toEqual({ first: 1, records: ['b', 'c', 'e'] });
    storage.disk.trim('log', 9);
    storage.disk.append('log', 'z');
    storage.disk.sync();
    storage.completeSync();
    expect(storage.image().logs.get('log')).toEqual({ first: 9, records: ['z'] });
    storage.disk.truncate('log', 4);
    storage.disk.append('log', 'y');
    storage.disk.sync();
    storage.completeSync();
    expect(storage.image().logs.get('log')).toEqual({ first: 4, records: ['y'] });
  });
});

describe('heap', () => {
  it('gives events by time, and those of one time in the order they came', () => {
    const queue = heap<{ time: number; sequence: number }>();
    const times = [5, 3, 9, 3, 1, 7, 3, 5, 0, 9];
    times.forEach((time, sequence) => {
      queue.push({ time, sequence });
    });
    const popped = times.map(() => queue.pop());
    const sorted = times
      .map((time, sequence) => ({ time, sequence }))
      .sort((a, b) => a.time - b.time || a.sequence - b.sequence);
    expect(popped).toEqual(sorted);
    expect(queue.pop()).toBeUndefined();
  });
});
