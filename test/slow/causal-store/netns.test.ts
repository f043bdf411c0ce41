import { expect, test } from 'vitest';
import { isAt, places } from '../../systems/causal-store/places.ts';
import { faultsOf, runs } from '../../systems/causal-store/runs.ts';

const options = { cluster: 'netns', timeLimitS: 30 } as const;

test('the causal store keeps its promises under all faults', async () => {
  const [seen] = await runs({ ...options, seed: 1 });
  expect(seen === undefined || seen.broken).toBe(false);
  expect(seen === undefined ? null : [...faultsOf(seen)]).toEqual([]);
});

test.each([
  ['fifo-only', 'WriteCORead'],
  ['no-session', 'WriteCORead'],
  ['lww-wall-clock', 'WriteCORead'],
  ['no-convergence', 'CyclicCF'],
])('the mutant %s shows %s within three runs', { timeout: 240_000 }, async (mutant, pattern) => {
  const shown = new Set<string>();
  for (let seed = 1; seed <= 3 && !shown.has(pattern); seed++) {
    for (const seen of await runs({ ...options, seed, mutant })) for (const name of faultsOf(seen)) shown.add(name);
  }
  expect([...shown]).toContain(pattern);
});

test.each(places)('the store with $mutant keeps $holds and breaks $fails', { timeout: 240_000 }, (place) =>
  isAt(place, { ...options, seed: 1, runs: 3 }),
);
