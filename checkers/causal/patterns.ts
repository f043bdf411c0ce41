/**
 * What the checkers of causal and weaker models say: verdicts, and violations by the names that the literature gives
 * them (bad patterns: Bouajjani, Enea, Guerraoui, Hamza, POPL 2017).
 *
 * An operation is always named by its row in the columns of the history.
 */

import type { Verdict } from '../verdict.ts';

/** The models, each as strong as its patterns say. `causal` is that of transactions, convergent as `CCv` is. */
export type ConsistencyModel =
  | 'CC'
  | 'CCv'
  | 'CM'
  | 'PRAM'
  | 'RYW'
  | 'MR'
  | 'MW'
  | 'WFR'
  | 'sequential'
  | 'read-committed'
  | 'read-atomic'
  | 'causal';

/** What a violation is called, and which operations its `core` holds, in this order. */
export type Pattern =
  /** `[r]`: r read a value that nobody wrote. */
  | 'ThinAirRead'
  /** `[w, r]`: r read the value of w, which failed. */
  | 'AbortedRead'
  /** A cycle in po + rf, in its order. Of a cycle of many operations, two messages of it: `[w, r, w', r']`. */
  | 'CyclicCO'
  /** `[w, r]`: r read the initial value though w CO r. */
  | 'WriteCOInitRead'
  /** `[w1, w2, r]`: r read w1 though w1 CO w2 CO r. */
  | 'WriteCORead'
  /**
   * A cycle in CF + CO. `[w1, w2, r, r']`: r read w2 though it knew w1, and r' read w1 though it knew w2. Where the
   * cycle is longer, `[w, r, w', r']`: two reads on it with what they returned. The arrows have all of it.
   */
  | 'CyclicCF'
  /** `[w, r]`: r read the initial value though w HB_o r. */
  | 'WriteHBInitRead'
  /**
   * A cycle in HB_o. `[w1, w2, r]`: r read w1 though w1 HB_o w2 HB_o r; longer ones as `CyclicCF`. For PRAM also
   * `[w, r]`: r read w before w was there.
   */
  | 'CyclicHB'
  /**
   * No order of all operations, though nothing weaker is violated: a cycle in what every order must hold, with arrows,
   * or without any the operations at which the longest order ends. At most four.
   */
  | 'NoTotalOrder'
  /** `[w2, r]` or `[w1, w2, r]`: a read that breaks a session guarantee. */
  | 'ReadYourWrites'
  | 'MonotonicReads'
  | 'MonotonicWrites'
  | 'WritesFollowReads'
  /** Inside transactions. */
  | 'NotMyOwnWrite'
  | 'NotMyLastWrite'
  | 'FutureRead'
  | 'IntermediateRead'
  /** A cycle in so + wr + what the premise of the model orders. */
  | 'CyclicRC'
  | 'CyclicRA'
  | 'CyclicTCC';

/**
 * One step of the argument, from row to row.
 * - `po`: earlier in the same session. `rf`: `to` read what `from` wrote.
 * - `co`: a path of po and rf, which `nodePath` finds with the fewest messages.
 * - `cf`: `from` before `to`, since the read `because` knew `from` and returned `to`.
 * - `hb`: as `cf`, derived for one process (`because` as there).
 * - `vo`: `from` is the older version.
 * - `fr`: `to` overwrote what `from` read.
 */
export interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly relation: 'po' | 'rf' | 'co' | 'cf' | 'hb' | 'vo' | 'fr';
  /** The row of the read that makes it so. */
  readonly because?: number;
}

/** One cause, with its earliest occurrence. */
export interface Violation {
  readonly pattern: Pattern;
  /** Null for operations without a key, and where more than one key is involved. */
  readonly key: string | null;
  /** Rows of the operations that it takes to see it: at most four, as `Pattern` says. */
  readonly core: readonly number[];
  /** How they hang together. Of a long cycle only its messages in `core` and what lies between. */
  readonly arrows: readonly Arrow[];
  /** The session (process) in whose view it is a violation, where that matters (CM, PRAM). */
  readonly process?: number;
  /** How often the same came up: pattern, key and cause. This is the earliest. */
  readonly repeats: number;
}

/** Two writes that a read can't tell apart, or one that writes the initial value. */
export interface Ambiguity {
  readonly key: string | null;
  /** Number in `columns.values`. */
  readonly value: number;
  /** Rows: two writes of the same value to the same key, or one write of the initial value. */
  readonly rows: readonly [number, number] | readonly [number];
}

/**
 * The answer for one model. `'unknown'` where writes can't be told apart and what can be told shows no violation (then
 * `ambiguity` is there), or a budget was used up; a violation that is there in any case makes it false.
 */
export interface ModelVerdict extends Verdict {
  readonly model: ConsistencyModel;
  /** Different causes, earliest (by the completion of what came last in it) first; at most `violationsMax`. */
  readonly violations: readonly Violation[];
  /** How many violations were found in all, repeats and those left out included. */
  readonly found: number;
  readonly ambiguity?: Ambiguity;
}

/** So many causes are reported; the rest is counted. */
export const violationsMax = 100;
