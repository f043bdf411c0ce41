/** The run that is to be explained: that of a schedule, shrunk first where it is long. */

import { UsageError } from '../../errors.ts';
import type { RunPlan } from '../../store/plan.ts';
import { classOf } from '../failures.ts';
import type { ShrinkProgress } from '../shrink/shrink.ts';
import { simulate, type Subject } from '../simulate.ts';
import { shrinkListed } from '../work.ts';

export interface Explained {
  readonly plan: RunPlan;
  /** The class of its failure. */
  readonly failure: string;
  /** Whether it is another plan than the one that was given. */
  readonly isShrunk: boolean;
}

/** A person reads so many operations and faults; more are shrunk. */
const readable = 40;

/** A UsageError where the run does not fail. */
export async function toExplain(
  plan: RunPlan,
  subject: Subject,
  budgetMs: number,
  onProgress: (progress: ShrinkProgress) => void,
): Promise<Explained> {
  const { failures, listed } = await simulate(plan, subject);
  const classes = failures.map(classOf);
  const failure = classes.find((name) => name === plan.found?.failure) ?? classes[0];
  if (failure === undefined) {
    const was =
      plan.found === undefined ? '' : ` It failed once with "${plan.found.failure}": was the code changed since?`;
    throw new UsageError(`the run of this schedule does not fail, so there is nothing to explain.${was}`);
  }
  const { course } = plan;
  if (course.kind === 'listed' && course.operations.length + course.faults.length <= readable) {
    return { plan, failure, isShrunk: false };
  }
  const shrunk = await shrinkListed(listed, subject, failure, budgetMs, onProgress);
  return { plan: shrunk.plan, failure, isShrunk: true };
}
