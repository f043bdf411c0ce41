/** Who has heard whom, and when: of messages, and of the hosts' own pings where there are any. */

import type { NodeId } from '../../../systems/protocol.ts';
import type { Link, Network } from './network.ts';
import type { SimulatedNode } from './node.ts';
import type { Timeline } from './timeline.ts';

export interface Hearing {
  /** A message has come to the end of its link. */
  arrived(link: Link): void;
  /** Begins to ping. */
  start(): void;
  /** The moment of the next round of pings. */
  round(): void;
  /** A ping has come to the end of its link. */
  pinged(link: Link, sentUs: number, reply: boolean): void;
  /** For each peer ms since `node` heard it last; one never heard counts from the start. */
  heardMs(node: SimulatedNode): Readonly<Record<NodeId, number>>;
  /** For each peer the last round trip in ms, where there was one. */
  rttMs(node: SimulatedNode): Readonly<Record<NodeId, number>>;
}

export function hearing(
  time: Timeline,
  net: Network,
  nodes: readonly SimulatedNode[],
  pingEveryUs: number | null,
): Hearing {
  const count = nodes.length;
  /** When `to` last heard `from`, and their last round trip, in µs, at `to * count + from`. */
  const heardUs = new Float64Array(count * count);
  const rttUs = new Float64Array(count * count).fill(-1);

  const ping = (link: Link, sentUs: number, reply: boolean): void => {
    const latency = net.ping(link);
    if (latency < 0) return;
    time.push({ kind: 'ping', link, sentUs, reply }, latency);
    const copy = net.duplicatePing(link);
    if (copy >= 0) time.push({ kind: 'ping', link, sentUs, reply }, copy);
  };
  const isThere = (node: SimulatedNode | undefined): boolean => node?.running() === true && !node.paused();
  const ofPeers = (node: SimulatedNode, valueOf: (place: number) => number | null): Readonly<Record<NodeId, number>> =>
    Object.fromEntries(
      nodes.flatMap((peer) => {
        const value = peer === node ? null : valueOf(node.position * count + peer.position);
        return value === null ? [] : [[peer.id, value] as const];
      }),
    );
  const round = (): void => {
    if (pingEveryUs === null) return;
    for (const node of nodes) {
      if (!isThere(node)) continue;
      for (const peer of nodes) {
        if (peer !== node) ping(net.link(node.position, peer.position), time.nowUs(), false);
      }
    }
    time.push({ kind: 'pings' }, pingEveryUs);
  };

  return {
    arrived(link) {
      heardUs[link.to * count + link.from] = time.nowUs();
    },
    start: round,
    round,
    pinged(link, sentUs, reply) {
      if (link.cut || !isThere(nodes[link.to])) return;
      const place = link.to * count + link.from;
      heardUs[place] = time.nowUs();
      if (reply) rttUs[place] = time.nowUs() - sentUs;
      else ping(net.link(link.to, link.from), sentUs, true);
    },
    heardMs: (node) => ofPeers(node, (place) => (time.nowUs() - (heardUs[place] ?? 0)) / 1000),
    rttMs: (node) =>
      ofPeers(node, (place) => {
        const us = rttUs[place] ?? -1;
        return us < 0 ? null : us / 1000;
      }),
  };
}
