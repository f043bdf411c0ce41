import { expect, test } from 'vitest';
import { stacked, stackedFromInit, stackedKnown } from '../../checkers/linearizable/methods/container-trial.ts';
import { judge } from '../../checkers/linearizable/methods/judge-method.ts';

test.each([
  ['removals known', stackedKnown, 40_000],
  ['removals of unknown outcome', stacked, 60_000],
  ['not empty at first', stackedFromInit, 20_000],
] as const)('many random histories of a stack: %s', (name, trial, count) => {
  const { valid, invalid, inapplicable } = judge(trial, count, name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(count / 4);
  expect(inapplicable).toBeLessThan(count / 1000);
});
