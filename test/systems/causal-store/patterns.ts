/**
 * The bad patterns of Bouajjani, Enea, Guerraoui and Hamza (POPL 2017) straight from their definitions, for histories of
 * a few thousand operations: relations are sets of predecessors, one bit an operation, and closed by iteration.
 */

import type { History, Json } from '../../../src/history/operation.ts';
import { pairs } from '../../../src/history/pairs.ts';

interface Op {
  readonly process: number;
  readonly writes: boolean;
  readonly key: string;
  readonly value: Json;
}

/** What is wrong, each pattern once: the first of its kind in words. */
export type Patterns = ReadonlyMap<string, string>;

interface Run {
  /** In the order of their completion in each process: reads that were ok, writes that were ok or read. */
  readonly ops: readonly Op[];
  /** The write that a read read; -1 for the value from before all writes. */
  readonly source: readonly number[];
  /** The one before in the same process, or -1. */
  readonly before: readonly number[];
  readonly found: Map<string, string>;
}

export const words = (op: Op): string =>
  `process ${op.process} ${op.writes ? 'writes' : 'reads'} ${op.key} = ${JSON.stringify(op.value)}`;

function runOf(history: History): Run {
  const found = new Map<string, string>();
  const named = (key: string, value: Json): string => `${key}=${JSON.stringify(value)}`;
  const all = pairs(history).flatMap(({ invocation, completion }) => {
    const { process, f, key } = invocation;
    if (process === 'nemesis' || key === undefined || (f !== 'read' && f !== 'write')) return [];
    const type = completion?.type ?? 'info';
    const value = f === 'read' ? (completion?.value ?? null) : invocation.value;
    return [{ type, op: { process, writes: f === 'write', key, value } }];
  });
  const read = new Set(all.flatMap(({ type, op }) => (!op.writes && type === 'ok' ? [named(op.key, op.value)] : [])));
  const ops = all.flatMap(({ type, op }) => {
    if (op.writes && type !== 'ok' && read.has(named(op.key, op.value))) {
      if (type === 'fail') found.set('AbortedRead', words(op));
      return [op];
    }
    return type === 'ok' ? [op] : [];
  });
  const writeOf = new Map(ops.flatMap((op, i) => (op.writes ? [[named(op.key, op.value), i] as const] : [])));
  const last = new Map<number, number>();
  const before = ops.map(({ process }, i) => {
    const previous = last.get(process) ?? -1;
    last.set(process, i);
    return previous;
  });
  const source = ops.map((op) => {
    if (op.writes || op.value === null) return -1;
    const from = writeOf.get(named(op.key, op.value));
    if (from === undefined) found.set('ThinAirRead', words(op));
    return from ?? -1;
  });
  return { ops, source, before, found };
}

/** Sets of predecessors: row i is what comes before i. */
type Relation = readonly Uint32Array[];

const has = (relation: Relation, a: number, b: number): boolean =>
  (((relation[b]?.[a >>> 5] ?? 0) >>> (a & 31)) & 1) === 1;

/** Adds `a` and all before it to what is before `b`; says whether that was news. */
function add(relation: Relation, a: number, b: number): boolean {
  const [from, to] = [relation[a], relation[b]];
  if (from === undefined || to === undefined) return false;
  let news = false;
  for (let word = 0; word < to.length; word++) {
    const own = word === a >>> 5 ? 1 << (a & 31) : 0;
    const present = to[word] ?? 0;
    const merged = (present | (from[word] ?? 0) | own) >>> 0;
    if (merged !== present) news = true;
    to[word] = merged;
  }
  return news;
}

const empty = (count: number): Relation => Array.from({ length: count }, () => new Uint32Array((count + 31) >>> 5));

/** Closes over these edges, given in any order. */
function close(relation: Relation, edges: readonly (readonly [number, number])[]): void {
  for (let news = true; news;) {
    news = false;
    for (const [a, b] of edges) news = add(relation, a, b) || news;
  }
}

const cyclic = (relation: Relation): number => relation.findIndex((_, i) => has(relation, i, i));

function writesByKey(ops: readonly Op[]): ReadonlyMap<string, readonly number[]> {
  const byKey = new Map<string, number[]>();
  for (const [i, op] of ops.entries()) if (op.writes) byKey.set(op.key, [...(byKey.get(op.key) ?? []), i]);
  return byKey;
}

/** Patterns against CC (all but CyclicCF) and CCv. */
export function causalPatterns(history: History): Patterns {
  const { ops, source, before, found } = runOf(history);
  const note = (pattern: string, text: string): void => {
    if (!found.has(pattern)) found.set(pattern, text);
  };
  const edges = ops.flatMap((_, i) =>
    [before[i] ?? -1, source[i] ?? -1].flatMap((from) => (from < 0 ? [] : [[from, i] as const])),
  );
  const co = empty(ops.length);
  close(co, edges);
  const loop = cyclic(co);
  if (loop >= 0) note('CyclicCO', words(ops[loop] as Op));
  const byKey = writesByKey(ops);
  const conflicts: (readonly [number, number])[] = [];
  for (const [r, op] of ops.entries()) {
    if (op.writes) continue;
    const from = source[r] ?? -1;
    for (const other of byKey.get(op.key) ?? []) {
      if (other === from || !has(co, other, r)) continue;
      const text = `${words(op)} after ${words(ops[other] as Op)}`;
      if (from < 0) {
        if (op.value === null) note('WriteCOInitRead', text);
      } else {
        if (has(co, from, other)) note('WriteCORead', text);
        conflicts.push([other, from]);
      }
    }
  }
  const cf = co.map((row) => row.slice());
  close(cf, [...edges, ...conflicts]);
  const conflict = cyclic(cf);
  if (conflict >= 0 && loop < 0) note('CyclicCF', words(ops[conflict] as Op));
  return found;
}

/**
 * Patterns against CM, or with `pram` against PRAM: for each process, what must come before what if its reads are
 * explained by one order of its causal past (or of all writes and the process's own operations).
 */
export function sessionPatterns(history: History, pram: boolean): Patterns {
  const { ops, source, before, found } = runOf(history);
  const note = (pattern: string, text: string): void => {
    if (!found.has(pattern)) found.set(pattern, text);
  };
  const byKey = writesByKey(ops);
  const processes = [...new Set(ops.map(({ process }) => process))];
  for (const process of processes) {
    const own = ops.flatMap((op, i) => (op.process === process && !op.writes ? [i] : []));
    const edges: (readonly [number, number])[] = ops.flatMap((op, i) => {
      const from = pram && op.process !== process ? -1 : (source[i] ?? -1);
      return [before[i] ?? -1, from].flatMap((of) => (of < 0 ? [] : [[of, i] as const]));
    });
    const hb = empty(ops.length);
    close(hb, edges);
    for (let news = true; news;) {
      news = false;
      for (const r of own) {
        const op = ops[r] as Op;
        const from = source[r] ?? -1;
        for (const other of byKey.get(op.key) ?? []) {
          if (other === from || !has(hb, other, r)) continue;
          const text = `${words(op)} after ${words(ops[other] as Op)}`;
          if (from < 0) {
            if (op.value === null) note('WriteHBInitRead', text);
          } else if (!has(hb, other, from)) {
            edges.push([other, from]);
            news = true;
          }
        }
      }
      if (news) close(hb, edges);
      const at = cyclic(hb);
      if (at >= 0) {
        note('CyclicHB', words(ops[at] as Op));
        break;
      }
    }
  }
  return found;
}

/** Keys of which the last read at one node, after all writes, showed another value than that at another node. */
export function diverged(history: History): readonly string[] {
  const lastWrite = history.findLastIndex(({ f }) => f === 'write');
  const shown = new Map<string, Map<string, string>>();
  for (const { type, f, key, node, value } of history.slice(lastWrite + 1)) {
    if (type !== 'ok' || f !== 'read' || key === undefined) continue;
    shown.set(key, (shown.get(key) ?? new Map<string, string>()).set(node ?? '', JSON.stringify(value)));
  }
  return [...shown].flatMap(([key, at]) => (new Set(at.values()).size > 1 ? [key] : []));
}
