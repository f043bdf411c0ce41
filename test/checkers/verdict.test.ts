import { expect, test } from 'vitest';
import { compose, mergeValid } from '../../checkers/verdict.ts';

test('false beats unknown beats true, and nothing is true', () => {
  expect(mergeValid([])).toBe(true);
  expect(mergeValid([true, true])).toBe(true);
  expect(mergeValid([true, 'unknown', true])).toBe('unknown');
  expect(mergeValid(['unknown', false, true])).toBe(false);
});

test('the whole has the worst verdict and the reason of the first that has it', () => {
  const checkers = {
    stats: { valid: 'unknown', reason: 'no read ever succeeded' },
    linearizable: { valid: false, reason: 'stale read' },
    crashes: { valid: false, reason: 'n1 crashed' },
    exceptions: { valid: true },
  } as const;
  expect(compose(checkers)).toEqual({ valid: false, reason: 'stale read', checkers });
  expect(compose({ exceptions: { valid: true } })).toEqual({ valid: true, checkers: { exceptions: { valid: true } } });
});
