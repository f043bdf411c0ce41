/**
 * `clew/vitest`: the matcher `toBeLinearizable`. Importing this module registers it, in a test file or in one of
 * Vitest's `setupFiles`; the matcher is exported, too, for an `expect.extend` of your own.
 *
 * @example
 * import { models } from 'clew';
 * import 'clew/vitest';
 *
 * expect(history).toBeLinearizable(models.register);
 */

import { expect } from 'vitest';
import { checkLinearizable, type CheckOptions } from '../checkers/linearizable/linearizable.ts';
import type { LinearizableVerdict } from '../checkers/linearizable/verdict.ts';
import type { Model } from '../checkers/models/model.ts';
import { evidenceLines } from '../checkers/linearizable/evidence/lines.ts';
import { historyFrom } from './concurrency/received-history.ts';
import { UsageError } from './errors.ts';

export type { CheckOptions };

declare module 'vitest' {
  // The parameters must be named as in Vitest's own declaration.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /**
     * Passes if the operations of the history (a list of `Operation`, or `HistoryColumns`) could have happened one at a
     * time, each between its invocation and its completion, as `model` says. The message of a failure is the evidence:
     * the operation that has no place, the states that were possible, the orders that lead there, and the few
     * operations that fail by themselves.
     *
     * Fails, with `.not` as well as without, where that could not be decided within the budgets of `options` (by default
     * a minute and a gigabyte), and for what is no history of the model.
     */
    toBeLinearizable: <State>(model: Model<State>, options?: CheckOptions) => R;
  }
}

/** What a matcher gives back to Vitest. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matcher itself, for `expect.extend({ toBeLinearizable })`. Throws a UsageError for what is no history. */
export function toBeLinearizable<State>(
  this: { readonly isNot?: boolean },
  received: unknown,
  model: Model<State>,
  options?: CheckOptions,
): MatcherResult {
  if (!isModel(model)) throw new UsageError('toBeLinearizable needs a model: expect(history).toBeLinearizable(model)');
  const history = historyFrom(received);
  const verdict = checkLinearizable(history, model, options);
  switch (verdict.valid) {
    case true:
      return {
        pass: true,
        message: () => `expected a history that is not linearizable, but it is: ${extent(verdict)}`,
      };
    case false:
      return {
        pass: false,
        message: () => [verdict.reason ?? 'not linearizable', '', ...evidenceLines(verdict, history, model)].join('\n'),
      };
    case 'unknown':
      // Neither the expectation nor its opposite was met.
      return { pass: this.isNot === true, message: () => undecided(verdict) };
  }
}

function undecided(verdict: LinearizableVerdict): string {
  const { reason = 'linearizability is not decided' } = verdict;
  const raise = new Set(verdict.undecided.map((part) => part.raise));
  const options = [
    ...(raise.has('--time-budget') ? ['timeBudgetMs'] : []),
    ...(raise.has('--memory-budget') ? ['memoryBudgetBytes'] : []),
  ];
  if (options.length === 0) return reason;
  return `${reason}\n\nTo give it more: toBeLinearizable(model, { ${options.map((option) => `${option}: ...`).join(', ')} })`;
}

function extent({ model, operations, parts, method }: LinearizableVerdict): string {
  const { valid } = parts;
  const divided = valid > 1 ? ` in ${valid} independent parts` : '';
  return `all ${operations} operations${divided} have an order that the model ${model} allows (found by ${method})`;
}

function isModel(model: unknown): boolean {
  return typeof model === 'object' && model !== null && 'init' in model && 'step' in model && 'name' in model;
}

expect.extend({ toBeLinearizable });
