/** Decides one part: the first near-linear method of the model's family that applies, else the general search. */

import type { CompleteModel } from '../models/model.ts';
import { search } from './general/search.ts';
import { methods } from './methods/index.ts';
import type { Part } from './part.ts';

/** The general search, as results name it. */
export const generalSearch = 'wing-gong-lowe';

/** `search` leaves the near-linear methods out: for comparisons. */
export type MethodChoice = 'best' | 'search';

export type Answer =
  | {
      readonly kind: 'valid';
      readonly method: string;
      /** An order that explains the part, as `MethodAnswer.witness`. */
      witness(): Int32Array;
    }
  | {
      readonly kind: 'invalid';
      readonly method: string;
      /** Where it has come out by the way: operations that are invalid by themselves. */
      readonly core: readonly number[] | null;
      /** Completions, from the first on, that are known to be explained. */
      readonly explained: number;
    };

export type DecisionAnswer = Answer | { readonly kind: 'stopped' };

export interface Decision {
  /** What a near-linear method says; null when none applies. `advance` begins with it if it was not asked before. */
  quick(): Answer | null;
  /** Goes on until there is an answer or `stop` says so; after `stopped` it may be called again. */
  advance(stop: () => boolean): DecisionAnswer;
  /** Completions that some order explains, from the first on. */
  explained(): number;
  /** Bytes in use. */
  bytes(): number;
}

/** Nothing of size is done before `advance`. */
export function decision(model: CompleteModel<unknown>, part: Part, choice: MethodChoice = 'best'): Decision {
  let begun: ReturnType<typeof search> | null = null;
  let isQuick = choice === 'best';
  const quick = (): Answer | null => {
    if (!isQuick) return null;
    isQuick = false;
    return quickAnswer(model, part);
  };
  return {
    quick,
    explained: () => begun?.explained() ?? 0,
    bytes: () => begun?.bytes() ?? 0,
    advance(stop) {
      const answer = quick();
      if (answer !== null) return answer;
      const running = (begun ??= search(model, part));
      const kind = running.advance(stop);
      if (kind === 'stopped') return { kind };
      if (kind === 'valid') return { kind, method: generalSearch, witness: () => running.witness() };
      return { kind, method: generalSearch, core: null, explained: running.explained() };
    },
  };
}

/** Null when no near-linear method applies. */
function quickAnswer(model: CompleteModel<unknown>, part: Part): Answer | null {
  if (model.family === undefined) return null;
  for (const method of methods[model.family]) {
    const answer = method.decide(model, part);
    if (answer.kind === 'valid') return { kind: 'valid', method: method.name, witness: () => answer.witness() };
    if (answer.kind === 'invalid') {
      return { kind: 'invalid', method: method.name, core: answer.core ?? null, explained: 0 };
    }
  }
  return null;
}

/** The answer for a part, at once; null when it has to be stopped. */
export function decide(
  model: CompleteModel<unknown>,
  part: Part,
  stop: () => boolean,
  choice: MethodChoice = 'best',
): Answer | null {
  const answer = decision(model, part, choice).advance(stop);
  return answer.kind === 'stopped' ? null : answer;
}
