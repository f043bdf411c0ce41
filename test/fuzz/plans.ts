/** Plans for tests, and the system and workload that they name. */

import { drawPlan, type SwarmOptions } from '../../src/fuzz/swarm.ts';
import type { RunPlan } from '../../src/store/plan.ts';
import type { Subject } from '../../src/fuzz/simulate.ts';
import { workloads } from '../../src/workloads/index.ts';
import { systems } from '../../systems/index.ts';
import type { System } from '../../systems/protocol.ts';

export function systemNamed(name: string): System {
  const system = systems.find((known) => known.name === name);
  if (system === undefined) throw new Error(`no system ${name}`);
  return system;
}

export function subjectOf(plan: RunPlan, system: System = systemNamed(plan.system)): Subject {
  const workload = workloads.find(({ name }) => name === plan.workload);
  if (workload === undefined) throw new Error(`no workload ${plan.workload}`);
  return { system, workload };
}

export function planOf(system: string, mutant: string | null, seed: number, more: Partial<SwarmOptions> = {}): RunPlan {
  return drawPlan({ systemArgument: system, system: systemNamed(system), mutant, ...more }, seed);
}
