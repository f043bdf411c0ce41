/** What people call the models. */

import { lattice, transactionLattice, type SpectrumEntry, type SpectrumModel } from './lattice.ts';

/** Other names, in small letters. */
const aliases: Readonly<Record<string, SpectrumModel>> = {
  'strict-serializable': 'linearizable',
  causal: 'CC',
  'causal-consistency': 'CC',
  'causal-convergence': 'CCv',
  'causal-memory': 'CM',
  'read-your-writes': 'RYW',
  'monotonic-reads': 'MR',
  'monotonic-writes': 'MW',
  'writes-follow-reads': 'WFR',
  'transactional-causal': 'TCC',
  eventual: 'convergence',
};

export const spectrumModels: readonly SpectrumModel[] = [
  ...new Set([...lattice, ...transactionLattice].map(({ model }) => model)),
];

/** The model of that name, in whatever letters; null where there is none. */
export function spectrumModelNamed(name: string): SpectrumModel | null {
  const small = name.toLowerCase();
  return aliases[small] ?? spectrumModels.find((model) => model.toLowerCase() === small) ?? null;
}

/** All names, for who misspelled one. */
export const spectrumNames: readonly string[] = [...spectrumModels, ...Object.keys(aliases)];

/** As a person knows the model, in histories of operations or of transactions. */
export function titleOf(model: SpectrumModel, of: 'operations' | 'transactions'): string {
  return entryOf(model, of)?.title ?? model;
}

function entryOf(model: SpectrumModel, of: 'operations' | 'transactions'): SpectrumEntry | undefined {
  const entries = of === 'transactions' ? [...transactionLattice, ...lattice] : [...lattice, ...transactionLattice];
  return entries.find((entry) => entry.model === model);
}
