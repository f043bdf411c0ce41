/** The spectrum as one of the checkers of a run. */

import { columnsOf } from '../../src/history/columns-builder.ts';
import type { Checker } from '../verdict.ts';
import type { SpectrumModel } from './lattice.ts';
import { promising } from './promise.ts';
import { checkSpectrum, type SpectrumOptions, type SpectrumVerdict } from './spectrum.ts';

/** Says which models the history satisfies; invalid only where `atLeast` does not hold. */
export function consistency(
  atLeast: SpectrumModel | null,
  options: Omit<SpectrumOptions, 'history'> = {},
): Checker<SpectrumVerdict> {
  return {
    name: 'consistency',
    check: (history) => promising(checkSpectrum(columnsOf(history), { ...options, history }), atLeast),
  };
}
