/** What one worker of a campaign does: runs of seeds, and shrinking. The same in a thread of its own and in this one. */

import type { CampaignAsked, SeedResult } from '../store/campaign.ts';
import type { RunPlan } from '../store/plan.ts';
import { loadSystem } from '../runner/options.ts';
import { classOf } from './failures.ts';
import { shrink, type ShrinkProgress } from './shrink/shrink.ts';
import { simulate, type Subject } from './simulate.ts';
import { subjectOf } from './subject.ts';
import { drawPlan, type SwarmOptions } from './swarm.ts';

/** A plan as the campaign draws it for a seed. */
export type Draw = (seed: number) => RunPlan;

export async function drawFor(asked: CampaignAsked): Promise<Draw> {
  const { system } = await loadSystem(asked.system);
  const options: SwarmOptions = {
    systemArgument: asked.system,
    system,
    mutant: asked.mutant,
    settings: asked.settings,
    beyondBudget: asked.beyondBudget,
    ...(asked.workload === null ? {} : { workload: asked.workload }),
    ...(asked.nodes === null ? {} : { nodes: asked.nodes }),
    ...(asked.faults === null ? {} : { faults: asked.faults }),
  };
  return (seed) => drawPlan(options, seed);
}

export async function runSeed(draw: Draw, seed: number): Promise<SeedResult> {
  const plan = draw(seed);
  const outcome = await simulate(plan, await subjectOf(plan));
  const { failures, unknown, hash, events, virtualMs, coverage, history } = outcome;
  return {
    seed,
    failures: failures.map((failure) => ({ failure: classOf(failure), reason: failure.reason })),
    unknown,
    hash,
    events,
    operations: history.filter(({ type, process }) => type === 'invoke' && process !== 'nemesis').length,
    virtualMs: Math.round(virtualMs),
    coverage,
  };
}

export interface ShrunkSeed {
  readonly seed: number;
  readonly plan: RunPlan;
  readonly runs: number;
  readonly isMinimal: boolean;
}

/** The smallest schedule for the failure of this class that the run of the seed shows. */
export async function shrinkSeed(
  draw: Draw,
  seed: number,
  failure: string,
  budgetMs: number,
  onProgress: (progress: ShrinkProgress) => void,
): Promise<ShrunkSeed> {
  const plan = draw(seed);
  const subject = await subjectOf(plan);
  const { listed } = await simulate(plan, subject);
  return { seed, ...(await shrinkListed(listed, subject, failure, budgetMs, onProgress)) };
}

/** The smallest schedule for the failure of this class that a listed plan shows; it says what it was found for. */
export async function shrinkListed(
  listed: RunPlan,
  subject: Subject,
  failure: string,
  budgetMs: number,
  onProgress: (progress: ShrinkProgress) => void,
): Promise<Omit<ShrunkSeed, 'seed'>> {
  const { runs, isMinimal, plan } = await shrink(listed, {
    classesOf: async (candidate) => (await simulate(candidate, subject)).failures.map(classOf),
    failure,
    budgetMs,
    now: () => performance.now(),
    onProgress,
  });
  const { failures } = await simulate(plan, subject);
  const reason = failures.find((each) => classOf(each) === failure)?.reason ?? '';
  return { plan: { ...plan, found: { failure, reason } }, runs, isMinimal };
}
