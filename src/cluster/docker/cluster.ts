/**
 * Nodes as containers on a private network: real TCP, a real kernel, and room for anybody's images. Everything that it
 * makes outside this process is labelled with the run and its owner, so that it can be found when this process has died.
 */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { pack } from 'tar-stream';

import type { NodeId } from '../../../systems/protocol.ts';
import { RunError, UsageError } from '../../errors.ts';
import { bundleHost } from '../../node/bundle.ts';
import type { HostConfig } from '../../node/config.ts';
import { addressesIn } from '../addresses.ts';
import { type BridgeTable, bridgeTable } from '../bridge-table.ts';
import { realClock } from '../clock.ts';
import { openNodeLogs, type NodeLogFiles } from '../node-log-files.ts';
import type { Cluster, ClusterOptions, NodeEvent } from '../cluster.ts';
import type { FaultControl, PacketRule } from '../faults.ts';
import { removeLeftovers, removeRun, removeTables } from './clean.ts';
import { apiPort, dataDirectory, programPath } from './container.ts';
import { type Engine, type Environment, openEngine } from './engine.ts';
import { nodeImage } from './image.ts';
import { dockerCapabilities, nftMeans } from './means.ts';
import { createNetwork } from './network.ts';
import { hostNft, type Nft } from './nft.ts';
import { type DockerNode, dockerNode } from './node.ts';
import { formatOwner, ownerLabel, runLabel, tableNamed, tableNameFor, thisMachine } from './owner.ts';
import { startSidecar } from './sidecar.ts';

const peerPort = 7000;

/** What the cluster takes from the machine around it. */
export interface Surroundings {
  readonly environment: Environment;
  /** A port of 127.0.0.1 that nobody listens on. */
  readonly freePort: () => Promise<number>;
}

export function dockerCluster(
  options: ClusterOptions,
  { environment = process.env, freePort = anyFreePort }: Partial<Surroundings> = {},
): Cluster {
  const { deployment, nodes, runId } = options;
  const name = `clew-${runId}`;
  const machine = thisMachine();
  const labels = { [runLabel]: runId, [ownerLabel]: formatOwner(machine.self) };
  const tableName = tableNameFor(runId, machine.self);
  const means = nftMeans(environment);
  const capabilities = dockerCapabilities(means);
  const running = new Map<NodeId, DockerNode>();
  const listeners: ((event: NodeEvent) => void)[] = [];
  let logs: NodeLogFiles | null = null;
  let engine: Engine | null = null;
  let nft: Nft | null = null;
  let table: BridgeTable | null = null;
  let delayRules: readonly PacketRule[] = [];
  let starting: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;

  const emit = (event: NodeEvent): void => {
    logs?.write(event);
    for (const listener of listeners) listener(event);
  };
  const nodeOf = (node: NodeId): DockerNode => {
    const found = running.get(node);
    if (found !== undefined) return found;
    if (nodes.includes(node)) throw new RunError(`the cluster has not been started; ${node} does not run yet`);
    throw new UsageError(`no node "${node}" in this cluster (there are ${nodes.join(', ')})`);
  };
  const tableInUse = (possible: true | string): BridgeTable => {
    if (possible !== true) throw new UsageError(`this cluster can't do that: ${possible}`);
    if (table === null) throw new RunError('the cluster does not run');
    return table;
  };
  /** A cluster that is being stopped makes nothing more. */
  const goOn = (): void => {
    if (stopping !== null) throw new RunError('the cluster was stopped while it started');
  };

  /** The table for cuts and losses. */
  const openTable = async (opened: Engine, addresses: Readonly<Record<NodeId, string>>): Promise<void> => {
    if (means.kind === 'none') return;
    const full = tableNamed(tableName);
    const { nftPath, image } = means;
    nft =
      means.kind === 'host' && opened.sameKernel
        ? hostNft(full)
        : await startSidecar({ engine: opened, name: `${name}-sidecar`, labels, nftPath, image, table: full });
    await removeTables(nft.run, machine);
    const made = bridgeTable({ name: tableName, addresses, run: nft.run });
    await made.install();
    table = made;
  };

  const begin = async (): Promise<void> => {
    logs = openNodeLogs(options, emit);
    const opened = (engine = await openEngine(environment));
    goOn();
    const bundling = bundleHost(deployment.module).then(archiveOf);
    const imaging = nodeImage(opened);
    const networking = createNetwork(opened, { name, labels, internal: opened.published === null }).then(({ subnet }) =>
      addressesIn(subnet, nodes),
    );
    const tabling = networking.then((addresses) => openTable(opened, addresses));
    const raise = async (node: NodeId): Promise<void> => {
      const [addresses, image, program] = await Promise.all([networking, imaging, bundling]);
      goOn();
      const made = dockerNode({
        node,
        addresses,
        freePort: opened.published === null ? null : freePort,
        container: {
          engine: opened,
          image,
          name: `${name}-${node.replaceAll(/[^a-zA-Z0-9_.-]/g, '_')}`,
          hostname: node,
          network: name,
          labels,
          config: configOf(options, node, addresses),
          program,
        },
        delayRules: () => delayRules,
        emit,
      });
      running.set(node, made);
      await made.start();
    };
    // What others left has other names and other addresses: it need not be gone first.
    const cleaning = removeLeftovers(opened, machine);
    await allOf([networking, imaging, bundling, tabling, cleaning, ...nodes.map(raise)]);
  };

  const end = async (): Promise<void> => {
    for (const node of running.values()) node.giveUp();
    await starting?.catch(() => undefined);
    if (engine !== null) {
      // Before the sidecar that it needs is removed with the rest.
      const tableGone = table?.remove() ?? Promise.resolve();
      await tableGone.catch(() => undefined);
      await allOf([tableGone, nft?.close() ?? Promise.resolve(), removeRun(engine, runId)]);
      await Promise.all([...running.values()].map((node) => node.ended()));
    }
    await logs?.close();
  };

  const faults: FaultControl = {
    nodes,
    clock: realClock,
    capabilities,
    cut: async (edges) => tableInUse(capabilities.cut).cut(edges),
    async shape(rules) {
      const delayed = rules.filter(({ delayMs = 0, jitterMs = 0 }) => delayMs > 0 || jitterMs > 0);
      if (delayed.length > 0) {
        const possible = engine?.sameKernel === false ? 'the engine runs on another kernel' : capabilities.delay;
        if (possible !== true) throw new UsageError(`this cluster can't delay packets: ${possible}`);
      }
      delayRules = delayed;
      const losses = tableInUse(capabilities.loss).shape(rules);
      await Promise.all([losses, ...[...running.values()].map((node) => node.delay(delayed))]);
    },
    dropped: async () => table?.dropped() ?? null,
    kill: async (node) => nodeOf(node).kill(),
    start: async (node) => nodeOf(node).start(),
    pause: async (node) => nodeOf(node).pause(),
    resume: async (node) => nodeOf(node).resume(),
    skew: async (node, skew) => nodeOf(node).skew(skew),
    observe: async (node) => nodeOf(node).observe(),
  };

  return {
    kind: 'docker',
    nodes,
    clock: realClock,
    faults,
    start() {
      starting ??= begin();
      return starting;
    },
    connect: (node) => nodeOf(node).connect(),
    onEvent(listener) {
      listeners.push(listener);
    },
    drive: (work) => work(),
    hash: () => null,
    stop() {
      stopping ??= end();
      return stopping;
    },
  };
}

function configOf(
  { nodes, deployment }: ClusterOptions,
  self: NodeId,
  addresses: Readonly<Record<NodeId, string>>,
): HostConfig {
  const at = (node: NodeId) => ({ host: addresses[node] ?? '', port: peerPort });
  return {
    self,
    listen: at(self),
    peers: Object.fromEntries(nodes.filter((peer) => peer !== self).map((peer) => [peer, at(peer)])),
    api: { host: '0.0.0.0', port: apiPort },
    mutant: deployment.mutant,
    settings: deployment.settings,
    dataDirectory,
  };
}

/** Waits for all to settle, so that nothing goes on in the background, and fails with the first failure. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(work);
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
}

async function archiveOf({ path }: { readonly path: string }): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: programPath.slice(1), mode: 0o644 }, await readFile(path));
  archive.finalize();
  return buffer(archive);
}

function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new RunError('no free port on 127.0.0.1'));
      });
    });
  });
}
