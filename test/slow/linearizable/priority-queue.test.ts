import { expect, test } from 'vitest';
import {
  priorities,
  prioritiesFromInit,
  prioritiesKnown,
} from '../../checkers/linearizable/methods/container-trial.ts';
import { judge } from '../../checkers/linearizable/methods/judge-method.ts';

test.each([
  ['removals known', prioritiesKnown, 40_000],
  ['removals of unknown outcome', priorities, 60_000],
  ['not empty at first', prioritiesFromInit, 20_000],
] as const)('many random histories of a priority queue: %s', (name, trial, count) => {
  const { valid, invalid, inapplicable } = judge(trial, count, name);
  expect(Math.min(valid, invalid)).toBeGreaterThan(count / 4);
  expect(inapplicable).toBeLessThan(count / 1000);
});
