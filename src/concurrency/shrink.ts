/**
 * Makes a failing run small: the fewest calls, then the fewest processes, then the fewest changes from one process to
 * another.
 */

import type { Choice, Execution } from './execution.ts';
import type { Judgement } from './judgement.ts';
import { compacted, type Call, type Scenario } from './scenario.ts';
import { deviating, guided, type Deviation, type Strategy } from './strategy.ts';

export interface Failing {
  readonly scenario: Scenario;
  readonly execution: Execution;
  readonly judgement: Extract<Judgement, { kind: 'fails' }>;
}

/** A run of `scenario`: how it went, and whether it shows the bug that is being made small. */
export type TryRun = (
  scenario: Scenario,
  strategy: Strategy,
) => Promise<{ readonly failing: Failing | null; readonly choices: readonly Choice[] }>;

/** How many more runs may be spent. */
export interface Budget {
  left: number;
}

/** What may be spent to find out whether one smaller scenario fails, too. */
const perScenario = { deviations: 3, runs: 120 };

/** The names of what was released, in turn. */
export function orderOf({ choices }: Execution): readonly string[] {
  return choices.map(({ taken }) => taken);
}

/** How often another process went on. */
export function switchesOf({ choices }: Execution): number {
  return choices.filter(({ process }, step) => step > 0 && choices[step - 1]?.process !== process).length;
}

/**
 * Whether `scenario`, which is smaller than that of `known`, fails: in the same order as far as that goes, or in one with
 * few deviations from processes running one after the other.
 */
export async function stillFails(
  scenario: Scenario,
  known: Failing,
  budget: Budget,
  tryRun: TryRun,
): Promise<Failing | null> {
  if (budget.left-- <= 0) return null;
  const { failing } = await tryRun(scenario, guided(orderOf(known.execution)));
  if (failing !== null) return failing;
  const share: Budget = { left: Math.min(perScenario.runs, budget.left) };
  budget.left -= share.left;
  const found = await explore(scenario, perScenario.deviations, share, tryRun);
  budget.left += share.left;
  return found;
}

/** The failing scenario that is left when nothing can be taken from it within the budget, in its simplest order. */
export async function minimized(found: Failing, budget: Budget, tryRun: TryRun): Promise<Failing> {
  let best = found;
  for (;;) {
    const smaller = (await fewerCalls(best, budget, tryRun)) ?? (await fewerProcesses(best, budget, tryRun));
    if (smaller === null) break;
    best = smaller;
  }
  best = await fewerSwitches(best, budget, tryRun);
  const simplest = await explore(best.scenario, perScenario.deviations, budget, tryRun);
  return simplest !== null && switchesOf(simplest.execution) < switchesOf(best.execution) ? simplest : best;
}

/**
 * A failing run of `scenario` with the fewest deviations, at most `deviationsMax`, or null if none is found within the
 * budget. Runs are tried in the order of their deviations, so the first that fails is one of the smallest.
 */
async function explore(
  scenario: Scenario,
  deviationsMax: number,
  budget: Budget,
  tryRun: TryRun,
): Promise<Failing | null> {
  const waiting: (readonly Deviation[])[] = [[]];
  for (const deviations of waiting) {
    if (budget.left <= 0) return null;
    budget.left--;
    const { failing, choices } = await tryRun(scenario, deviating(deviations));
    if (failing !== null) return failing;
    if (deviations.length >= deviationsMax) continue;
    // Every run is reached in one way only: by adding its deviations from first to last.
    const first = (deviations.at(-1)?.step ?? -1) + 1;
    for (let step = first; step < choices.length && waiting.length <= budget.left; step++) {
      for (const task of choices[step]?.options.slice(1) ?? []) waiting.push([...deviations, { step, task }]);
    }
  }
  return null;
}

async function fewerCalls(best: Failing, budget: Budget, tryRun: TryRun): Promise<Failing | null> {
  const { scenario } = best;
  for (const [p, calls] of scenario.entries()) {
    for (const i of calls.keys()) {
      const failing = await stillFails(compacted(scenario.with(p, calls.toSpliced(i, 1))), best, budget, tryRun);
      if (failing !== null) return failing;
    }
  }
  return null;
}

/** The calls of one process done by another, after or before its own. */
async function fewerProcesses(best: Failing, budget: Budget, tryRun: TryRun): Promise<Failing | null> {
  const { scenario } = best;
  const without = (from: number, to: number, calls: readonly Call[]): Scenario =>
    compacted(scenario.with(to, calls).with(from, []));
  for (const [from, calls] of [...scenario.entries()].reverse()) {
    for (const [to, own] of scenario.entries()) {
      if (to === from) continue;
      for (const together of [own.concat(calls), calls.concat(own)]) {
        const failing = await stillFails(without(from, to, together), best, budget, tryRun);
        if (failing !== null) return failing;
      }
    }
  }
  return null;
}

/** Joins what a process does before and after another goes, one place after the other, as long as the run still fails. */
async function fewerSwitches(found: Failing, budget: Budget, tryRun: TryRun): Promise<Failing> {
  let best = found;
  for (let joined = true; joined;) {
    joined = false;
    for (const order of joinedOrders(best.execution)) {
      if (budget.left-- <= 0) return best;
      const { failing } = await tryRun(best.scenario, guided(order));
      if (failing === null || switchesOf(failing.execution) >= switchesOf(best.execution)) continue;
      best = failing;
      joined = true;
      break;
    }
  }
  return best;
}

/** Orders in which two stretches of one process are moved together, the later to the earlier and the other way round. */
function joinedOrders({ choices }: Execution): readonly (readonly string[])[] {
  const stretches: { readonly process: number | null; readonly names: string[] }[] = [];
  for (const { process, taken } of choices) {
    const open = stretches.at(-1);
    if (open?.process === process) open.names.push(taken);
    else stretches.push({ process, names: [taken] });
  }
  return stretches.flatMap((stretch, i) => {
    const next = stretches.findIndex(({ process }, j) => j > i && process === stretch.process);
    const other = stretches[next];
    if (other === undefined) return [];
    const earlier = stretches.toSpliced(next, 1).toSpliced(i + 1, 0, other);
    const later = stretches.toSpliced(next, 0, stretch).toSpliced(i, 1);
    return [earlier, later].map((all) => all.flatMap(({ names }) => names));
  });
}
