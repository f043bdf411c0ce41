/**
 * Nodes as processes in Linux network namespaces, joined by a bridge: real TCP and a real kernel, with neither Docker
 * nor root. Everything lives inside namespaces that end with this process, however it ends.
 */

import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dirname, extname, join } from 'node:path';

import type { NodeId } from '../../../systems/protocol.ts';
import { RunError, UsageError } from '../../errors.ts';
import { bundleHost, bundleScript } from '../../node/bundle.ts';
import type { HostConfig } from '../../node/config.ts';
import { realClock } from '../clock.ts';
import type { Cluster, ClusterOptions, NodeEvent } from '../cluster.ts';
import { simulatedOnly, type Capabilities, type FaultControl, type Skew } from '../faults.ts';
import { connectHost, observeHost, skewHost, untilAnswers } from '../host-client.ts';
import { parseNodeLog, wordsOf } from '../node-log.ts';
import { openNodeLogs, type NodeLogFiles } from '../node-log-files.ts';
import { type AgentClient, startAgent } from './agent-client.ts';
import type { Task } from '../task.ts';
import { cleanNetns } from './clean.ts';
import { type Features, features } from '../namespaces.ts';
import { buildNetwork, planNetwork, type Trouble } from './network.ts';
import { makeWorkspace } from './workspace.ts';

const peerPort = 7000;
const answersWithinMs = 10_000;
/** How much of a node's output an error quotes. */
const lastWordsLines = 5;

/** Everything about one node that changes. */
interface NodeState {
  readonly socketPath: string;
  readonly dataDirectory: string;
  status: 'down' | 'up' | 'paused';
  /** The clock fault in force, and since when on the cluster's clock. */
  skew: { readonly value: Skew; readonly since: number } | null;
  lastWords: string[];
  /** Resolves the present wait for an answer early when the process ends. */
  onExit: (how: string) => void;
}

/**
 * A cluster of processes on this machine. `can` is what the kernel and the tools allow, found out at first need; a test
 * may allow less.
 */
export function netnsCluster(options: ClusterOptions, can: () => Features = features): Cluster {
  const { deployment, nodes } = options;
  const network = planNetwork(nodes);
  const { addresses } = network;
  const states = new Map<NodeId, NodeState>();
  const listeners: ((event: NodeEvent) => void)[] = [];
  let logs: NodeLogFiles | null = null;
  let workspace: string | null = null;
  let agent: AgentClient | null = null;
  let trouble: Trouble | null = null;
  let hostProgram = '';
  let stopping: Promise<void> | null = null;

  const stateOf = (node: NodeId): NodeState => {
    const state = states.get(node);
    if (state !== undefined) return state;
    if (nodes.includes(node)) throw new RunError(`the cluster has not been started; ${node} does not run yet`);
    throw new UsageError(`no node "${node}" in this cluster (there are ${nodes.join(', ')})`);
  };
  const running = (): AgentClient => {
    if (agent === null) throw new RunError('the cluster does not run');
    return agent;
  };
  const hazards = (): Trouble => {
    if (trouble === null) throw new RunError('the cluster does not run');
    return trouble;
  };
  const emit = (event: NodeEvent): void => {
    if (stopping !== null) return;
    logs?.write(event);
    for (const listener of listeners) listener(event);
  };

  const hear = (node: NodeId, line: string): void => {
    const state = stateOf(node);
    const event = parseNodeLog(node, line);
    state.lastWords = [...state.lastWords, wordsOf(event)].slice(-lastWordsLines);
    emit(event);
  };
  const bury = (node: NodeId, how: string): void => {
    const state = stateOf(node);
    state.status = 'down';
    emit({ node, at: realClock.now(), kind: 'exit', name: how });
    state.onExit(how);
  };

  const launch = async (node: NodeId): Promise<void> => {
    const state = stateOf(node);
    if (state.status !== 'down') return;
    state.lastWords = [];
    state.status = 'up';
    const ended = new Promise<string>((resolve) => (state.onExit = resolve));
    const environment = { CLEW_NODE: JSON.stringify(configOf(node, state)) };
    const argv: Task['argv'] = [
      'nsenter',
      `--net=/run/netns/${network.namespaces[node]}`,
      process.execPath,
      hostProgram,
    ];
    try {
      await running().order({ kind: 'spawn', name: node, argv, environment });
    } catch (error) {
      state.status = 'down';
      throw error;
    }
    const outcome = await Promise.race([untilAnswers({ socketPath: state.socketPath }, answersWithinMs), ended]);
    if (outcome !== true) {
      const what = outcome === false ? `did not answer within ${answersWithinMs / 1000} s` : `ended with ${outcome}`;
      throw new RunError(`${node} ${what}; its last words: ${state.lastWords.join(' | ') || '(none)'}`);
    }
    await applySkew(state);
  };
  const configOf = (node: NodeId, state: NodeState): HostConfig => ({
    self: node,
    listen: { host: addresses[node] ?? '', port: peerPort },
    peers: Object.fromEntries(
      nodes.filter((peer) => peer !== node).map((peer) => [peer, { host: addresses[peer] ?? '', port: peerPort }]),
    ),
    api: { socketPath: state.socketPath },
    mutant: deployment.mutant,
    settings: deployment.settings,
    dataDirectory: state.dataDirectory,
  });

  /** Tells the node its skew as it has grown by now: a process that was started anew knows nothing of it. */
  const applySkew = async ({ skew, socketPath }: NodeState): Promise<void> => {
    if (skew === null) return;
    const { offsetMs, rate } = skew.value;
    const grownMs = (rate - 1) * (realClock.now() - skew.since);
    await skewHost({ socketPath }, { offsetMs: offsetMs + grownMs, rate });
  };

  const faults: FaultControl = {
    nodes,
    clock: realClock,
    get capabilities() {
      return capabilities(can());
    },
    async cut(edges) {
      await hazards().cut(edges);
    },
    async shape(rules) {
      await hazards().shape(rules);
    },
    dropped: () => hazards().dropped(),
    async kill(node) {
      if (stateOf(node).status === 'down') return;
      await running().order({ kind: 'signal', name: node, signal: 'SIGKILL' });
    },
    start: launch,
    async pause(node) {
      const state = stateOf(node);
      if (state.status !== 'up') return;
      await running().order({ kind: 'signal', name: node, signal: 'SIGSTOP' });
      state.status = 'paused';
    },
    async resume(node) {
      const state = stateOf(node);
      if (state.status !== 'paused') return;
      await running().order({ kind: 'signal', name: node, signal: 'SIGCONT' });
      state.status = 'up';
      await applySkew(state);
    },
    async skew(node, skew) {
      const state = stateOf(node);
      state.skew = { value: skew, since: realClock.now() };
      if (state.status === 'up') await applySkew(state);
    },
    // Asked whatever its state should be: only its own silence shows that a kill or a pause took effect.
    observe: (node) => observeHost({ socketPath: stateOf(node).socketPath }),
  };

  return {
    kind: 'netns',
    nodes,
    clock: realClock,
    faults,
    async start() {
      const support = can().network;
      if (support !== true) throw new UsageError(`cluster "netns" can't run here: ${support}`);
      await cleanNetns();
      logs = openNodeLogs(options, emit);
      const home = (workspace = makeWorkspace(options.runId));
      nodes.forEach((node, index) => {
        const dataDirectory = join(home, `disk-${index}`);
        mkdirSync(dataDirectory);
        const socketPath = join(home, `api-${index}`);
        states.set(node, {
          socketPath,
          dataDirectory,
          status: 'down',
          skew: null,
          lastWords: [],
          onExit: () => undefined,
        });
      });
      const beginInside = async (): Promise<void> => {
        const program = await bundleAgent();
        agent = await startAgent({ program, directory: home, onLine: hear, onExit: bury });
        trouble = await buildNetwork(agent, network, can());
      };
      const outcomes = await Promise.allSettled([bundleHost(deployment.module), beginInside()]);
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      if (outcomes[0].status === 'fulfilled') hostProgram = outcomes[0].value.path;
      await Promise.all(nodes.map(launch));
    },
    connect: (node) => connectHost(node, { socketPath: stateOf(node).socketPath }),
    onEvent(listener) {
      listeners.push(listener);
    },
    drive: (work) => work(),
    hash: () => null,
    stop() {
      stopping ??= (async () => {
        await agent?.end();
        if (workspace !== null) await rm(workspace, { recursive: true, force: true });
        await logs?.close();
      })();
      return stopping;
    },
  };
}

function capabilities({ network, loss, delay }: Features): Capabilities {
  return { ...simulatedOnly, cut: network, loss, delay, kill: network, pause: network, clock: network };
}

async function bundleAgent(): Promise<string> {
  const here = fileURLToPath(import.meta.url);
  const module = join(dirname(here), `agent${extname(here)}`);
  const entry = `import { runAgent } from ${JSON.stringify(module)};\nrunAgent(process.argv[2]);\n`;
  return (await bundleScript('netns-agent', entry)).path;
}
