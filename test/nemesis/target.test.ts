import { describe, expect, test } from 'vitest';
import { mergeRules } from '../../nemesis/network.ts';
import type { NemesisTarget } from '../../nemesis/fault.ts';
import { nemesisTarget } from '../../nemesis/target.ts';
import { simulatedCluster, type SimulatedCluster } from '../../src/cluster/simulator/cluster.ts';
import { system as chatter } from '../cluster/simulator/chatter.ts';
import { fakeCluster, type FakeCluster } from './fake-cluster.ts';

function on(work: (cluster: FakeCluster, target: ReturnType<typeof nemesisTarget>) => Promise<void>) {
  return async () => {
    const cluster = fakeCluster();
    await cluster.clock.drive(() => work(cluster, nemesisTarget(cluster)));
  };
}

describe('cuts', () => {
  test(
    'of two faults are a union, and what both hold ends with the last of them',
    on(async (cluster, target) => {
      const first = await target.addCut([
        ['n1', 'n2'],
        ['n2', 'n1'],
      ]);
      const second = await target.addCut([
        ['n2', 'n1'],
        ['n3', 'n1'],
      ]);
      expect(cluster.state.cuts).toEqual([
        ['n1', 'n2'],
        ['n2', 'n1'],
        ['n3', 'n1'],
      ]);
      await first();
      expect(cluster.state.cuts).toEqual([
        ['n2', 'n1'],
        ['n3', 'n1'],
      ]);
      expect(target.isCut(['n2', 'n1'])).toBe(true);
      expect(target.isCut(['n1', 'n2'])).toBe(false);
      await first();
      await second();
      expect(cluster.state.cuts).toEqual([]);
    }),
  );

  test(
    'the same edges twice are held twice',
    on(async (cluster, target) => {
      const edges = [['n1', 'n2']] as const;
      const first = await target.addCut(edges);
      await target.addCut(edges);
      await first();
      expect(cluster.state.cuts).toEqual([['n1', 'n2']]);
    }),
  );

  test(
    'that fail leave nothing behind for the next one',
    on(async (cluster, target) => {
      cluster.state.failing.add('cut');
      await expect(target.addCut([['n1', 'n2']])).rejects.toThrow('out of order');
      cluster.state.failing.clear();
      await target.addCut([['n3', 'n4']]);
      expect(cluster.state.cuts).toEqual([['n3', 'n4']]);
    }),
  );

  test(
    'a release that failed can be tried again',
    on(async (cluster, target) => {
      const release = await target.addCut([['n1', 'n2']]);
      cluster.state.failing.add('cut');
      await expect(release()).rejects.toThrow('out of order');
      cluster.state.failing.clear();
      await release();
      expect(cluster.whole()).toBe(true);
    }),
  );
});

describe('packet rules', () => {
  test('on the same edge: a packet must survive each loss and waits for each delay; every edge is in one rule', () => {
    expect(
      mergeRules([
        {
          edges: [
            ['a', 'b'],
            ['b', 'a'],
          ],
          loss: 0.5,
        },
        { edges: [['b', 'a']], loss: 0.5, delayMs: 10 },
        {
          edges: [
            ['b', 'a'],
            ['a', 'c'],
          ],
          delayMs: 20,
          jitterMs: 5,
        },
      ]),
    ).toEqual([
      { edges: [['a', 'b']], loss: 0.5 },
      { edges: [['b', 'a']], loss: 0.75, delayMs: 30, jitterMs: 5 },
      { edges: [['a', 'c']], delayMs: 20, jitterMs: 5 },
    ]);
  });

  test('on the same edge: a packet must escape the doubling and the holding back of each', () => {
    const edges = [['a', 'b']] as const;
    expect(
      mergeRules([
        { edges, duplicate: 0.5 },
        { edges, duplicate: 0.5, reorder: 0.1 },
        { edges, reorder: 0.1 },
      ]),
    ).toEqual([{ edges, duplicate: 0.75, reorder: 0.19 }]);
  });

  test(
    'count what was dropped while they were alone apart from what was dropped beside other faults',
    on(async (cluster, target) => {
      const shaping = await target.addShape([{ edges: [['n1', 'n2']], loss: 0.5 }]);
      await cluster.clock.sleep(1000);
      const before = await shaping.dropped();
      expect(before?.alone).toBeGreaterThan(5);
      expect(before?.shared).toBe(0);
      const heal = await target.addCut([['n3', 'n4']]);
      await cluster.clock.sleep(1000);
      await heal();
      const after = await shaping.dropped();
      expect(after?.alone).toBeLessThan((before?.alone ?? 0) + 3);
      expect(after?.shared).toBeGreaterThan(20);
      await shaping.release();
      expect(cluster.whole()).toBe(true);
    }),
  );

  test(
    'without a counter are not counted',
    on(async (cluster, target) => {
      cluster.state.counts = false;
      const shaping = await target.addShape([{ edges: [['n1', 'n2']], loss: 0.5 }]);
      expect(await shaping.dropped()).toBeNull();
    }),
  );
});

describe('processes', () => {
  test(
    'a node that two faults hold dead starts when the second ends',
    on(async (cluster, target) => {
      const first = await target.holdDead('n1');
      const second = await target.holdDead('n1');
      expect(cluster.log).toEqual(['kill n1']);
      await first();
      expect(cluster.node('n1').status).toBe('dead');
      await second();
      expect(cluster.node('n1').status).toBe('running');
      expect(cluster.log).toEqual(['kill n1', 'start n1']);
    }),
  );

  test(
    'a paused node can be killed, and then resuming it is nothing',
    on(async (cluster, target) => {
      const resume = await target.holdPaused('n1');
      const start = await target.holdDead('n1');
      expect(cluster.node('n1').status).toBe('dead');
      await resume();
      expect(cluster.node('n1').status).toBe('dead');
      await start();
      expect(cluster.log).toEqual(['pause n1', 'kill n1', 'start n1']);
    }),
  );

  test(
    'a dead node that another fault wants paused stays dead until both have ended',
    on(async (cluster, target) => {
      const start = await target.holdDead('n1');
      const resume = await target.holdPaused('n1');
      await start();
      expect(cluster.node('n1').status).toBe('dead');
      await resume();
      expect(cluster.node('n1').status).toBe('running');
      expect(cluster.log).toEqual(['kill n1', 'start n1']);
    }),
  );

  test(
    'holds that come while a node is on its way end in what is asked last',
    on(async (cluster, target) => {
      const start = await target.holdDead('n1');
      const [, resume] = await Promise.all([start(), target.holdPaused('n1')]);
      expect(cluster.node('n1').status).toBe('paused');
      await resume();
      expect(cluster.whole()).toBe(true);
    }),
  );

  test(
    'a kill that fails is no hold: the next fault starts from a running node',
    on(async (cluster, target) => {
      cluster.state.failing.add('kill');
      await expect(target.holdDead('n1')).rejects.toThrow('out of order');
      cluster.state.failing.clear();
      const resume = await target.holdPaused('n1');
      await resume();
      expect(cluster.node('n1').status).toBe('running');
      expect(target.state('n1').status).toBe('running');
    }),
  );
});

describe('clocks', () => {
  const skewNow = async (cluster: FakeCluster, node: string) => (await cluster.observe(node))?.skewMs;

  test(
    'offsets and drifts of several faults add up, and ending one leaves what the other did so far',
    on(async (cluster, target) => {
      const drift = await target.addSkew('n1', { offsetMs: 0, rate: 1.5 });
      await cluster.clock.sleep(1000);
      const jump = await target.addSkew('n1', { offsetMs: 10_000, rate: 1 });
      await cluster.clock.sleep(1000);
      expect(await skewNow(cluster, 'n1')).toBeCloseTo(11_001, -1);
      expect(target.skewMs('n1')).toBeCloseTo(11_001, -1);
      await jump.release();
      await cluster.clock.sleep(1000);
      expect(await skewNow(cluster, 'n1')).toBeCloseTo(1500, -1);
      await drift.release();
      expect(await skewNow(cluster, 'n1')).toBe(0);
    }),
  );

  test(
    'a process that starts anew is told the time again',
    on(async (cluster, target) => {
      const start = await target.holdDead('n1');
      const skewing = await target.addSkew('n1', { offsetMs: 5000, rate: 1 });
      await start();
      expect(await skewNow(cluster, 'n1')).toBe(5000);
      await (
        await target.holdDead('n1')
      )();
      expect(await skewNow(cluster, 'n1')).toBe(5000);
      await skewing.release();
      expect(cluster.whole()).toBe(true);
    }),
  );
});

describe('leaders', () => {
  test(
    'are those that say so, the highest term first, and nobody that is down is asked',
    on(async (cluster, target) => {
      expect(await target.leaders()).toEqual([]);
      Object.assign(cluster.node('n2'), { role: 'leader', term: 3 });
      Object.assign(cluster.node('n4'), { role: 'leader', term: 9 });
      expect(await target.leaders()).toEqual(['n4', 'n2']);
      await target.holdPaused('n4');
      const asked = cluster.clock.now();
      expect(await target.leaders()).toEqual(['n2']);
      expect(cluster.clock.now() - asked).toBeLessThan(100);
    }),
  );
});

describe('clearing', () => {
  test(
    'ends everything, starts what is down, and makes later releases harmless',
    on(async (cluster, target) => {
      const releases = [
        await target.addCut([['n1', 'n2']]),
        (await target.addShape([{ edges: [['n1', 'n2']], loss: 0.5 }])).release,
        await target.holdDead('n1'),
        await target.holdPaused('n2'),
        (await target.addSkew('n3', { offsetMs: 1000, rate: 2 })).release,
      ];
      const cleared = await target.clear(1000);
      expect(cleared).toEqual({ started: ['n1'], silent: [], errors: [] });
      expect(cluster.whole()).toBe(true);
      for (const release of releases) await release();
      expect(cluster.whole()).toBe(true);
    }),
  );

  test(
    'starts a node that stopped by itself',
    on(async (cluster, target) => {
      cluster.node('n3').status = 'dead';
      expect((await target.clear(1000)).started).toEqual(['n3']);
      expect(cluster.whole()).toBe(true);
    }),
  );

  test(
    'says which nodes stay silent and why',
    on(async (cluster, target) => {
      await target.holdDead('n1');
      cluster.state.failing.add('start');
      const cleared = await target.clear(1000);
      expect(cleared).toMatchObject({ started: [], silent: ['n1'] });
      expect(cleared.errors).toEqual(['bringing back n1: start is out of order']);
    }),
  );
});

describe('what only simulated machines do', () => {
  const onSimulated = (work: (cluster: SimulatedCluster, target: NemesisTarget) => Promise<void>) => async () => {
    const cluster = simulatedCluster({
      deployment: { system: chatter, module: '', mutant: null, settings: {} },
      runId: 'test',
      nodes: ['n1', 'n2', 'n3'],
      seed: 1,
      directory: null,
    });
    await cluster.drive(async () => {
      await cluster.start();
      await cluster.clock.sleep(500);
      await work(cluster, nemesisTarget(cluster.faults));
    });
  };

  test(
    'slowness adds up, and each fault takes back its own',
    onSimulated(async ({ clock }, target) => {
      const lateMs = async () => {
        await clock.sleep(300);
        return (await target.observe('n1'))?.lateMs;
      };
      const first = await target.holdSlow('n1', 5);
      const second = await target.holdSlow('n1', 5);
      expect(await lateMs()).toBeGreaterThanOrEqual(10);
      await first();
      expect(await lateMs()).toBeLessThan(10);
      await first();
      await second();
      expect(await lateMs()).toBe(0);
    }),
  );

  test(
    'rates of timers multiply, and the same rate twice is held twice',
    onSimulated(async ({ clock }, target) => {
      const ms = async () => (await target.observe('n1'))?.monotonicMs ?? 0;
      const first = await target.addTimerRate('n1', 1.1);
      const second = await target.addTimerRate('n1', 1.1);
      expect(target.timerRate('n1')).toBeCloseTo(1.21, 10);
      const before = await ms();
      await clock.sleep(99);
      expect((await ms()) - before).toBeCloseTo(121, 5);
      expect(target.timerRate('n2')).toBe(1);
      await first();
      expect(target.timerRate('n1')).toBe(1.1);
      await second();
      expect(target.timerRate('n1')).toBe(1);
    }),
  );

  test(
    'a disk has all the troubles that are held, through restarts',
    onSimulated(async ({ clock }, target) => {
      const slow = await target.addDiskTrouble('n1', { kind: 'slow', syncMs: 40 });
      const stall = await target.addDiskTrouble('n1', { kind: 'stall' });
      await (
        await target.holdDead('n1')
      )();
      await clock.sleep(500);
      expect(await target.observe('n1')).toMatchObject({ disk: { syncs: 0 } });
      await stall();
      await clock.sleep(500);
      expect((await target.observe('n1'))?.disk?.lastSyncMs).toBeGreaterThanOrEqual(40);
      await slow();
      await clock.sleep(500);
      expect((await target.observe('n1'))?.disk?.lastSyncMs).toBeLessThan(40);
    }),
  );

  test(
    'a clogged edge counts as silent until the last clog and cut on it has ended',
    onSimulated(async (_, target) => {
      const clog = await target.addClog([['n1', 'n2']]);
      const cut = await target.addCut([['n1', 'n2']]);
      await clog();
      expect(target.isCut(['n1', 'n2'])).toBe(true);
      await cut();
      expect(target.isCut(['n1', 'n2'])).toBe(false);
    }),
  );

  test(
    'a node with a damaged disk is lost once it restarts, whatever is held and released, and healing knows it',
    onSimulated(async (cluster, target) => {
      expect(await target.damage('n2', { kind: 'misdirected', place: 0.1 })).toBe(true);
      expect(target.state('n2').status).toBe('running');
      await (
        await target.holdDead('n2')
      )();
      expect(target.state('n2').status).toBe('lost');
      for (const hold of [target.holdPaused, target.holdDead]) await (await hold('n2'))();
      const skewing = await target.addSkew('n2', { offsetMs: 1000, rate: 1 });
      await skewing.release();
      expect(target.state('n2').status).toBe('lost');
      const began = cluster.clock.now();
      expect(await target.clear(15_000)).toEqual({ started: [], silent: [], lost: ['n2'], errors: [] });
      expect(cluster.clock.now() - began).toBeLessThan(100);
    }),
  );

  test(
    'a node that was damaged while it was down by itself is found lost by healing',
    onSimulated(async (cluster, target) => {
      await target.damage('n2', { kind: 'bit-flip', place: 0.9 });
      await cluster.faults.kill('n2');
      expect(await target.clear(15_000)).toEqual({ started: [], silent: [], lost: ['n2'], errors: [] });
    }),
  );

  test(
    'clearing makes machines whole',
    onSimulated(async ({ clock }, target) => {
      await target.addClog([['n1', 'n2']]);
      await target.holdSlow('n1', 5);
      await target.addTimerRate('n2', 1.3);
      await target.addDiskTrouble('n3', { kind: 'stall' });
      expect(await target.clear(1000)).toEqual({ started: [], silent: [], errors: [] });
      await clock.sleep(500);
      expect(target.isCut(['n1', 'n2'])).toBe(false);
      expect(target.timerRate('n2')).toBe(1);
      expect((await target.observe('n1'))?.lateMs).toBe(0);
      expect((await target.observe('n3'))?.disk?.waitingMs).toBeLessThan(100);
    }),
  );
});

test(
  'a cluster that has no means for a fault says why',
  on(async (_, target) => {
    await expect(target.addClog([['n1', 'n2']])).rejects.toThrow("this cluster can't do clog: only simulated so far");
    await expect(target.holdSlow('n1', 5)).rejects.toThrow("can't do slow");
    await expect(target.addTimerRate('n1', 1.1)).rejects.toThrow("can't do timers");
    await expect(target.addDiskTrouble('n1', { kind: 'stall' })).rejects.toThrow("can't do disk");
    await expect(target.damage('n1', { kind: 'bit-flip', place: 0 })).rejects.toThrow("can't do disk");
    expect(await target.clear(1000)).toEqual({ started: [], silent: [], errors: [] });
  }),
);
