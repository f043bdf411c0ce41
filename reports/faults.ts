/** The faults of a run as intervals, read from the nemesis operations in its history. */

import type { History, Json, Operation } from '../src/history/operation.ts';

export type Bit = boolean | 'unobserved';

export interface FaultInterval {
  readonly kind: string;
  readonly shape: string;
  /** What was done in fact, as the nemesis recorded it. */
  readonly done: Json;
  /** The nodes it was aimed at, in the order of the test's nodes. */
  readonly nodes: readonly string[];
  /** Sides of a partition, each a list of nodes; empty for other faults. */
  readonly groups: readonly (readonly string[])[];
  readonly fromNs: number;
  readonly toNs: number;
  /** Whether the nemesis ended it; otherwise it is taken to last until the end of the history. */
  readonly ended: boolean;
  /** Null when nothing about its effect was recorded. */
  readonly bit: Bit | null;
  /** How the effect was measured, or why there is no fault at all. */
  readonly detail: string;
}

type Fields = Readonly<Record<string, Json>>;

const fieldsOf = (value: Json | undefined): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function namesIn(value: Json, known: ReadonlySet<string>, found: Set<string>): Set<string> {
  if (typeof value === 'string') {
    if (known.has(value)) found.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) namesIn(item, known, found);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      if (known.has(key)) found.add(key);
      namesIn(item, known, found);
    }
  }
  return found;
}

function groupsIn(value: Json | undefined): readonly (readonly string[])[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).map((group) => (Array.isArray(group) ? (group as readonly Json[]).map(text) : []));
}

interface Open {
  readonly kind: string;
  readonly id: Json;
  readonly fromNs: number;
  started: Fields;
}

const bitOf = (evidence: Fields): Bit | null => {
  const bit = evidence['bit'];
  return bit === true || bit === false || bit === 'unobserved' ? bit : null;
};

function interval(open: Open, stopped: Fields, toNs: number, ended: boolean, nodes: readonly string[]): FaultInterval {
  const done = open.started['done'] ?? null;
  const subjects = fieldsOf(done)['nodes'];
  const named = namesIn(Array.isArray(subjects) ? subjects : done, new Set(nodes), new Set());
  const evidence = fieldsOf(stopped['evidence'] ?? open.started['evidence']);
  const errors = [text(open.started['error']), text(stopped['error'])].filter((error) => error !== '');
  return {
    kind: open.kind,
    shape: text(open.started['shape']) || text(stopped['shape']),
    done,
    nodes: nodes.filter((node) => named.has(node)),
    groups: groupsIn(fieldsOf(done)['groups']),
    fromNs: open.fromNs,
    toNs,
    ended,
    bit: bitOf(evidence),
    detail: [text(evidence['detail']), ...errors].filter((part) => part !== '').join('; '),
  };
}

const action = /^(start|stop)-(.+)$/;

/**
 * One interval for each `start-<kind>` of the nemesis: from its invocation to the completion of the `stop-<kind>` with
 * the same id, to the completion of `heal`, or to the end. In the order in which they began.
 */
export function faultIntervals(history: History, nodes: readonly string[]): readonly FaultInterval[] {
  const endNs = history.at(-1)?.time ?? 0;
  const open: Open[] = [];
  const closed: FaultInterval[] = [];

  const close = (fault: Open, operation: Operation, stopped: Fields): void => {
    open.splice(open.indexOf(fault), 1);
    closed.push(interval(fault, stopped, operation.time, true, nodes));
  };
  const healed = (operation: Operation): void => {
    const value = fieldsOf(operation.value);
    const list = ['faults', 'ended', 'healed'].map((name) => value[name]).find((item) => Array.isArray(item));
    const said = (Array.isArray(list) ? (list as readonly Json[]) : []).map(fieldsOf);
    for (const fault of [...open]) close(fault, operation, said.find((one) => one['id'] === fault.id) ?? {});
  };

  for (const operation of history) {
    if (operation.process !== 'nemesis') continue;
    const completed = operation.type !== 'invoke';
    if (operation.f === 'heal') {
      if (completed) healed(operation);
      continue;
    }
    const [, verb, kind] = action.exec(operation.f) ?? [];
    if (verb === undefined || kind === undefined) continue;
    const value = fieldsOf(operation.value);
    const id = value['id'] ?? null;
    const known = open.find((fault) => fault.kind === kind && fault.id === id);
    if (verb === 'start' && known === undefined) {
      open.push({ kind, id, fromNs: operation.time, started: value });
    } else if (verb === 'start' && known !== undefined && completed) {
      known.started = value;
    } else if (verb === 'stop' && known !== undefined && completed) {
      close(known, operation, value);
    }
  }
  for (const fault of open) closed.push(interval(fault, {}, endNs, false, nodes));
  return closed.sort((a, b) => a.fromNs - b.fromNs);
}
