import { expect, it } from 'vitest';
import { begin, perform, recordingTarget, type FaultRecord } from '../../nemesis/records.ts';
import { nemesisTarget } from '../../nemesis/target.ts';
import { simulatedCluster } from '../../src/cluster/simulator/cluster.ts';
import { system as chatter } from '../cluster/simulator/chatter.ts';

function made() {
  const cluster = simulatedCluster({
    deployment: { system: chatter, module: '', mutant: null, settings: {} },
    runId: 'test',
    nodes: ['n1', 'n2', 'n3'],
    seed: 1,
    directory: null,
  });
  return { cluster, target: recordingTarget(nemesisTarget(cluster.faults), () => 0) };
}

it('takes down what was held, where, and from when to when', async () => {
  const { cluster, target } = made();
  const { clock } = cluster;
  await cluster.drive(async () => {
    await cluster.start();
    await clock.sleep(1000 - clock.now());
    const heal = await target.addCut([['n1', 'n2']]);
    const dead = await target.holdDead('n3');
    await clock.sleep(500);
    const skewing = await target.addSkew('n2', { offsetMs: 50, rate: 1 });
    await dead();
    await heal();
    await clock.sleep(500 - (clock.now() - 1500));
    await skewing.set({ offsetMs: 0, rate: 2 });
    await target.holdPaused('n1');
    await clock.sleep(100);
    await skewing.release();
  });
  const records: readonly FaultRecord[] = target.records();
  expect(
    records.map(({ kind, atMs, untilMs }) => [kind, Math.floor(atMs), untilMs === null ? null : Math.floor(untilMs)]),
  ).toEqual([
    ['partition', 1000, expect.closeTo(1500, -3)],
    ['kill', 1000, 1500],
    ['clock', 1500, 2000],
    ['clock', 2000, 2100],
    ['pause', 2000, null],
  ]);
});

it('lets no two holds begin or end in one instant, so that their times say which came first', async () => {
  const { cluster, target } = made();
  await cluster.drive(async () => {
    await cluster.start();
    await (
      await target.holdDead('n1')
    )();
    await Promise.all([target.addCut([['n1', 'n2']]), target.holdPaused('n3'), target.holdPaused('n2')]);
  });
  const moments = target.records().flatMap(({ atMs, untilMs }) => (untilMs === null ? [atMs] : [atMs, untilMs]));
  expect(moments).toHaveLength(5);
  expect(new Set(moments).size).toBe(5);
});

it('does again what was recorded, at the same moments', async () => {
  const { cluster, target } = made();
  const told: string[] = [];
  const records: readonly FaultRecord[] = [
    { kind: 'pause', node: 'n1', atMs: 200.5, untilMs: 400.25 },
    { kind: 'kill', node: 'n2', atMs: 300, untilMs: null },
  ];
  const seen: unknown[] = [];
  await cluster.drive(async () => {
    await cluster.start();
    const from = cluster.clock.now();
    perform(
      records,
      target,
      cluster.clock,
      ({ index, begins }) => told.push(`${index} ${begins ? 'begins' : 'ends'} ${cluster.clock.now() - from}`),
      (error) => {
        throw error;
      },
    );
    await cluster.clock.sleep(350);
    seen.push(target.state('n1').status, target.state('n2').status);
    await cluster.clock.sleep(200);
    seen.push(target.state('n1').status, target.state('n2').status);
  });
  expect(told).toEqual(['0 begins 200.5', '1 begins 300', '0 ends 400.25']);
  expect(seen).toEqual(['paused', 'dead', 'running', 'dead']);
});

it('begins each trouble as its kind of fault would', async () => {
  const { cluster, target } = made();
  await cluster.drive(async () => {
    await cluster.start();
    await begin({ kind: 'packet', rules: [{ edges: [['n1', 'n2']], delayMs: 80 }] }, target);
    await begin({ kind: 'clock', node: 'n3', skew: { offsetMs: 1000, rate: 1 } }, target);
    await begin({ kind: 'partition', edges: [['n2', 'n3']] }, target);
    expect(target.delayOf(['n1', 'n2']).delayMs).toBe(80);
    expect(target.skewMs('n3')).toBe(1000);
    expect(target.isCut(['n2', 'n3'])).toBe(true);
  });
});

it('takes down and does again what is asked of links, machines and disks', async () => {
  const { cluster, target } = made();
  const { clock } = cluster;
  await cluster.drive(async () => {
    await cluster.start();
    await clock.sleep(1000 - clock.now());
    const releases = [
      await target.addClog([['n1', 'n2']]),
      await target.holdSlow('n1', 3),
      await target.addTimerRate('n2', 1.1),
      await target.addDiskTrouble('n3', { kind: 'slow', syncMs: 20 }),
    ];
    expect(await target.damage('n3', { kind: 'bit-flip', place: 0.5 })).toBe(true);
    await clock.sleep(500);
    for (const release of releases) await release();
  });
  const records = target.records();
  expect(records.map(({ atMs: _, untilMs: __, ...trouble }) => trouble)).toEqual([
    { kind: 'packet', clogged: [['n1', 'n2']] },
    { kind: 'pause', node: 'n1', perEventMs: 3 },
    { kind: 'clock', node: 'n2', timerRate: 1.1 },
    { kind: 'disk', node: 'n3', trouble: { kind: 'slow', syncMs: 20 } },
    { kind: 'disk', node: 'n3', damage: { kind: 'bit-flip', place: 0.5 } },
  ]);
  expect(records.map(({ untilMs }) => (untilMs === null ? null : Math.floor(untilMs)))).toEqual([
    1500,
    1500,
    1500,
    1500,
    null,
  ]);

  // The same again from the list, on a cluster of its own.
  const again = made();
  await again.cluster.drive(async () => {
    await again.cluster.start();
    const from = again.cluster.clock.now();
    const listed = JSON.parse(JSON.stringify(records)) as readonly FaultRecord[];
    perform(
      listed,
      again.target,
      again.cluster.clock,
      () => undefined,
      (error) => {
        throw error;
      },
    );
    await again.cluster.clock.sleep(1200);
    expect(again.target.isCut(['n1', 'n2'])).toBe(true);
    expect(again.target.timerRate('n2')).toBe(1.1);
    expect((await again.target.observe('n1'))?.lateMs).toBeGreaterThanOrEqual(3);
    expect((await again.target.observe('n3'))?.disk?.lastSyncMs).toBeGreaterThanOrEqual(20);
    await again.cluster.clock.sleep(from + 1700 - again.cluster.clock.now());
    expect(again.target.isCut(['n1', 'n2'])).toBe(false);
    expect(again.target.timerRate('n2')).toBe(1);
    await (
      await again.target.holdDead('n3')
    )();
    expect(again.target.state('n3').status).toBe('lost');
  });
});
