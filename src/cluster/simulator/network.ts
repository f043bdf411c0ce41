/**
 * The simulated network: when, and whether, a message on a link arrives. Every decision is keyed by (seed, purpose,
 * link, ordinal of the message on that link), so that changing one link or one fault leaves the others as they were.
 *
 * Links lose, delay, double, reorder and hold up messages; they neither make any up nor change what is in them.
 */

import type { Json } from '../../../systems/protocol.ts';
import type { Edge, PacketRule } from '../faults.ts';
import { choose, type Chance } from './chance.ts';
import type { NetworkOptions } from './options.ts';

/** One direction between two nodes. */
export interface Link {
  readonly from: number;
  readonly to: number;
  cut: boolean;
  /** Messages wait in `waiting` instead of leaving. */
  clogged: boolean;
  waiting: Json[];
  /** Shares of messages, in [0, 1]. */
  loss: number;
  duplicate: number;
  reorder: number;
  delayUs: number;
  jitterUs: number;
  readonly family: number;
  /** Messages so far. */
  ordinal: number;
  /** When the latest message that may not be overtaken arrives. */
  lastUs: number;
  /** Pings have chance of their own, so that they change nothing for messages. */
  readonly pingFamily: number;
  pings: number;
}

export interface Network {
  link(from: number, to: number): Link;
  /** The latency in µs of the next message on this link, which leaves at `nowUs`; -1 when it is lost. */
  next(link: Link, nowUs: number): number;
  /** Latency of a second copy of the message that `next` was asked for last, or -1 when there is none. */
  duplicate(link: Link): number;
  /** Latency of the next ping on this link, or -1 when it is lost. Pings are struck as messages are. */
  ping(link: Link): number;
  /** Latency of a second copy of the ping that was asked for last, or -1 when there is none. */
  duplicatePing(link: Link): number;
  cut(edges: readonly Edge[]): void;
  /** Returns the links that were clogged and are no more. */
  clog(edges: readonly Edge[]): readonly Link[];
  shape(rules: readonly PacketRule[]): void;
  /** Messages that cuts, clogs and rules have dropped, delayed, doubled or held back. */
  troubled(): number;
  /** A message was lost on its way, or waits. */
  count(): void;
}

/** Each message owns so many ordinals of its link, one for each purpose. */
const purposes = 8;
const purpose = { loss: 0, slow: 1, latency: 2, jitter: 3, duplicate: 4, copy: 5, reorder: 6, held: 7 } as const;

/** Whether either of two independent things of these probabilities happens. */
const either = (a: number, b: number): number => 1 - (1 - a) * (1 - b);

export function network(chance: Chance, nodes: readonly string[], options: NetworkOptions): Network {
  const index = new Map(nodes.map((node, position) => [node, position]));
  const links = nodes.map((from, i) =>
    nodes.map((to, j): Link => {
      return {
        from: i,
        to: j,
        cut: false,
        clogged: false,
        waiting: [],
        loss: 0,
        duplicate: 0,
        reorder: 0,
        delayUs: 0,
        jitterUs: 0,
        family: chance.family('link', from, to),
        ordinal: 0,
        lastUs: 0,
        pingFamily: chance.family('ping', from, to),
        pings: 0,
      };
    }),
  );
  const all = links.flat();
  let troubled = 0;
  const at = (from: number, to: number): Link => {
    const link = links[from]?.[to];
    if (link === undefined) throw new RangeError(`no link from node ${from} to node ${to}`);
    return link;
  };
  const ofEdge = ([from, to]: Edge): Link => at(index.get(from) ?? -1, index.get(to) ?? -1);

  const { slowPerMille, slowUs, latencyUs, duplicatePerMille, reorderPerMille, heldBackUs, inOrder } = options;
  const draw = (link: Link, what: number): number => chance.draw(link.family, link.ordinal * purposes + what);
  const drawForPing = (link: Link, what: number): number => chance.draw(link.pingFamily, link.pings * purposes + what);
  const latency = (link: Link, what: number): number => {
    const slow = slowPerMille > 0 && draw(link, purpose.slow) * 1000 < slowPerMille;
    const base = choose(slow ? slowUs : latencyUs, draw(link, what));
    if (link.delayUs === 0 && link.jitterUs === 0) return base;
    return base + link.delayUs + Math.floor(draw(link, purpose.jitter) * link.jitterUs);
  };
  /** How long the message is held back; 0 for most. */
  const heldBack = (link: Link): number => {
    const drawn = draw(link, purpose.reorder);
    const held = drawn < link.reorder;
    if (held) troubled++;
    else if (drawn >= either(link.reorder, reorderPerMille / 1000)) return 0;
    return choose(heldBackUs, draw(link, purpose.held));
  };

  return {
    link: at,
    next(link, nowUs) {
      link.ordinal++;
      if (link.cut || (link.loss > 0 && draw(link, purpose.loss) < link.loss)) {
        troubled++;
        return -1;
      }
      if (link.delayUs > 0) troubled++;
      const heldUs = link.reorder > 0 || reorderPerMille > 0 ? heldBack(link) : 0;
      const us = latency(link, purpose.latency);
      if (heldUs > 0) return us + heldUs;
      if (!inOrder) return us;
      link.lastUs = Math.max(link.lastUs, nowUs + us);
      return link.lastUs - nowUs;
    },
    duplicate(link) {
      if (link.duplicate === 0 && duplicatePerMille === 0) return -1;
      const drawn = draw(link, purpose.duplicate);
      if (drawn < link.duplicate) troubled++;
      else if (drawn >= either(link.duplicate, duplicatePerMille / 1000)) return -1;
      return latency(link, purpose.copy);
    },
    ping(link) {
      link.pings++;
      if (link.cut || link.clogged || (link.loss > 0 && drawForPing(link, purpose.loss) < link.loss)) {
        troubled++;
        return -1;
      }
      const isHeld = link.reorder > 0 && drawForPing(link, purpose.reorder) < link.reorder;
      if (link.delayUs > 0 || isHeld) troubled++;
      const heldUs = isHeld ? choose(heldBackUs, drawForPing(link, purpose.held)) : 0;
      return choose(latencyUs, drawForPing(link, purpose.latency)) + link.delayUs + heldUs;
    },
    duplicatePing(link) {
      if (link.duplicate === 0 || drawForPing(link, purpose.duplicate) >= link.duplicate) return -1;
      troubled++;
      return choose(latencyUs, drawForPing(link, purpose.copy)) + link.delayUs;
    },
    cut(edges) {
      for (const link of all) link.cut = false;
      for (const edge of edges) ofEdge(edge).cut = true;
    },
    clog(edges) {
      const before = all.filter((link) => link.clogged);
      for (const link of all) link.clogged = false;
      for (const edge of edges) ofEdge(edge).clogged = true;
      return before.filter((link) => !link.clogged);
    },
    shape(rules) {
      for (const link of all) Object.assign(link, { loss: 0, duplicate: 0, reorder: 0, delayUs: 0, jitterUs: 0 });
      for (const rule of rules) {
        for (const link of rule.edges.map(ofEdge)) {
          link.loss = either(link.loss, rule.loss ?? 0);
          link.duplicate = either(link.duplicate, rule.duplicate ?? 0);
          link.reorder = either(link.reorder, rule.reorder ?? 0);
          link.delayUs += Math.round((rule.delayMs ?? 0) * 1000);
          link.jitterUs += Math.round((rule.jitterMs ?? 0) * 1000);
        }
      }
    },
    troubled: () => troubled,
    count() {
      troubled++;
    },
  };
}
