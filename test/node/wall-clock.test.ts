import { expect, test } from 'vitest';

import { wallClock } from '../../src/node/wall-clock.ts';

test('is true until it is set', () => {
  let real = 1_000_000;
  const clock = wallClock(() => real);
  real += 500;
  expect(clock.now()).toBe(1_000_500);
  expect(clock.skewMs()).toBe(0);
});

test('jumps by the offset and drifts by the rate from when it was set', () => {
  let real = 1_000_000;
  const clock = wallClock(() => real);
  real += 500;
  clock.set({ offsetMs: -300, rate: 1.5 });
  expect(clock.now()).toBe(1_000_200);
  real += 1_000;
  expect(clock.skewMs()).toBe(200);
  expect(clock.now()).toBe(1_001_700);
});

test('forgets an earlier skew when it is set again', () => {
  let real = 0;
  const clock = wallClock(() => real);
  clock.set({ offsetMs: 50, rate: 2 });
  real += 100;
  clock.set({ offsetMs: 10, rate: 1 });
  real += 100;
  expect(clock.skewMs()).toBe(10);
  clock.set({ offsetMs: 0, rate: 1 });
  expect(clock.now()).toBe(real);
});

test('stands still at rate 0', () => {
  let real = 100;
  const clock = wallClock(() => real);
  clock.set({ offsetMs: 0, rate: 0 });
  real += 70;
  expect(clock.now()).toBe(100);
});
