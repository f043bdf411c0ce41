/**
 * The models of consistency that a history is placed among, strongest first, and which of them imply which.
 *
 * Sequential consistency implies CCv and CM, each of which implies CC; CM implies PRAM (Bouajjani, Enea, Guerraoui, Hamza,
 * POPL 2017, section 3). CCv gives all sessions one order of the versions of a key that respects causality, and so implies
 * the session guarantees in the strict reading; CC implies them in the graded one, since what they forbid is then a read
 * of a value that was causally overwritten (WriteCORead, WriteCOInitRead). There are no other implications: CM lets
 * sessions disagree on the order of versions (figure 2a), and PRAM asks only for what a session saw itself. For
 * transactions: TCC implies read atomic, read atomic implies read committed (Biswas and Enea, OOPSLA 2019). Convergence
 * speaks of what nodes answer in the end, which no model of operations does; strong eventual consistency of what they hold
 * while they have seen the same, which takes reads that tell.
 */

import type { Guarantee } from '../causal/sessions-strict.ts';

export type SpectrumModel =
  | 'linearizable'
  | 'sequential'
  | 'CCv'
  | 'CM'
  | 'CC'
  | 'PRAM'
  | Guarantee
  | `${Guarantee}-graded`
  | 'TCC'
  | 'read-atomic'
  | 'read-committed'
  | 'convergence'
  | 'strong-eventual';

export interface SpectrumEntry {
  readonly model: SpectrumModel;
  /** As a person knows it. */
  readonly title: string;
  /** What it promises, in a few words. */
  readonly promise: string;
  /** What follows from it directly. */
  readonly implies: readonly SpectrumModel[];
}

const entry = (
  model: SpectrumModel,
  title: string,
  promise: string,
  implies: readonly SpectrumModel[] = [],
): SpectrumEntry => ({ model, title, promise, implies });

/** Of histories of single reads and writes. */
export const lattice: readonly SpectrumEntry[] = [
  entry('linearizable', 'linearizable', 'one order of all operations that agrees with real time', ['sequential']),
  entry('sequential', 'sequential', 'one order of all operations that agrees with each session', ['CCv', 'CM']),
  entry('CCv', 'causal convergence (CCv)', 'causal, and all sessions agree on the order of writes', [
    'CC',
    'RYW',
    'MR',
    'MW',
    'WFR',
  ]),
  entry('CM', 'causal memory (CM)', 'causal, and each session sees one order of writes', ['CC', 'PRAM']),
  entry('CC', 'causal consistency (CC)', 'no read of what was causally overwritten', [
    'RYW-graded',
    'MR-graded',
    'MW-graded',
    'WFR-graded',
  ]),
  entry('PRAM', 'PRAM', 'each session sees the writes of every other in their order'),
  entry('RYW', 'read your writes', 'a session sees what it wrote, or newer (one order of versions for all)'),
  entry('MR', 'monotonic reads', 'a session does not go back to older values (one order of versions for all)'),
  entry('MW', 'monotonic writes', 'writes of a session are seen in their order (one order of versions for all)'),
  entry('WFR', 'writes follow reads', 'a write comes after what its writer had read (one order of versions for all)'),
  entry('RYW-graded', 'read your writes, graded', 'no read of what was overwritten before an own write'),
  entry('MR-graded', 'monotonic reads, graded', 'no read of what was overwritten before what the session had read'),
  entry('MW-graded', 'monotonic writes, graded', 'no read of what was overwritten before a later write of a session'),
  entry('WFR-graded', 'writes follow reads, graded', 'no read of what was overwritten before what a writer had read'),
  entry('convergence', 'eventual (convergence)', 'after the last update all nodes come to answer the same'),
  entry('strong-eventual', 'strong eventual', 'nodes that have seen the same updates are in the same state'),
];

/** Of histories of transactions. */
export const transactionLattice: readonly SpectrumEntry[] = [
  entry('linearizable', 'strict serializable', 'one order of all transactions that agrees with real time', ['TCC']),
  entry('TCC', 'transactional causal consistency (convergent)', 'causal, and all sessions agree on an order', [
    'read-atomic',
  ]),
  entry('read-atomic', 'read atomic', 'all of a transaction is seen, or nothing', ['read-committed']),
  entry('read-committed', 'read committed', 'what is read was committed, and reads of a transaction do not go back'),
];

export const latticeFor = (of: 'operations' | 'transactions'): readonly SpectrumEntry[] =>
  of === 'transactions' ? transactionLattice : lattice;

/** Everything that follows from `model`, over any number of steps. */
export function implied(entries: readonly SpectrumEntry[], model: SpectrumModel): ReadonlySet<SpectrumModel> {
  const all = new Set<SpectrumModel>();
  const add = (name: SpectrumModel): void => {
    for (const next of entries.find((one) => one.model === name)?.implies ?? []) {
      if (all.has(next)) continue;
      all.add(next);
      add(next);
    }
  };
  add(model);
  return all;
}
