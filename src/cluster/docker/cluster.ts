/**
 * Nodes as containers on a private network: real TCP, a real kernel, and room for anybody's images. Everything that it
 * makes outside this process is labelled with the run and its owner, so that it can be found when this process has died.
 */

import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { pack } from 'tar-stream';

import type { NodeId } from '../../../systems/protocol.ts';
import { messageOf, RunError, UsageError } from '../../errors.ts';
import { bundleHost } from '../../node/bundle.ts';
import type { Address, HostConfig } from '../../node/config.ts';
import { addressesIn } from '../addresses.ts';
import { type BridgeTable, bridgeTable } from '../bridge-table.ts';
import { realClock } from '../clock.ts';
import { type Cluster, type ClusterOptions, type Connection, NoAnswer, type NodeEvent } from '../cluster.ts';
import type { FaultControl, PacketRule, Skew } from '../faults.ts';
import { connectHost, observeHost, skewHost, untilAnswers } from '../host-client.ts';
import { parseNodeLog } from '../node-log.ts';
import { removeLeftovers, removeRun, removeTables } from './clean.ts';
import { apiPort, type Container, createContainer, dataDirectory, programPath } from './container.ts';
import { type Engine, openEngine } from './engine.ts';
import { type NodeImage, nodeImage } from './image.ts';
import { createNetwork } from './network.ts';
import { hostNft, type Nft } from './nft.ts';
import { nodeDelay, type NodeDelay } from './delay.ts';
import { formatOwner, ownerLabel, runLabel, tableNamed, tableNameFor, thisMachine } from './owner.ts';
import { startSidecar } from './sidecar.ts';
import { dockerCapabilities, nftMeans } from './means.ts';

const peerPort = 7000;
const answersWithinMs = 10_000;
/** How much of a node's output an error quotes. */
const lastWordsLines = 5;
/** How often another port is taken for a node whose port somebody else got first. */
const portTries = 5;

/** Everything about one node that changes. */
interface NodeState {
  readonly node: NodeId;
  readonly address: Address;
  readonly container: Container;
  status: 'down' | 'up' | 'paused';
  /** The clock fault in force, and since when on the cluster's clock. */
  skew: { readonly value: Skew; readonly since: number } | null;
  delay: NodeDelay;
}

/** What every node of the cluster has in common. */
interface Ground {
  readonly engine: Engine;
  readonly image: NodeImage;
  readonly program: Buffer;
  readonly network: string;
  readonly addresses: Readonly<Record<NodeId, string>>;
}

/** What a node said last, and who wants to know that it ended. */
interface Hearing {
  lastWords: string[];
  onExit: (how: string) => void;
}

export function dockerCluster(options: ClusterOptions): Cluster {
  const { deployment, nodes, directory, runId } = options;
  const machine = thisMachine();
  const labels = { [runLabel]: runId, [ownerLabel]: formatOwner(machine.self) };
  const tableName = tableNameFor(runId, machine.self);
  const means = nftMeans();
  const capabilities = dockerCapabilities(means);
  const states = new Map<NodeId, NodeState>();
  const hearings = new Map<NodeId, Hearing>(nodes.map((node) => [node, { lastWords: [], onExit: () => undefined }]));
  const logs = new Map<NodeId, WriteStream>();
  const listeners: ((event: NodeEvent) => void)[] = [];
  let engine: Engine | null = null;
  let nft: Nft | null = null;
  let table: BridgeTable | null = null;
  let delayRules: readonly PacketRule[] = [];
  let starting: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;

  const stateOf = (node: NodeId): NodeState => {
    const state = states.get(node);
    if (state !== undefined) return state;
    if (nodes.includes(node)) throw new RunError(`the cluster has not been started; ${node} does not run yet`);
    throw new UsageError(`no node "${node}" in this cluster (there are ${nodes.join(', ')})`);
  };
  const hearingOf = (node: NodeId): Hearing => hearings.get(node) as Hearing;
  const emit = (event: NodeEvent): void => {
    logs.get(event.node)?.write(`${JSON.stringify(event)}\n`);
    for (const listener of listeners) listener(event);
  };
  const openLogs = (): void => {
    if (directory === null) return;
    for (const node of nodes) {
      mkdirSync(join(directory, node), { recursive: true });
      const stream = createWriteStream(join(directory, node, 'log.jsonl'), { flags: 'a' });
      stream.on('error', (error) => {
        if (!logs.delete(node)) return;
        emit({ node, at: realClock.now(), kind: 'log', name: `can't write this node's log: ${error.message}` });
      });
      logs.set(node, stream);
    }
  };
  const hear = (node: NodeId, line: string): void => {
    const hearing = hearingOf(node);
    hearing.lastWords = [...hearing.lastWords, line].slice(-lastWordsLines);
    emit(parseNodeLog(node, line));
  };
  const bury = (node: NodeId, how: string): void => {
    const state = states.get(node);
    if (state !== undefined) state.status = 'down';
    emit({ node, at: realClock.now(), kind: 'exit', name: how });
    hearingOf(node).onExit(how);
  };
  /** A cluster that is being stopped makes nothing more. */
  const goOn = (): void => {
    if (stopping !== null) throw new RunError('the cluster was stopped while it started');
  };

  const configOf = (node: NodeId, addresses: Ground['addresses']): HostConfig => {
    const at = (peer: NodeId) => ({ host: addresses[peer] ?? '', port: peerPort });
    return {
      self: node,
      listen: at(node),
      peers: Object.fromEntries(nodes.filter((peer) => peer !== node).map((peer) => [peer, at(peer)])),
      api: { host: '0.0.0.0', port: apiPort },
      mutant: deployment.mutant,
      settings: deployment.settings,
      dataDirectory,
    };
  };

  /** Makes a node's container and starts its process. */
  const raise = async (ground: Ground, node: NodeId): Promise<void> => {
    const ip = ground.addresses[node] ?? '';
    for (let attempt = 1; ; attempt++) {
      goOn();
      const publishedPort = ground.engine.published === null ? null : await freePort();
      const container = await createContainer({
        engine: ground.engine,
        image: ground.image,
        name: `clew-${runId}-${node.replaceAll(/[^a-zA-Z0-9_.-]/g, '_')}${attempt > 1 ? `-${attempt}` : ''}`,
        hostname: node,
        network: ground.network,
        address: ip,
        publishedPort,
        labels,
        config: configOf(node, ground.addresses),
        program: ground.program,
        onLine: (line) => {
          hear(node, line);
        },
        onExit: (how) => {
          bury(node, how);
        },
      });
      const address = publishedPort === null ? { host: ip, port: apiPort } : { host: '127.0.0.1', port: publishedPort };
      const delay = nodeDelay(node, ground.addresses, container.pid);
      states.set(node, { node, address, container, status: 'down', skew: null, delay });
      try {
        await launch(node);
        return;
      } catch (error) {
        if (
          publishedPort === null ||
          attempt === portTries ||
          !/port is already allocated|address already in use/.test(messageOf(error))
        )
          throw error;
      }
    }
  };

  const launch = async (node: NodeId): Promise<void> => {
    const state = stateOf(node);
    if (state.status !== 'down') return;
    const hearing = hearingOf(node);
    hearing.lastWords = [];
    // The process may have ended by the time that the engine says it started.
    const ended = new Promise<string>((resolve) => (hearing.onExit = resolve));
    await state.container.ended();
    state.status = 'up';
    try {
      await state.container.launch();
    } catch (error) {
      state.status = 'down';
      throw error;
    }
    const outcome = await Promise.race([untilAnswers(state.address, answersWithinMs), ended]);
    if (outcome !== true) {
      const what = outcome === false ? `did not answer within ${answersWithinMs / 1000} s` : `ended with ${outcome}`;
      throw new RunError(`${node} ${what}; its last words: ${hearing.lastWords.join(' | ') || '(none)'}`);
    }
    await applySkew(state);
    // Its network interface is a new one, too.
    await state.delay.renew(delayRules);
  };

  /** Tells the node its skew as it has grown by now: a process that was started anew knows nothing of it. */
  const applySkew = async ({ skew, address }: NodeState): Promise<void> => {
    if (skew === null) return;
    const { offsetMs, rate } = skew.value;
    const grownMs = (rate - 1) * (realClock.now() - skew.since);
    await skewHost(address, { offsetMs: offsetMs + grownMs, rate });
  };

  /** The table for cuts and losses, in place before any node runs. */
  const openTable = async (ground: Pick<Ground, 'engine' | 'addresses'>): Promise<void> => {
    if (means.kind === 'none') return;
    nft =
      means.kind === 'host' && ground.engine.sameKernel
        ? hostNft(tableNamed(tableName))
        : await startSidecar({
            engine: ground.engine,
            name: `clew-${runId}-sidecar`,
            labels,
            nftPath: means.nftPath,
            image: means.image,
            table: tableNamed(tableName),
          });
    await removeTables(nft.run, machine);
    const made = bridgeTable({ name: tableName, addresses: ground.addresses, run: nft.run });
    await made.install();
    table = made;
  };
  const tableInUse = (why: true | string): BridgeTable => {
    if (why !== true) throw new UsageError(`this cluster can't do that: ${why}`);
    if (table === null) throw new RunError('the cluster does not run');
    return table;
  };

  const begin = async (): Promise<void> => {
    openLogs();
    const opened = (engine = await openEngine());
    const bundling = bundleHost(deployment.module).then(archiveOf);
    const imaging = nodeImage(opened);
    // Awaited below; a failure before that must not count as unhandled.
    for (const promise of [bundling, imaging]) promise.catch(() => undefined);
    await removeLeftovers(opened, machine);
    goOn();
    const network = await createNetwork(opened, { name: `clew-${runId}`, labels, internal: opened.published === null });
    const addresses = addressesIn(network.subnet, nodes);
    goOn();
    const tabling = openTable({ engine: opened, addresses });
    tabling.catch(() => undefined);
    const ground = {
      engine: opened,
      image: await imaging,
      program: await bundling,
      network: `clew-${runId}`,
      addresses,
    };
    await allOf([tabling, ...nodes.map((node) => raise(ground, node))]);
  };

  const end = async (): Promise<void> => {
    await starting?.catch(() => undefined);
    if (engine !== null) {
      const removingTable = (async () => {
        await table?.remove();
        await nft?.close();
      })();
      await allOf([removingTable, removeRun(engine, runId)]);
      await Promise.all([...states.values()].map(({ container }) => container.ended()));
    }
    await Promise.all([...logs.values()].map((log) => new Promise<void>((resolve) => log.end(resolve))));
  };

  const faults: FaultControl = {
    nodes,
    clock: realClock,
    capabilities,
    cut: async (edges) => tableInUse(capabilities.cut).cut(edges),
    async shape(rules) {
      const delayed = rules.filter(({ delayMs = 0, jitterMs = 0 }) => delayMs > 0 || jitterMs > 0);
      if (delayed.length > 0 && capabilities.delay !== true) {
        throw new UsageError(`this cluster can't delay packets: ${capabilities.delay}`);
      }
      delayRules = delayed;
      const running = [...states.values()].filter(({ status }) => status !== 'down');
      await Promise.all([
        tableInUse(capabilities.loss).shape(rules),
        ...running.map(({ delay }) => delay.set(delayed)),
      ]);
    },
    dropped: async () => table?.dropped() ?? null,
    async kill(node) {
      const state = stateOf(node);
      if (state.status !== 'down') await state.container.kill();
    },
    start: launch,
    async pause(node) {
      const state = stateOf(node);
      if (state.status !== 'up') return;
      state.status = 'paused';
      try {
        await state.container.pause();
      } catch (error) {
        // It may have ended at the same moment, which is no fault of the pause.
        await realClock.sleep(100);
        if (stateOf(node).status === 'down') return;
        state.status = 'up';
        throw error;
      }
    },
    async resume(node) {
      const state = stateOf(node);
      if (state.status !== 'paused') return;
      await state.container.resume();
      state.status = 'up';
      await applySkew(state);
    },
    async skew(node, skew) {
      const state = stateOf(node);
      state.skew = { value: skew, since: realClock.now() };
      if (state.status === 'up') await applySkew(state);
    },
    async observe(node) {
      const state = stateOf(node);
      return state.status === 'up' ? observeHost(state.address) : null;
    },
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
    connect: (node) => lineTo(stateOf(node)),
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

/**
 * A client's line to a node. Nobody answers for the address of a container that has ended, not even with a refusal, so
 * the line itself refuses as a live machine without the process would.
 */
function lineTo(state: NodeState): Connection {
  const line = connectHost(state.node, state.address);
  return {
    ...line,
    async request(request, timeoutMs) {
      if (state.status === 'down') throw new NoAnswer(`${state.node}: connection refused`, false);
      return line.request(request, timeoutMs);
    },
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

/** A port of 127.0.0.1 that nobody listens on now. */
function freePort(): Promise<number> {
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
