/** What a concurrency test finds. */

import type { LinearizableVerdict } from '../../checkers/linearizable/verdict.ts';
import type { Verdict } from '../../checkers/verdict.ts';
import type { History } from '../history/operation.ts';
import type { Event } from './execution.ts';
import type { FailureKind } from './judgement.ts';
import type { Scenario } from './scenario.ts';

export interface ConcurrencyResult extends Verdict {
  /** Scenarios that were run until a counterexample was found, that of the counterexample included. */
  readonly runs: number;
  /** Runs that making it small took. */
  readonly shrinkRuns: number;
  /** Decides everything: the same options with this seed give the same result. */
  readonly seed: number;
  /** Null unless `valid` is false. */
  readonly counterexample: Counterexample | null;
}

export interface Counterexample {
  readonly failure: FailureKind;
  /** What is wrong, in one sentence. */
  readonly reason: string;
  /** What each process calls. */
  readonly scenario: Scenario;
  /** The interleaving: what each process did at which step. */
  readonly events: readonly Event[];
  /** The same as the model sees it. */
  readonly history: History;
  /** The evidence; null unless the failure is `not-linearizable`. */
  readonly verdict: LinearizableVerdict | null;
  /** With the seed: `{ seed, path }` goes straight to this counterexample. */
  readonly path: string;
  /** False if a second run in the same interleaving went otherwise: something outside of the schedule decides, too. */
  readonly isReproducible: boolean;
  /** All of this in words. */
  readonly text: string;
}
