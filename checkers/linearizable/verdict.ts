/** The verdict of the linearizability checker, with the evidence that a report needs. All indices are history indices. */

import type { Verdict } from '../verdict.ts';

export interface LinearizableVerdict extends Verdict {
  readonly model: string;
  /** How it was decided, e.g. `wing-gong-lowe`. */
  readonly method: string;
  /** Client operations that took part in the check. */
  readonly operations: number;
  /** Independent parts (keys) checked, and how many of them came out each way. */
  readonly parts: { readonly valid: number; readonly invalid: number; readonly unknown: number };
  readonly failures: readonly Failure[];
  /** Parts without a verdict, and why (budget). */
  readonly undecided: readonly { readonly key: string | null; readonly reason: string; readonly reached: number }[];
}

/** Why one part is not linearizable. */
export interface Failure {
  readonly key: string | null;
  /** The completion at which no order was left: the shortest failing prefix ends here. */
  readonly completion: number;
  /** Its invocation. */
  readonly invocation: number;
  /** One sentence in the words of the operations: who read what, and what was possible. */
  readonly explanation: string;
  /** The states possible just before the operation had to take effect, as the model describes them. At most 10. */
  readonly states: readonly string[];
  /** Orders (invocation indices, the last 10 of each) that lead to those states. At most 10. */
  readonly paths: readonly { readonly order: readonly number[]; readonly state: string }[];
  /** Invocations worth showing around the failure, in history order; at most 40. */
  readonly around: readonly number[];
}
