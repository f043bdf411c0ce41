/** Why there is no order of all operations: a cycle in what each must hold, or where the longest that was found ends. */

import type { Arrow, Violation } from './patterns.ts';
import { INITIAL, isPoBefore, keyName, type Relations } from './relations.ts';
import type { MustArrows } from './sequential-order.ts';
import { shownAt, type Occurrences } from './violations.ts';

/** So many arrows of a cycle are told. */
const arrowsMax = 64;

/** `cycle`: numbers of arrows, in order; po and rf lead from the head of each to the tail of the next. */
export function mustCycle(relations: Relations, arrows: MustArrows, cycle: readonly number[]): Occurrences {
  const { row, node, isWrite, start } = relations;
  const rowOf = (of: number): number => row[of] as number;
  const told: Arrow[] = [];
  const rows = new Set<number>();
  const keys = new Set<string | null>();
  cycle.slice(0, arrowsMax / 2).forEach((arrow, i) => {
    const [tail, head, read] = [arrows.at(arrow, 0), arrows.at(arrow, 1), arrows.at(arrow, 2)];
    const next = arrows.at(cycle[(i + 1) % cycle.length] as number, 0);
    const because = rowOf(node[read] as number);
    const isFromRead = node[read] === tail && !writesOver(tail, read);
    told.push({ from: rowOf(tail), to: rowOf(head), relation: isFromRead ? 'fr' : 'hb', because });
    if (head !== next) told.push({ from: rowOf(head), to: rowOf(next), relation: between(relations, head, next) });
    for (const one of [rowOf(tail), rowOf(head)]) if (rows.size < 4) rows.add(one);
    keys.add(keyName(relations, read));
  });
  const [key = null] = keys;
  return occurrence(relations, { key: keys.size === 1 ? key : null, core: [...rows], arrows: told });

  /** Whether the node of the read also wrote what made the arrow: then it is one from write to write. */
  function writesOver(of: number, read: number): boolean {
    const returned = relations.from[read] as number;
    if (returned === INITIAL) return false;
    for (let access = start[of] as number; access < (start[of + 1] as number); access++) {
      if (isWrite[access] === 1 && access === returned) return true;
    }
    return false;
  }
}

/** `longest`: the nodes of the longest order that was found. The operations that would have come next can't. */
export function stuck(relations: Relations, longest: Int32Array): Occurrences {
  const { sessions, first, row } = relations;
  const done = new Int32Array(sessions);
  for (const n of longest) {
    const of = relations.session[n] as number;
    done[of] = (done[of] as number) + 1;
  }
  const next: number[] = [];
  for (let of = 0; of < sessions; of++) {
    const n = (first[of] as number) + (done[of] as number);
    if (n < (first[of + 1] as number)) next.push(n);
  }
  const core = next
    .map((n) => row[n] as number)
    .sort((a, b) => a - b)
    .slice(0, 4);
  return occurrence(relations, { key: null, core, arrows: [] });
}

function between(relations: Relations, a: number, b: number): Arrow['relation'] {
  return isPoBefore(relations, a, b) ? 'po' : 'co';
}

function occurrence({ columns }: Relations, found: Pick<Violation, 'key' | 'core' | 'arrows'>): Occurrences {
  return {
    at: Math.max(...found.core.map((row) => shownAt(columns, row))),
    repeats: 1,
    violation: () => ({ pattern: 'NoTotalOrder', ...found }),
  };
}
