/**
 * The simulated network: when, and whether, a message on a link arrives. Every decision is keyed by (seed, purpose,
 * link, ordinal of the message on that link), so that changing one link or one fault leaves the others as they were.
 */

import type { Edge, PacketRule } from '../faults.ts';
import type { Chance } from './chance.ts';

/** How the network behaves when nothing is broken. Times in microseconds. */
export interface NetworkOptions {
  /** One-way latencies; each message takes one of them. */
  readonly latencyUs: readonly number[];
  /** Messages in a thousand that take one of `slowUs` instead. */
  readonly slowPerMille: number;
  readonly slowUs: readonly number[];
  /** Messages in a thousand that arrive twice. */
  readonly duplicatePerMille: number;
}

/** A local network with a tail: half of all messages within 0.4 ms, one in sixteen over 1.5 ms. */
export const localNetwork: NetworkOptions = {
  latencyUs: [210, 230, 250, 270, 290, 310, 340, 380, 430, 490, 560, 660, 800, 1000, 1400, 2600],
  slowPerMille: 0,
  slowUs: [5_000, 8_000, 12_000, 20_000, 35_000, 60_000, 90_000, 150_000],
  duplicatePerMille: 0,
};

/** Nodes in different places: 10 to 120 ms one way. */
export const wideNetwork: NetworkOptions = {
  ...localNetwork,
  latencyUs: [
    10_000, 11_000, 12_500, 14_000, 16_000, 18_000, 21_000, 24_000, 28_000, 33_000, 39_000, 47_000, 57_000, 70_000,
    90_000, 120_000,
  ],
};

export interface Link {
  readonly from: number;
  readonly to: number;
  cut: boolean;
  /** Share of messages lost, in [0, 1]. */
  loss: number;
  delayUs: number;
  jitterUs: number;
  readonly family: number;
  ordinal: number;
}

export interface Network {
  /** Latency in µs of the next message on this link, or -1 when it is lost. */
  next(link: Link): number;
  /** Latency of a second copy of the message that `next` was asked for last, or -1 when there is none. */
  duplicate(link: Link): number;
  link(from: number, to: number): Link;
  cut(edges: readonly Edge[]): void;
  shape(rules: readonly PacketRule[]): void;
  /** Messages that cuts and rules have dropped or delayed. */
  dropped: number;
}

export function network(chance: Chance, nodes: readonly string[], options: NetworkOptions): Network {
  const index = new Map(nodes.map((node, position) => [node, position]));
  const links = nodes.map((from, i) =>
    nodes.map((to, j): Link => {
      return {
        from: i,
        to: j,
        cut: false,
        loss: 0,
        delayUs: 0,
        jitterUs: 0,
        family: chance.family('link', from, to),
        ordinal: 0,
      };
    }),
  );
  const at = (from: number, to: number): Link => {
    const link = links[from]?.[to];
    if (link === undefined) throw new RangeError(`no link from node ${from} to node ${to}`);
    return link;
  };
  const ofEdge = ([from, to]: Edge): Link => at(index.get(from) ?? -1, index.get(to) ?? -1);
  // Each message owns eight ordinals of its link: loss, slowness, latency, jitter, duplication, latency of the copy.
  const draw = (link: Link, purpose: number): number => chance.draw(link.family, link.ordinal * 8 + purpose);
  const choose = (table: readonly number[], share: number): number => table[Math.floor(share * table.length)] ?? 0;
  const latency = (link: Link, purpose: number): number => {
    const slow = options.slowPerMille > 0 && draw(link, 1) * 1000 < options.slowPerMille;
    const base = choose(slow ? options.slowUs : options.latencyUs, draw(link, purpose));
    if (link.delayUs === 0 && link.jitterUs === 0) return base;
    return base + link.delayUs + Math.floor(draw(link, 3) * link.jitterUs);
  };

  const result: Network = {
    dropped: 0,
    link: at,
    next(link) {
      link.ordinal++;
      if (link.cut || (link.loss > 0 && draw(link, 0) < link.loss)) {
        result.dropped++;
        return -1;
      }
      if (link.delayUs > 0) result.dropped++;
      return latency(link, 2);
    },
    duplicate: (link) =>
      options.duplicatePerMille > 0 && draw(link, 4) * 1000 < options.duplicatePerMille ? latency(link, 5) : -1,
    cut(edges) {
      for (const link of links.flat()) link.cut = false;
      for (const edge of edges) ofEdge(edge).cut = true;
    },
    shape(rules) {
      for (const link of links.flat()) Object.assign(link, { loss: 0, delayUs: 0, jitterUs: 0 });
      for (const rule of rules) {
        for (const link of rule.edges.map(ofEdge)) {
          link.loss = 1 - (1 - link.loss) * (1 - (rule.loss ?? 0));
          link.delayUs += Math.round((rule.delayMs ?? 0) * 1000);
          link.jitterUs += Math.round((rule.jitterMs ?? 0) * 1000);
        }
      }
    },
  };
  return result;
}
