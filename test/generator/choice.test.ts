import { expect, test } from 'vitest';
import {
  any,
  clients,
  delay,
  flipFlop,
  limit,
  mix,
  onThreads,
  repeat,
  stagger,
  untilOk,
} from '../../src/generator/index.ts';
import { imperfect, perfect, perfectInfo, quick } from '../../src/generator/simulate.ts';
import type { Operation } from '../../src/history/operation.ts';
import { numbered, show } from './show.ts';

const fs = (operations: readonly Operation[]): string => operations.map(({ f }) => f).join('');

test('mix takes each operation from a generator chosen by lot until all are used up', () => {
  const generator = mix([repeat(5, { f: 'a' }), repeat(10, { f: 'b' })]);
  expect(fs(perfect(generator))).toBe('abbaaabbbbbabbb');
  expect(fs(quick(generator))).toBe('abbaaabbbbbabbb');
  expect(fs(perfect(generator, { seed: 1 }))).not.toBe('abbaaabbbbbabbb');
});

test('mix is fair', () => {
  const letters = fs(perfect(limit(3000, mix(['a', 'b', 'c'].map((f) => repeat({ f }))))));
  for (const f of 'abc') {
    const share = letters.split(f).length - 1;
    // Three standard deviations of a binomial with n = 3000, p = 1/3 are 77.
    expect(Math.abs(share - 1000)).toBeLessThan(77);
  }
});

test('mixes in one tree choose differently, and those in the same place do with a salt', () => {
  const coin = (salt: number) => mix([repeat({ f: 'a' }), repeat({ f: 'b' })], { salt });
  expect(fs(perfect(limit(20, coin(0))))).not.toBe(fs(perfect(limit(20, coin(1)))));
  const twice = fs(perfect([limit(20, coin(0)), limit(20, coin(0))]));
  expect(twice.slice(0, 20)).not.toBe(twice.slice(20));
  const nested = fs(perfect(limit(20, mix([coin(0), coin(0)]))));
  expect(nested).toContain('a');
  expect(nested).toContain('b');
});

test('mix waits for the one that it has chosen', () => {
  const generator = limit(4, mix([onThreads((thread) => thread === 0, repeat({ f: 'a' }))]));
  expect(show(perfect(generator))).toEqual(['0 0 a', '10 0 a', '20 0 a', '30 0 a']);
});

test('mix of nothing ends', () => {
  expect(perfect(mix([]))).toEqual([]);
  expect(perfect(mix([null, null]))).toEqual([]);
});

test('any takes whatever comes soonest', () => {
  const slow = (thread: number, f: string) => onThreads((other) => other === thread, delay(20e-9, repeat({ f })));
  expect(show(perfect(limit(4, any(slow(0, 'a'), slow(1, 'b')))))).toEqual(['0 0 a', '0 1 b', '20 1 b', '20 0 a']);
  const timed = any(
    [
      { f: 'a', time: 30 },
      { f: 'c', time: 35 },
    ],
    { f: 'b', time: 20 },
  );
  expect(show(quick(timed))).toEqual(['20 0 b', '30 1 a', '35 n c']);
});

test('any decides ties by lot, starves nobody, and ends with its last generator', () => {
  expect(fs(perfect(any(repeat(6, { f: 'a' }), repeat(6, { f: 'b' }))))).toBe('abbbbabbaaaa');
  expect(perfect(any())).toEqual([]);
});

test('any tells all of them of events', () => {
  const generator = clients(any(untilOk(repeat({ f: 'a' })), untilOk(repeat({ f: 'b' }))));
  const types = imperfect(generator, { concurrency: 4 }).filter(({ type }) => type === 'ok');
  // Each ends at its own first success: those that were under way together with it still succeed.
  expect(new Set(types.map(({ f }) => f))).toEqual(new Set(['a', 'b']));
  expect(types).toHaveLength(4);
  expect(fs(perfectInfo(limit(4, generator)))).toHaveLength(4);
});

test('several staggers in any each keep their own rate', () => {
  const history = perfect(limit(1000, any(stagger(3, repeat({ f: 'a' })), stagger(5, repeat({ f: 'b' })))));
  const meanS = (f: string) => {
    const times = history.filter((operation) => operation.f === f).map(({ time }) => time / 1e9);
    return ((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1);
  };
  expect(meanS('a')).toBeGreaterThan(2.8);
  expect(meanS('a')).toBeLessThan(3.2);
  expect(meanS('b')).toBeGreaterThan(4.7);
  expect(meanS('b')).toBeLessThan(5.3);
});

test('flipFlop takes turns until one is used up', () => {
  const generator = clients(flipFlop(numbered('write'), [{ f: 'read' }, { f: 'last' }]));
  const expected = ['write=0', 'read', 'write=1', 'last', 'write=2'];
  expect(show(perfect(generator)).map((line) => line.split(' ')[2])).toEqual(expected);
  expect(show(perfectInfo(generator))).toEqual([
    '0 0 write=0',
    '0 1 read',
    '10 2 write=1',
    '10 3 last',
    '20 4 write=2',
  ]);
  expect(perfect(flipFlop(null, { f: 'a' }))).toEqual([]);
});
