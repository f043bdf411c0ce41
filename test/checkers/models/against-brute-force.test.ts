import { expect, test } from 'vitest';
import { kinds } from './kinds.ts';
import { compareWithBruteForce } from './compare.ts';

test.each(kinds)('random histories of a $name: the verdict is that of brute force', (kind) => {
  const { valid, invalid } = compareWithBruteForce(kind, 200);
  expect(Math.min(valid, invalid)).toBeGreaterThan(25);
});
