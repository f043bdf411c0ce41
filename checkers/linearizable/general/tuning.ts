/** How much of what a search does before it does something else. No value changes an answer, only when it comes. */

export interface Tuning {
  /** Looks into tables between two questions whether to stop: some tens of microseconds if the model is fast. */
  readonly workPerQuestion: number;
  /** How many such looks a question to the model counts: models may be slow. */
  readonly workPerStep: number;
  /** Work after which a dive that makes no progress is taken to be stuck. */
  readonly patience: number;
  /** Configurations to look at for a way that needs no more pending operations, before one more is spent. */
  readonly thrift: number;
  /** Returns in the first window of a refutation. */
  readonly windowAtFirst: number;
  /** States times classes up to which the steps of a model are in a plain table. */
  readonly denseMax: number;
}

export const defaultTuning: Tuning = {
  workPerQuestion: 4096,
  workPerStep: 128,
  patience: 1 << 15,
  thrift: 256,
  windowAtFirst: 32,
  denseMax: 1 << 20,
};
