/** Makes the times of a plan smaller and rounder: the pauses between what happens, with fast-check's way to shrink numbers. */

import fc from 'fast-check';
import { withCourse, type ListedPlan } from './candidates.ts';

/** Every moment of the plan once, in order. */
function momentsOf({ course: { operations, faults, healMs } }: ListedPlan): readonly number[] {
  const moments = [
    ...operations.map(({ atMs }) => atMs),
    ...faults.flatMap(({ atMs, untilMs }) => (untilMs === null ? [atMs] : [atMs, untilMs])),
    ...healMs,
  ];
  return [...new Set(moments)].sort((a, b) => a - b);
}

function moved(plan: ListedPlan, move: (atMs: number) => number): ListedPlan {
  const { operations, faults, healMs } = plan.course;
  return withCourse(plan, {
    operations: operations.map((operation) => ({ ...operation, atMs: move(operation.atMs) })),
    faults: faults.map((fault) => {
      const untilMs = fault.untilMs === null ? null : move(fault.untilMs);
      return { ...fault, atMs: move(fault.atMs), untilMs };
    }),
    healMs: healMs.map(move),
  });
}

const grainsMs = [1000, 500, 200, 100, 50, 20, 10, 5, 1] as const;

/** The plan with all times rounded, coarsest first. */
export function roundedTimes(plan: ListedPlan): readonly ListedPlan[] {
  return grainsMs.map((grain) => moved(plan, (atMs) => Math.round(atMs / grain) * grain));
}

/** The plan with each pause as short as `fails` allows: whatever comes after it comes earlier by as much. */
export async function shorterPauses(
  plan: ListedPlan,
  fails: (plan: ListedPlan) => Promise<boolean>,
  isEnough: () => boolean,
): Promise<ListedPlan> {
  let best = plan;
  for (let place = momentsOf(plan).length - 1; place >= 0; place--) {
    let isShorter = true;
    while (isShorter && !isEnough()) {
      isShorter = false;
      const moments = momentsOf(best);
      const at = moments[place];
      if (at === undefined) break;
      const pauseMs = Math.floor(at - (moments[place - 1] ?? 0));
      if (pauseMs < 2) break;
      for (const shorter of fc.integer({ min: 1, max: pauseMs }).shrink(pauseMs, undefined)) {
        if (isEnough()) break;
        const by = pauseMs - shorter.value;
        const candidate = moved(best, (atMs) => (atMs >= at ? round(atMs - by) : atMs));
        if (!(await fails(candidate))) continue;
        best = candidate;
        isShorter = true;
        break;
      }
    }
  }
  return best;
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000;
