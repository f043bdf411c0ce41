/** Finds what runs left behind and removes it. Nothing without our labels is ever touched. */

import type Docker from 'dockerode';

import { messageOf } from '../../errors.ts';
import { features } from '../namespaces.ts';
import { type Engine, engineDoes, openEngine, unless } from './engine.ts';
import { runCommand } from './nft.ts';
import {
  deadTables,
  imageLabel,
  isDead,
  type Machine,
  ownerLabel,
  parseOwner,
  runLabel,
  thisMachine,
} from './owner.ts';

/** Gone already, or somebody else is removing it just now. */
const notThere = [404, 409];

/** Objects of the engine, and how to remove them. */
interface Found {
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  remove(): Promise<unknown>;
}

/** What there is, in the order in which it can be removed. */
interface Inventory {
  readonly containers: readonly Found[];
  readonly networks: readonly Found[];
  readonly volumes: readonly Found[];
}

/** Removes what belongs to one run. Says nothing when there is nothing; a RunError when the engine can't. */
export async function removeRun(engine: Engine, runId: string): Promise<void> {
  await remove(await inventory(engine.docker, `${runLabel}=${runId}`));
}

/**
 * Removes containers, networks, volumes and nftables tables whose owner is dead, and with `images` the images that no
 * container uses. Returns one line for each thing that it removed; nothing when no engine answers.
 */
export async function cleanDocker(options: { readonly images?: boolean } = {}): Promise<string[]> {
  const machine = thisMachine();
  const tables = await cleanTables(machine);
  let engine: Engine;
  try {
    engine = await openEngine();
  } catch {
    return tables;
  }
  const leftovers = await removeLeftovers(engine, machine);
  const images = options.images === true ? await removeImages(engine) : [];
  return [...leftovers, ...tables, ...images];
}

/** The engine's part of `cleanDocker`. */
export async function removeLeftovers(engine: Engine, machine: Machine): Promise<string[]> {
  const all = await inventory(engine.docker, ownerLabel);
  const orphaned = ({ labels }: Found): boolean => {
    const owner = parseOwner(labels[ownerLabel] ?? '');
    return owner !== null && labels[runLabel] !== undefined && isDead(owner, machine);
  };
  return remove({
    containers: all.containers.filter(orphaned),
    networks: all.networks.filter(orphaned),
    volumes: all.volumes.filter(orphaned),
  });
}

async function inventory(docker: Docker, label: string): Promise<Inventory> {
  const filters = { label: [label] };
  const [containers, networks, volumes] = await engineDoes(
    'listing what runs made',
    Promise.all([
      docker.listContainers({ all: true, filters }),
      docker.listNetworks({ filters }),
      docker.listVolumes({ filters }),
    ]),
  );
  return {
    containers: containers.map(({ Id, Names, Labels }) => ({
      description: `container ${Names[0]?.slice(1) ?? Id}`,
      labels: Labels,
      remove: () => docker.getContainer(Id).remove({ force: true, v: true }),
    })),
    networks: networks.map(({ Id, Name, Labels }) => ({
      description: `network ${Name}`,
      labels: Labels ?? {},
      remove: () => docker.getNetwork(Id).remove() as Promise<unknown>,
    })),
    // The engine says null where there are none.
    volumes: ((volumes.Volumes as typeof volumes.Volumes | null) ?? []).map(({ Name, Labels }) => ({
      description: `volume ${Name}`,
      labels: Labels,
      remove: () => docker.getVolume(Name).remove() as Promise<unknown>,
    })),
  };
}

/** Everything of a kind at once; networks and volumes when nothing uses them any more. */
async function remove({ containers, networks, volumes }: Inventory): Promise<string[]> {
  const one = async (found: Found): Promise<string> => {
    await engineDoes(`removing the ${found.description}`, unless(notThere, found.remove()));
    return found.description;
  };
  const removed = await Promise.all(containers.map(one));
  return [...removed, ...(await Promise.all([...networks, ...volumes].map(one)))];
}

async function removeImages({ docker }: Engine): Promise<string[]> {
  const images = await engineDoes('listing images', docker.listImages({ filters: { label: [imageLabel] } }));
  const removed: string[] = [];
  for (const { Id, RepoTags } of images) {
    try {
      await docker.getImage(Id).remove();
      const name = (RepoTags as readonly string[] | null)?.find((tag) => !tag.startsWith('<none>'));
      removed.push(`image ${name ?? Id}`);
    } catch {
      // 409: a container uses it. It stays.
    }
  }
  return removed;
}

/** Tables on this machine; those that a sidecar made are removed by it or by the next one. */
async function cleanTables(machine: Machine): Promise<string[]> {
  if (process.getuid?.() !== 0 || features().nft !== true) return [];
  return removeTables((script) => runCommand(['nft', '-f', '-'], script), machine);
}

/** Removes the tables of dead owners that `run` sees. */
export async function removeTables(run: (script: string) => Promise<string>, machine: Machine): Promise<string[]> {
  const removed: string[] = [];
  for (const table of deadTables(await run('list tables bridge\n'), machine)) {
    try {
      await run(`delete table bridge ${table}\n`);
      removed.push(`nftables table ${table}`);
    } catch (error) {
      if (!messageOf(error).includes('No such file')) throw error;
    }
  }
  return removed;
}
