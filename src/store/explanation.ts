/** `explanation.json`: where in a simulated run its failure was caused, and how that is known. */

/** One moment of the run, and how likely the failure is when all chance from there on is drawn anew. */
export interface Likelihood {
  /** Just before this moment, in ms after the test's start. */
  readonly atMs: number;
  /** So many futures were drawn; 0 where nothing was left to chance any more. */
  readonly futures: number;
  /** In so many of them it failed in the same way. */
  readonly failed: number;
}

/** The event, or those of one moment, that made the failure so much more likely than any other. */
export interface Jump {
  readonly atMs: number;
  /** Shares of futures that fail, in [0, 1], just before it and just after. */
  readonly before: number;
  readonly after: number;
  /** What happened then, each in one line. */
  readonly events: readonly string[];
}

export interface ExplanationRecord {
  readonly version: 1;
  /** The class of the failure, and the sentence it came with. */
  readonly failure: string;
  readonly reason: string;
  /** By time. The last is what happened in the end. */
  readonly likelihoods: readonly Likelihood[];
  /** Null where no single moment stands out: `why` says what is the case instead. */
  readonly jump: Jump | null;
  readonly why: string;
  /** How many runs it took. */
  readonly runs: number;
  /** The run, one line an event, in fixed columns. */
  readonly transcript: string;
}

/** The share of futures that fail. */
export const shareOf = ({ failed, futures }: Likelihood): number => (futures === 0 ? 1 : failed / futures);
