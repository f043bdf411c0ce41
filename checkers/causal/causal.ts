/** CC and CCv of a history in one go. */

import type { HistoryColumns } from '../../src/history/columns.ts';
import type { Json } from '../../src/history/operation.ts';
import { causality, clockBytesMax, type Causality } from './causality.ts';
import { checkCC } from './cc.ts';
import { checkCCv } from './ccv.ts';
import { conflicts, type Conflicts } from './conflicts.ts';
import type { ConsistencyModel, ModelVerdict } from './patterns.ts';
import { relations } from './relate.ts';

/** What the causal models are decided from. */
export interface CausalAnalysis {
  readonly causal: Causality;
  readonly found: Conflicts;
}

/**
 * Verdicts for CC and CCv of single reads and writes. A history with other operations has none: unknown, naming the
 * first of them. Every key holds `init` before it is written: null, which is absent, unless said otherwise.
 */
export function checkCausal(
  columns: HistoryColumns,
  init: Json = null,
  bytesMax: number = clockBytesMax,
): readonly ModelVerdict[] {
  const related = relations(columns, init);
  if ('kind' in related) {
    const reason = `operation ${columns.invoked[related.row] ?? '?'}: ${related.objection}`;
    return (['CC', 'CCv'] as const).map((model) => undecided(model, reason));
  }
  const { causal, found } = analysis(causality(related, bytesMax));
  return [checkCC(causal, found), checkCCv(causal, found)];
}

export function analysis(causal: Causality): CausalAnalysis {
  return { causal, found: conflicts(causal) };
}

function undecided(model: ConsistencyModel, reason: string): ModelVerdict {
  return { model, valid: 'unknown', reason, violations: [], found: 0 };
}
