import { expect, test } from 'vitest';
import { stats } from '../../checkers/stats.ts';
import { history } from './build.ts';

test('counts client operations by f and outcome; one that never completed is unknown', () => {
  const lines = history(
    [0, 'invoke', 'read'],
    [0, 'ok', 'read', 1],
    [0, 'invoke', 'write', 1],
    [0, 'fail', 'write', 1],
    [0, 'invoke', 'write', 2],
    [0, 'ok', 'write', 2],
    [1, 'invoke', 'read'],
    [1, 'info', 'read'],
    ['nemesis', 'invoke', 'start-kill'],
    ['nemesis', 'info', 'start-kill'],
    [0, 'invoke', 'read'],
  );
  expect(stats().check(lines)).toEqual({
    valid: true,
    count: 5,
    ok: 2,
    fail: 1,
    info: 2,
    byF: { read: { count: 3, ok: 1, fail: 0, info: 2 }, write: { count: 2, ok: 1, fail: 1, info: 0 } },
  });
});

test('is unknown when some operation never succeeded', () => {
  const lines = history([0, 'invoke', 'write', 1], [0, 'ok', 'write', 1], [0, 'invoke', 'read'], [0, 'fail', 'read']);
  expect(stats().check(lines)).toMatchObject({ valid: 'unknown', reason: 'no read ever succeeded' });
});

test('names all that never succeeded', () => {
  const lines = history([0, 'invoke', 'write', 1], [0, 'fail', 'write', 1], [0, 'invoke', 'read']);
  expect(stats().check(lines).reason).toBe('no write and no read ever succeeded');
});

test('is unknown when clients did nothing', () => {
  const lines = history(['nemesis', 'invoke', 'heal'], ['nemesis', 'info', 'heal']);
  expect(stats().check(lines)).toMatchObject({ valid: 'unknown', reason: 'there were no operations', count: 0 });
});
