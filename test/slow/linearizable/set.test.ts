import { expect, test } from 'vitest';
import { judge } from '../../checkers/linearizable/methods/judge-method.ts';
import { byElement, growing, mixed } from '../../checkers/linearizable/methods/set-trial.ts';

test.each([
  ['by element', byElement],
  ['growing', growing],
] as const)('100,000 random histories: %s', (kind, trials) => {
  const count = Math.ceil(100_000 / trials.length);
  for (const [name, trial] of trials) {
    const { valid, invalid, inapplicable } = judge(trial, count, `many, ${kind}, ${name}`);
    expect(Math.min(valid, invalid)).toBeGreaterThan(count / 5);
    expect(inapplicable).toBe(0);
  }
});

test('where elements are removed and the whole set is read, what is found wrong is wrong', () => {
  judge(mixed, 20_000, 'many, mixed');
});
