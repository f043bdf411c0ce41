/** Looks for an interleaving that shows a bug, with fast-check, and makes it small. */

import fc from 'fast-check';
import { checkLinearizable } from '../../checkers/linearizable/linearizable.ts';
import type { Model } from '../../checkers/models/model.ts';
import { canonical } from '../history/json.ts';
import type { Json } from '../history/operation.ts';
import { machineEventLoop, type EventLoop } from './event-loop.ts';
import { execute, type Execution } from './execution.ts';
import { judgeOf, type Judge } from './judgement.ts';
import type { Settings } from './options.ts';
import { reportOf } from './report.ts';
import type { ConcurrencyResult, Counterexample } from './result.ts';
import { scenarios, type Scenario } from './scenario.ts';
import { minimized, orderOf, stillFails, type Budget, type Failing, type TryRun } from './shrink.ts';
import { drawn, guided } from './strategy.ts';

/** A run that is directed may starve who spins; it is given up when it is this many times as long as a drawn one. */
const patience = 4;

/**
 * Runs random scenarios in random interleavings until one fails, then fast-check's smaller versions of that scenario,
 * each in the interleavings that may still fail, then those of `minimized`. All of it follows from the seed; what comes
 * after the first failure follows from that alone.
 */
export async function search<Subject, State>(
  settings: Settings<Subject>,
  model: Model<State>,
  loop: EventLoop = machineEventLoop,
): Promise<ConcurrencyResult> {
  const { limits, numRuns } = settings;
  const budget: Budget = { left: limits.shrinkRunsMax };
  const runs = runner(settings, judgeOf(settings, model), loop);

  const property = fc.asyncProperty(scenarios(settings), fc.scheduler(), async (scenario, scheduler) => {
    const { best, crash } = runs.state;
    if (crash !== null || scenario.length === 0) return true;
    try {
      // Who spins while others are not let go has done nothing wrong: that takes a fair scheduler.
      const failing =
        best === null || best.judgement.failure === 'endless'
          ? await runs.fair(scenario, scheduler)
          : await stillFails(scenario, best, budget, runs.directed);
      runs.state.best = failing ?? best;
      return failing === null;
    } catch (thrown) {
      runs.state.crash = { thrown };
      return false;
    }
  });
  const details = await fc.check(property, {
    numRuns,
    ...(settings.seed === undefined ? {} : { seed: settings.seed }),
    ...(settings.path === undefined ? {} : { path: settings.path }),
  });
  const { best, crash, undecided } = runs.state;
  if (crash !== null) throw crash.thrown;
  const about = { runs: details.numRuns, seed: details.seed };
  if (best === null) {
    const verdict = undecided === null ? { valid: true as const } : { valid: 'unknown' as const, reason: undecided };
    return { ...verdict, ...about, shrinkRuns: 0, counterexample: null };
  }
  const small =
    best.judgement.failure === 'endless' ? best : await minimized(best, { left: limits.shrinkRunsMax }, runs.directed);
  const again = await execute(settings, small.scenario, guided(orderOf(small.execution)), loop, true);
  // The number of the run; what follows in fast-check's path comes by itself.
  const path = details.counterexamplePath?.split(':')[0] ?? '';
  const described = evidenceOf(small, again, model, limits.checkMs);
  const counterexample = { ...described, path };
  const text = reportOf(counterexample, model, details.seed);
  const { reason } = counterexample;
  return {
    valid: false,
    reason,
    ...about,
    shrinkRuns: runs.state.directed,
    counterexample: { ...counterexample, text },
  };
}

interface SearchState {
  /** The smallest failing run so far. */
  best: Failing | null;
  /** Why some run could not be judged. */
  undecided: string | null;
  /** What ends the search at once. */
  crash: { readonly thrown: unknown } | null;
  /** How many runs were directed. */
  directed: number;
}

interface Runner {
  readonly state: SearchState;
  /** A run as fast-check's scheduler draws it. Null if it passes, or fails otherwise than what is being made small. */
  fair(scenario: Scenario, scheduler: fc.Scheduler): Promise<Failing | null>;
  readonly directed: TryRun;
}

function runner<Subject>(settings: Settings<Subject>, judge: Judge, loop: EventLoop): Runner {
  const { limits } = settings;
  const state: SearchState = { best: null, undecided: null, crash: null, directed: 0 };
  let longest = 0;
  const failingOf = (scenario: Scenario, execution: Execution): Failing | null => {
    const judgement = judge(execution);
    if (judgement.kind === 'undecided') state.undecided ??= judgement.reason;
    if (judgement.kind !== 'fails') return null;
    const isAnother = state.best !== null && state.best.judgement.failure !== judgement.failure;
    return isAnother ? null : { scenario, execution, judgement };
  };
  return {
    state,
    async fair(scenario, scheduler) {
      const execution = await execute(settings, scenario, drawn(scheduler), loop);
      longest = Math.max(longest, execution.choices.length);
      return failingOf(scenario, execution);
    },
    async directed(scenario, strategy) {
      state.directed++;
      const stepsMax = Math.min(limits.stepsMax, longest * patience);
      const execution = await execute({ ...settings, limits: { ...limits, stepsMax } }, scenario, strategy, loop);
      return { failing: failingOf(scenario, execution), choices: execution.choices };
    },
  };
}

function evidenceOf<State>(
  { scenario, execution, judgement }: Failing,
  again: Execution,
  model: Model<State>,
  checkMs: number,
): Omit<Counterexample, 'text' | 'path'> {
  const { history } = execution;
  const { failure } = judgement;
  const verdict = failure === 'not-linearizable' ? checkLinearizable(history, model, { timeBudgetMs: checkMs }) : null;
  return {
    failure,
    reason: verdict?.reason ?? judgement.reason,
    scenario,
    events: again.events,
    history,
    verdict,
    isReproducible: textOf(again) === textOf(execution),
  };
}

const textOf = ({ history }: Execution): string => canonical(history as unknown as Json);
