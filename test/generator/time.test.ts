import { expect, test } from 'vitest';
import type { Generator } from '../../src/generator/generator.ts';
import { clients, delay, limit, repeat, scheduled, stagger, timeLimit } from '../../src/generator/index.ts';
import { imperfect, perfect, perfectInfo, quick, simulate } from '../../src/generator/simulate.ts';
import { numbered, show } from './show.ts';

test('timeLimit counts from its own first operation', () => {
  const generator = clients([timeLimit(20e-9, repeat({ f: 'a' })), timeLimit(10e-9, repeat({ f: 'b' }))]);
  const expected = ['0 0 a', '0 1 a', '10 0 a', '10 1 a', '20 0 b', '20 1 b'];
  expect(show(perfect(generator))).toEqual(expected);
  expect(show(imperfect(generator)).filter((line) => line.includes('invoke'))).toEqual([
    '0 0 invoke a',
    '0 1 invoke a',
    '10 0 invoke a',
    '10 1 invoke a',
    '20 2 invoke b',
    '20 3 invoke b',
  ]);
  expect(perfect(timeLimit(0, { f: 'a' }))).toEqual([]);
});

const never: Generator = { next: () => ({ kind: 'pending', rest: never }), update: () => never };

test('timeLimit ends though the generator is pending', () => {
  // When c completes, 30 ns too late, time is up for what would otherwise be waited for.
  const stuck = timeLimit(15e-9, [{ f: 'a' }, never]);
  const generator = clients([stuck, { f: 'b' }]);
  const { history } = simulate([{ f: 'c' }, generator], ({ f }) => ({ type: 'ok', latencyNs: f === 'c' ? 40 : 10 }));
  expect(show(history.filter(({ type }) => type === 'invoke'))).toEqual(['0 0 c', '0 1 a', '40 1 b']);
});

test('delay spaces operations evenly, or as soon as a thread is free', () => {
  expect(show(perfect(limit(5, delay(3e-9, repeat({ f: 'a' })))))).toEqual([
    '0 0 a',
    '3 1 a',
    '6 n a',
    '10 0 a',
    '13 1 a',
  ]);
  expect(show(quick(limit(3, delay(3e-9, repeat({ f: 'a' })))))).toEqual(['0 0 a', '3 1 a', '6 n a']);
  expect(show(perfectInfo(clients(limit(3, delay(15e-9, repeat({ f: 'a' }))))))).toEqual(['0 0 a', '15 1 a', '30 2 a']);
});

test('delay counts from when the operation before did happen', () => {
  const late = [{ f: 'a' }, { f: 'b', time: 5 }, { f: 'c' }];
  expect(show(quick(delay(3e-9, late)))).toEqual(['0 0 a', '5 1 b', '8 n c']);
});

test('stagger makes up for a little lateness', () => {
  const lastMs = (latencyNs: number): number => {
    const { history } = simulate(limit(200, stagger(0.001, numbered('a'))), () => ({ type: 'ok', latencyNs }));
    return (history.findLast(({ type }) => type === 'invoke')?.time ?? 0) / 1e6;
  };
  // Three threads that are busy for 2 ms at a time are often late for one operation each ms, but can keep up.
  expect(Math.abs(lastMs(2e6) - lastMs(0))).toBeLessThan(2);
});

test('stagger has uniform intervals with the mean that was asked for, over all threads together', () => {
  const times = perfect(limit(2000, stagger(0.02, numbered('a')))).map(({ time }) => time);
  const intervals = times.slice(1).map((time, i) => (time - (times[i] ?? 0)) / 1e6);
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  // Three standard errors of the mean: 3 · (40 / √12) / √1999 = 0.77.
  expect(Math.abs(mean - 20)).toBeLessThan(0.78);
  expect(Math.min(...intervals)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...intervals)).toBeLessThan(40);
  expect(intervals.filter((interval) => interval < 10).length / intervals.length).toBeCloseTo(0.25, 1);
});

test('stagger begins at once and depends on seed and salt', () => {
  const first = (seed: number, salt: number) =>
    perfect(limit(3, stagger(1e-6, numbered('a'), { salt })), { seed }).map(({ time }) => time);
  expect(first(0, 0)).toEqual([0, 132, 301]);
  expect(first(0, 0)[0]).toBe(0);
  expect(first(1, 0)).not.toEqual(first(0, 0));
  expect(first(0, 1)).not.toEqual(first(0, 0));
});

test('stagger does not rush after a long time without a free thread', () => {
  const generator = clients(limit(200, stagger(1e-3, numbered('a'))));
  const { history } = simulate(generator, ({ index }) => ({ type: 'ok', latencyNs: index === 0 ? 1e9 : 10 }), {
    concurrency: 1,
  });
  const times = history.filter(({ type }) => type === 'invoke').map(({ time }) => time / 1e6);
  // 199 intervals of 1 ms after the second in which nothing could be done, give or take three standard errors of 8.1 ms.
  expect(Math.abs((times.at(-1) ?? 0) - 1199)).toBeLessThan(25);
  // A few milliseconds late are made up for: the operation after the late one comes at once.
  expect(times[1]).toBe(1000);
});

test('scheduled operations come at their times, in order, or when a thread is free', () => {
  const generator = scheduled([
    { atMs: 2, template: { f: 'late', value: 1 } },
    { atMs: 1, template: { f: 'early' } },
    { atMs: 1.000005, template: { f: 'soon', process: 0 } },
  ]);
  expect(show(perfect(generator))).toEqual(['1000000 0 early', '1000010 0 soon', '2000000 1 late=1']);
  expect(perfect(scheduled([]))).toEqual([]);
});
