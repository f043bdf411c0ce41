import { expect, test } from 'vitest';
import { crashes } from '../../checkers/crashes.ts';

const crash = { node: 'n3', atMs: 12.5, message: 'invariant violated: commit went back' };

test('no crash is valid', () => {
  expect(crashes([]).check([])).toEqual({ valid: true, crashes: [] });
});

test('a crash is a violation, whatever the clients saw', () => {
  expect(crashes([crash]).check([])).toEqual({
    valid: false,
    reason: 'n3 crashed: invariant violated: commit went back',
    crashes: [crash],
  });
});

test('the first is told, the others are counted', () => {
  const reason = crashes([crash, { ...crash, node: 'n1' }]).check([]).reason;
  expect(reason).toBe('n3 crashed: invariant violated: commit went back (and 1 more)');
});

test('crashes that come after the checker was made count, too', () => {
  const seen = [] as (typeof crash)[];
  const checker = crashes(seen);
  seen.push(crash);
  expect(checker.check([]).valid).toBe(false);
});
