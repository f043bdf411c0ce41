import { expect, test } from 'vitest';
import { causal } from '../../../checkers/causal/checker.ts';
import { history } from '../build.ts';

test('a read of what its own session had overwritten is told with the reads and writes that show it', () => {
  const verdict = causal().check(
    history(
      [0, 'invoke', 'write', 1],
      [0, 'ok', 'write', 1],
      [0, 'invoke', 'write', 2],
      [0, 'ok', 'write', 2],
      [0, 'invoke', 'read'],
      [0, 'ok', 'read', 1],
    ),
  );
  expect(verdict).toMatchObject({ valid: false, models: { CC: false, CCv: false }, found: 1 });
  expect(verdict.reason).toContain('not CC (WriteCORead): process 0 read x = 1');
  expect(verdict.findings).toEqual([{ pattern: 'WriteCORead', key: 'x', read: 4, others: [0, 2], repeats: 1 }]);
});

test('sessions that see two writes in different orders are causal, but do not converge', () => {
  const verdict = causal().check(
    history(
      [0, 'invoke', 'write', 1],
      [1, 'invoke', 'write', 2],
      [0, 'ok', 'write', 1],
      [1, 'ok', 'write', 2],
      [2, 'invoke', 'read'],
      [2, 'ok', 'read', 1],
      [2, 'invoke', 'read'],
      [2, 'ok', 'read', 2],
      [3, 'invoke', 'read'],
      [3, 'ok', 'read', 2],
      [3, 'invoke', 'read'],
      [3, 'ok', 'read', 1],
    ),
  );
  expect(verdict).toMatchObject({ valid: false, models: { CC: true, CCv: false } });
  expect(verdict.reason).toContain('not CCv (CyclicCF)');
});

test('what a causal store may answer is valid', () => {
  const verdict = causal().check(
    history([0, 'invoke', 'write', 1], [0, 'ok', 'write', 1], [1, 'invoke', 'read'], [1, 'ok', 'read', null]),
  );
  expect(verdict).toEqual({ valid: true, models: { CC: true, CCv: true }, found: 0, findings: [], explanations: [] });
});
