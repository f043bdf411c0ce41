/**
 * Explains violations of causal and weaker models to a person: the smallest history that shows one, the sentence, the
 * argument step by step, and what would have been right. Everything is said of that smallest history, which can be
 * checked again by itself; positions are those of the whole one.
 */

import type { HistoryColumns } from '../../src/history/columns.ts';
import { canonical, shown } from '../../src/history/json.ts';
import type { History, Json, Operation } from '../../src/history/operation.ts';
import { columnsOf } from '../../src/history/columns-builder.ts';
import { accessCalls } from '../causal/accesses.ts';
import type { Arrow, ConsistencyModel, ModelVerdict, Pattern, Violation } from '../causal/patterns.ts';
import type { Relations } from '../causal/relations.ts';
import type { SessionMode } from '../causal/sessions.ts';
import type { SubHistory } from '../linearizable/verdict.ts';
import { decide, type Question } from './decide.ts';
import { deed, headline, stepsOf } from './in-words.ts';
import { smallestHistory, type Smallest } from './smallest.ts';

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
  /** By which messages: po and rf from one operation to the next. Empty where the arrow is no path. */
  readonly path: readonly ExplainedArrow[];
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
  /** What the last operation could have returned in the smallest history without violating the model; null if it is no read. */
  readonly legal: readonly string[] | null;
  /** Null where no few operations show it. */
  readonly smallest: SubHistory | null;
  /** How often the same came up in the whole history: pattern, key and cause. This is the earliest. */
  readonly repeats: number;
}

/** So many causes of one verdict are explained. */
export const explainedMax = 3;

/** The first causes of a verdict that is false. `relations` is what the verdict was made of. */
export function explain(
  verdict: ModelVerdict & { readonly mode?: SessionMode },
  relations: Relations,
  init: Json = null,
  causesMax: number = explainedMax,
): readonly Explanation[] {
  const { model, mode } = verdict;
  const question: Question = { model, ...(mode === undefined ? {} : { mode }) };
  return verdict.violations.slice(0, causesMax).map((violation) => explainOne(question, violation, relations, init));
}

function explainOne(question: Question, violation: Violation, relations: Relations, init: Json): Explanation {
  const smallest = smallestHistory(question, violation, relations, init);
  const inSmallest = smallest?.decided.verdict.violations[0];
  const shows = smallest !== null && inSmallest !== undefined;
  const told = shows ? inSmallest : violation;
  const of = shows ? smallest.decided.relations : relations;
  const at = shows
    ? (row: number): number => relations.columns.invoked[smallest.rows[row] ?? -1] ?? -1
    : (row: number): number => relations.columns.invoked[row] ?? -1;
  const arrowOf = ({ from, to, relation, because }: Arrow): ExplainedArrow => {
    const reason = because === undefined ? {} : { because: at(because) };
    return { from: at(from), to: at(to), relation, ...reason };
  };
  return {
    ...question,
    pattern: told.pattern,
    key: told.key,
    headline: headline(of.columns, told),
    core: told.core.map(at),
    operations: told.core.map((row) => deed(of.columns, row)),
    steps: stepsOf(of, told.arrows).map(({ text, arrow, unfolded }) => ({
      text,
      arrow: arrowOf(arrow),
      path: unfolded.map(arrowOf),
    })),
    legal: shows ? legalValues(question, smallest, told.core.at(-1) ?? -1, init) : null,
    smallest: smallest === null ? null : subHistoryOf(smallest),
    repeats: violation.repeats,
  };
}

const subHistoryOf = ({ operations, positions, minimal }: Smallest): SubHistory => ({ operations, positions, minimal });

/** Of the values that are written to the key of the read, and the initial one, those with which the model holds. */
function legalValues(
  question: Question,
  { operations, columns }: Smallest,
  row: number,
  init: Json,
): readonly string[] | null {
  const name = columns.names[columns.f[row] as number];
  if (name === undefined || accessCalls.of(name) !== 'read') return null;
  const completion = columns.completed[row] as number;
  const read = operations[completion];
  if (read?.type !== 'ok') return null;
  const values = new Map<string, Json>([[canonical(init), init]]);
  for (const written of writesOf(columns, columns.key[row] as number)) values.set(canonical(written), written);
  values.delete(canonical(read.value));
  return [...values.values()].flatMap((value) => {
    const changed: History = operations.map((operation): Operation =>
      operation === read ? { ...operation, value } : operation,
    );
    return decide(question, columnsOf(changed), init)?.verdict.valid === true ? [shown(value)] : [];
  });
}

function writesOf({ count, f, key, input, names, values }: HistoryColumns, keyed: number): readonly Json[] {
  const written: Json[] = [];
  for (let row = 0; row < count; row++) {
    if (key[row] !== keyed) continue;
    const call = accessCalls.of(names[f[row] as number] as string);
    const value = values[input[row] as number] ?? null;
    if (call === 'write') written.push(value);
    else if (call === 'delete') written.push(null);
    else if (call === 'cas' && Array.isArray(value)) written.push((value as readonly Json[])[1] ?? null);
  }
  return written;
}
