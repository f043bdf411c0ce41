import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test } from 'vitest';

import { cleanDocker } from '../../src/cluster/docker/clean.ts';
import { openEngine } from '../../src/cluster/docker/engine.ts';
import { nodeImage } from '../../src/cluster/docker/image.ts';
import { formatOwner, ownerLabel, runLabel, thisMachine } from '../../src/cluster/docker/owner.ts';
import { docker, inventory } from './inventory.ts';

const pid = process.pid;
const made: string[] = [];

/** A container that only exists. */
async function container(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
  const { image, node } = await nodeImage(await openEngine());
  await docker.createContainer({ name, Image: image, Cmd: [node, '-e', '0'], Labels: { ...labels } });
  made.push(name);
}

const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const name of made) await docker.getContainer(name).remove({ force: true });
});

/** A control node of its own whose cluster runs. */
async function controlNode(runId: string, environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('abandoned-run.ts', import.meta.url));
  const child = spawn(process.execPath, [script, runId], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('what a killed control node left is found and removed, and nothing else', async () => {
  const runId = `abandoned-${pid}`;
  const before = await inventory(runId);
  const child = await controlNode(runId, {});
  // Alive, it keeps what is its own.
  expect((await cleanDocker()).filter((line) => line.includes(runId))).toEqual([]);
  await killed(child);
  expect((await inventory(runId)).length).toBeGreaterThan(before.length);

  // Names and labels that look like ours, and objects of a living owner.
  await container(`clew-${runId}-n9`, {});
  await container(`clew-strange-${pid}`, { [runLabel]: 'strange' });
  await container(`clew-odd-${pid}`, { [runLabel]: 'odd', [ownerLabel]: 'somebody' });
  await container(`clew-living-${pid}`, { [runLabel]: `living-${pid}`, [ownerLabel]: formatOwner(thisMachine().self) });
  const elsewhere = { ...thisMachine().self, pid: 1, startTime: 1, hostname: 'another-machine' };
  await container(`clew-elsewhere-${pid}`, { [runLabel]: 'elsewhere', [ownerLabel]: formatOwner(elsewhere) });

  // The table is not looked for: nft removes it when its control node dies, unless this was faster.
  const removed = (await cleanDocker()).filter((line) => line.includes(`clew-${runId}`));
  expect(removed.toSorted()).toEqual([
    `container clew-${runId}-n1`,
    `container clew-${runId}-n2`,
    `network clew-${runId}`,
    `volume clew-${runId}-n1`,
    `volume clew-${runId}-n2`,
  ]);
  expect(await inventory(runId)).toEqual([...before, `container /clew-${runId}-n9`].toSorted());
  const left = await docker.listContainers({ all: true });
  for (const name of made) expect(left.some(({ Names }) => Names.includes(`/${name}`))).toBe(true);
});

test.each([
  ['this machine', {}],
  ['a sidecar', { CLEW_DOCKER_SIDECAR: '1' }],
])('nft on %s ends with the control node, and its table with it', async (_where, environment) => {
  const runId = `table-${Object.keys(environment).length}-${pid}`;
  const child = await controlNode(runId, environment);
  const ofNft = async () => (await inventory(runId)).filter((line) => /^table.*table_|sidecar/.test(line));
  const root = process.getuid?.() === 0;
  expect(await ofNft()).toHaveLength((root ? 1 : 0) + ('CLEW_DOCKER_SIDECAR' in environment || !root ? 1 : 0));
  await killed(child);
  await expect.poll(ofNft, { timeout: 8_000 }).toEqual([]);
  await cleanDocker();
});
