import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, test } from 'vitest';

import type { Cluster, ClusterOptions } from '../../src/cluster/cluster.ts';
import { cleanNetns } from '../../src/cluster/netns/clean.ts';
import { netnsCluster } from '../../src/cluster/netns/cluster.ts';
import { features } from '../../src/cluster/namespaces.ts';
import { netnsSupport } from '../../src/cluster/netns/support.ts';
import { system } from '../cluster/probe-system.ts';

const module = fileURLToPath(new URL('../cluster/probe-system.ts', import.meta.url));
const options = (overrides: Partial<ClusterOptions> = {}): ClusterOptions => ({
  deployment: { system, module, mutant: null, settings: {} },
  runId: `life-${process.pid}`,
  nodes: ['n1', 'n2', 'n3'],
  seed: 1,
  directory: null,
  ...overrides,
});
const workspaces = (runId: string) => readdirSync(tmpdir()).filter((name) => name.startsWith(`clew-netns-${runId}-`));
/** Processes of this machine whose environment or arguments name `marker`. */
const processesNaming = (marker: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(marker));
      } catch {
        return false;
      }
    });

let clusters: Cluster[] = [];
const started = async (overrides: Partial<ClusterOptions> = {}): Promise<Cluster> => {
  const cluster = netnsCluster(options(overrides));
  clusters.push(cluster);
  await cluster.start();
  return cluster;
};
afterEach(async () => {
  await Promise.all(clusters.map((cluster) => cluster.stop()));
  clusters = [];
});

describe('a netns cluster', () => {
  test('is possible here, or this whole project fails', async () => {
    expect(await netnsSupport()).toBe(true);
  });

  test('leaves nothing behind when it is stopped, even with a stopped process in it', async () => {
    const runId = `stop-${process.pid}`;
    const cluster = await started({ runId });
    const [workspace] = workspaces(runId);
    expect(processesNaming(String(workspace)).length).toBeGreaterThanOrEqual(3);
    await cluster.faults.pause('n2');
    await cluster.stop();
    await cluster.stop();
    expect(workspaces(runId)).toEqual([]);
    expect(processesNaming(String(workspace))).toEqual([]);
  });

  test('leaves no process and no directory behind when the control node is killed', async () => {
    const runId = `killed-${process.pid}`;
    const control = controlNode(runId);
    await control.ready;
    const [workspace] = workspaces(runId);
    expect(processesNaming(String(workspace)).length).toBeGreaterThanOrEqual(3);
    control.child.kill('SIGKILL');
    await expect.poll(() => processesNaming(String(workspace)), { timeout: 5_000 }).toEqual([]);
    await expect.poll(() => workspaces(runId), { timeout: 5_000 }).toEqual([]);
  });

  test('writes what its nodes say to one file a node', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'clew-logs-'));
    const cluster = await started({ directory, nodes: ['n1', 'n2'] });
    const connection = cluster.connect('n2');
    await connection.request({ f: 'probe', key: 'role', value: 'leader' }, 1_000);
    connection.close();
    await cluster.faults.kill('n2');
    await cluster.stop();
    const events = readFileSync(join(directory, 'n2', 'log.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(events.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { node: 'n2', kind: 'start', name: 'probe' },
      { node: 'n2', kind: 'probe', name: 'role', detail: 'leader' },
      { node: 'n2', kind: 'exit', name: 'SIGKILL' },
    ]);
    expect(existsSync(join(directory, 'n1', 'log.jsonl'))).toBe(true);
    rmSync(directory, { recursive: true });
  });

  test("that can't start says what its node said, and leaves nothing behind", async () => {
    const runId = `broken-${process.pid}`;
    const deployment = { system, module, mutant: 'nope', settings: {} };
    const cluster = netnsCluster(options({ runId, deployment }));
    clusters.push(cluster);
    await expect(cluster.start()).rejects.toThrow('unknown mutant of probe');
    await cluster.stop();
    expect(workspaces(runId)).toEqual([]);
  });

  test("says why it can't, where it can't", async () => {
    const reason = 'the kernel has none';
    const nothing = { network: reason, nft: reason, loss: reason, delay: reason };
    const cluster = netnsCluster(options(), () => nothing);
    expect(cluster.faults.capabilities).toMatchObject({ cut: reason, loss: reason, delay: reason, kill: reason });
    await expect(cluster.start()).rejects.toThrow(reason);
    await cluster.stop();
  });

  test('refuses loss and delay that it has no means for', async () => {
    const cluster = netnsCluster(options(), () => ({ ...features(), loss: 'no nft', delay: 'no netem' }));
    clusters.push(cluster);
    await cluster.start();
    await expect(cluster.faults.shape([{ edges: [['n1', 'n2']], loss: 0.1 }])).rejects.toThrow('no nft');
    await expect(cluster.faults.shape([{ edges: [['n1', 'n2']], delayMs: 5 }])).rejects.toThrow('no netem');
    await cluster.faults.shape([]);
  });
});

describe('cleaning', () => {
  const leave = (name: string, owner: unknown): string => {
    const directory = join(tmpdir(), `clew-netns-${name}-${process.pid}`);
    mkdirSync(directory);
    if (owner !== undefined) writeFileSync(join(directory, 'owner.json'), JSON.stringify(owner));
    return directory;
  };

  test('removes directories of the dead and none of the living', async () => {
    const runId = `alive-${process.pid}`;
    await started({ runId, nodes: ['n1'] });
    const [living] = workspaces(runId);
    const owner = JSON.parse(readFileSync(join(tmpdir(), String(living), 'owner.json'), 'utf8')) as object;
    const dead = leave('dead', { ...owner, pid: 2 ** 22 + 1 });
    const recycled = leave('recycled', { ...owner, startTime: '1' });
    const rebooted = leave('rebooted', { ...owner, boot: 'another' });
    const foreign = leave('foreign', { ...owner, pid: 2 ** 22 + 1, processNamespace: 'pid:[1]' });
    const unborn = leave('unborn', undefined);

    const removed = await cleanNetns();
    expect(removed).toEqual(expect.arrayContaining([dead, recycled, rebooted]));
    for (const gone of [dead, recycled, rebooted]) expect(existsSync(gone)).toBe(false);
    for (const kept of [foreign, unborn, join(tmpdir(), String(living))]) {
      expect(removed).not.toContain(kept);
      expect(existsSync(kept)).toBe(true);
    }
    for (const mine of [foreign, unborn]) rmSync(mine, { recursive: true });
  });
});

/** A control node of its own process that starts a cluster and then does nothing. */
function controlNode(runId: string): { child: ChildProcess; ready: Promise<void> } {
  const script = `
    import { netnsCluster } from ${JSON.stringify(new URL('../../src/cluster/netns/cluster.ts', import.meta.url).href)};
    import { system } from ${JSON.stringify(new URL('../cluster/probe-system.ts', import.meta.url).href)};
    const cluster = netnsCluster(${JSON.stringify({ ...options({ runId }), deployment: null })
      .replace(
        '"deployment":null',
        `"deployment":{"system":system,"module":${JSON.stringify(module)},"mutant":null,"settings":{}}`,
      )
      .replace('"system":system', 'system')});
    await cluster.start();
    await cluster.faults.pause('n3');
    console.log('ready');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => {
      resolve();
    });
    child.once('exit', () => {
      reject(new Error('the control node ended before its cluster was ready'));
    });
  });
  return { child, ready };
}
