import { expect, it } from 'vitest';
import { watchedRaft } from './cluster.ts';
import { storm } from './storm.ts';

const seeds = Array.from({ length: 12 }, (_, i) => i + 1);

it('keeps its promises in storms of losses, delays, doubles, partitions and crashes, and goes on afterwards', () => {
  const coverage = new Map<string, number>();
  for (const seed of seeds) {
    const { violation, operations, coverage: passed } = storm(seed, watchedRaft().create, 15_000);
    expect(violation, `seed ${seed}`).toBeNull();
    expect(operations, `seed ${seed}`).toBeGreaterThan(50);
    for (const name of points) coverage.set(name, (coverage.get(name) ?? 0) + passed(name));
  }
  // What no storm has met is not tested.
  expect(points.filter((name) => coverage.get(name) === 0)).toEqual([]);
});

const points = [
  'election-won',
  'vote-withheld',
  'vote-denied-log',
  'log-truncated',
  'fast-backtrack',
  'check-quorum-stepped-down',
  'snapshot-sent',
  'snapshot-installed',
  'read-index-confirmed',
  'session-duplicate',
];
