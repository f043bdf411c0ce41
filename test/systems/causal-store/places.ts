/** Where the causal store and each of its mutants belong among the models of consistency. */

import { expect } from 'vitest';
import type { SpectrumModel } from '../../../checkers/spectrum/lattice.ts';
import { checkSpectrum } from '../../../checkers/spectrum/spectrum.ts';
import type { Valid } from '../../../checkers/verdict.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { runs } from './runs.ts';

export interface Place {
  readonly mutant: string | null;
  /** Hold in every run. */
  readonly holds: readonly SpectrumModel[];
  /** Fail in some run. */
  readonly fails: readonly SpectrumModel[];
}

export const places: readonly Place[] = [
  { mutant: null, holds: ['CCv', 'CC', 'RYW', 'MR', 'MW', 'WFR', 'convergence'], fails: ['linearizable'] },
  // Without dependencies each session sees the writes of every other in their order, and nothing more.
  { mutant: 'fifo-only', holds: ['PRAM'], fails: ['CC', 'convergence'] },
  { mutant: 'no-session', holds: ['convergence'], fails: ['RYW', 'RYW-graded', 'MR-graded', 'CC', 'PRAM'] },
  // What is newer by a clock that is wrong overwrites what came after it.
  { mutant: 'lww-wall-clock', holds: ['convergence'], fails: ['CC', 'RYW-graded'] },
  // Every node applies writes in some order, so each session sees one, but not all the same.
  { mutant: 'no-convergence', holds: ['CM', 'CC', 'PRAM', 'RYW-graded'], fails: ['CCv', 'convergence'] },
];

/** The runs put the system where it belongs. */
export async function isAt({ mutant, holds, fails }: Place, options: Parameters<typeof runs>[0]): Promise<void> {
  const all = await runs({ ...options, ...(mutant === null ? {} : { mutant }) });
  expect(all.length).toBeGreaterThan(0);
  const seen = new Map<SpectrumModel, Set<Valid>>();
  for (const { history } of all) {
    for (const { model, valid } of checkSpectrum(columnsOf(history), { history, explains: false }).models) {
      seen.set(model, (seen.get(model) ?? new Set<Valid>()).add(valid));
    }
  }
  for (const model of holds) expect([mutant, model, [...(seen.get(model) ?? [])]]).toEqual([mutant, model, [true]]);
  for (const model of fails)
    expect([mutant, model, [...(seen.get(model) ?? [])]]).toEqual([mutant, model, expect.arrayContaining([false])]);
}
