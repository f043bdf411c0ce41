/** What the terminal says of a history's place among the models: which hold, which do not and why. */

import { explanationLines, type LineOf } from '../../checkers/explanation/lines.ts';
import type { SpectrumResult, SpectrumVerdict } from '../../checkers/spectrum/spectrum.ts';
import { strongestInWords, whyInWords } from '../../reports/spectrum.ts';
import { tellingExplanations } from '../../reports/telling.ts';
import { shorten } from '../../reports/words.ts';
import type { Colours } from './colours.ts';

const reasonMax = 160;
/** So many failures are explained: those that take the fewest operations to see. */
const explainedMax = 2;

const signs = { true: '✓', false: '✗', unknown: '?' } as const;

/** A line for each model, strongest first, and the failures that are easiest to see. */
export function spectrumLines(verdict: SpectrumVerdict, colours: Colours, lineOf: LineOf): readonly string[] {
  const { bold, dim, green, red, yellow } = colours;
  const { models } = verdict;
  const paint = { true: green, false: red, unknown: yellow } as const;
  const width = Math.max(0, ...models.map(({ title }) => title.length));
  const row = (result: SpectrumResult): string => {
    const answer = String(result.valid) as keyof typeof signs;
    const why = dim(shorten(whyInWords(result, models), reasonMax));
    return `  ${paint[answer](signs[answer])} ${result.title.padEnd(width)}  ${why}`.trimEnd();
  };
  const explained = tellingExplanations(models)
    .slice(0, explainedMax)
    .flatMap(({ title, explanation }) => ['', bold(`Not ${title}:`), ...explanationLines(explanation, lineOf)]);
  return [`strongest that holds: ${strongestInWords(verdict)}`, ...models.map(row), ...explained];
}
