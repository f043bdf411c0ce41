/**
 * The exact simulator: nodes are objects in this process, time is virtual, and every random decision is a function of
 * the seed. The same seed gives the same events, in the same order, with the same hash, on every machine.
 */

import type { ClusterState, CreateProtocol, DiskImage, Json, NodeId } from '../../../systems/protocol.ts';
import { unknownName, UsageError } from '../../errors.ts';
import type { Cluster, ClusterOptions, Connection, NodeEvent } from '../cluster.ts';
import { chance as chanceOf, type Chance } from './chance.ts';
import { clientLines } from './clients.ts';
import { describeEvent, type Duty } from './events.ts';
import { faultControl } from './fault-control.ts';
import { rollingHash } from './hash.ts';
import { hearing } from './hearing.ts';
import { invariantChecks } from './invariants.ts';
import { network, type Link } from './network.ts';
import { simulatedNode, type SimulatedNode } from './node.ts';
import { optionsFrom, type SimulatorKnobs } from './options.ts';
import { timeline, type OnStep } from './timeline.ts';

export interface SimulatedCluster extends Cluster {
  hash(): string;
  /** What is left to chance on this connection is that of the client's name, whoever else connects. */
  connect(node: NodeId, client?: string): Connection;
  /** Events that have happened: deliveries, timers, syncs, requests, actions of the control side. Pings are left out. */
  events(): number;
  readonly chance: Chance;
  /** All nodes as they are now, as invariants see them: live, to be read only. */
  readonly state: ClusterState;
}

export interface SimulatedClusterOptions extends ClusterOptions {
  readonly simulator?: SimulatorKnobs;
  /** Told of every event that counts, to compare two runs as they go. */
  readonly onStep?: OnStep;
  /** What nodes find on their disks when they start first, in the protocol's own form. Absent: nothing. */
  readonly disks?: Readonly<Record<NodeId, DiskImage>>;
}

/** Makes a simulated cluster; nothing happens until `drive` runs. */
export function simulatedCluster(options: SimulatedClusterOptions): SimulatedCluster {
  const knobs = optionsFrom(options.simulator ?? {});
  const { seed, nodes: ids } = options;
  const hash = rollingHash();
  const chance = chanceOf(seed);
  const net = network(chance, ids, knobs.network);
  const listeners: ((event: NodeEvent) => void)[] = [];
  const full = knobs.trace === 'full';
  let stopped = false;

  const perform = (event: Duty): boolean => {
    switch (event.kind) {
      case 'deliver': {
        const { link, message } = event;
        const receiver = at(link.to);
        if (full && (link.cut || !receiver.running())) emit(at(link.from).id, 'drop', receiver.id, message);
        if (link.cut) {
          net.count();
          return false;
        }
        heard.arrived(link);
        return receiver.perform(event);
      }
      case 'ping':
        heard.pinged(event.link, event.sentUs, event.reply);
        return false;
      case 'pings':
        heard.round();
        return false;
      case 'start': {
        const node = at(event.node);
        const isNews = !stopped && !node.running();
        if (isNews) hash.integer(event.node);
        event.started(isNews ? node.begin() : null);
        return isNews;
      }
      default:
        return at(event.node).perform(event);
    }
  };
  const time = timeline({
    hash,
    perform,
    describe: (event) => describeEvent(event, ids),
    onStep: options.onStep,
  });

  const emit = (node: NodeId, kind: NodeEvent['kind'], name: string, detail?: NodeEvent['detail']): void => {
    if (listeners.length === 0) return;
    const event: NodeEvent = { node, at: time.nowUs() / 1000, kind, name, ...(detail === undefined ? {} : { detail }) };
    for (const listener of listeners) listener(event);
  };

  /** Sends a message and its copy, if there is one, no earlier than after `leastUs`; returns its latency, -1 when it is lost. */
  const send = (link: Link, message: Json, leastUs: number): number => {
    const latency = net.next(link, time.nowUs());
    if (latency < 0) return latency;
    const delay = Math.max(latency, leastUs);
    time.push({ kind: 'deliver', link, message }, delay);
    const copy = net.duplicate(link);
    if (copy >= 0) time.push({ kind: 'deliver', link, message }, Math.max(copy, leastUs));
    return delay;
  };
  /** Lets what waited go on its way, in order. */
  const unclog = (link: Link): void => {
    const { waiting } = link;
    link.waiting = [];
    let leastUs = 0;
    for (const message of waiting) {
      const delay = send(link, message, leastUs);
      if (full && delay < 0) emit(at(link.from).id, 'drop', at(link.to).id, message);
      leastUs = Math.max(leastUs, delay);
    }
  };

  const positions = new Map(ids.map((id, position) => [id, position]));
  const positionOf = (id: NodeId): number => {
    const position = positions.get(id);
    if (position === undefined) throw unknownName('node', id, ids);
    return position;
  };
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
          if (link.clogged) {
            link.waiting.push(message);
            net.count();
            if (full) emit(id, 'send', to, message);
            return;
          }
          const isLost = send(link, message, 0) < 0;
          if (full) emit(id, 'send', to, message);
          if (full && isLost) emit(id, 'drop', to, message);
        },
        emit,
        happened: (node) => checks.happened(node),
        answered: (node, request, response) => checks.answered(node, request, response),
      },
      id,
      position,
      options.disks?.[id],
    ),
  );
  const at = (position: number): SimulatedNode => {
    const node = nodes[position];
    if (node === undefined) throw new RangeError(`no node at position ${String(position)}`);
    return node;
  };
  const nodeOf = (id: NodeId): SimulatedNode => at(positionOf(id));
  const heard = hearing(time, net, nodes, knobs.pingEveryUs);

  const state: ClusterState = { nodes: ids, node: (id) => nodeOf(id).inspect(), disk: (id) => nodeOf(id).durable() };
  const checks = invariantChecks(options.deployment.system.invariants ?? [], state, (node, invariant, why) => {
    emit(node, 'violation', invariant, why);
  });

  const faults = faultControl({
    time,
    hash,
    chance,
    net,
    hearing: heard,
    nodes,
    nodeOf,
    startUs: knobs.process.startUs,
    unclog,
  });
  const connect = clientLines(time, chance, knobs);

  return {
    kind: 'sim',
    nodes: ids,
    clock: time.clock,
    faults,
    async start() {
      await Promise.all(ids.map((id) => faults.start(id)));
      heard.start();
    },
    connect: (id, client) => connect(nodeOf(id), client),
    onEvent(listener) {
      listeners.push(listener);
    },
    drive: (work) => time.drive(work),
    hash: () => hash.digest(),
    events: () => time.happened(),
    chance,
    state,
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
