/** Causal convergence as one of the checkers of a run. */

import { columnsOf } from '../../src/history/columns-builder.ts';
import type { HistoryColumns } from '../../src/history/columns.ts';
import { mergeValid, type Checker, type Valid, type Verdict } from '../verdict.ts';
import { checkCausal } from './causal.ts';
import { explain, type Explanation } from '../explanation/explain.ts';
import type { ModelVerdict, Violation } from './patterns.ts';
import { relations } from './relate.ts';

/** All indices are those of invocations in the history. */
export interface CausalVerdict extends Verdict {
  /** For each model whether it holds. */
  readonly models: Readonly<Record<string, Valid>>;
  /** Violations in all, repeats included. */
  readonly found: number;
  readonly findings: readonly CausalFinding[];
  /** The first of them, for a person. */
  readonly explanations: readonly Explanation[];
}

export interface CausalFinding {
  readonly pattern: string;
  readonly key: string | null;
  /** The read that shows it, and the other operations that it takes to see it. */
  readonly read: number;
  readonly others: readonly number[];
  readonly repeats: number;
}

const findingsMax = 20;

/** Checks that the history is causally consistent and converges: CC and CCv (Bouajjani et al., POPL 2017). */
export function causal(): Checker<CausalVerdict> {
  return { name: 'causal', check: (history) => verdictOn(columnsOf(history)) };
}

function verdictOn(columns: HistoryColumns): CausalVerdict {
  const verdicts = checkCausal(columns);
  const valid = mergeValid(verdicts.map((verdict) => verdict.valid));
  // The weakest model that fails says most simply what is wrong.
  const worst = verdicts.find((verdict) => verdict.valid === valid);
  const violations = worst?.violations ?? [];
  return {
    valid,
    ...(valid === true || worst?.reason === undefined ? {} : { reason: worst.reason }),
    models: Object.fromEntries(verdicts.map((verdict) => [verdict.model, verdict.valid])),
    found: worst?.found ?? 0,
    findings: violations.slice(0, findingsMax).map((violation) => findingOf(columns, violation)),
    explanations: worst === undefined ? [] : explained(worst, columns),
  };
}

function explained(verdict: ModelVerdict, columns: HistoryColumns): readonly Explanation[] {
  const related = verdict.valid === false ? relations(columns) : null;
  return related === null || 'kind' in related ? [] : explain(verdict, related);
}

function findingOf({ invoked }: HistoryColumns, { pattern, key, core, repeats }: Violation): CausalFinding {
  const at = core.map((row) => invoked[row] ?? -1);
  return { pattern, key, read: at.at(-1) ?? -1, others: at.slice(0, -1), repeats };
}
