/** What the nemesis may do to a simulated cluster, and what it sees of it. */

import type { Json, NodeId } from '../../../systems/protocol.ts';
import { RefusedToStart, type Capabilities, type FaultControl } from '../faults.ts';
import { choose, type Chance } from './chance.ts';
import type { RollingHash } from './hash.ts';
import type { Hearing } from './hearing.ts';
import type { Link, Network } from './network.ts';
import type { SimulatedNode } from './node.ts';
import type { Timeline } from './timeline.ts';

/** Everything. */
export const simulatorCapabilities: Capabilities = {
  cut: true,
  loss: true,
  delay: true,
  duplicate: true,
  reorder: true,
  clog: true,
  kill: true,
  pause: true,
  slow: true,
  clock: true,
  timers: true,
  disk: true,
};

/** How long a node takes to say what it is asked about itself. */
const observeUs = 1000;

export interface FaultControlOptions {
  readonly time: Timeline;
  readonly hash: RollingHash;
  readonly chance: Chance;
  readonly net: Network;
  readonly hearing: Hearing;
  readonly nodes: readonly SimulatedNode[];
  readonly nodeOf: (id: NodeId) => SimulatedNode;
  readonly startUs: readonly number[];
  /** Lets what waited on a link go on its way. */
  readonly unclog: (link: Link) => void;
}

export function faultControl(options: FaultControlOptions): FaultControl {
  const { time, hash, chance, net, hearing, nodes, nodeOf, startUs, unclog } = options;
  const startFamilies = new Map(nodes.map((node) => [node, chance.family('start', node.id)]));
  const starts = new Map<SimulatedNode, number>();

  /** An action that has happened when its promise resolves, and is part of the run's course. */
  const act = (name: string, detail: Json, action: () => void): Promise<void> => {
    action();
    hash.value(name);
    hash.value(detail);
    return time.sleep(0);
  };
  const start = async (node: SimulatedNode): Promise<void> => {
    if (node.running()) return;
    const ordinal = starts.get(node) ?? 0;
    starts.set(node, ordinal + 1);
    const afterUs = choose(startUs, chance.draw(startFamilies.get(node) ?? 0, ordinal));
    const refusal = await new Promise<string | null>((resolve) => {
      const started = (refused: string | null): void => {
        time.control(0, () => {
          resolve(refused);
        });
      };
      // As something that happens at the node: what the control side does at that moment comes after it.
      time.push({ kind: 'start', node: node.position, started }, afterUs);
    });
    if (refusal !== null) throw new RefusedToStart(`${node.id} refuses to start: ${refusal}`);
  };

  return {
    nodes: nodes.map(({ id }) => id),
    clock: time.clock,
    capabilities: simulatorCapabilities,
    cut: (edges) =>
      act('cut', edges, () => {
        net.cut(edges);
      }),
    clog: (edges) =>
      act('clog', edges, () => {
        net.clog(edges).forEach(unclog);
      }),
    shape: (rules) =>
      act('shape', rules as unknown as Json, () => {
        net.shape(rules);
      }),
    kill: (id) => act('kill', id, nodeOf(id).kill),
    start: (id) => start(nodeOf(id)),
    pause: (id) => act('pause', id, nodeOf(id).pause),
    resume: (id) => act('resume', id, nodeOf(id).resume),
    slow: (id, perEventMs) =>
      act('slow', [id, perEventMs], () => {
        nodeOf(id).setSlow(Math.round(perEventMs * 1000));
      }),
    skew: (id, skew) =>
      act('skew', [id, skew.offsetMs, skew.rate], () => {
        nodeOf(id).setSkew(skew);
      }),
    timers: (id, rate) =>
      act('timers', [id, rate], () => {
        nodeOf(id).setRate(rate);
      }),
    disk: (id, troubles) =>
      act('disk', [id, troubles], () => {
        nodeOf(id).setTroubles(troubles);
      }),
    async damage(id, damage) {
      let isDamaged = false;
      await act('damage', [id, damage.kind, damage.place], () => {
        isDamaged = nodeOf(id).damage(damage);
      });
      return isDamaged;
    },
    async observe(id) {
      await time.sleep(observeUs);
      const node = nodeOf(id);
      if (!node.running() || node.paused()) return null;
      return {
        incarnation: String(node.incarnation()),
        skewMs: node.skewMs(),
        heardMs: hearing.heardMs(node),
        rttMs: hearing.rttMs(node),
        probes: node.probes(),
        monotonicMs: node.monotonicMs(),
        lateMs: node.lateMs(),
        disk: node.disk(),
      };
    },
    async dropped() {
      await time.sleep(0);
      return net.troubled();
    },
  };
}
