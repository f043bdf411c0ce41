import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import type { NodeEvent } from '../../src/cluster/cluster.ts';
import { runLabel } from '../../src/cluster/docker/owner.ts';
import { docker, inventory } from './inventory.ts';
import { probeCluster } from './probe-cluster.ts';

const directory = mkdtempSync(join(tmpdir(), 'clew-docker-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const id = (name: string) => `${name}-${process.pid}`;

describe('a cluster that is stopped', () => {
  test('leaves no container, network, volume or table, and the whole log of every node', async () => {
    const runId = id('leaves');
    const before = await inventory(runId);
    const cluster = probeCluster(runId, 3, { directory });
    const events: NodeEvent[] = [];
    cluster.onEvent((event) => events.push(event));
    await cluster.start();
    const during = await inventory(runId);
    // Three containers and volumes, a network, a table: the comparison below sees what there is.
    expect(during.filter((line) => !before.includes(line)).length).toBeGreaterThanOrEqual(7);
    await cluster.faults.kill('n1');
    await cluster.faults.start('n1');
    // A burst just before the end, all of which must be heard.
    const line = cluster.connect('n2');
    for (let i = 0; i < 200; i++) await line.request({ f: 'probe', key: 'burst', value: i }, 5_000);
    line.close();
    await cluster.stop();
    await cluster.stop();
    expect(await inventory(runId)).toEqual(before);

    const logged = (node: string) =>
      readFileSync(join(directory, node, 'log.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text) as NodeEvent);
    const lifeOf = (node: string) =>
      logged(node)
        .map(({ kind }) => kind)
        .filter((kind) => kind === 'start' || kind === 'exit');
    expect(lifeOf('n1')).toEqual(['start', 'exit', 'start', 'exit']);
    expect(lifeOf('n3')).toEqual(['start', 'exit']);
    const burst = logged('n2').filter(({ name }) => name === 'burst');
    expect(burst.map(({ detail }) => detail)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(events.filter(({ node }) => node === 'n2')).toEqual(logged('n2'));
  });

  test('while it starts makes nothing more and leaves nothing', async () => {
    const runId = id('interrupted');
    const before = await inventory(runId);
    const cluster = probeCluster(runId, 6);
    const started = cluster.start().then(
      () => 'started',
      () => 'failed',
    );
    // In the middle: one container is there, others are just being made.
    const filters = { label: [`${runLabel}=${runId}`] };
    while ((await docker.listContainers({ all: true, filters })).length === 0);
    await cluster.stop();
    await started;
    expect(await inventory(runId)).toEqual(before);
  });

  test('before it was started has nothing to do', async () => {
    await probeCluster(id('never'), 1).stop();
  });
});

describe('a cluster that can not start', () => {
  test('says what a node that ends at once said, and leaves nothing', async () => {
    const runId = id('dies');
    const before = await inventory(runId);
    const cluster = probeCluster(runId, 2, { mutant: 'no-such-mutant' });
    await expect(cluster.start()).rejects.toThrow(/^n\d ended with code 71; its last words: .*no-such-mutant/);
    await cluster.stop();
    expect(await inventory(runId)).toEqual(before);
  });

  test('says so when no engine answers', async () => {
    const cluster = probeCluster(id('nowhere'), 1, {}, { environment: { DOCKER_HOST: 'unix:///nowhere.sock' } });
    await expect(cluster.start()).rejects.toThrow(/^no Docker engine answers at unix:\/\/\/nowhere.sock: start it/);
    await cluster.stop();
  });
});

test('a published port that somebody took is exchanged for another', async () => {
  const occupied = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => occupied.once('listening', resolve));
  const portOf = (server: typeof occupied) => (server.address() as { port: number }).port;
  let asked = 0;
  const freePort = async (): Promise<number> => {
    if (asked++ === 0) return portOf(occupied);
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const port = portOf(probe);
    await new Promise((resolve) => probe.close(resolve));
    return port;
  };
  const runId = id('taken');
  const before = await inventory(runId);
  const environment = { ...process.env, CLEW_DOCKER_PUBLISH: '1' };
  const cluster = probeCluster(runId, 1, {}, { environment, freePort });
  try {
    await cluster.start();
    expect(asked).toBe(2);
    expect(await cluster.faults.observe('n1')).not.toBeNull();
  } finally {
    await cluster.stop();
    occupied.close();
  }
  expect(await inventory(runId)).toEqual(before);
});
