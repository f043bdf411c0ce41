/**
 * CCv, causal convergence: CC, and all sessions agree on one order of the writes that concurrent ones are decided by, as
 * last-writer-wins does. For differentiated histories: the bad patterns of CC and CyclicCF (Bouajjani, Enea, Guerraoui,
 * Hamza, POPL 2017). With transactions as nodes it is the causal consistency that AWDIT checks (PLDI 2025).
 */

import type { Causality } from './causality.ts';
import { arrow, ccCauses } from './cc.ts';
import { conflictCycles, type ConflictEdge } from './conflict-cycles.ts';
import type { Conflicts } from './conflicts.ts';
import { modelVerdict } from './model-verdict.ts';
import type { Arrow, ConsistencyModel, ModelVerdict, Violation } from './patterns.ts';
import { keyName, type Relations } from './relations.ts';
import { shownAt, type Occurrences } from './violations.ts';

/** The verdict for CCv, by whatever name (`causal` for transactions). */
export function checkCCv(causal: Causality, found: Conflicts, model: ConsistencyModel = 'CCv'): ModelVerdict {
  return modelVerdict(model, causal.relations, ccvCauses(causal, found), causal.cut);
}

/** What violates CCv. */
export function ccvCauses(causal: Causality, found: Conflicts): readonly Occurrences[] {
  const cycles = conflictCycles(causal, found);
  return [...ccCauses(causal, found), ...cycles.map((cycle) => cyclicCF(causal.relations, cycle))];
}

/** Of longer cycles so many arrows are told. */
const arrowsMax = 64;

function cyclicCF(relations: Relations, cycle: readonly ConflictEdge[]): Occurrences {
  const { columns, row, node } = relations;
  const rowOf = (access: number): number => row[node[access] as number] as number;
  return {
    at: Math.max(...cycle.slice(0, arrowsMax).map(({ read }) => shownAt(columns, rowOf(read)))),
    repeats: 1,
    violation(): Omit<Violation, 'repeats'> {
      const [one, other] = cycle as readonly [ConflictEdge, ConflictEdge];
      const keys = new Set(cycle.map(({ read }) => keyName(relations, read)));
      const [key = null] = keys;
      const arrows: Arrow[] = [];
      cycle.slice(0, arrowsMax / 2).forEach(({ w2, w1, read }, i) => {
        const next = (cycle[(i + 1) % cycle.length] as ConflictEdge).w2;
        arrows.push({ from: rowOf(w2), to: rowOf(w1), relation: 'cf', because: rowOf(read) });
        if (node[next] !== node[w1]) arrows.push(arrow(relations, w1, next));
      });
      const isPair = cycle.length === 2 && one.w2 === other.w1 && other.w2 === one.w1;
      const core = isPair ? [one.w2, one.w1, one.read, other.read] : [one.w1, one.read, other.w1, other.read];
      return {
        pattern: 'CyclicCF',
        key: keys.size === 1 ? key : null,
        core: [...new Set(core.map(rowOf))],
        arrows,
      };
    },
  };
}
