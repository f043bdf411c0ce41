/** What the terminal says of a run's violations: their explanations, with the lines of its history. */

import type { Explanation } from '../../checkers/explanation/explain.ts';
import { explanationLines } from '../../checkers/explanation/lines.ts';
import type { Verdict } from '../../checkers/verdict.ts';
import { explanationsIn } from '../../reports/explanations.ts';
import { spectrumIn } from '../../reports/spectrum.ts';
import { tellingExplanations } from '../../reports/telling.ts';

/** So many are told: the page has the rest. */
const toldMax = 2;

/**
 * Of the checkers that found something (by name), the first explanations, each with its headline first. Position p of a
 * run's history is line p + 1 of `history.jsonl`, which has an operation on each line.
 */
export function explainedText(checkers: Readonly<Record<string, Verdict>>): readonly (readonly string[])[] {
  const told = new Map<string, Explanation>();
  for (const [name, verdict] of Object.entries(checkers)) {
    if (verdict.valid !== false) continue;
    const spectrum = spectrumIn({ [name]: verdict });
    const found =
      spectrum === null
        ? explanationsIn(verdict)
        : tellingExplanations(spectrum.models).map(({ explanation }) => explanation);
    for (const explanation of found) if (!told.has(explanation.headline)) told.set(explanation.headline, explanation);
  }
  const lineOf = (position: number): number => position + 1;
  return [...told.values()].slice(0, toldMax).map((explanation) => explanationLines(explanation, lineOf));
}
