/** The choice between several generators that all have something to do. */

import type { Step } from './generator.ts';

type Yielded = Extract<Step, { kind: 'operation' }>;

/** An operation that one of several generators would do next. */
export interface Offer<Source> {
  readonly source: Source;
  readonly step: Yielded;
  /** Share in a tie. */
  readonly weight: number;
}

/**
 * The offer that happens first; among equals one by lot, in proportion to the weights, so that no generator starves
 * for its place in a list (`jepsen.generator/soonest-op-map`). `lot` is in [0, 1). Undefined when there is none.
 */
export function soonest<Source>(offers: readonly Offer<Source>[], lot: () => number): Offer<Source> | undefined {
  let time = Infinity;
  for (const offer of offers) time = Math.min(time, offer.step.operation.time);
  const first = offers.filter((offer) => offer.step.operation.time === time);
  if (first.length <= 1) return first[0];
  const total = first.reduce((sum, offer) => sum + offer.weight, 0);
  let ticket = lot() * total;
  return first.find((offer) => (ticket -= offer.weight) < 0) ?? first.at(-1);
}
