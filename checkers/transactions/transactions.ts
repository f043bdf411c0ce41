/** Read committed, read atomic and causal consistency of transactions on registers, in one go. */

import type { HistoryColumns } from '../../src/history/columns.ts';
import type { Json } from '../../src/history/operation.ts';
import { accessesOf, type NoAccess } from '../causal/accesses.ts';
import { causality, type Causality } from '../causal/causality.ts';
import { ccCauses } from '../causal/cc.ts';
import { conflictCycles } from '../causal/conflict-cycles.ts';
import { conflicts, type Conflicts } from '../causal/conflicts.ts';
import type { Ambiguity, ModelVerdict } from '../causal/patterns.ts';
import { relate } from '../causal/relate.ts';
import type { Relations } from '../causal/relations.ts';
import { reported, type Occurrences } from '../causal/violations.ts';
import { transactionModels, type TransactionModel } from './anomalies.ts';
import { cycleOccurrence } from './cycles.ts';
import { ambiguityInWords, violationInWords } from './in-words.ts';
import { misreads } from './misreads.ts';
import { readAtomicConflicts, readCommittedConflicts } from './premises.ts';
import { transactionAccesses, type TransactionAccesses } from './transaction-accesses.ts';
import { isTransaction, transactionColumns } from './transaction-columns.ts';

export interface TransactionModelVerdict extends ModelVerdict {
  readonly model: TransactionModel['model'];
  /** The model as a person knows it, with the variant. */
  readonly title: string;
}

/**
 * Verdicts for the three models, weakest first. Transactions are `txn` of `[["r", key, null], ["w", key, value], …]`,
 * completed with what was read; a single operation on a key is a transaction of its own. Every key holds `init` at
 * first: null, which is absent, unless said otherwise.
 *
 * A transaction of unknown outcome counts as one that happened exactly if a transaction that happened read what it wrote;
 * it comes after its session and before nobody in it, and what it read is not known. Two writes of a value to a key, or
 * a write of the initial one, leave a history without violations undecided (`ambiguity`), as do operations that are no
 * reads and writes.
 */
export function checkTransactions(columns: HistoryColumns, init: Json = null): readonly TransactionModelVerdict[] {
  return transactionModels.map(transactionAnalysis(columns, init).verdictOf);
}

/** What all three models are decided from, and each by itself. */
export interface TransactionAnalysis {
  /** Null where the history holds operations that are no reads and writes. */
  readonly relations: Relations | null;
  verdictOf(model: TransactionModel): TransactionModelVerdict;
}

/** As `checkTransactions`, for who does not need every model. */
export function transactionAnalysis(columns: HistoryColumns, init: Json = null): TransactionAnalysis {
  const accesses = accessesIn(columns, init);
  if ('kind' in accesses) {
    const reason = `operation ${columns.invoked[accesses.row] ?? '?'}: ${accesses.objection}`;
    return {
      relations: null,
      verdictOf: ({ model, title }) => ({ model, title, valid: 'unknown', reason, violations: [], found: 0 }),
    };
  }
  const relations = relate(accesses.accesses);
  const single = misreads(accesses, relations);
  const causal = causality(relations);
  const ambiguity = relations.ambiguity ?? single.ambiguity;
  return {
    relations,
    verdictOf: (model) =>
      verdictOf(model, relations.columns, [...single.causes, ...orderCauses(model, causal)], ambiguity),
  };
}

function accessesIn(columns: HistoryColumns, init: Json): TransactionAccesses | NoAccess {
  if (!columns.names.some(isTransaction)) {
    const accesses = accessesOf(columns, init);
    return 'kind' in accesses ? accesses : { accesses, misreads: [] };
  }
  const transactions = transactionColumns(columns, init);
  return 'kind' in transactions ? transactions : transactionAccesses(transactions);
}

/** What the model orders, and what that contradicts. */
function orderCauses({ model, cycle }: TransactionModel, causal: Causality): readonly Occurrences[] {
  const found = conflictsOf[model](causal);
  const cycles = conflictCycles(causal, found, model === 'causal');
  return [...ccCauses(causal, found), ...cycles.map((steps) => cycleOccurrence(causal.relations, steps, cycle))];
}

const conflictsOf: Readonly<Record<TransactionModel['model'], (causal: Causality) => Conflicts>> = {
  'read-committed': readCommittedConflicts,
  'read-atomic': readAtomicConflicts,
  causal: conflicts,
};

function verdictOf(
  of: TransactionModel,
  columns: HistoryColumns,
  causes: readonly Occurrences[],
  ambiguity: Ambiguity | null,
): TransactionModelVerdict {
  const { model, title } = of;
  const { violations, found } = reported(causes);
  const [first] = violations;
  if (first !== undefined) {
    return { model, title, valid: false, reason: violationInWords(of, columns, first, found), violations, found };
  }
  if (ambiguity === null) return { model, title, valid: true, violations, found };
  return { model, title, valid: 'unknown', reason: ambiguityInWords(columns, ambiguity), violations, found, ambiguity };
}
