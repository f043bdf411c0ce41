import { describe, expect, test } from 'vitest';
import { mergeRules } from '../../nemesis/network.ts';
import { nemesisTarget } from '../../nemesis/target.ts';
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
