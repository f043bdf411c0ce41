import { expect, test } from 'vitest';
import { distinctElements, fromInit, repeatedElements } from '../../checkers/linearizable/methods/append-list-trial.ts';
import { judge } from '../../checkers/linearizable/methods/judge-method.ts';

test('100,000 random histories with distinct elements, some of them from a list that holds something at first', () => {
  for (const [name, trial, count] of [
    ['distinct elements', distinctElements, 80_000],
    ['from init', fromInit, 20_000],
  ] as const) {
    const { valid, invalid, inapplicable } = judge(trial, count, `many, ${name}`);
    expect(Math.min(valid, invalid)).toBeGreaterThan(count / 5);
    expect(inapplicable).toBe(0);
  }
});

test('where elements are appended twice, what is decided is right', () => {
  judge(repeatedElements, 20_000, 'many, repeated elements');
});
