/** What the terminal says of where a failure was caused. */

import { shorten } from '../../reports/words.ts';
import { shareOf, type ExplanationRecord, type Likelihood } from '../store/explanation.ts';
import type { Colours } from './colours.ts';

const barMax = 24;
const reasonMax = 400;

export function explanationText(
  { failure, reason, likelihoods, jump, why, runs, transcript }: ExplanationRecord,
  subject: string,
  where: { readonly report: string; readonly schedule: string },
  { bold, dim, red, yellow }: Colours,
): string {
  const cause =
    jump === null
      ? `${bold('No single event')} stands out: ${why}.`
      : `${bold('It became likely')} ${why}:\n${jump.events.map((event) => `    ${yellow(event)}`).join('\n')}`;
  return [
    `${red(bold(`✗ ${failure}`))}  ${dim(subject)}`,
    shorten(reason, reasonMax),
    '',
    transcript.trimEnd(),
    '',
    `How likely it is to fail so, with all chance from a moment on drawn anew (${runs} runs):`,
    ...curve(likelihoods),
    '',
    cause,
    '',
    `  ${dim('report')}  ${where.report}`,
    `  ${dim('again')}   clew replay ${where.schedule}`,
  ].join('\n');
}

/** One line a moment; of those between two with the same share, none. */
function curve(likelihoods: readonly Likelihood[]): readonly string[] {
  const percents = likelihoods.map((point) => Math.round(100 * shareOf(point)));
  return likelihoods.flatMap((point, i) => {
    const percent = percents[i] ?? 0;
    if (i > 0 && i < likelihoods.length - 1 && percents[i - 1] === percent && percents[i + 1] === percent) return [];
    const bar = '█'.repeat(Math.round((barMax * percent) / 100));
    const when = point.futures === 0 ? 'in the end' : `before ${point.atMs.toFixed(1)} ms`;
    return [`  ${when.padStart(20)}  ${String(percent).padStart(3)} %  ${bar}`.trimEnd()];
  });
}
