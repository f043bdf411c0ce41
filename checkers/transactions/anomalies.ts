/**
 * What can be wrong with transactions that read and write registers, as data.
 *
 * Names of anomalies inside transactions: Liu et al., "Plume", OOPSLA 2024. Models by their axioms: Biswas and Enea,
 * "On the complexity of checking transactional consistency", OOPSLA 2019, section 2.
 */

import type { Pattern } from '../causal/patterns.ts';

/** Where the value of a read came from; its own writes are those of the same transaction. */
export type Source =
  | 'own last'
  | 'own earlier'
  | 'own later'
  /** What a transaction that happened left behind, or the initial value. */
  | 'other'
  /** What a transaction overwrote itself. */
  | 'other intermediate'
  | 'failed'
  | 'nobody';

/** An anomaly that one read shows, whatever else happened. No model of transactions allows it. */
export interface InternalAnomaly {
  readonly pattern: Pattern;
  readonly sources: readonly Source[];
  /** Only after the transaction had itself written the key, or only before; else both. */
  readonly hasWritten?: boolean;
  /** After `<who> read <what>`. */
  readonly clause: string;
}

/** The first that fits is the name. */
export const internalAnomalies: readonly InternalAnomaly[] = [
  { pattern: 'ThinAirRead', sources: ['nobody'], clause: 'which nobody had written' },
  { pattern: 'AbortedRead', sources: ['failed'], clause: 'which only a failed operation wrote' },
  { pattern: 'FutureRead', sources: ['own later'], clause: 'which it wrote itself, but only later' },
  { pattern: 'NotMyLastWrite', sources: ['own earlier'], clause: 'which it had overwritten itself' },
  {
    pattern: 'NotMyOwnWrite',
    sources: ['other', 'other intermediate'],
    hasWritten: true,
    clause: 'though it had itself written another value before',
  },
  {
    pattern: 'IntermediateRead',
    sources: ['other intermediate'],
    hasWritten: false,
    clause: 'which the transaction that wrote it went on to overwrite',
  },
];

/** The anomaly of a read, or undefined where there is none. */
export function internalAnomaly(source: Source, hasWritten: boolean): InternalAnomaly | undefined {
  return internalAnomalies.find(
    (anomaly) => anomaly.sources.includes(source) && (anomaly.hasWritten ?? hasWritten) === hasWritten,
  );
}

/**
 * Of t1, t2 and t3, different transactions: t3 read a key from t1, and t2 writes it, too. Under the premise t2 comes
 * before t1. A model holds iff so + wr + that order has no cycle (so: order in sessions; wr: from a transaction to those
 * that read from it).
 */
export interface TransactionModel {
  readonly model: 'read-committed' | 'read-atomic' | 'causal';
  /** As a person knows it, with the variant: papers use the same letters for different things. */
  readonly title: string;
  readonly premise: string;
  /** What a cycle is called that takes more than one derived step. */
  readonly cycle: Pattern;
}

/** Each implies those before it. */
export const transactionModels: readonly TransactionModel[] = [
  {
    model: 'read-committed',
    title: 'read committed',
    premise: 't3 had read from t2 before',
    cycle: 'CyclicRC',
  },
  {
    model: 'read-atomic',
    title: 'read atomic',
    premise: 't2 is earlier in the session of t3, or t3 read from it',
    cycle: 'CyclicRA',
  },
  {
    model: 'causal',
    title: 'transactional causal consistency (convergent, CCv)',
    premise: 't2 comes before t3 in so + wr, over any number of steps',
    cycle: 'CyclicTCC',
  },
];
