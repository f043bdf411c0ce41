import { expect, test } from 'vitest';
import { queue, queueFromInit, queueKnown } from '../../checkers/linearizable/methods/container-trial.ts';
import { judge } from '../../checkers/linearizable/methods/judge-method.ts';

test.each([
  ['removals known', queueKnown, 40_000],
  ['removals of unknown outcome', queue, 60_000],
  ['not empty at first', queueFromInit, 20_000],
] as const)('many random histories of a queue: %s', (name, trial, count) => {
  const { valid, invalid, inapplicable } = judge(trial, count, name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(count / 4);
  expect(inapplicable).toBeLessThan(count / 1000);
});
