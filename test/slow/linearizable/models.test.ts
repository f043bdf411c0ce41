import { expect, test } from 'vitest';
import { compareWithBruteForce } from '../../checkers/models/compare.ts';
import { kinds } from '../../checkers/models/kinds.ts';

const count = Math.ceil(100_000 / kinds.length);

test.each(kinds)('many random histories of a $name: the verdict is that of brute force', (kind) => {
  const { valid, invalid } = compareWithBruteForce(kind, count);
  // eslint-disable-next-line no-console -- how many came out each way is part of the proof
  console.log(`${kind.name}: ${valid} valid, ${invalid} invalid`);
  expect(Math.min(valid, invalid)).toBeGreaterThan(count / 7);
});
