/** Loads what a plan names. */

import { unknownName, UsageError } from '../errors.ts';
import { loadSystem } from '../runner/options.ts';
import type { RunPlan } from '../store/plan.ts';
import { workloads } from '../workloads/index.ts';
import type { Subject } from './simulate.ts';

/** A UsageError where there is no such system, mutant or workload. */
export async function subjectOf(plan: Pick<RunPlan, 'system' | 'mutant' | 'workload'>): Promise<Subject> {
  const { system } = await loadSystem(plan.system);
  const { mutants } = system;
  if (plan.mutant !== null && !mutants.some(({ name }) => name === plan.mutant)) {
    throw unknownName(
      `mutant of ${system.name}`,
      plan.mutant,
      mutants.map(({ name }) => name),
    );
  }
  const workload = workloads.find(({ name }) => name === plan.workload);
  if (workload === undefined) {
    throw unknownName(
      'workload',
      plan.workload,
      workloads.map(({ name }) => name),
    );
  }
  if (!system.workloads.includes(workload.name)) {
    throw new UsageError(`${system.name} has no workload ${workload.name} (it has: ${system.workloads.join(', ')})`);
  }
  return { system, workload };
}
