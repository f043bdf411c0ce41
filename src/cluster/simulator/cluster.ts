/**
 * The exact simulator: nodes are objects in this process, time is virtual, and every random decision is a function of
 * the seed. The same seed gives the same events, in the same order, with the same hash, on every machine.
 */

import type { CreateProtocol, NodeId, Response } from '../../../systems/protocol.ts';
import { unknownName, UsageError } from '../../errors.ts';
import { NoAnswer, type Cluster, type ClusterOptions, type Connection, type NodeEvent } from '../cluster.ts';
import type { FaultControl } from '../faults.ts';
import { chance as chanceOf, type Chance } from './chance.ts';
import type { Call, NodeDuty } from './events.ts';
import { deepFreeze } from './freeze.ts';
import { rollingHash } from './hash.ts';
import { invariantChecks } from './invariants.ts';
import { network, type Link } from './network.ts';
import { choose, simulatedNode, type SimulatedNode } from './node.ts';
import { simulatorDefaults, type SimulatorOptions } from './options.ts';
import { timeline } from './timeline.ts';

export interface SimulatedCluster extends Cluster {
  hash(): string;
  /** What is left to chance on this connection is that of the client's name, whoever else connects. */
  connect(node: NodeId, client?: string): Connection;
  /** Events that have happened: deliveries, timers, syncs, requests, actions of the control side. */
  events(): number;
  readonly chance: Chance;
}

/** Makes a simulated cluster; nothing happens until `drive` runs. */
export function simulatedCluster(
  options: ClusterOptions & { readonly simulator?: Partial<SimulatorOptions> },
): SimulatedCluster {
  const knobs: SimulatorOptions = { ...simulatorDefaults, ...options.simulator };
  const { seed, nodes: ids } = options;
  const hash = rollingHash();
  const chance = chanceOf(seed);
  const net = network(chance, ids, knobs.network);
  const listeners: ((event: NodeEvent) => void)[] = [];
  const count = ids.length;
  /** When `to` last heard `from`, and their last round trip, in µs at `to * count + from`. */
  const heardUs = new Float64Array(count * count);
  const rttUs = new Float64Array(count * count).fill(-1);
  let stopped = false;

  const perform = (duty: NodeDuty, timeUs: number): boolean => {
    switch (duty.kind) {
      case 'deliver': {
        const { link } = duty;
        if (link.cut) {
          net.dropped++;
          return false;
        }
        const node = at(link.to);
        if (!node.paused()) heardUs[link.to * count + link.from] = timeUs;
        return node.perform(duty, timeUs);
      }
      case 'ping':
        onPing(duty.link, duty.sentUs, duty.reply);
        return false;
      case 'pings':
        pingAll();
        return false;
      default:
        return at(duty.node).perform(duty, timeUs);
    }
  };
  const time = timeline(hash, perform);

  const emit = (node: NodeId, kind: NodeEvent['kind'], name: string, detail?: NodeEvent['detail']): void => {
    if (listeners.length === 0) return;
    const event: NodeEvent = { node, at: time.nowUs() / 1000, kind, name, ...(detail === undefined ? {} : { detail }) };
    for (const listener of listeners) listener(event);
  };

  let connections = 0;

  const nodes = ids.map((id, position) =>
    simulatedNode(
      {
        chance,
        knobs,
        timeline: time,
        hash,
        create: creatorOf(options),
        settings: options.deployment.settings,
        ids,
        transmit(from, to, message) {
          const link = net.link(from, positionOf(to));
          const latency = net.next(link);
          if (knobs.trace === 'full') emit(ids[from] ?? '', latency < 0 ? 'drop' : 'send', to, message);
          if (latency < 0) return;
          time.push({ kind: 'deliver', link, message }, latency);
          const copy = net.duplicate(link);
          if (copy >= 0) time.push({ kind: 'deliver', link, message }, copy);
        },
        emit,
        happened: (node) => checks.happened(node),
        answered: (node, request, response) => checks.answered(node, request, response),
      },
      id,
      position,
    ),
  );
  const positions = new Map(ids.map((id, position) => [id, position]));
  const positionOf = (id: NodeId): number => {
    const position = positions.get(id);
    if (position === undefined) throw unknownName('node', id, ids);
    return position;
  };
  const at = (position: number): SimulatedNode => {
    const node = nodes[position];
    if (node === undefined) throw new RangeError(`no node at position ${String(position)}`);
    return node;
  };
  const nodeOf = (id: NodeId): SimulatedNode => at(positionOf(id));

  const checks = invariantChecks(
    options.deployment.system.invariants ?? [],
    { nodes: ids, node: (id) => nodeOf(id).inspect(), disk: (id) => nodeOf(id).durable() },
    (node, invariant, why) => {
      emit(node, 'violation', invariant, why);
    },
  );

  const onPing = (link: Link, sentUs: number, reply: boolean): void => {
    const node = at(link.to);
    if (link.cut || node.paused() || !node.running()) return;
    heardUs[link.to * count + link.from] = time.nowUs();
    if (reply) rttUs[link.to * count + link.from] = time.nowUs() - sentUs;
    else ping(net.link(link.to, link.from), sentUs, true);
  };
  const ping = (link: Link, sentUs: number, reply: boolean): void => {
    const latency = net.next(link);
    if (latency >= 0) time.push({ kind: 'ping', link, sentUs, reply }, latency);
  };
  const pingAll = (): void => {
    for (const node of nodes) {
      if (!node.running() || node.paused()) continue;
      for (const peer of nodes) {
        if (peer !== node) ping(net.link(node.position, peer.position), time.nowUs(), false);
      }
    }
    time.push({ kind: 'pings' }, knobs.pingEveryUs);
  };

  const startFamily = chance.family('start');
  let starts = 0;
  const start = async (node: SimulatedNode): Promise<void> => {
    if (node.running()) return;
    await time.sleep(choose(knobs.startUs, chance.draw(startFamily, starts++)));
    if (!node.running() && !stopped) node.begin();
  };

  const crashFamilies = ids.map((id) => chance.family('crash', id));
  const crashes = new Map<number, number>();
  /** What share of the writes on their way to the node's disk arrives when it is killed now. */
  const keptBy = ({ position }: SimulatedNode): number => {
    const before = crashes.get(position) ?? 0;
    crashes.set(position, before + 1);
    return chance.draw(crashFamilies[position] as number, before);
  };
  const faults: FaultControl = {
    nodes: ids,
    clock: time.clock,
    capabilities: { cut: true, loss: true, delay: true, kill: true, pause: true, clock: true },
    cut(edges) {
      net.cut(edges);
      hash.value(edges);
      return time.sleep(0);
    },
    shape(rules) {
      net.shape(rules);
      hash.value(rules);
      return time.sleep(0);
    },
    kill(id) {
      const node = nodeOf(id);
      node.kill(keptBy(node));
      return time.sleep(0);
    },
    start: (id) => start(nodeOf(id)),
    pause(id) {
      nodeOf(id).pause();
      return time.sleep(0);
    },
    resume(id) {
      nodeOf(id).resume();
      return time.sleep(0);
    },
    skew(id, skew) {
      nodeOf(id).setSkew(skew);
      return time.sleep(0);
    },
    async observe(id) {
      await time.sleep(1000);
      const node = nodeOf(id);
      if (!node.running() || node.paused()) return null;
      const peers = nodes.filter((peer) => peer !== node);
      const place = (peer: SimulatedNode): number => node.position * count + peer.position;
      const sinceMs = (peer: SimulatedNode): number => (time.nowUs() - (heardUs[place(peer)] ?? 0)) / 1000;
      const measured = peers.filter((peer) => (rttUs[place(peer)] ?? -1) >= 0);
      return {
        incarnation: String(node.incarnation()),
        skewMs: node.skewMs(),
        heardMs: Object.fromEntries(peers.map((peer) => [peer.id, sinceMs(peer)])),
        rttMs: Object.fromEntries(measured.map((peer) => [peer.id, (rttUs[place(peer)] ?? 0) / 1000])),
        probes: node.probes(),
      };
    },
    async dropped() {
      await time.sleep(0);
      return net.dropped;
    },
  };

  const connect = (id: NodeId, client = `connection ${connections++}`): Connection => {
    const node = positionOf(id);
    const family = chance.family('client', client, id);
    let messages = 0;
    const latencyUs = (): number => choose(knobs.network.latencyUs, chance.draw(family, messages++));
    return {
      node: id,
      request: (request, timeoutMs) =>
        new Promise<Response>((resolve, reject) => {
          let settled = false;
          const settle = (outcome: () => void): void => {
            if (settled) return;
            settled = true;
            cancel();
            outcome();
          };
          const call: Call = {
            latencyUs,
            answer(response) {
              settle(() => {
                resolve(response);
              });
            },
            fail(error) {
              settle(() => {
                reject(error);
              });
            },
          };
          const cancel = time.clock.after(timeoutMs, () => {
            call.fail(new NoAnswer(`no answer within ${String(Math.round(timeoutMs))} ms`, true));
          });
          time.push({ kind: 'request', node, request: deepFreeze({ ...request }), call }, latencyUs());
        }),
      close: () => undefined,
    };
  };

  return {
    kind: 'sim',
    nodes: ids,
    clock: time.clock,
    faults,
    async start() {
      await Promise.all(nodes.map(start));
      pingAll();
    },
    connect,
    onEvent(listener) {
      listeners.push(listener);
    },
    drive: (work) => time.drive(work),
    hash: () => hash.digest(),
    events: () => time.happened(),
    chance,
    stop() {
      stopped = true;
      return Promise.resolve();
    },
  };
}

function creatorOf({ deployment }: ClusterOptions): CreateProtocol {
  const { system, mutant } = deployment;
  if (mutant === null) return system.create;
  const found = system.mutants.find(({ name }) => name === mutant);
  if (found === undefined) throw new UsageError(`system ${system.name} has no mutant "${mutant}"`);
  return found.create;
}
