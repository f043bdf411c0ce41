import { expect, test } from 'vitest';
import { judgeTransactions, patternsOf } from './trial.ts';

test('on 3,000 random histories the verdicts for transactions are those of the definitions', () => {
  const { split, patterns, different, unknownOutcomes } = judgeTransactions(3000, 'transactions');
  for (const { valid, invalid } of Object.values(split)) expect(Math.min(valid, invalid)).toBeGreaterThan(600);
  for (const name of patternsOf) expect([name, (patterns[name] ?? 0) > 0]).toEqual([name, true]);
  expect(different).toBeGreaterThan(300);
  expect(unknownOutcomes).toBeGreaterThan(300);
});
