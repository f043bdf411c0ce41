import { describe, expect, test } from 'vitest';
import { strongEventual } from '../../../checkers/eventual/strong-eventual.ts';
import type { Json } from '../../../src/history/operation.ts';
import { nodeHistory, type Done } from './node-history.ts';

const judge = (...all: readonly Done[]) => strongEventual().check(nodeHistory(...all));

const update = (at: string, id: Json, type: Done['type'] = 'ok'): Done => ({
  at,
  f: 'add',
  key: 'x',
  input: { id, amount: 1 },
  type,
});
const state = (at: string, seen: readonly Json[], of: Json): Done => ({
  at,
  f: 'read',
  key: 'x',
  output: { seen, state: of },
});

describe('strong eventual consistency', () => {
  test('holds if reads that saw the same updates, in any order, are in the same state', () => {
    const verdict = judge(update('a', 1), update('b', 2), state('a', [1, 2], 2), state('b', [2, 1], 2));
    expect(verdict).toMatchObject({ valid: true, compared: 1, findings: [] });
  });

  test('fails if the order in which the same updates came in shows in the state', () => {
    const verdict = judge(update('a', 1), update('b', 2), state('a', [1, 2], 'two'), state('b', [2, 1], 'one'));
    expect(verdict).toMatchObject({
      valid: false,
      counts: { diverged: 1 },
      findings: [
        {
          kind: 'diverged',
          key: 'x',
          reads: [
            { read: 4, node: 'a', state: 'two' },
            { read: 6, node: 'b', state: 'one' },
          ],
        },
      ],
    });
    expect(verdict.reason).toBe(
      'x: having seen the same 2 updates, node a was in state "two" (operation 4) and node b was in state "one" (operation 6)',
    );
  });

  test('different states are right where different updates were seen', () => {
    const verdict = judge(
      update('a', 1),
      state('b', [], 0),
      state('a', [1], 1),
      state('b', [1], 1),
      update('a', 2, 'info'),
      state('b', [1, 2], 2),
      state('a', [1], 1),
    );
    expect(verdict.valid).toBe(true);
  });

  test('fails if an acknowledged update is not seen by a node in the end', () => {
    // b answered after the last update, and without 1.
    const verdict = judge(update('a', 1), update('b', 2), state('a', [1, 2], 2), state('b', [2], 1));
    expect(verdict).toMatchObject({
      valid: false,
      findings: [{ kind: 'missing', node: 'b', id: 1, update: 0, read: 6 }],
    });
  });

  test('what a node had not seen before the last update it may see later', () => {
    const verdict = judge(update('a', 1), state('b', [], 0), state('a', [], 0), update('a', 2));
    expect(verdict.valid).toBe(true);
  });

  test('updates of unknown outcome need not be seen, and may be', () => {
    const verdict = judge(update('a', 1, 'info'), update('a', 2, 'open'), state('a', [1], 1), state('b', [1], 1));
    expect(verdict.valid).toBe(true);
  });

  test('fails if an update was seen that failed, was never made, or was made later', () => {
    const verdict = judge(
      update('a', 1, 'fail'),
      update('a', 4),
      state('a', [1, 4], 2),
      state('b', [4, 9], 2),
      state('a', [3, 4], 2),
      update('b', 3),
    );
    const unexpected = verdict.findings.flatMap((finding) => (finding.kind === 'unexpected' ? [finding.id] : []));
    expect(unexpected).toEqual([1, 9, 3]);
    expect(verdict.valid).toBe(false);
  });

  test('is unknown where reads do not tell what was seen, or no two saw the same', () => {
    expect(judge(update('a', 1), { at: 'a', f: 'read', key: 'x', output: 1 })).toMatchObject({
      valid: 'unknown',
      counts: { malformed: 1 },
    });
    expect(judge(update('a', 1), state('a', [1], 1))).toMatchObject({ valid: 'unknown', compared: 0 });
  });

  test('objects of different keys have nothing to do with each other', () => {
    const other = { at: 'a', f: 'read', key: 'y', output: { seen: [], state: 7 } };
    expect(judge(state('a', [], 0), state('b', [], 0), other).valid).toBe(true);
  });
});
