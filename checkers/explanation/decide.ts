/** Decides one model of a small history, evidence included: what explanations ask again and again. */

import type { HistoryColumns } from '../../src/history/columns.ts';
import type { Json } from '../../src/history/operation.ts';
import { accessesOf } from '../causal/accesses.ts';
import { causality } from '../causal/causality.ts';
import { checkCC } from '../causal/cc.ts';
import { checkCCv } from '../causal/ccv.ts';
import { checkCM } from '../causal/cm.ts';
import { conflicts } from '../causal/conflicts.ts';
import type { ModelVerdict } from '../causal/patterns.ts';
import { checkPRAM } from '../causal/pram.ts';
import { relate } from '../causal/relate.ts';
import type { Relations } from '../causal/relations.ts';
import { checkSequential, type SequentialBudget } from '../causal/sequential.ts';
import { checkSessions, type SessionMode } from '../causal/sessions.ts';
import { transactionModels } from '../transactions/anomalies.ts';
import { transactionAnalysis } from '../transactions/transactions.ts';

/** Which model, and for session guarantees in which reading. */
export type Question = Pick<ModelVerdict, 'model'> & { readonly mode?: SessionMode };

export interface Decided {
  readonly verdict: ModelVerdict;
  readonly relations: Relations;
}

const unlimited: SequentialBudget = { deadline: Infinity, bytesMax: Infinity, now: () => 0 };

/** Null where the history is none that the model speaks of. `budget`: for sequential consistency, which may take long. */
export function decide(
  { model, mode }: Question,
  columns: HistoryColumns,
  init: Json,
  budget: SequentialBudget = unlimited,
): Decided | null {
  const ofTransactions = transactionModels.find((known) => known.model === model);
  if (ofTransactions !== undefined) {
    const { relations, verdictOf } = transactionAnalysis(columns, init);
    return relations === null ? null : { verdict: verdictOf(ofTransactions), relations };
  }
  const accesses = accessesOf(columns, init);
  if ('kind' in accesses) return null;
  const relations = relate(accesses);
  const causal = causality(relations);
  const found = conflicts(causal);
  switch (model) {
    case 'CC':
      return { verdict: checkCC(causal, found), relations };
    case 'CCv':
      return { verdict: checkCCv(causal, found), relations };
    case 'CM':
      return { verdict: checkCM(causal, found), relations };
    case 'PRAM':
      return { verdict: checkPRAM(causal), relations };
    case 'sequential':
      return { verdict: checkSequential(accesses, causal, found, budget), relations };
    default: {
      const [verdict] = checkSessions(causal, (one, read) => one === model && read === (mode ?? 'strict'));
      return verdict === undefined ? null : { verdict, relations };
    }
  }
}
