/**
 * The smallest prefix of a history that is not linearizable. What had not returned at its end is of unknown outcome, so
 * that it is a history by itself. (Operations that failed are known not to have happened, in every prefix.)
 *
 * A prefix of a history that can be explained can be explained, so bisection finds it.
 */

import { NEVER, outcomes } from '../../../src/history/columns.ts';
import type { CompleteModel } from '../../models/model.ts';
import { decide, type MethodChoice } from '../decision.ts';
import { operationAt, prefixOf, subPart, type Part } from '../part.ts';

export interface FailingPrefix {
  /** How many positions of the history it has: the last is a completion. */
  readonly positions: number;
  /** The part as it is within the prefix. */
  readonly part: Part;
  /** The place in `part` of the operation whose completion ends the prefix. */
  readonly failed: number;
  /** Whether it is known that every shorter one can be explained. */
  readonly smallest: boolean;
}

/** What is known of a part that can't be explained. */
export interface KnownToFail {
  /** Completions, from the first on, that some order explains. */
  readonly explained: number;
  /** Operations that can't be explained even without all others, or null. */
  readonly core: readonly number[] | null;
}

/** Searches until it is found or `stop` says so; then it is the smallest one known. */
export function failingPrefix(
  model: CompleteModel<unknown>,
  part: Part,
  known: KnownToFail,
  stop: () => boolean,
  choice: MethodChoice = 'best',
): FailingPrefix {
  const completions = part.returned.filter((at) => at !== NEVER).sort();
  /** Prefixes by their numbers of completions: the longest known to be explained and the shortest known not to be. */
  const range = { explained: known.explained, unexplained: completions.length, stopped: false };
  const isOpen = (): boolean => !range.stopped && range.unexplained - range.explained > 1;
  const ask = (count: number): void => {
    const prefix = settledPrefix(model, part, (completions[count - 1] as number) + 1);
    const answer = stop() ? null : decide(model, prefix, stop, choice);
    if (answer === null) range.stopped = true;
    else if (answer.kind === 'valid') range.explained = count;
    else range.unexplained = count;
  };
  if (known.core !== null) {
    // A core is a claim; one answer makes it a fact, and spares the rest of the history. Most often it ends where the
    // smallest prefix does.
    const bound = completionsOf(part, known.core, completions);
    if (bound < range.unexplained) ask(bound);
    if (isOpen() && range.unexplained === bound) ask(bound - 1);
  }
  // A search gets stuck close to where it fails: look there first, in steps that double.
  for (let step = 1; known.explained > 0 && isOpen() && known.explained + step < range.unexplained; step *= 2) {
    if (known.explained + step > range.explained) ask(known.explained + step);
  }
  while (isOpen()) ask(Math.floor((range.explained + range.unexplained) / 2));

  const positions = (completions[range.unexplained - 1] as number) + 1;
  const prefix = settledPrefix(model, part, positions);
  return {
    positions,
    part: prefix,
    failed: prefix.returned.indexOf(positions - 1),
    smallest: range.unexplained - range.explained === 1,
  };
}

/** The number of completions up to the last one of `places`. */
function completionsOf(part: Part, places: readonly number[], completions: Int32Array): number {
  let last = -1;
  for (const place of places) {
    const returned = part.returned[place] as number;
    if (returned !== NEVER && returned > last) last = returned;
  }
  return completions.indexOf(last) + 1 || completions.length;
}

/** `prefixOf` without the operations that had not returned and would only observe. */
export function settledPrefix(model: CompleteModel<unknown>, part: Part, positions: number): Part {
  const prefix = prefixOf(part, positions);
  const kept: number[] = [];
  for (let i = 0; i < prefix.count; i++) {
    const isCutOff = prefix.outcome[i] === outcomes.info && part.outcome[i] !== outcomes.info;
    if (!isCutOff || !isIdle(model, prefix, i)) kept.push(i);
  }
  return kept.length === prefix.count ? prefix : subPart(prefix, kept);
}

function isIdle(model: CompleteModel<unknown>, part: Part, place: number): boolean {
  const operation = operationAt(part, place);
  return model.observes(operation) || !model.matters(operation);
}
