/** Whether a run shows a bug, and which. */

import { checkLinearizable } from '../../checkers/linearizable/linearizable.ts';
import type { Model } from '../../checkers/models/model.ts';
import { UsageError } from '../errors.ts';
import { stillIn, type Execution } from './execution.ts';
import type { Settings } from './options.ts';
import { named, textOf } from './words.ts';

/**
 * - `not-linearizable`: no order of the operations explains what they returned;
 * - `deadlock`: nothing was left to schedule, and some operation had not returned;
 * - `endless`: the run had taken `limits.stepsMax` steps, and some operation had not returned;
 * - `thrown`: an operation threw what its `onThrown` calls an error.
 */
export type FailureKind = 'not-linearizable' | 'deadlock' | 'endless' | 'thrown';

export type Judgement =
  | { readonly kind: 'passes' }
  | { readonly kind: 'undecided'; readonly reason: string }
  | {
      readonly kind: 'fails';
      readonly failure: FailureKind;
      /** One sentence. */
      readonly reason: string;
    };

export type Judge = (execution: Execution) => Judgement;

/** Judges runs against `model`. Throws a UsageError for operations that the model does not know. */
export function judgeOf<Subject, State>(settings: Settings<Subject>, model: Model<State>): Judge {
  const { onDeadlock, limits } = settings;
  return ({ history, ending }) => {
    if (ending.kind === 'thrown') {
      const { process, call, thrown } = ending;
      const reason = `p${process} threw in ${named(call.name, call.args)}: ${textOf(thrown)}`;
      return { kind: 'fails', failure: 'thrown', reason };
    }
    const verdict = checkLinearizable(history, model, { timeBudgetMs: limits.checkMs, evidence: false });
    if (verdict.valid === false) {
      return { kind: 'fails', failure: 'not-linearizable', reason: verdict.reason ?? 'not linearizable' };
    }
    if (ending.kind === 'deadlock' && onDeadlock === 'error') {
      const reason = `deadlock: nothing left to schedule, ${stillIn(ending.pending)}`;
      return { kind: 'fails', failure: 'deadlock', reason };
    }
    if (ending.kind === 'endless') {
      const reason = `no end after ${limits.stepsMax} steps, ${stillIn(ending.pending)}`;
      return { kind: 'fails', failure: 'endless', reason };
    }
    if (verdict.valid === true) return { kind: 'passes' };
    const reason = verdict.reason ?? 'linearizability is not decided';
    // The budget is the only reason that another run may not have.
    if (verdict.undecided.length === 0) throw new UsageError(reason);
    return { kind: 'undecided', reason };
  };
}
