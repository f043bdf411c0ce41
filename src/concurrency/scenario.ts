/** Scenarios: which operations each process calls, one after the other. */

import fc from 'fast-check';
import type { ConcurrentOperation, Settings } from './options.ts';

export interface Call {
  /** The same in all scenarios that come of one by leaving calls out. */
  readonly id: string;
  /** The name in `operations`. */
  readonly name: string;
  readonly args: readonly unknown[];
}

/** By process. No process is without a call. */
export type Scenario = readonly (readonly Call[])[];

/** One call in so many is left out, so that shorter scenarios come up, too. */
const oneLeftOutOf = 8;

/** Random scenarios. They shrink by leaving calls out, one at a time, and to simpler arguments. */
export function scenarios<Subject>(settings: Settings<Subject>): fc.Arbitrary<Scenario> {
  const { operations, processes, operationsPerProcess } = settings;
  const calls = fc.oneof(
    ...[...operations].map(([name, operation]) => ({
      weight: operation.weight ?? 1,
      arbitrary: argumentsOf(operation).map((args) => ({ name, args })),
    })),
  );
  // `freq` of fast-check counts the values; the rest is `nil`. A list could not shrink below the length it begins with.
  const slot = fc.option(calls, { nil: null, freq: oneLeftOutOf });
  const process = fc.tuple(...Array.from({ length: operationsPerProcess }, () => slot));
  return fc
    .tuple(...Array.from({ length: processes }, () => process))
    .map((all) =>
      compacted(
        all.map((slots, p) =>
          slots.flatMap((call, i): readonly Call[] => (call === null ? [] : [{ id: `${p}.${i}`, ...call }])),
        ),
      ),
    );
}

/** Without processes that have nothing to do. */
export function compacted(scenario: Scenario): Scenario {
  return scenario.filter((calls) => calls.length > 0);
}

function argumentsOf<Subject>(operation: ConcurrentOperation<Subject>): fc.Arbitrary<readonly unknown[]> {
  return fc.tuple(...(operation.arguments ?? []));
}
