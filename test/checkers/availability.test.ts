import { expect, test } from 'vitest';
import { availability } from '../../checkers/availability.ts';
import { history, type Line } from './build.ts';

const at = (ms: number): { time: number } => ({ time: ms * 1e6 });
const heal = (ms: number): Line[] => [
  ['nemesis', 'invoke', 'heal', null, at(ms - 10)],
  ['nemesis', 'info', 'heal', null, at(ms)],
];

const outage: readonly Line[] = [
  [0, 'invoke', 'read', null, at(0)],
  [0, 'ok', 'read', 1, at(100)],
  [0, 'invoke', 'read', null, at(150)],
  [0, 'fail', 'read', null, at(600)],
  [0, 'invoke', 'read', null, at(650)],
  [0, 'ok', 'read', 1, at(1100)],
  [0, 'invoke', 'read', null, at(1150)],
  [0, 'ok', 'read', 1, at(1200)],
];

test('without healing, the longest time without an ok is that of the whole history', () => {
  expect(availability().check(history(...outage))).toEqual({
    valid: true,
    before: { ms: 1000, startTime: 100e6, endTime: 1100e6, startIndex: 1, endIndex: 5 },
    after: null,
    recoveredAfterMs: null,
  });
});

test('the time before the first ok counts, and that after the last until the healing', () => {
  const late = history(
    [0, 'invoke', 'read', null, at(0)],
    [0, 'ok', 'read', 1, at(700)],
    ...heal(1000),
    [0, 'invoke', 'read', null, at(1010)],
    [0, 'ok', 'read', 1, at(1020)],
  );
  expect(availability().check(late).before).toMatchObject({ ms: 700, startIndex: 0, endIndex: 1 });
  const early = history(
    [0, 'invoke', 'read', null, at(0)],
    [0, 'ok', 'read', 1, at(100)],
    ...heal(1000),
    [0, 'invoke', 'read', null, at(1010)],
    [0, 'ok', 'read', 1, at(1020)],
  );
  expect(availability().check(early).before).toMatchObject({ ms: 900, startIndex: 1, endIndex: 3 });
});

test('after healing it counts from the end of the healing', () => {
  const lines = history(
    ...outage,
    ...heal(2000),
    [1, 'invoke', 'read', null, at(2100)],
    [1, 'ok', 'read', 1, at(2300)],
    [1, 'invoke', 'read', null, at(2300)],
    [1, 'ok', 'read', 1, at(2350)],
  );
  expect(availability().check(lines)).toEqual({
    valid: true,
    before: { ms: 1000, startTime: 100e6, endTime: 1100e6, startIndex: 1, endIndex: 5 },
    after: { ms: 300, startTime: 2000e6, endTime: 2300e6, startIndex: 9, endIndex: 11 },
    recoveredAfterMs: 300,
  });
});

test('is unknown when nothing was ok after healing', () => {
  const lines = history(
    ...outage,
    ...heal(2000),
    [1, 'invoke', 'read', null, at(2100)],
    [1, 'fail', 'read', null, at(5000)],
  );
  expect(availability().check(lines)).toMatchObject({
    valid: 'unknown',
    reason: 'never became available again after healing',
    after: { ms: 3000 },
    recoveredAfterMs: null,
  });
});

test('is unknown when nothing was asked after healing', () => {
  expect(availability().check(history(...outage, ...heal(2000)))).toMatchObject({
    valid: 'unknown',
    reason: 'nothing was asked after healing, so it is not known whether it became available again',
  });
});

test('an empty history has no outage', () => {
  expect(availability().check([])).toEqual({ valid: true, before: null, after: null, recoveredAfterMs: null });
});
