/** Makes a promise out of a spectrum: a model that must hold. */

import { latticeFor, type SpectrumModel } from './lattice.ts';
import type { SpectrumVerdict } from './spectrum.ts';

/** The verdict with the answer of `model`; a spectrum that promises nothing is valid whatever it shows. */
export function promising(verdict: SpectrumVerdict, model: SpectrumModel | null): SpectrumVerdict {
  if (model === null) return verdict;
  const { models, of } = verdict;
  const found = models.find((one) => one.model === model);
  if (found === undefined) {
    const known = latticeFor(of).map((one) => one.model);
    const reason = `a history of ${of} has no model ${model} (it has: ${known.join(', ')})`;
    return { ...verdict, valid: 'unknown', reason, promised: model };
  }
  const { valid, reason } = found;
  return { ...verdict, valid, ...(reason === undefined ? {} : { reason }), promised: model };
}
