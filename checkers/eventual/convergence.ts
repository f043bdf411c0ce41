/**
 * Eventual consistency: once nothing is updated and nothing is broken any more, all nodes come to answer the same
 * (Vogels, "Eventually consistent", CACM 2009; Bailis and Ghodsi, CACM 2013).
 *
 * A key's final read at a node is the last one that began after the run was quiet. Quiet is: after the last update,
 * after the last operation of the nemesis and, since an update of unknown outcome may take effect as late as anything
 * shows it, after the first read of the value of such a write. That no node may lag longer than there was time for is
 * the choice of whoever made the run; the verdict says how long it was.
 */

import { canonical, shown } from '../../src/history/json.ts';
import type { History, Json } from '../../src/history/operation.ts';
import { accessCalls } from '../causal/accesses.ts';
import type { Checker, Verdict } from '../verdict.ts';
import { observations, type NodeRead, type Observations } from './quiescence.ts';

/** What a node answered last. */
export interface FinalRead {
  readonly node: string;
  readonly value: Json;
  /** Indices of its invocation and completion in the history. */
  readonly invoked: number;
  readonly completed: number;
}

/** A key of which not all nodes answered the same in the end, with one read for each node, by their names. */
export interface Divergence {
  readonly key: string | null;
  readonly reads: readonly FinalRead[];
}

export interface ConvergenceVerdict extends Verdict {
  /** Nodes that clients had to do with. */
  readonly nodes: readonly string[];
  /** Keys of which two nodes or more had a final read, and agreed or not. */
  readonly keys: { readonly agreed: number; readonly diverged: number };
  /** At most 50 of the diverged ones, in the order in which it showed. */
  readonly divergences: readonly Divergence[];
  /** Keys of which not every node had a final read; at most 50. */
  readonly unread: readonly (string | null)[];
  /** Index of the operation from which on the run was quiet; -1 if it always was. */
  readonly quietFrom: number;
  /**
   * How many ms after that the nodes agreed on all keys: `atLeast` until the last other answer was asked for, `atMost`
   * until each node had given the final answer. Null unless they agreed.
   */
  readonly tookMs: { readonly atLeast: number; readonly atMost: number } | null;
}

export interface ConvergenceOptions {
  /** A text that two answers share if they count as the same: by default, if they are equal. */
  readonly same?: (value: Json) => string;
}

const toldMax = 50;
const nsPerMs = 1e6;

export function convergence({ same = canonical }: ConvergenceOptions = {}): Checker<ConvergenceVerdict> {
  return { name: 'convergence', check: (history) => check(history, same) };
}

function check(history: History, same: (value: Json) => string): ConvergenceVerdict {
  const observed = observations(history);
  const quietOf = quietByKey(observed);
  const finals = new Map<string | null, Map<string, NodeRead>>();
  for (const { key } of [...observed.updates, ...observed.reads]) if (!finals.has(key)) finals.set(key, new Map());
  for (const read of observed.reads) {
    if (read.invoked > quietOf(read.key)) finals.get(read.key)?.set(read.node, read);
  }
  const unread: (string | null)[] = [];
  const diverged: (Divergence & { readonly at: number })[] = [];
  let agreed = 0;
  for (const [key, reads] of finals) {
    const all = [...reads.values()].sort((a, b) => (a.node < b.node ? -1 : 1));
    if (all.length < Math.max(2, observed.nodes.length)) unread.push(key);
    const differs = new Set(all.map(({ value }) => same(value))).size > 1;
    if (differs)
      diverged.push({ key, reads: all.map(finalOf), at: Math.max(...all.map(({ completed }) => completed)) });
    else if (all.length >= 2) agreed++;
  }
  diverged.sort((a, b) => a.at - b.at);
  const evidence = {
    nodes: observed.nodes,
    keys: { agreed, diverged: diverged.length },
    divergences: diverged.slice(0, toldMax).map(({ key, reads }) => ({ key, reads })),
    unread: unread.slice(0, toldMax),
    quietFrom: observed.quietFrom.index,
  };
  const [first] = diverged;
  if (first !== undefined)
    return { valid: false, reason: divergenceInWords(first, diverged.length), ...evidence, tookMs: null };
  if (unread.length > 0 || agreed === 0)
    return { valid: 'unknown', reason: missing(observed, unread), ...evidence, tookMs: null };
  return { valid: true, ...evidence, tookMs: duration(observed, finals, same) };
}

const finalOf = ({ node, value, invoked, completed }: NodeRead): FinalRead => ({ node, value, invoked, completed });

/** The index from which on a key is quiet. */
function quietByKey({ quietFrom, reads, updates }: Observations): (key: string | null) => number {
  const open = new Map<string, string | null>();
  for (const { isAcknowledged, f, key, value } of updates) {
    if (!isAcknowledged && accessCalls.of(f) === 'write') open.set(shownAs(key, value), key);
  }
  const quiet = new Map<string | null, number>();
  for (const { key, value, completed } of open.size === 0 ? [] : reads) {
    const text = shownAs(key, value);
    if (!open.delete(text)) continue;
    quiet.set(key, Math.max(quiet.get(key) ?? -1, completed));
  }
  return (key) => Math.max(quietFrom.index, quiet.get(key) ?? -1);
}

const shownAs = (key: string | null, value: Json): string => canonical([key, value]);

function divergenceInWords({ key, reads }: Divergence, count: number): string {
  const told = reads
    .map(({ node, value, invoked }) => `node ${node} read ${shown(value)} (operation ${invoked})`)
    .join(', ');
  const more = count === 1 ? '' : `; ${count} keys in all`;
  return `the nodes did not come to agree on ${key ?? 'the value'}: ${told}${more}`;
}

function missing({ homeless, quietFrom }: Observations, unread: readonly (string | null)[]): string {
  if (homeless > 0) {
    const reads = homeless === 1 ? 'a read' : `${homeless} reads`;
    return `it is not known which node answered ${reads}, so answers can't be compared`;
  }
  const since =
    quietFrom.index < 0 ? '' : ` after operation ${quietFrom.index}, the last that updated or healed anything`;
  const [key] = unread;
  if (key === undefined) return `nothing was read${since}`;
  const more = unread.length === 1 ? '' : `, and ${unread.length - 1} other keys neither`;
  return `${key ?? 'the value'} was not read at every node${since}${more}: there is nothing to compare`;
}

/** See `tookMs`. */
function duration(
  { quietFrom, reads }: Observations,
  finals: ReadonlyMap<string | null, ReadonlyMap<string, NodeRead>>,
  same: (value: Json) => string,
): { atLeast: number; atMost: number } {
  let atLeast = quietFrom.time;
  let atMost = quietFrom.time;
  /** By key and node: whether the answer at hand is followed by others only that are final; reads go back in time. */
  const isSettled = new Map<NodeRead, boolean>();
  const firstFinal = new Map<NodeRead, number>();
  for (const read of reads.toReversed()) {
    const final = finals.get(read.key)?.get(read.node);
    if (final === undefined || isSettled.get(final) === false) continue;
    const isSame = same(read.value) === same(final.value);
    isSettled.set(final, isSame);
    if (isSame) firstFinal.set(final, read.completedAt);
    else atLeast = Math.max(atLeast, read.invokedAt);
  }
  for (const time of firstFinal.values()) atMost = Math.max(atMost, time);
  return { atLeast: (atLeast - quietFrom.time) / nsPerMs, atMost: (atMost - quietFrom.time) / nsPerMs };
}
