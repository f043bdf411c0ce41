/** The linearizability checker: splits a history into independent parts and finds an order for each. */

import { columnsOf } from '../../src/history/columns-builder.ts';
import type { HistoryColumns } from '../../src/history/columns.ts';
import type { History } from '../../src/history/operation.ts';
import { complete, type CompleteModel, type Model } from '../models/model.ts';
import type { Checker } from '../verdict.ts';
import { checkParts, type PartsOptions } from './check-parts.ts';
import { conclusion, objected } from './conclusion.ts';
import { split } from './part.ts';
import { streaming } from './streaming.ts';
import type { LinearizableVerdict } from './verdict.ts';

export type CheckOptions = Partial<PartsOptions>;

export const checkDefaults = {
  timeBudgetMs: 60_000,
  memoryBudgetBytes: 1_000_000_000,
  now: () => performance.now(),
  evidence: true,
  methods: 'best',
  stopAtFirstFailure: false,
  replayWitnesses: false,
} as const satisfies PartsOptions;

/**
 * Checks that the clients' operations could have happened one at a time, each at some instant between its invocation
 * and its completion, as `model` says (Herlihy & Wing 1990). A part is decided on its own: linearizability is local.
 *
 * Never throws for want of time or memory: what is not decided within the budgets is `'unknown'`, and a violation that
 * was found stays one. Throws a RangeError for a history in which a completion completes nothing or a process is called
 * while it is busy.
 */
export function checkLinearizable<State>(
  history: History | HistoryColumns,
  model: Model<State>,
  options: CheckOptions = {},
): LinearizableVerdict {
  const all: PartsOptions = { ...checkDefaults, ...options };
  const deadline = all.now() + all.timeBudgetMs;
  const completed = complete(model) as CompleteModel<unknown>;
  const divided = split(completed, 'count' in history ? history : columnsOf(history));
  if (divided.kind === 'objection') return objected(model.name, divided);
  const report = checkParts(completed, divided.parts, all, deadline);
  return conclusion(model.name, divided.operations, [report]);
}

export interface LinearizableOptions extends Omit<CheckOptions, 'timeBudgetMs'> {
  /** How long all parts together may take. What is not decided by then is unknown. */
  readonly budgetMs: number;
}

/** `checkLinearizable` as one of the checkers of a run. */
export function linearizable<State>(
  model: Model<State>,
  { budgetMs, ...options }: LinearizableOptions,
): Checker<LinearizableVerdict> {
  return {
    name: 'linearizable',
    check: (history) => checkLinearizable(history, model, { ...options, timeBudgetMs: budgetMs }),
    watch(now) {
      const growing = streaming(model, { now, evidenceNow: options.now ?? checkDefaults.now });
      return {
        record: (operation) => growing.record(operation),
        violation() {
          const failure = growing.check();
          return failure === null ? null : `not linearizable: ${failure.explanation}`;
        },
      };
    },
  };
}
