/**
 * Explains violations of causal and weaker models to a person: the smallest history that shows one, the sentence, the
 * argument step by step, and what would have been right. All but the last is said of that smallest history, which can be
 * checked again by itself; positions are those of the whole one.
 */

import type { Json } from '../../src/history/operation.ts';
import type { Arrow, ConsistencyModel, ModelVerdict, Pattern, Violation } from '../causal/patterns.ts';
import type { Relations } from '../causal/relations.ts';
import type { SessionMode } from '../causal/sessions.ts';
import type { SubHistory } from '../linearizable/verdict.ts';
import type { Question } from './decide.ts';
import { deed, headline, readerInWords, stepInWords } from './in-words.ts';
import { legalValues, type Legal } from './legal.ts';
import { smallestHistory } from './smallest.ts';
import type { Deadline } from './time.ts';
import { unfold } from './unfold.ts';

/** An arrow between operations, by the positions of their invocations. */
export interface ExplainedArrow {
  readonly from: number;
  readonly to: number;
  readonly relation: Arrow['relation'];
  /** The read that makes it so. */
  readonly because?: number;
}

export interface ExplainedStep {
  readonly text: string;
  readonly arrow: ExplainedArrow;
  /**
   * By which messages: po and rf from one operation to the next, and orders that have a step of their own. From the one
   * end of the arrow to the other, or to the read that makes it so. Empty where the arrow is one message itself.
   */
  readonly path: readonly ExplainedArrow[];
  /** What the read that makes it so returned. */
  readonly returned: ExplainedArrow | null;
}

/** A few operations that violate the model by themselves. */
export interface SmallestHistory extends SubHistory {
  /** How many reads and writes of its transactions are left out, since they are not needed. */
  readonly leftOut: number;
  /** Whether the history tells when its operations happened; else times only tell their order. */
  readonly hasTimes: boolean;
}

export interface Explanation {
  readonly model: ConsistencyModel;
  readonly mode?: SessionMode;
  /** The name of the pattern in the literature. */
  readonly pattern: Pattern;
  readonly key: string | null;
  /** What is wrong, in one sentence without jargon. */
  readonly headline: string;
  /** Invocations of the two to four operations at the core; the last is the one that shows it. */
  readonly core: readonly number[];
  readonly operations: readonly string[];
  readonly steps: readonly ExplainedStep[];
  /** What the last operation could have returned without violating the model; null if it is no read, or it can't be told. */
  readonly legal: Legal | null;
  /** Who could have: `It` (also when absent) where the headline names that read and no other, else the read is named. */
  readonly reader?: string;
  /** Null where no few operations show it, or none were found in time. */
  readonly smallest: SmallestHistory | null;
  /** How often the same came up in the whole history: pattern, key and cause. This is the earliest. */
  readonly repeats: number;
}

export interface ExplainOptions {
  /** What every key holds at first; null is absent. */
  readonly init?: Json;
  /** So many causes of one verdict are explained. */
  readonly causesMax?: number;
  /** How long it may take in all. What was not made as small as can be by then says so. */
  readonly timeBudgetMs?: number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
}

const defaults = { init: null, causesMax: 3, timeBudgetMs: 3000, now: () => performance.now() } as const;
/** The share of the time that may go into making a history smaller; the rest is for what could have been read. */
const smallestShare = 0.7;

/** The first causes of a verdict that is false. `relations` is what the verdict was made of. */
export function explain(
  verdict: ModelVerdict & { readonly mode?: SessionMode },
  relations: Relations,
  options: ExplainOptions = {},
): readonly Explanation[] {
  const { init, causesMax, timeBudgetMs, now } = { ...defaults, ...options };
  const { model, mode } = verdict;
  const question: Question = { model, ...(mode === undefined ? {} : { mode }) };
  const end = now() + timeBudgetMs;
  const causes = verdict.violations.slice(0, causesMax);
  return causes.map((violation, i) => {
    const deadline = now() + (end - now()) / (causes.length - i);
    return explainOne(question, violation, relations, init, { deadline, now });
  });
}

function explainOne(
  question: Question,
  violation: Violation,
  relations: Relations,
  init: Json,
  { deadline, now }: Deadline,
): Explanation {
  const shrinkUntil = now() + smallestShare * (deadline - now());
  const smallest = smallestHistory(question, violation, relations, init, { deadline: shrinkUntil, now });
  const inSmallest = smallest?.decided.verdict.violations[0];
  const shows = smallest !== null && inSmallest !== undefined;
  const told = shows ? inSmallest : violation;
  const of = shows ? smallest.decided.relations : relations;
  const rowOf = shows ? (row: number): number => smallest.rows[row] ?? -1 : (row: number): number => row;
  const at = (row: number): number => relations.columns.invoked[rowOf(row)] ?? -1;
  const arrowAt = ({ from, to, relation, because }: Arrow): ExplainedArrow => {
    const reason = because === undefined ? {} : { because: at(because) };
    return { from: at(from), to: at(to), relation, ...reason };
  };
  const view = { model: question.model, process: told.process };
  const last = rowOf(told.core.at(-1) ?? -1);
  const said = headline(of.columns, told);
  const operations = told.core.map((row) => deed(of.columns, row));
  return {
    ...question,
    pattern: told.pattern,
    key: told.key,
    headline: said,
    core: told.core.map(at),
    operations,
    steps: unfold(of, view, told.arrows).map((step) => ({
      text: stepInWords(of.columns, step),
      arrow: arrowAt(step.arrow),
      path: step.path.map(arrowAt),
      returned: step.returned === null ? null : arrowAt(step.returned),
    })),
    legal: legalValues(question, relations, last, smallest?.rows ?? told.core, init, { deadline, now }),
    reader: readerInWords(said, operations),
    smallest:
      smallest === null
        ? null
        : {
            operations: smallest.operations,
            positions: smallest.positions,
            minimal: smallest.minimal,
            leftOut: smallest.leftOut,
            hasTimes: smallest.rows.some((row) => !Number.isNaN(relations.columns.invokedAt[row])),
          },
    repeats: violation.repeats,
  };
}
