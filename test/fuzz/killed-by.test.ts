import { describe, expect, it } from 'vitest';
import { checkOf } from '../../src/fuzz/failures.ts';
import { resolveFuzz } from '../../src/fuzz/options.ts';
import { drawFor, runSeed } from '../../src/fuzz/work.ts';
import { systems } from '../../systems/index.ts';

/** Killed within a few seeds; the others take too long for a test, and stand in the track record. */
const quick: Readonly<Record<string, readonly string[]>> = {
  raft: [
    'read-before-commit',
    'ack-before-sync',
    'prev-term-unchecked',
    'truncate-always',
    'append-before-snapshot',
    'followers-apply-nothing',
    'in-doubt-is-failed',
    'no-session',
    'vote-erased',
    'strictly-up-to-date',
    'snapshot-term-made-up',
  ],
  'causal-store': ['fifo-only', 'no-session', 'no-convergence'],
};
const seedsMax = 60;

const cases = systems.flatMap(({ name: system, mutants }) =>
  mutants
    .filter(({ name }) => quick[system]?.includes(name))
    .map(({ name: mutant, killedBy }) => ({ system, mutant, killedBy })),
);

describe('the check that a mutant names', () => {
  it('is one that runs have', () => {
    const known = ['linearizable', 'append', 'causal', 'invariants', 'crashes', 'progress'];
    for (const { mutants } of systems) for (const { killedBy } of mutants) expect(known).toContain(killedBy);
  });

  it.each(cases)(
    'finds $mutant of $system: $killedBy',
    async ({ system, mutant, killedBy }) => {
      const { asked } = await resolveFuzz({ system, mutant });
      const draw = await drawFor(asked);
      const found = new Set<string>();
      for (let seed = 1; seed <= seedsMax && !found.has(killedBy); seed++) {
        const { failures } = await runSeed(draw, seed);
        for (const { failure } of failures) found.add(checkOf(failure));
      }
      expect([...found]).toContain(killedBy);
    },
    120_000,
  );
});
