/**
 * Append-only lists, in time linear in the history: nothing twice, nothing lost, nothing from nowhere, and all reads
 * prefixes of one list. Necessary for linearizability, not sufficient; but each finding is a plain fact about two lines
 * of the history (Kingsbury & Alvaro, "Elle", VLDB 2020, section 3: what list appends reveal).
 */

import type { History, Json } from '../src/history/operation.ts';
import { pairs, type Pair } from '../src/history/pairs.ts';
import { canonical, isList, shown } from '../src/history/json.ts';
import type { Checker, Verdict } from './verdict.ts';

/** Operations are named by the index of their invocation. */
export type AppendFinding =
  /** A read shows `element` more often than it was appended. */
  | { readonly kind: 'duplicate'; readonly key: string | null; readonly element: Json; readonly read: number }
  /** `append` was acknowledged before `read` began, and `read` does not show it. */
  | {
      readonly kind: 'lost';
      readonly key: string | null;
      readonly element: Json;
      readonly read: number;
      readonly append: number;
    }
  /** A read shows an element whose append definitely failed, began after the read had ended, or never was (null). */
  | {
      readonly kind: 'unexpected';
      readonly key: string | null;
      readonly element: Json;
      readonly read: number;
      readonly append: number | null;
    }
  /** Two reads of which neither is a prefix of the other; `position` is the first, from 0, at which they differ. */
  | {
      readonly kind: 'diverged';
      readonly key: string | null;
      readonly read: number;
      readonly other: number;
      readonly position: number;
    }
  /** What was read is no list. */
  | { readonly kind: 'malformed'; readonly key: string | null; readonly read: number };

export interface AppendVerdict extends Verdict {
  /** Elements acknowledged, in all lists. */
  readonly acknowledged: number;
  /** How many there are of each kind; each element counts once per kind, each diverging read once. */
  readonly counts: Readonly<Record<AppendFinding['kind'], number>>;
  /** The first of them, at most 50, in the order of the reads that show them. */
  readonly findings: readonly AppendFinding[];
}

const findingsMax = 50;

export function append(): Checker<AppendVerdict> {
  return { name: 'append', check };
}

function check(history: History): AppendVerdict {
  const lists = new Map<string | null, Pair[]>();
  let acknowledged = 0;
  for (const pair of pairs(history)) {
    const key = pair.invocation.key ?? null;
    if (pair.invocation.f === 'append' && pair.completion?.type === 'ok') acknowledged++;
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [pair]);
    else list.push(pair);
  }
  const findings = [...lists].flatMap(([key, list]) => findingsOf(key, list)).sort((a, b) => a.read - b.read);
  const counts = { duplicate: 0, lost: 0, unexpected: 0, diverged: 0, malformed: 0 };
  for (const { kind } of findings) counts[kind]++;
  const evidence = { acknowledged, counts, findings: findings.slice(0, findingsMax) };
  const [first] = findings;
  if (first === undefined) return { valid: true, ...evidence };
  const more = findings.length === 1 ? '' : ` (and ${findings.length - 1} more findings)`;
  return { valid: false, reason: `${sentence(first)}${more}`, ...evidence };
}

function sentence(finding: AppendFinding): string {
  const list = finding.key === null ? 'the list' : `list ${finding.key}`;
  switch (finding.kind) {
    case 'duplicate':
      return `${shown(finding.element)} is in ${list} more often than it was appended (operation ${finding.read})`;
    case 'lost':
      return (
        `${shown(finding.element)} was acknowledged (operation ${finding.append}) ` +
        `and is missing from ${list} in a later read (operation ${finding.read})`
      );
    case 'unexpected':
      return finding.append === null
        ? `${shown(finding.element)} is in ${list} and was never appended (operation ${finding.read})`
        : `${shown(finding.element)} is in ${list} (operation ${finding.read}) though its append ` +
            `(operation ${finding.append}) had failed or not begun`;
    case 'diverged':
      return (
        `two reads of ${list} (operations ${finding.other} and ${finding.read}) ` +
        `differ at position ${finding.position + 1}`
      );
    case 'malformed':
      return `what was read of ${list} is not a list (operation ${finding.read})`;
  }
}

interface Read {
  /** Index of the invocation. */
  readonly index: number;
  readonly completed: number;
  readonly elements: readonly Json[];
  readonly texts: readonly string[];
}

interface Appends {
  /** Those that may have happened, by element: the invocations in order. */
  readonly possible: ReadonlyMap<string, readonly number[]>;
  readonly failed: ReadonlyMap<string, number>;
  /** Acknowledged ones, in the order of their acknowledgements. */
  readonly acknowledged: readonly Acknowledged[];
}

interface Acknowledged {
  readonly index: number;
  readonly completed: number;
  readonly element: Json;
  readonly text: string;
}

function findingsOf(key: string | null, list: readonly Pair[]): readonly AppendFinding[] {
  const appends = appendsOf(list);
  const { reads, malformed } = readsOf(list);
  return [
    ...malformed.map((read): AppendFinding => ({ kind: 'malformed', key, read })),
    ...wrongElements(key, reads, appends),
    ...againstLongest(key, reads, appends.acknowledged),
  ];
}

function appendsOf(list: readonly Pair[]): Appends {
  const possible = new Map<string, number[]>();
  const failed = new Map<string, number>();
  const acknowledged: Acknowledged[] = [];
  for (const { invocation, completion } of list) {
    if (invocation.f !== 'append') continue;
    const { index, value: element } = invocation;
    const text = canonical(element);
    if (completion?.type === 'fail') {
      failed.set(text, index);
      continue;
    }
    const same = possible.get(text);
    if (same === undefined) possible.set(text, [index]);
    else same.push(index);
    if (completion?.type === 'ok') acknowledged.push({ index, completed: completion.index, element, text });
  }
  return { possible, failed, acknowledged: acknowledged.sort((a, b) => a.completed - b.completed) };
}

function readsOf(list: readonly Pair[]): { reads: readonly Read[]; malformed: readonly number[] } {
  const reads: Read[] = [];
  const malformed: number[] = [];
  for (const { invocation, completion } of list) {
    if (invocation.f !== 'read' || completion?.type !== 'ok') continue;
    const elements = completion.value ?? [];
    const { index } = invocation;
    if (isList(elements)) reads.push({ index, completed: completion.index, elements, texts: elements.map(canonical) });
    else malformed.push(index);
  }
  return { reads, malformed };
}

/** Elements that are in a read and should not be, each reported where it is first seen. */
function wrongElements(key: string | null, reads: readonly Read[], appends: Appends): readonly AppendFinding[] {
  const findings: AppendFinding[] = [];
  const doubled = new Set<string>();
  const strange = new Set<string>();
  for (const { index: read, completed, elements, texts } of reads) {
    const counts = new Map<string, number>();
    texts.forEach((text, i) => {
      const element = elements[i] ?? null;
      const count = (counts.get(text) ?? 0) + 1;
      counts.set(text, count);
      const begun = appends.possible.get(text) ?? [];
      const [first] = begun;
      if (first === undefined || first > completed) {
        if (!strange.has(text)) {
          const append = appends.failed.get(text) ?? first ?? null;
          findings.push({ kind: 'unexpected', key, element, read, append });
        }
        strange.add(text);
      } else if (count > begun.length) {
        if (!doubled.has(text)) findings.push({ kind: 'duplicate', key, element, read });
        doubled.add(text);
      }
    });
  }
  return findings;
}

/**
 * Compares every read with the longest: each must be a prefix of it, and long enough to hold all that was acknowledged
 * before it began. Positions in the longest make the second a comparison of two numbers.
 */
function againstLongest(
  key: string | null,
  reads: readonly Read[],
  acknowledged: readonly Acknowledged[],
): readonly AppendFinding[] {
  const findings: AppendFinding[] = [];
  let longest: Read | null = null;
  for (const read of reads) if (longest === null || read.texts.length > longest.texts.length) longest = read;
  if (longest === null) return findings;

  const positions = new Map<string, number>();
  longest.texts.forEach((text, i) => {
    if (!positions.has(text)) positions.set(text, i);
  });
  /** Acknowledged before the read at hand, and not reported as lost. */
  let expected: (Acknowledged & { readonly position: number })[] = [];
  let deepest = -1;
  let next = 0;
  for (const { index: read, texts } of reads) {
    for (let append = acknowledged[next]; append !== undefined && append.completed < read;) {
      const position = positions.get(append.text) ?? Infinity;
      expected.push({ ...append, position });
      deepest = Math.max(deepest, position);
      append = acknowledged[++next];
    }
    const differs = texts.findIndex((text, i) => text !== longest.texts[i]);
    if (differs !== -1) {
      findings.push({ kind: 'diverged', key, read, other: longest.index, position: differs });
    } else if (deepest >= texts.length) {
      for (const { position, index: append, element } of expected) {
        if (position >= texts.length) findings.push({ kind: 'lost', key, element, read, append });
      }
      expected = expected.filter(({ position }) => position < texts.length);
      deepest = expected.reduce((most, { position }) => Math.max(most, position), -1);
    }
  }
  return findings;
}
