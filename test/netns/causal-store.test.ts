import { expect, test } from 'vitest';
import { faultsOf, runs } from '../systems/causal-store/runs.ts';

// Its mutants, and longer runs, are in test/slow.
test('the causal store keeps its promises under all faults', async () => {
  const [seen] = await runs({ cluster: 'netns', timeLimitS: 12, seed: 1 });
  expect(seen === undefined || seen.broken).toBe(false);
  expect(seen === undefined ? null : [...faultsOf(seen)]).toEqual([]);
});
