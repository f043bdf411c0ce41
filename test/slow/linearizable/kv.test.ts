import { expect, test } from 'vitest';
import { judge } from '../../checkers/linearizable/methods/judge-method.ts';
import {
  appendTrials,
  confusingStrings,
  repeatedStrings,
} from '../../checkers/linearizable/methods/kv-appends-trial.ts';
import { kvTrials } from '../../checkers/linearizable/methods/register-trial.ts';

test.each(Object.entries({ ...kvTrials, ...appendTrials }))('many random histories: %s', (name, trial) => {
  const { valid, invalid, inapplicable } = judge(trial, 25_000, `many, ${name}`);
  expect(Math.min(valid, invalid)).toBeGreaterThan(4000);
  expect(inapplicable).toBe(0);
});

test('strings that come up again', () => {
  const { valid, invalid, inapplicable } = judge(repeatedStrings, 30_000, 'many, repeated strings');
  expect(Math.min(valid, invalid)).toBeGreaterThan(6000);
  expect(inapplicable).toBeLessThan(300);
});

test('where strings can be confused, what is decided is right', () => {
  judge(confusingStrings, 20_000, 'many, confusing strings');
});
