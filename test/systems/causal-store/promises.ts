/** What must hold of the causal store in simulated runs under all faults, for as many seeds as there is time for. */

import { expect } from 'vitest';
import { faultsOf, runs } from './runs.ts';

/** What no run has met is not tested. */
const points = [
  'anti-entropy',
  'came-too-late-to-win',
  'delayed',
  'log-cut',
  'queue-full',
  'received-again',
  'session-refused',
  'session-waits',
];

/** `rounds` times four runs of each workload. */
export async function keepsItsPromises(rounds: number, timeLimitS: number): Promise<void> {
  const met = new Set<string>();
  for (const workload of ['kv-sessions', 'kv-fixed-sessions']) {
    for (let round = 0; round < rounds; round++) {
      for (const seen of await runs({ seed: 1000 + 4 * round, runs: 4, timeLimitS, workload })) {
        const where = `${workload}, seed ${seen.seed}`;
        expect(seen.broken, where).toBe(false);
        expect([...faultsOf(seen)], where).toEqual([]);
        for (const name of seen.passed) met.add(name);
      }
    }
  }
  expect(points.filter((name) => !met.has(name))).toEqual([]);
}
