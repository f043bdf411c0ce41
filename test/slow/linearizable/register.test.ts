import { expect, test } from 'vitest';
import { judge } from '../../checkers/linearizable/methods/judge-method.ts';
import { judgeLonger } from '../../checkers/linearizable/methods/register-longer.ts';
import { distinct, longerTrials, repeated } from '../../checkers/linearizable/methods/register-trial.ts';

test.each(Object.entries(distinct))('many random histories with distinct values: %s', (name, trial) => {
  const { valid, invalid, inapplicable } = judge(trial, 25_000, `many, ${name}`);
  expect(Math.min(valid, invalid)).toBeGreaterThan(6000);
  expect(inapplicable).toBe(0);
});

test('many random histories in which values come up again', () => {
  const { valid, invalid, inapplicable } = judge(repeated, 20_000, 'many, repeated');
  expect(Math.min(valid, invalid)).toBeGreaterThan(4000);
  expect(inapplicable).toBe(0);
});

test.each(Object.entries(longerTrials))('many longer random histories and their prefixes: %s', (name, trial) => {
  const { valid, invalid, inapplicable } = judgeLonger(trial, 5000, `many, ${name}`);
  expect(Math.min(valid, invalid)).toBeGreaterThan(1000);
  expect(inapplicable).toBeLessThan(50);
});
