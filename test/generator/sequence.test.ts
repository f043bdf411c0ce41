import { expect, test } from 'vitest';
import {
  andThen,
  clients,
  concat,
  cycle,
  filter,
  limit,
  log,
  mix,
  phases,
  repeat,
  sleep,
  synchronize,
} from '../../src/generator/index.ts';
import { imperfect, perfect, perfectInfo, quick, simulate } from '../../src/generator/simulate.ts';
import { numbered, show } from './show.ts';

const values = (generator: Parameters<typeof perfect>[0]) => perfect(generator).map(({ value }) => value);

test('concat is one after the other without waiting', () => {
  const generator = clients(concat(repeat(3, { f: 'a' }), null, limit(1, { f: 'b' })));
  expect(show(perfect(generator))).toEqual(['0 0 a', '0 1 a', '10 0 a', '10 1 b']);
  expect(show(perfectInfo(generator))).toEqual(['0 0 a', '0 1 a', '10 2 a', '10 3 b']);
});

test('phases wait until every thread is free', () => {
  const generator = clients(phases(repeat(2, { f: 'a' }), { f: 'b' }, repeat(3, { f: 'c' })));
  expect(show(perfect(generator))).toEqual(['0 0 a', '0 1 a', '10 0 b', '20 1 c', '20 0 c', '30 1 c']);
  expect(show(quick(generator))).toEqual(['0 0 a', '0 1 a', '0 0 b', '0 1 c', '0 0 c', '0 1 c']);
  expect(show(perfectInfo(generator))).toEqual(['0 0 a', '0 1 a', '10 2 b', '20 3 c', '20 4 c', '30 5 c']);
});

test('synchronize waits for the slowest thread, then never again', () => {
  const slow = [
    { f: 'a', time: 2 },
    { f: 'a', time: 5 },
  ];
  const generator = clients([slow, synchronize(repeat(4, { f: 'b' }))]);
  expect(show(perfect(generator))).toEqual(['2 0 a', '5 1 a', '15 0 b', '15 1 b', '25 0 b', '25 1 b']);
  const staggered = clients([{ f: 'a' }, synchronize([{ f: 'b', time: 12 }, repeat(2, { f: 'c' })])]);
  expect(show(perfect(staggered))).toEqual(['0 0 a', '12 1 b', '12 0 c', '22 1 c']);
});

test('andThen is one generator, a pause, and the other', () => {
  const generator = clients(andThen(repeat(3, { f: 'a' }), { f: 'b' }));
  expect(show(perfect(generator))).toEqual(['0 0 a', '0 1 a', '10 0 a', '20 1 b']);
  expect(show(perfect(andThen(null, { f: 'b' })))).toEqual(['0 0 b']);
});

test('repeat takes the first of a generator again and again', () => {
  expect(
    values(
      repeat(3, [
        { f: 'a', value: 0 },
        { f: 'a', value: 1 },
      ]),
    ),
  ).toEqual([0, 0, 0]);
  expect(values(limit(3, repeat({ f: 'a', value: 7 })))).toEqual([7, 7, 7]);
  expect(values(repeat(0, { f: 'a' }))).toEqual([]);
  expect(values(repeat(null))).toEqual([]);
});

test('repeat makes its random choices anew', () => {
  const choices = repeat(8, mix([{ f: 'a' }, { f: 'b' }]));
  expect(
    perfect(choices)
      .map(({ f }) => f)
      .join(''),
  ).toBe('aaaaaabb');
});

test('cycle begins again when the generator is used up', () => {
  const generator = clients(cycle(2, phases(repeat(3, { f: 'a' }), { f: 'b' })));
  expect(show(perfect(generator))).toEqual([
    '0 0 a',
    '0 1 a',
    '10 0 a',
    '20 1 b',
    '30 0 a',
    '30 1 a',
    '40 0 a',
    '50 1 b',
  ]);
  expect(show(imperfect(clients(cycle(2, phases({ f: 'a' }, { f: 'b' }))), { concurrency: 1 }))).toEqual([
    '0 0 invoke a',
    '10 0 fail a',
    '10 0 invoke b',
    '20 0 info b',
    '20 1 invoke a',
    '30 1 ok a',
    '30 1 invoke b',
    '40 1 fail b',
  ]);
  expect(values(limit(5, cycle([numbered('a')])))).toEqual([0, 1, 2, 3, 4]);
  expect(values(limit(5, cycle(limit(2, numbered('a')))))).toEqual([0, 1, 0, 1, 0]);
});

test('cycle counts rounds that end without a last operation too', () => {
  const below2 = filter(({ value }) => Number(value) < 2, limit(3, numbered('a')));
  expect(values(cycle(2, below2))).toEqual([0, 1, 0, 1]);
});

test('cycle of nothing ends', () => {
  expect(values(cycle(null))).toEqual([]);
  expect(values(cycle(0, { f: 'a' }))).toEqual([]);
});

test('sleep keeps one process busy, log none; neither is in the history', () => {
  const generator = clients([sleep(25e-9), log('half way'), repeat(4, { f: 'a' })]);
  const { history, asides } = simulate(generator, () => ({ type: 'ok', latencyNs: 10 }));
  expect(show(history.filter(({ type }) => type === 'invoke'))).toEqual(['0 1 a', '10 1 a', '20 1 a', '25 0 a']);
  expect(asides).toEqual([
    { type: 'sleep', f: 'sleep', process: 0, time: 0, value: 25e-9 },
    { type: 'log', f: 'log', process: 1, time: 0, value: 'half way' },
  ]);
});

test('a phase of sleep holds everyone up', () => {
  const generator = clients(phases({ f: 'a' }, sleep(1e-6), repeat(2, { f: 'b' })));
  expect(show(perfect(generator))).toEqual(['0 0 a', '1010 0 b', '1010 1 b']);
});
