/** The explanations of a run's violations for a terminal, with the lines of its history. */

import type { Explanation } from '../checkers/explanation/explain.ts';
import { explanationLines } from '../checkers/explanation/lines.ts';
import { explanationsIn } from './explanations.ts';
import { spectrumIn } from './spectrum.ts';
import type { CheckerLine } from './summary.ts';
import { tellingExplanations } from './telling.ts';

/** So many are told: the page has the rest. */
const toldMax = 2;

/** A headline, and what is told below it. */
export interface ExplainedLines {
  readonly headline: string;
  readonly lines: readonly string[];
}

/**
 * Of the checkers that found something, the first explanations. Position p of a run's history is line p + 1 of
 * `history.jsonl`, which has an operation on each line.
 */
export function explainedLines(checkers: readonly CheckerLine[]): readonly ExplainedLines[] {
  const told = new Map<string, Explanation>();
  for (const { name, answer, verdict } of checkers) {
    if (answer !== 'invalid') continue;
    const spectrum = spectrumIn({ [name]: verdict });
    const found =
      spectrum === null
        ? explanationsIn(verdict)
        : tellingExplanations(spectrum.models).map(({ explanation }) => explanation);
    for (const explanation of found) if (!told.has(explanation.headline)) told.set(explanation.headline, explanation);
  }
  return [...told.values()].slice(0, toldMax).map((explanation) => {
    const [headline = '', ...lines] = explanationLines(explanation, (position) => position + 1);
    return { headline, lines };
  });
}
