/** Makes the verdict for one model out of what was found. */

import { ambiguityInWords, violationInWords } from './in-words.ts';
import type { ConsistencyModel, ModelVerdict } from './patterns.ts';
import type { Relations } from './relations.ts';
import { reported, type Occurrences } from './violations.ts';

/**
 * A violation beats everything; writes that can't be told apart, and whatever else left the model undecided (`cut`), beat
 * the absence of violations.
 */
export function modelVerdict(
  model: ConsistencyModel,
  { columns, ambiguity }: Pick<Relations, 'columns' | 'ambiguity'>,
  causes: readonly Occurrences[],
  cut: string | null = null,
): ModelVerdict {
  const { violations, found } = reported(causes);
  const [first] = violations;
  if (first !== undefined) {
    return { model, valid: false, reason: violationInWords(model, columns, first, found), violations, found };
  }
  if (ambiguity === null) {
    if (cut !== null) return { model, valid: 'unknown', reason: cut, violations, found };
    return { model, valid: true, violations, found };
  }
  return { model, valid: 'unknown', reason: ambiguityInWords(columns, ambiguity), violations, found, ambiguity };
}
