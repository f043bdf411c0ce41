/**
 * Strong eventual consistency, what replicated data types promise: nodes that have seen the same updates, in whatever
 * order, are in the same state; and what was acknowledged is seen everywhere in the end (Shapiro, Preguica, Baquero,
 * Zawirski, SSS 2011, definitions 2 and 3).
 *
 * A read has to tell what the node had seen:
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `read` | null | `ok`: `{"seen": [id, …], "state": …}`, ids in any order |
 * | any other | an update: `{"id": id, …}` | `ok`, `fail`, `info` |
 *
 * An id is any JSON value and belongs to one update. Operations on different keys are about different objects. Updates
 * without an id are not looked for in what was seen.
 */

import { canonical, isList, shown } from '../../src/history/json.ts';
import type { History, Json } from '../../src/history/operation.ts';
import type { Checker, Verdict } from '../verdict.ts';
import { observations, type NodeRead, type Observations } from './quiescence.ts';

export type StrongEventualFinding =
  /** Two reads saw the same updates and different states. Reads are named by the index of their invocation. */
  | {
      readonly kind: 'diverged';
      readonly key: string | null;
      readonly reads: readonly [ReadOfState, ReadOfState];
      readonly seen: readonly Json[];
    }
  /** `read` claims to have seen an update that nobody made by then, or that failed. */
  | {
      readonly kind: 'unexpected';
      readonly key: string | null;
      readonly read: number;
      readonly node: string;
      readonly id: Json;
    }
  /** The last read of `node`, after all was quiet, has not seen `update`, which was acknowledged. */
  | {
      readonly kind: 'missing';
      readonly key: string | null;
      readonly read: number;
      readonly node: string;
      readonly id: Json;
      readonly update: number;
    }
  /** What was read is not `{seen, state}`. */
  | { readonly kind: 'malformed'; readonly key: string | null; readonly read: number; readonly value: Json };

export interface ReadOfState {
  readonly read: number;
  readonly node: string;
  readonly state: Json;
}

export interface StrongEventualVerdict extends Verdict {
  /** How many reads were compared with another that had seen the same. */
  readonly compared: number;
  readonly counts: Readonly<Record<StrongEventualFinding['kind'], number>>;
  /** The first of them, at most 50, in the order of the reads that show them. */
  readonly findings: readonly StrongEventualFinding[];
}

const findingsMax = 50;

export function strongEventual(): Checker<StrongEventualVerdict> {
  return { name: 'strong-eventual', check };
}

function check(history: History): StrongEventualVerdict {
  const observed = observations(history);
  const reads: StateRead[] = [];
  const findings: StrongEventualFinding[] = [];
  for (const read of observed.reads) {
    const told = toldBy(read.value);
    if (told === null) findings.push({ kind: 'malformed', key: read.key, read: read.invoked, value: read.value });
    else reads.push({ ...read, ...told });
  }
  const { diverged, compared } = divergences(reads);
  findings.push(...diverged, ...unexpected(observed, reads), ...undelivered(observed, reads));
  findings.sort((a, b) => showsAt(a) - showsAt(b));
  const counts = { diverged: 0, unexpected: 0, missing: 0, malformed: 0 };
  for (const { kind } of findings) counts[kind]++;
  const evidence = { compared, counts, findings: findings.slice(0, findingsMax) };
  const violation = findings.find(({ kind }) => kind !== 'malformed');
  const [first] = findings;
  if (violation !== undefined) return { valid: false, reason: inWords(violation, findings.length), ...evidence };
  if (first !== undefined) return { valid: 'unknown', reason: inWords(first, findings.length), ...evidence };
  if (compared === 0) {
    const reason =
      reads.length === 0 && observed.homeless > 0
        ? 'it is not known which nodes answered, so their states can’t be compared'
        : 'no two reads had seen the same updates: there is nothing to compare';
    return { valid: 'unknown', reason, ...evidence };
  }
  return { valid: true, ...evidence };
}

export interface Told {
  readonly seen: readonly Json[];
  readonly state: Json;
}

type StateRead = NodeRead & Told;

/** What a read told, if it did: null where it returned something else. */
export function toldBy(value: Json): Told | null {
  if (typeof value !== 'object' || value === null || isList(value)) return null;
  const { seen, state } = value;
  return seen !== undefined && isList(seen) && state !== undefined ? { seen, state } : null;
}

/** Each read with the first that had seen the same. */
function divergences(reads: readonly StateRead[]): {
  readonly diverged: readonly StrongEventualFinding[];
  readonly compared: number;
} {
  const firstBySeen = new Map<string, StateRead>();
  const diverged: StrongEventualFinding[] = [];
  let compared = 0;
  for (const read of reads) {
    const ids = [...new Set(read.seen.map(canonical))].sort();
    const text = canonical([read.key, ids]);
    const first = firstBySeen.get(text);
    if (first === undefined) {
      firstBySeen.set(text, read);
      continue;
    }
    compared++;
    if (canonical(first.state) === canonical(read.state)) continue;
    diverged.push({ kind: 'diverged', key: read.key, reads: [asEvidence(first), asEvidence(read)], seen: read.seen });
  }
  return { diverged, compared };
}

const asEvidence = ({ invoked, node, state }: StateRead): ReadOfState => ({ read: invoked, node, state });

/** What was seen of updates that can't have happened by then; each once. */
function unexpected({ updates }: Observations, reads: readonly StateRead[]): readonly StrongEventualFinding[] {
  const made = new Map<string, number>();
  for (const { key, value, invoked } of updates) {
    const id = idOf(value);
    if (id !== null) made.set(canonical([key, id]), invoked);
  }
  const findings: StrongEventualFinding[] = [];
  const known = new Set<string>();
  for (const { key, node, seen, invoked, completed } of made.size === 0 ? [] : reads) {
    for (const id of seen) {
      const text = canonical([key, id]);
      if ((made.get(text) ?? Infinity) < completed || known.has(text)) continue;
      known.add(text);
      findings.push({ kind: 'unexpected', key, read: invoked, node, id });
    }
  }
  return findings;
}

/** What the last reads of each node, after all was quiet, had not seen. */
function undelivered(
  { updates, quietFrom }: Observations,
  reads: readonly StateRead[],
): readonly StrongEventualFinding[] {
  const finals = new Map<string, StateRead>();
  for (const read of reads) if (read.invoked > quietFrom.index) finals.set(canonical([read.key, read.node]), read);
  const acknowledged = new Map<string | null, { readonly id: Json; readonly update: number }[]>();
  for (const { key, value, invoked, isAcknowledged } of updates) {
    const id = idOf(value);
    if (id === null || !isAcknowledged) continue;
    const list = acknowledged.get(key);
    if (list === undefined) acknowledged.set(key, [{ id, update: invoked }]);
    else list.push({ id, update: invoked });
  }
  const findings: StrongEventualFinding[] = [];
  for (const { key, node, seen, invoked } of finals.values()) {
    const ids = new Set(seen.map(canonical));
    for (const { id, update } of acknowledged.get(key) ?? []) {
      if (!ids.has(canonical(id))) findings.push({ kind: 'missing', key, read: invoked, node, id, update });
    }
  }
  return findings;
}

function idOf(value: Json): Json {
  return typeof value === 'object' && value !== null && !isList(value) ? (value['id'] ?? null) : null;
}

const showsAt = (finding: StrongEventualFinding): number =>
  finding.kind === 'diverged' ? finding.reads[1].read : finding.read;

function inWords(finding: StrongEventualFinding, count: number): string {
  const more = count === 1 ? '' : ` (and ${count - 1} more findings)`;
  const of = finding.key === null ? '' : `${finding.key}: `;
  return `${of}${clause(finding)}${more}`;
}

const updates = (count: number): string => `${count} update${count === 1 ? '' : 's'}`;

function clause(finding: StrongEventualFinding): string {
  switch (finding.kind) {
    case 'diverged': {
      const [a, b] = finding.reads.map(
        ({ node, state, read }) => `node ${node} was in state ${shown(state)} (operation ${read})`,
      );
      return `having seen the same ${updates(finding.seen.length)}, ${a ?? ''} and ${b ?? ''}`;
    }
    case 'unexpected':
      return `node ${finding.node} had seen ${shown(finding.id)}, which nobody had done (operation ${finding.read})`;
    case 'missing':
      return `node ${finding.node} never saw ${shown(finding.id)}, acknowledged by operation ${finding.update} (operation ${finding.read})`;
    case 'malformed':
      return `a read has to return {"seen": [...], "state": ...}, not ${shown(finding.value)} (operation ${finding.read})`;
  }
}
