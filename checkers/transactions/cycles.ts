/** Cycles of so + wr + what a model orders, as violations of that model. */

import { arrow } from '../causal/cc.ts';
import type { ConflictEdge } from '../causal/conflict-cycles.ts';
import type { Arrow, Pattern, Violation } from '../causal/patterns.ts';
import { keyName, type Relations } from '../causal/relations.ts';
import { shownAt, type Occurrences } from '../causal/violations.ts';

/** Of longer cycles so many arrows are told. */
const arrowsMax = 64;

/**
 * With one derived step it is a WriteCORead, `[t1, t2, t3]`: t3 read what t1 wrote, and t1 comes before t2 in so + wr.
 * With two or more it is called `pattern`, and the core is `[t1, t2, t3, t3']` or `[t1, t3, t1', t3']`, as that of
 * CyclicCF; who is two of them is there once.
 */
export function cycleOccurrence(relations: Relations, cycle: readonly ConflictEdge[], pattern: Pattern): Occurrences {
  const { columns, row, node } = relations;
  const rowOf = (access: number): number => row[node[access] as number] as number;
  const told = cycle.slice(0, arrowsMax / 2);
  return {
    at: Math.max(...told.map(({ read }) => shownAt(columns, rowOf(read)))),
    repeats: 1,
    violation(): Omit<Violation, 'repeats'> {
      const keys = new Set(cycle.map(({ read }) => keyName(relations, read)));
      const [key = null] = keys;
      const arrows = told.flatMap(({ w2, w1, read }, i): readonly Arrow[] => {
        const next = (cycle[(i + 1) % cycle.length] as ConflictEdge).w2;
        const derived: Arrow = { from: rowOf(w2), to: rowOf(w1), relation: 'cf', because: rowOf(read) };
        return node[next] === node[w1] ? [derived] : [derived, arrow(relations, w1, next)];
      });
      return {
        pattern: cycle.length === 1 ? 'WriteCORead' : pattern,
        key: keys.size === 1 ? key : null,
        core: [...new Set(coreOf(relations, cycle).map(rowOf))],
        arrows,
      };
    },
  };
}

/** Accesses. */
function coreOf({ node }: Relations, cycle: readonly ConflictEdge[]): readonly number[] {
  const [one, other] = cycle;
  if (one === undefined) return [];
  if (other === undefined) return [one.w1, one.w2, one.read];
  const isPair = cycle.length === 2 && node[one.w2] === node[other.w1] && node[other.w2] === node[one.w1];
  return isPair ? [one.w2, one.w1, one.read, other.read] : [one.w1, one.read, other.w1, other.read];
}
