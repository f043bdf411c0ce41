import { expect, test } from 'vitest';
import { tell } from '../tell.ts';
import { judgeTransactions, patternsOf } from '../../checkers/transactions/trial.ts';

test('on many random histories the verdicts for transactions are those of the definitions', () => {
  const tally = judgeTransactions(20_000, 'many transactions');
  const { split, patterns, unknownOutcomes } = tally;
  tell('transactions', tally);
  expect(unknownOutcomes).toBeGreaterThan(2000);
  for (const { valid, invalid } of Object.values(split)) expect(Math.min(valid, invalid)).toBeGreaterThan(4000);
  for (const name of patternsOf) expect([name, (patterns[name] ?? 0) > 10]).toEqual([name, true]);
});
