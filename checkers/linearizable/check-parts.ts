/** Decides parts and finds out why those that fail do: what one thread does of a check. */

import { NEVER } from '../../src/history/columns.ts';
import type { CompleteModel } from '../models/model.ts';
import type { Answer, MethodChoice } from './decision.ts';
import { explainedFailure } from './evidence/failure.ts';
import { failingPrefix, type FailingPrefix } from './evidence/prefix.ts';
import type { Part } from './part.ts';
import { replayWitness } from './replay-witness.ts';
import { decideInTurns, type Budget, type PartAnswer, type Progress } from './turns.ts';
import type { Failure, Undecided } from './verdict.ts';

export interface PartsOptions {
  /** How long it may take, evidence included. */
  readonly timeBudgetMs: number;
  /** How much the searches may hold. */
  readonly memoryBudgetBytes: number;
  /** Milliseconds from any start. */
  readonly now: () => number;
  /** Without it a failure says only where it is. */
  readonly evidence: boolean;
  readonly methods: MethodChoice;
  readonly stopAtFirstFailure: boolean;
  /** Confirm the order found for each valid part by replaying it. */
  readonly replayWitnesses: boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** Told of a part that is invalid as soon as that is known, before its evidence. */
  readonly onInvalid?: (part: Part) => void;
  /** Asked often: whether to end at once. */
  readonly cancelled?: () => boolean;
}

/** What became of some parts. It is JSON. */
export interface PartsReport {
  readonly parts: number;
  /** How many parts each method decided. */
  readonly methods: Readonly<Record<string, number>>;
  readonly valid: number;
  readonly skipped: number;
  /** In the order of the completions at which they fail. */
  readonly failures: readonly ReportedFailure[];
  readonly undecided: readonly Undecided[];
  readonly confirmed: number;
  readonly refuted: readonly string[];
  /** Places, among the parts, of those that were left to others when it was time to hand them over. */
  readonly left: readonly number[];
}

/** With its details where it is one of the first. */
export interface ReportedFailure {
  readonly brief: Failure;
  readonly detailed: Failure | null;
}

/** So many failures are told in detail. */
export const detailedMax = 10;
/** Evidence takes no longer than this in all. */
const evidenceMsMax = 10_000;
/** Finding out why takes this share of the budget more, at most, where deciding has used it up. */
const overtime = 0.05;
/** The share of what is left that the search for the smallest prefix of one failure may take. */
const shareOfPrefix = 0.5;

/**
 * `deadline` is when the time budget ends by `now`, if it began before this. What is not decided at `handOver`, if that
 * is earlier, is left to others.
 */
export function checkParts(
  model: CompleteModel<unknown>,
  parts: readonly Part[],
  options: PartsOptions,
  deadline: number = options.now() + options.timeBudgetMs,
  handOver = Infinity,
): PartsReport {
  const { now, timeBudgetMs, memoryBudgetBytes: bytesMax, cancelled } = options;
  const budget: Budget = {
    deadline: Math.min(deadline, handOver),
    bytesMax,
    now,
    ...(cancelled === undefined ? {} : { cancelled }),
  };
  const refuted: string[] = [];
  let confirmed = 0;
  const onAnswer = (part: Part, answer: PartAnswer): void => {
    if (answer.kind === 'invalid') options.onInvalid?.(part);
    if (!options.replayWitnesses || answer.kind !== 'valid') return;
    const problem = replayWitness(model, part, answer.witness());
    if (problem === null) confirmed++;
    else refuted.push(`${answer.method}${part.key === null ? '' : `, key ${part.key}`}: ${problem}`);
  };
  const answers = decideInTurns(model, parts, budget, { ...options, onAnswer });

  const methods: Record<string, number> = {};
  const failed: { part: Part; answer: Extract<Answer, { kind: 'invalid' }> }[] = [];
  const undecided: Undecided[] = [];
  const left: number[] = [];
  let valid = 0;
  let skipped = 0;
  for (const [index, part] of parts.entries()) {
    const answer = answers[index] as PartAnswer;
    if (answer.kind === 'valid' || answer.kind === 'invalid') {
      methods[answer.method] = (methods[answer.method] ?? 0) + 1;
    }
    if (answer.kind === 'valid') valid++;
    else if (answer.kind === 'skipped') skipped++;
    else if (answer.kind === 'invalid') failed.push({ part, answer });
    else if (answer.why === 'time' && handOver < deadline) left.push(index);
    else undecided.push(undecidedPart(part, answer, options));
  }
  const evidenceEnd = Math.min(now() + evidenceMsMax, deadline + timeBudgetMs * overtime);
  return {
    parts: parts.length,
    methods,
    valid,
    skipped,
    failures: failuresOf(model, failed, options, evidenceEnd),
    undecided,
    confirmed,
    refuted,
    left,
  };
}

function failuresOf(
  model: CompleteModel<unknown>,
  failed: readonly { part: Part; answer: Extract<Answer, { kind: 'invalid' }> }[],
  { now, evidence, methods, cancelled = () => false }: PartsOptions,
  end: number,
): readonly ReportedFailure[] {
  const share = (left: number, of: number): number => now() + ((end - now()) / left) * of;
  const found: { prefix: FailingPrefix; method: string }[] = failed.map(({ part, answer }, i) => {
    const until = share(failed.length - i, shareOfPrefix);
    const stop = (): boolean => !evidence || now() >= until || cancelled();
    return { prefix: failingPrefix(model, part, answer, stop, methods), method: answer.method };
  });
  found.sort((a, b) => a.prefix.positions - b.prefix.positions);
  return found.map(({ prefix, method }, i) => {
    const isDetailed = evidence && i < detailedMax && !cancelled();
    const deadline = isDetailed ? share(Math.min(found.length, detailedMax) - i, 1) : -Infinity;
    return explainedFailure(model, method, prefix, { deadline, now, methods });
  });
}

function undecidedPart(
  part: Part,
  { why, explained }: Extract<PartAnswer, { kind: 'unknown' }>,
  { timeBudgetMs, memoryBudgetBytes }: PartsOptions,
): Undecided {
  const returned = part.returned.filter((at) => at !== NEVER).sort();
  const what =
    why === 'time'
      ? `the time budget of ${timeBudgetMs / 1000} s`
      : `the memory budget of ${Math.round(memoryBudgetBytes / 1e6)} MB`;
  return {
    key: part.key,
    reason: `${what} was used up after ${explained} of ${returned.length} completions`,
    reached: returned[explained - 1] ?? -1,
    explained,
    completions: returned.length,
    raise: why === 'time' ? '--time-budget' : '--memory-budget',
  };
}
