/**
 * From a run that fails to the smallest schedule that fails in the same way: fewer faults and operations first, then fewer
 * nodes and a plainer world, then shorter times. Every step is a whole run; what is kept is what still failed.
 */

import type { RunPlan } from '../../store/plan.ts';
import { isListed, plainerWorlds, renumbered, until, withCourse, withNodes, type ListedPlan } from './candidates.ts';
import { ddmin } from './ddmin.ts';
import { roundedTimes, shorterPauses } from './times.ts';

export interface ShrinkOptions {
  /** The classes of failure that a run of this plan shows. */
  readonly classesOf: (plan: RunPlan) => Promise<readonly string[]>;
  /** The class to keep to. */
  readonly failure: string;
  /** Time for it, in ms of `now`. */
  readonly budgetMs: number;
  readonly now: () => number;
  readonly onProgress?: (progress: ShrinkProgress) => void;
}

export interface ShrinkProgress {
  readonly runs: number;
  readonly operations: number;
  readonly faults: number;
}

export interface Shrunk {
  readonly plan: ListedPlan;
  /** How many runs it took. */
  readonly runs: number;
  /** False where the time ran out first. */
  readonly isMinimal: boolean;
}

/**
 * Where nothing can be left out any more, chance may be in the way: a message that comes a moment earlier. So many other
 * seeds are tried for each smaller plan then, and more while the plan is still longer than a person likes to read.
 */
const otherSeeds = [0, 6, 40] as const;
const shortEnough = 12;
/** As many at least where a candidate has no more than this share of the records: such a step saves many small ones. */
const boldSeeds = 4;
const boldShare = 0.75;

/** `plan` is listed, and fails so when it is run. Throws a RangeError when it does not. */
export async function shrink(plan: RunPlan, options: ShrinkOptions): Promise<Shrunk> {
  const { classesOf, failure, budgetMs, now, onProgress } = options;
  if (!isListed(plan)) throw new RangeError('only a listed plan can be shrunk');
  const deadline = now() + budgetMs;
  const isEnough = (): boolean => now() >= deadline;
  let runs = 0;
  let best: ListedPlan = plan;
  let seeds: number = otherSeeds[0];

  /** Whether the candidate still fails so, with the seed that it has or another; if so it is the best so far. */
  const fails = async (candidate: ListedPlan): Promise<boolean> => {
    const isBold = recordsOf(candidate) <= boldShare * recordsOf(best);
    const others = isBold ? Math.max(seeds, boldSeeds) : seeds;
    for (let other = 0; other <= others && !isEnough(); other++) {
      const tried = other === 0 ? candidate : { ...candidate, seed: candidate.seed + other };
      runs++;
      if (!(await classesOf(tried)).includes(failure)) continue;
      best = tried;
      const { operations, faults } = best.course;
      onProgress?.({ runs, operations: operations.length, faults: faults.length });
      return true;
    }
    return false;
  };
  const tryEach = async (candidates: readonly ListedPlan[]): Promise<boolean> => {
    for (const candidate of candidates) if (!isEnough() && (await fails(candidate))) return true;
    return false;
  };

  if (!(await fails(plan))) throw new RangeError(`the plan does not fail with "${failure}"`);
  if (best.progress !== null && !failure.startsWith('progress')) await fails({ ...best, progress: null });
  await shortest();
  for (const others of otherSeeds) {
    if (others === otherSeeds.at(-1) && recordsOf(best) <= shortEnough) break;
    seeds = others;
    await smaller();
  }
  seeds = 0;
  await tryEach([true, false].map((threads) => renumbered(best, { threads })));
  await tryEach(roundedTimes(best));
  await shorterPauses(best, fails, isEnough);
  await tryEach(roundedTimes(best));
  // With other times, what was needed before may be needed no more.
  await smaller();
  return { plan: best, runs, isMinimal: !isEnough() };

  /** Leaves out what can be left out, until nothing can. */
  async function smaller(): Promise<void> {
    let before: number;
    do {
      before = sizeOf(best);
      await fewer();
      await plainer();
    } while (sizeOf(best) < before && !isEnough());
  }

  /** The shortest beginning that fails, by halving. */
  async function shortest(): Promise<void> {
    let low = 0;
    let high = Math.max(
      0,
      ...best.course.operations.map(({ atMs }) => atMs),
      ...best.course.faults.map(({ atMs }) => atMs),
    );
    while (high - low > 50 && !isEnough()) {
      const middle = (low + high) / 2;
      if (await fails(until(best, middle))) high = middle;
      else low = middle;
    }
  }

  /** Leaves out what makes runs long, in groups, then faults and operations one by one. */
  async function fewer(): Promise<void> {
    await leaveOut(
      (of) => [...new Set(of.course.operations.map(({ key }) => key))],
      (keys) => withCourse(best, { operations: best.course.operations.filter(({ key }) => keys.includes(key)) }),
    );
    await leaveOut(
      (of) => [...new Set(of.course.operations.map(({ thread }) => thread))],
      (threads) =>
        withCourse(best, { operations: best.course.operations.filter(({ thread }) => threads.includes(thread)) }),
    );
    await leaveOut(
      (of) => of.course.faults,
      (faults) => withCourse(best, { faults }),
    );
    await leaveOut(
      (of) => of.course.operations,
      (operations) => withCourse(best, { operations }),
    );
    await leaveOut(
      (of) => of.course.faults,
      (faults) => withCourse(best, { faults }),
    );
    await leaveOut(
      (of) => of.course.healMs,
      (healMs) => withCourse(best, { healMs }),
    );
  }

  async function leaveOut<T>(itemsOf: (plan: ListedPlan) => readonly T[], made: (items: readonly T[]) => ListedPlan) {
    await ddmin(itemsOf(best), (items) => fails(made(items)), isEnough);
  }

  async function plainer(): Promise<void> {
    while (await tryEach(plainerWorlds(best)));
    for (let left = true; left;) {
      const { nodes } = best;
      left =
        nodes.length > 1 &&
        (await tryEach(
          nodes.map((node) =>
            withNodes(
              best,
              nodes.filter((other) => other !== node),
            ),
          ),
        ));
    }
  }
}

const recordsOf = ({ course: { operations, faults } }: ListedPlan): number => operations.length + faults.length;

function sizeOf({ nodes, settings, simulator, course: { operations, faults, healMs } }: ListedPlan): number {
  const world = Object.keys(settings).length + Object.keys(simulator).length;
  return operations.length + faults.length + healMs.length + nodes.length + world;
}
