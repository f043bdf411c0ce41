/**
 * Confirms that an order of operations is what sequential consistency asks for (Lamport 1979). It shares nothing with
 * the search that finds such orders, and is short enough to be checked by reading it.
 */

import { outcomes } from '../../src/history/columns.ts';
import type { Accesses } from './accesses.ts';

/**
 * Null if `rows` holds every operation that happened once and those of unknown outcome at most once, each after what its
 * process had done before, and each read returns what was written last. Else the first reason why not. Operations that
 * failed and reads without an answer have no place in it.
 */
export function replaySequential(accesses: Accesses, rows: Iterable<number>): string | null {
  const { columns, nodes, row, start, isWrite, key, value, initial } = accesses;
  const { invoked, outcome, process } = columns;
  const called = (node: number): string => `operation ${invoked[row[node] as number] ?? '?'}`;
  const nodeOf = new Map<number, number>();
  /** By node: how many operations of its process happened before it. */
  const earlier = new Int32Array(nodes);
  const happened = new Map<number, number>();
  for (let node = 0; node < nodes; node++) {
    const of = row[node] as number;
    if (outcome[of] !== outcomes.ok && outcome[of] !== outcomes.info) continue;
    nodeOf.set(of, node);
    earlier[node] = happened.get(process[of] as number) ?? 0;
    if (outcome[of] === outcomes.ok) happened.set(process[of] as number, (earlier[node] as number) + 1);
  }
  /** By process: how many of those are done. */
  const done = new Map<number, number>();
  const state = new Map<number, number>();
  for (const of of rows) {
    const node = nodeOf.get(of);
    if (node === undefined) return `row ${of} can't happen, or is in it twice`;
    nodeOf.delete(of);
    const before = done.get(process[of] as number) ?? 0;
    if (before < (earlier[node] as number))
      return `${called(node)} comes before others that its process had done before it`;
    if (outcome[of] === outcomes.ok) done.set(process[of] as number, before + 1);
    for (let access = start[node] as number; access < (start[node + 1] as number); access++) {
      const k = key[access] as number;
      if (isWrite[access] === 1) state.set(k, value[access] as number);
      else if ((state.get(k) ?? initial) !== value[access])
        return `${called(node)} does not read what was written last`;
    }
  }
  for (const [of, node] of nodeOf) if (outcome[of] === outcomes.ok) return `${called(node)} is not in it`;
  return null;
}
