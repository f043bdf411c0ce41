/** What the engine and the kernel hold, as far as it is of one run or of nobody: other runs may come and go beside it. */

import { execFileSync } from 'node:child_process';

import Docker from 'dockerode';

import { runLabel } from '../../src/cluster/docker/owner.ts';

export const docker = new Docker();

/** One line for each thing, sorted. */
export async function inventory(runId: string): Promise<string[]> {
  const mine = (labels: Readonly<Record<string, string>> | undefined): boolean =>
    labels?.[runLabel] === undefined || labels[runLabel] === runId;
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
  ]);
  const tables = isRoot() ? execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }).split('\n') : [];
  const ofMine = runId.replaceAll('-', '_');
  return [
    ...containers.filter(({ Labels }) => mine(Labels)).map(({ Names }) => `container ${Names.join()}`),
    ...networks.filter(({ Labels }) => mine(Labels)).map(({ Name }) => `network ${Name}`),
    ...((volumes.Volumes as typeof volumes.Volumes | null) ?? [])
      .filter(({ Labels }) => mine(Labels))
      .map(({ Name }) => `volume ${Name}`),
    ...tables.filter((table) => !table.includes('clew_') || table.includes(ofMine)),
  ].toSorted();
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
