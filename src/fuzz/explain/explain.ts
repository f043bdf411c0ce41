/** Why a simulated run failed: its course as a transcript, and the event by which the failure became likely. */

import type { ExplanationRecord, Jump, Likelihood } from '../../store/explanation.ts';
import { shareOf } from '../../store/explanation.ts';
import type { RunPlan } from '../../store/plan.ts';
import type { Line } from '../../transcript/transcript.ts';
import { classOf } from '../failures.ts';
import { simulate, type Subject } from '../simulate.ts';
import { likelihoods, type Likelihoods } from './likelihood.ts';
import { score } from './score.ts';

export interface ExplainOptions {
  /** Futures for each moment. */
  readonly futures: number;
  /** Time for them, in ms of `now`. */
  readonly budgetMs: number;
  readonly now: () => number;
  readonly onProgress?: (progress: { readonly runs: number; readonly moments: number }) => void;
  readonly signal?: AbortSignal;
}

/** A rise of less is nothing to point at. */
const leastRise = 0.2;

/** `plan` lists its course and fails with the class `failure`; a RangeError where it does not. */
export async function explain(
  plan: RunPlan,
  subject: Subject,
  failure: string,
  { futures, budgetMs, now, onProgress, signal }: ExplainOptions,
): Promise<ExplanationRecord> {
  const told = await score(plan, subject);
  const found = told.outcome.failures.find((each) => classOf(each) === failure);
  if (found === undefined) throw new RangeError(`the plan does not fail with "${failure}"`);
  const deadline = now() + budgetMs;
  const moments = [...new Set(told.lines.map(({ atMs }) => Math.max(0, atMs)))].sort((a, b) => a - b);
  const result = await likelihoods({
    moments,
    async fails(atMs, salt) {
      // What happens at the very moment is drawn anew as well.
      const anew = { atMs: Math.max(0, atMs - 0.001), salt };
      const { failures } = await simulate(plan, subject, { anew });
      return failures.some((each) => classOf(each) === failure);
    },
    futures,
    isEnough: () => now() >= deadline || signal?.aborted === true,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const { jump, why } = jumpOf(result, told.lines);
  const notes = jump === null ? [] : [{ atMs: jump.atMs, text: `here the failure becomes likely: ${rise(jump)}` }];
  return {
    version: 1,
    failure,
    reason: found.reason,
    likelihoods: result.points,
    jump,
    why,
    runs: result.runs,
    transcript: told.text(notes),
  };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const rise = ({ before, after }: Jump): string => `${percent(before)} of futures fail before, ${percent(after)} after`;

function jumpOf({ points, rise: { place, isExact } }: Likelihoods, lines: readonly Line[]) {
  const [first] = points;
  const [from, to] = [points[place], points[place + 1]];
  if (first === undefined || from === undefined || to === undefined) return { jump: null, why: 'nothing happened' };
  if (shareOf(first) > 1 - leastRise) {
    return {
      jump: null,
      why: `with these operations and faults it fails in ${counted(first)}, whatever chance does: they are the cause`,
    };
  }
  if (shareOf(to) - shareOf(from) < leastRise) return { jump: null, why: 'it became likely little by little' };
  const events = lines.filter(({ atMs }) => atMs >= from.atMs && (to.futures === 0 || atMs < to.atMs));
  if (!isExact) {
    return {
      jump: null,
      why: `it became likely between ${from.atMs.toFixed(1)} and ${to.atMs.toFixed(1)} ms; there was no time to look closer`,
    };
  }
  const jump: Jump = {
    atMs: from.atMs,
    before: shareOf(from),
    after: shareOf(to),
    events: events.map(({ who, text }) => (who === '' ? text : `${who} ${text}`)),
  };
  return { jump, why: `at ${from.atMs.toFixed(1)} ms, ${rise(jump)}` };
}

const counted = ({ failed, futures }: Likelihood): string => `${failed} of ${futures} futures`;
