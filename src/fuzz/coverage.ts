/**
 * Probes as "sometimes" assertions: what a protocol says that it does now and then, some run of a campaign must have seen.
 * What no run reached was not tested.
 */

import type { Reached } from '../store/campaign.ts';

/** Probes that say how a node stands, and so come up in every run. */
const stateProbes: ReadonlySet<string> = new Set(['role', 'term', 'leader', 'commit', 'applied', 'snapshot']);

/** Every probe that some run reached or that is `expected`, by name. */
export function summedCoverage(
  runs: readonly Readonly<Record<string, number>>[],
  expected: readonly string[],
): readonly Reached[] {
  const sums = new Map(expected.map((probe) => [probe, { runs: 0, times: 0 }]));
  for (const coverage of runs) {
    for (const [probe, times] of Object.entries(coverage)) {
      if (stateProbes.has(probe)) continue;
      const sum = sums.get(probe) ?? { runs: 0, times: 0 };
      sums.set(probe, { runs: sum.runs + 1, times: sum.times + times });
    }
  }
  return [...sums].map(([probe, sum]): Reached => ({ probe, ...sum })).sort((a, b) => (a.probe < b.probe ? -1 : 1));
}
