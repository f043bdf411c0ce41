/** Why there is no order of all operations: a cycle in what each must hold, or where the longest that was found ends. */

import { nodePath, type NodeStep } from './paths.ts';
import type { Arrow, Violation } from './patterns.ts';
import { INITIAL, isPoBefore, keyName, type Relations } from './relations.ts';
import { grouped, type MustArrows } from './sequential-order.ts';
import { shownAt, type Occurrences } from './violations.ts';

/** So many arrows of a cycle are told. */
const arrowsMax = 64;

/**
 * `cycle`: numbers of arrows, in order; po and rf lead from the head of each to the tail of the next. After the cycle are
 * told the arrows that those on it rest on.
 */
export function mustCycle(relations: Relations, arrows: MustArrows, cycle: readonly number[]): Occurrences {
  const { row, node } = relations;
  const rowOf = (of: number): number => row[of] as number;
  const told = cycle.slice(0, arrowsMax / 2);
  const ends = told.flatMap((arrow) => [rowOf(arrows.at(arrow, 0)), rowOf(arrows.at(arrow, 1))]);
  const core = [...new Set(ends)].slice(0, 4);
  const keys = new Set(told.map((arrow) => keyName(relations, arrows.at(arrow, 2))));
  const [key = null] = keys;
  return occurrence(relations, core, () => ({ key: keys.size === 1 ? key : null, arrows: argument() }));

  function argument(): readonly Arrow[] {
    const argued: Arrow[] = [];
    told.forEach((arrow, i) => {
      const head = arrows.at(arrow, 1);
      const next = arrows.at(cycle[(i + 1) % cycle.length] as number, 0);
      argued.push(arrowOf(arrow));
      if (head !== next) argued.push({ from: rowOf(head), to: rowOf(next), relation: between(relations, head, next) });
    });
    for (const arrow of reasonsOf(relations, arrows, told, relationOf)) argued.push(arrowOf(arrow));
    return argued.slice(0, arrowsMax);
  }

  function arrowOf(arrow: number): Arrow {
    const [tail, head, read] = [arrows.at(arrow, 0), arrows.at(arrow, 1), arrows.at(arrow, 2)];
    const because = rowOf(node[read] as number);
    return { from: rowOf(tail), to: rowOf(head), relation: relationOf(arrow), because };
  }

  /** From a read to what replaced what it returned, or from write to write. */
  function relationOf(arrow: number): 'fr' | 'hb' {
    const [tail, read] = [arrows.at(arrow, 0), arrows.at(arrow, 2)];
    return node[read] === tail && !writes(relations, tail, relations.from[read] as number) ? 'fr' : 'hb';
  }
}

function writes({ start, isWrite }: Relations, of: number, write: number): boolean {
  return (
    write !== INITIAL && isWrite[write] === 1 && write >= (start[of] as number) && write < (start[of + 1] as number)
  );
}

/**
 * The arrows that `told` rest on where po and rf are not enough: each was made since one operation came before another,
 * by po, rf and arrows with smaller numbers.
 */
function reasonsOf(
  relations: Relations,
  arrows: MustArrows,
  told: readonly number[],
  relationOf: (arrow: number) => 'fr' | 'hb',
): readonly number[] {
  const { node, nodes, from } = relations;
  const into = grouped(nodes, arrows, 1);
  const all = new Set(told);
  for (const arrow of all) {
    if (all.size >= arrowsMax) break;
    const [tail, head, read] = [arrows.at(arrow, 0), arrows.at(arrow, 1), arrows.at(arrow, 2)];
    const returned = from[read] as number;
    const isRead = relationOf(arrow) === 'fr';
    if (isRead && returned === INITIAL) continue;
    const [start, end] = isRead ? [node[returned] as number, head] : [tail, node[read] as number];
    if (start === end) continue;
    const known = new Map<string, number>();
    const path = nodePath(relations, start, end, {
      into(of) {
        const steps: NodeStep[] = [];
        for (let i = into.start[of] as number; i < (into.start[of + 1] as number); i++) {
          const other = into.arrow[i] as number;
          if (other >= arrow) continue;
          steps.push([arrows.at(other, 0), of, relationOf(other)]);
          known.set(`${arrows.at(other, 0)} ${of}`, other);
        }
        return steps;
      },
    });
    for (const [a, b, relation] of path ?? []) {
      const other = relation === 'po' || relation === 'rf' ? undefined : known.get(`${a} ${b}`);
      if (other !== undefined) all.add(other);
    }
  }
  return [...all].slice(told.length);
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
  return occurrence(relations, core, () => ({ key: null, arrows: [] }));
}

function between(relations: Relations, a: number, b: number): Arrow['relation'] {
  return isPoBefore(relations, a, b) ? 'po' : 'co';
}

function occurrence(
  { columns }: Relations,
  core: readonly number[],
  describe: () => Pick<Violation, 'key' | 'arrows'>,
): Occurrences {
  return {
    at: Math.max(...core.map((row) => shownAt(columns, row))),
    repeats: 1,
    violation: () => ({ pattern: 'NoTotalOrder', core, ...describe() }),
  };
}
