import { expect, test } from 'vitest';
import { exceptions } from '../../checkers/exceptions.ts';
import { history } from './build.ts';

test('groups the clients’ errors by operation, outcome and text, the most frequent first', () => {
  const lines = history(
    [0, 'invoke', 'write', 1],
    [0, 'fail', 'write', 1, { error: 'refused' }],
    [0, 'invoke', 'read'],
    [0, 'info', 'read', null, { error: 'timeout' }],
    [1, 'invoke', 'read'],
    [1, 'info', 'read', null, { error: 'timeout' }],
    [2, 'invoke', 'read'],
    [2, 'fail', 'read', null, { error: 'timeout' }],
    [2, 'invoke', 'write', 2],
    [2, 'fail', 'write', 2],
    ['nemesis', 'invoke', 'start-kill'],
    ['nemesis', 'info', 'start-kill', null, { error: 'no such node' }],
  );
  expect(exceptions().check(lines)).toEqual({
    valid: true,
    errors: [
      { f: 'read', type: 'info', error: 'timeout', count: 2, example: 3 },
      { f: 'write', type: 'fail', error: 'refused', count: 1, example: 1 },
      { f: 'read', type: 'fail', error: 'timeout', count: 1, example: 7 },
    ],
  });
});
