/** The verdict of the linearizability checker, with the evidence that a report needs. All indices are history indices. */

import type { History } from '../../src/history/operation.ts';
import type { Verdict } from '../verdict.ts';

export interface LinearizableVerdict extends Verdict {
  readonly model: string;
  /** How it was decided, e.g. `wing-gong-lowe`; several, the most used first, with commas. */
  readonly method: string;
  /** How many parts each method decided. */
  readonly methods: Readonly<Record<string, number>>;
  /** Client operations that took part in the check. */
  readonly operations: number;
  /** Independent parts (keys) checked, and how many of them came out each way. */
  readonly parts: {
    readonly valid: number;
    readonly invalid: number;
    readonly unknown: number;
    /** Not looked at to the end, because one failure was enough or the check was called off. Absent: none. */
    readonly skipped?: number;
  };
  /** In the order of the completions at which they fail. */
  readonly failures: readonly Failure[];
  /** Parts without a verdict, and why (budget). */
  readonly undecided: readonly Undecided[];
  /** Where orders were asked to be confirmed: how many were, and what was wrong with others, which is an error of Clew. */
  readonly witnesses?: { readonly confirmed: number; readonly refuted: readonly string[] };
}

export interface Undecided {
  readonly key: string | null;
  readonly reason: string;
  /** Up to this position of the history some order explains everything; -1 for none. */
  readonly reached: number;
  /** Completions that some order explains, of how many. */
  readonly explained: number;
  readonly completions: number;
  /** The option that gives it more room. */
  readonly raise: '--time-budget' | '--memory-budget';
}

/** Why one part is not linearizable. */
export interface Failure {
  readonly key: string | null;
  /** What decided the part. */
  readonly method: string;
  /** The completion at which no order was left: the shortest failing prefix ends here. */
  readonly completion: number;
  /** Its invocation. */
  readonly invocation: number;
  readonly prefix: {
    /** How many of the first positions of the history it has. */
    readonly positions: number;
    /** How many operations of the part are in it. */
    readonly operations: number;
    /** False where there was no time to find the smallest: this one fails, a smaller one may. */
    readonly smallest: boolean;
  };
  /** One sentence in the words of the operations: who read what, and what was possible. */
  readonly explanation: string;
  /** The states possible just before the operation had to take effect, as the model describes them. At most 10. */
  readonly states: readonly string[];
  /** Whether `states` are all that were possible. */
  readonly statesComplete: boolean;
  /** Orders (invocation indices, the last 10 of each) that lead to those states. At most 10. */
  readonly paths: readonly { readonly order: readonly number[]; readonly state: string }[];
  /** A few operations of the prefix that are not linearizable by themselves. Null where none were found in time. */
  readonly shrunk: SubHistory | null;
  /** Invocations worth showing around the failure, in history order; at most 40. */
  readonly around: readonly number[];
}

/** A history made of some operations of another. */
export interface SubHistory {
  readonly operations: History;
  /** `positions[i]` is where `operations[i]` was in the whole history. */
  readonly positions: readonly number[];
  /**
   * Whether it becomes linearizable when any one operation is taken out of it, together with those that saw what it
   * alone had made.
   */
  readonly minimal: boolean;
}
