/** The ways to reach nodes and their bridge, each forced in turn; what a cluster does is the conformance suite's. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Cluster } from '../../src/cluster/cluster.ts';
import { runLabel } from '../../src/cluster/docker/owner.ts';
import { imageOf } from '../../src/cluster/docker/image.ts';
import { openEngine } from '../../src/cluster/docker/engine.ts';
import { docker, inventory } from './inventory.ts';
import { probeCluster } from './probe-cluster.ts';

const ownImage = async (): Promise<Record<string, string>> => {
  const programs = new Map([
    ['/bin/sh', '/bin/sh'],
    ['/sbin/nft', '/usr/sbin/nft'],
  ]);
  return { CLEW_SIDECAR_IMAGE: await imageOf(await openEngine(), 'sidecar', programs) };
};

describe.each([
  ['on this machine', async () => ({}), { sidecar: false, published: false }],
  ['in a sidecar', async () => ({ CLEW_DOCKER_SIDECAR: '1' }), { sidecar: true, published: false }],
  ['in a sidecar of an image that was named', ownImage, { sidecar: true, published: false }],
  ['with published ports', async () => ({ CLEW_DOCKER_PUBLISH: '1' }), { sidecar: false, published: true }],
] as const)('nft %s', (mode, environmentOf, expected) => {
  const runId = `mode-${mode.replaceAll(/[^a-z]/g, '')}-${process.pid}`;
  let cluster: Cluster;
  let before: string[];

  beforeAll(async () => {
    const environment = { ...process.env, ...(await environmentOf()) };
    before = await inventory(runId);
    cluster = probeCluster(runId, 3, {}, { environment });
    await cluster.start();
  });
  afterAll(async () => {
    await cluster.stop();
    expect(await inventory(runId)).toEqual(before);
  });

  test('is what was asked for', async () => {
    const containers = await docker.listContainers({ filters: { label: [`${runLabel}=${runId}`] } });
    const sidecars = containers.filter(({ HostConfig }) => HostConfig.NetworkMode === 'host');
    expect(sidecars.length).toBe(!expected.sidecar && process.getuid?.() === 0 ? 0 : 1);
    const ports = containers.flatMap(({ Ports }) => Ports).filter((port) => 'PublicPort' in port);
    expect(ports.map(({ IP }) => IP)).toEqual(expected.published ? Array(3).fill('127.0.0.1') : []);
  });

  test('cuts one way, at once, and heals', async () => {
    const { faults, clock } = cluster;
    const heard = async (listener: string, speaker: string) =>
      (await faults.observe(listener))?.heardMs[speaker] ?? Infinity;
    const eventually = async (holds: () => Promise<boolean>) => {
      const deadline = clock.now() + 8_000;
      while (!(await holds())) {
        if (clock.now() > deadline) throw new Error('not within 8 s');
        await clock.sleep(20);
      }
    };
    await eventually(async () => (await heard('n2', 'n1')) < 400 && (await heard('n1', 'n2')) < 400);
    expect(await faults.dropped()).toBe(0);
    await faults.cut([['n1', 'n2']]);
    await clock.sleep(900);
    expect(await heard('n2', 'n1')).toBeGreaterThan(600);
    expect(await heard('n3', 'n1')).toBeLessThan(600);
    expect(await heard('n1', 'n3')).toBeLessThan(600);
    expect(await faults.dropped()).toBeGreaterThan(0);
    await faults.cut([]);
    await eventually(async () => (await heard('n2', 'n1')) < 400);
  });

  test('is quick: the best of several partitions of all takes less than 15 ms', async () => {
    const { nodes, faults, clock } = cluster;
    const all = nodes.flatMap((from) => nodes.filter((to) => to !== from).map((to) => [from, to] as const));
    const times: number[] = [];
    for (let i = 0; i < 8; i++) {
      const start = clock.now();
      await faults.cut(all);
      times.push(clock.now() - start);
      await faults.cut([]);
    }
    expect(Math.min(...times)).toBeLessThan(15);
  });

  test('refuses what can not be, and goes on', async () => {
    await expect(cluster.faults.cut([['n1', 'nobody']])).rejects.toThrow(/no node "nobody"/);
    await expect(cluster.faults.shape([{ edges: [['n1', 'n2']], loss: 2 }])).rejects.toThrow(/2 is not a share/);
    await cluster.faults.cut([]);
  });

  test('starts a node again on the port it had', async () => {
    await cluster.faults.kill('n1');
    await cluster.faults.start('n1');
    expect(await cluster.faults.observe('n1')).not.toBeNull();
  });
});
