import { expect, test } from 'vitest';
import type { Pattern } from '../../../checkers/causal/patterns.ts';
import { judgeCausal } from './cc-trial.ts';

const patterns = ['ThinAirRead', 'AbortedRead', 'CyclicCO', 'WriteCOInitRead', 'WriteCORead', 'CyclicCF'] as const;

test('on 3,000 random histories the verdicts for CC and CCv are those of the definitions', async ({ annotate }) => {
  const tally = judgeCausal(3000, 'causal');
  await annotate(JSON.stringify(tally));
  for (const { valid, invalid } of [tally.CC, tally.CCv]) expect(Math.min(valid, invalid)).toBeGreaterThan(600);
  expect(tally.CC.valid - tally.CCv.valid).toBeGreaterThan(40);
  expect(tally.CC.undecided).toBeGreaterThan(50);
  expect(tally.unknownOutcomes).toBeGreaterThan(500);
  for (const pattern of patterns satisfies readonly Pattern[]) expect(tally.patterns[pattern] ?? 0).toBeGreaterThan(50);
});
