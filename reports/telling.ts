/** Of all explanations of a spectrum, those that a person should see first. */

import type { Explanation } from '../checkers/explanation/explain.ts';
import type { SpectrumResult } from '../checkers/spectrum/spectrum.ts';

export interface TellingExplanation {
  /** Of the model that fails. */
  readonly title: string;
  readonly explanation: Explanation;
}

/** What a model fails by is easier to see by its name: a session guarantee says more than causality does. */
const plainest = ['RYW', 'MR', 'MW', 'WFR', 'CC', 'PRAM', 'CCv', 'CM'];

/** The first explanation of each model that fails, one for the same operations, the shortest stories first. */
export function tellingExplanations(models: readonly SpectrumResult[]): readonly TellingExplanation[] {
  const all = models.flatMap(({ model, title, explanations = [] }) => {
    const [explanation] = explanations;
    const plain = plainest.indexOf(model);
    if (explanation === undefined) return [];
    return [{ title, explanation, plain: plain < 0 ? plainest.length : plain }];
  });
  const length = ({ smallest }: Explanation): number => smallest?.operations.length ?? Infinity;
  const told = new Map<string, TellingExplanation>();
  for (const { title, explanation } of all.toSorted(
    (a, b) => length(a.explanation) - length(b.explanation) || a.plain - b.plain,
  )) {
    const { smallest, headline } = explanation;
    const story = smallest === null ? headline : smallest.positions.join(' ');
    if (!told.has(story)) told.set(story, { title, explanation });
  }
  return [...told.values()];
}
