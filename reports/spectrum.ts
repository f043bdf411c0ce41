/** Reads a spectrum back out of `results.json`. */

import type { SpectrumResult, SpectrumVerdict } from '../checkers/spectrum/spectrum.ts';
import { agreementInWords } from './agreement.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The spectrum among the checkers' verdicts, where there is one. */
export function spectrumIn(verdicts: Readonly<Record<string, unknown>>): SpectrumVerdict | null {
  const found = verdicts['consistency'];
  if (!isFields(found) || !Array.isArray(found['models']) || !Array.isArray(found['strongest'])) return null;
  return found['models'].every((result) => isFields(result) && typeof result['model'] === 'string')
    ? (found as unknown as SpectrumVerdict)
    : null;
}

/** `causal memory (CM)`, `none of these`. */
export function strongestInWords({ strongest, models }: Pick<SpectrumVerdict, 'strongest' | 'models'>): string {
  const titles = strongest.map((name) => models.find(({ model }) => model === name)?.title ?? name);
  return titles.length === 0 ? 'none of these' : titles.join(' and ');
}

/** Why a model holds or not, in one sentence; of convergence how long it took. */
export function whyInWords(
  { valid, reason, follows, followsTitle, explanations = [], evidence }: SpectrumResult,
  models: readonly SpectrumResult[],
): string {
  if (follows === undefined) return explanations[0]?.headline ?? reason ?? agreementInWords(evidence) ?? '';
  const title = models.find(({ model }) => model === follows)?.title ?? followsTitle ?? follows;
  return `${valid === true ? 'follows from' : 'fails with'} ${title}`;
}
