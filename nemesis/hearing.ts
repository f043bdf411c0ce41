/** Evidence for cuts and clogs: who has heard whom since, by what the nodes' own hosts say. */

import type { Edge, Observation } from '../src/cluster/faults.ts';
import { duration, waitUntil } from './evidence.ts';
import type { Evidence, NemesisTarget } from './fault.ts';
import { allEdges, edgeKey } from './topology.ts';

/** Hosts ping idle links about every 100 ms; after this long without a word a link counts as silent. */
const silenceMs = 250;

/** How to call what silences links, and for how long what was under way may still arrive, beside delays that were asked for. */
interface SilenceWords {
  readonly past: string;
  readonly event: string;
  readonly underWayMs: number;
}

const cutWords: SilenceWords = { past: 'cut', event: 'cut', underWayMs: 0 };

/**
 * Measures whether `edges` have been silent since `cutAt`, and whether other links speak.
 *
 * What was under way at the cut may still arrive, so words within the first half of the time (at most one second, and
 * the delay that other faults put on the edge) count for nothing. Nodes that are down, or came back just now, are left
 * out: their silence has another reason.
 */
export async function observeSilence(
  target: NemesisTarget,
  edges: readonly Edge[],
  cutAt: number,
  { past, event, underWayMs }: SilenceWords = cutWords,
): Promise<Evidence> {
  const touched = target.nodes.filter((node) => edges.some(([from, to]) => from === node || to === node));
  const running = touched.filter((node) => target.state(node).status === 'running');
  const settledAt = Math.max(cutAt, ...running.map((node) => target.state(node).since));
  const delayMs = Math.max(0, ...edges.map((edge) => totalDelay(target, edge)));
  await waitUntil(target, settledAt + 2 * (silenceMs + delayMs + underWayMs));

  const at = target.clock.now();
  const observations = new Map(
    await Promise.all(
      target.nodes.map(async (node): Promise<[string, Observation | null]> => [
        node,
        target.state(node).status === 'running' ? await target.observe(node) : null,
      ]),
    ),
  );
  /** Null when nothing can be said of the edge. */
  const speaks = (edge: Edge): { readonly heardMs: number; readonly speaks: boolean } | null => {
    const [from, to] = edge;
    const hearer = observations.get(to) ?? null;
    if (hearer === null || (observations.get(from) ?? null) === null) return null;
    if (target.state(from).status !== 'running' || target.state(to).status !== 'running') return null;
    const elapsed = at - Math.max(cutAt, target.state(from).since, target.state(to).since);
    const leastMs = elapsed - Math.min(1000, elapsed / 2) - totalDelay(target, edge);
    // A hair less than the time waited for: real clocks are read twice.
    if (leastMs < silenceMs * 0.9) return null;
    const heard = hearer.heardMs[from];
    const heardMs = heard === undefined || !Number.isFinite(heard) ? Number.POSITIVE_INFINITY : heard;
    return { heardMs, speaks: heardMs < leastMs };
  };

  const cut = edges.map((edge) => ({ edge, seen: speaks(edge) }));
  const seen = cut.filter(({ seen }) => seen !== null);
  // A link whose other direction is cut dies as a whole over TCP, so only whole links are expected to speak.
  const whole = allEdges(target.nodes).filter(([from, to]) => !target.isCut([from, to]) && !target.isCut([to, from]));
  const others = whole.map(speaks).filter((result) => result !== null);
  const alive = others.filter((result) => result.speaks).length;
  const speaking = cut.filter(({ seen }) => seen?.speaks === true);
  const after = duration(at - cutAt);

  if (speaking.length > 0) {
    const examples = speaking
      .slice(0, 3)
      .map(({ edge, seen }) => `${edgeKey(edge)} ${duration(seen?.heardMs ?? 0)} ago`);
    return {
      bit: false,
      detail: `${speaking.length} of ${edges.length} ${past} links still spoke ${after} after the ${event} (${examples.join(', ')})`,
    };
  }
  if (seen.length === 0) {
    return {
      bit: 'unobserved',
      detail: `no ${past} link had both ends up long enough to ask (${after} after the ${event})`,
    };
  }
  const alongside = others.length === 0 ? '' : `, ${alive} of ${others.length} others alive`;
  const detail = `${seen.length} of ${edges.length} ${past} links seen silent ${after} after the ${event}${alongside}`;
  if (others.length > 0 && alive === 0) {
    return {
      bit: 'unobserved',
      detail: `${detail}: everything is silent, so the silence of the ${past} links proves nothing`,
    };
  }
  return { bit: true, detail };
}

function totalDelay(target: NemesisTarget, edge: Edge): number {
  const { delayMs, jitterMs } = target.delayOf(edge);
  return delayMs + jitterMs;
}
