import { expect, test } from 'vitest';
import {
  clients,
  eachProcess,
  eachThread,
  limit,
  mix,
  nemesis,
  onThreads,
  repeat,
  reserve,
  untilOk,
} from '../../src/generator/index.ts';
import { imperfect, perfect, perfectInfo, quick } from '../../src/generator/simulate.ts';
import { numbered, show } from './show.ts';

test('onThreads, clients and nemesis use their own threads only', () => {
  expect(show(perfect(limit(3, clients(numbered('a')))))).toEqual(['0 0 a=0', '0 1 a=1', '10 0 a=2']);
  expect(show(perfect(limit(2, nemesis(numbered('a')))))).toEqual(['0 n a=0', '10 n a=1']);
  expect(
    show(
      perfect(
        limit(
          2,
          onThreads((thread) => thread === 1, numbered('a')),
        ),
      ),
    ),
  ).toEqual(['0 1 a=0', '10 1 a=1']);
  expect(
    show(
      perfectInfo(
        limit(
          3,
          onThreads((thread) => thread === 1, numbered('a')),
        ),
      ),
    ),
  ).toEqual(['0 1 a=0', '10 3 a=1', '20 5 a=2']);
});

test('a generator that no thread may use has nothing to do', () => {
  expect(perfect(onThreads(() => false, { f: 'a' }))).toEqual([]);
  expect(show(perfect(clients(reserve([[2, { f: 'a' }]], { f: 'b' }))))).toEqual(['0 0 a']);
  expect(show(perfect(eachThread(nemesis({ f: 'a' }))))).toEqual(['0 n a']);
});

test('clients and nemesis together run both at once', () => {
  const both = ['0 0 a', '0 n b', '10 n b'];
  expect(show(perfect(clients({ f: 'a' }, repeat(2, { f: 'b' })))).toSorted()).toEqual(both);
  expect(show(perfect(nemesis(repeat(2, { f: 'b' }), { f: 'a' }))).toSorted()).toEqual(both);
});

test('onThreads keeps the events of other threads away', () => {
  // The nemesis succeeds at once; what runs on the clients must not take that for its own success.
  const generator = nemesis({ f: 'b' }, untilOk(limit(3, repeat({ f: 'a' }))));
  expect(show(perfect(generator, { concurrency: 1 })).toSorted()).toEqual(['0 0 a', '0 n b']);
  expect(imperfect(generator, { concurrency: 1 }).filter(({ f, type }) => f === 'a' && type === 'invoke')).toHaveLength(
    3,
  );
});

test('reserve gives each range of threads its generator, and the rest to the last', () => {
  const generator = reserve(
    [
      [2, numbered('a')],
      [3, numbered('b')],
    ],
    numbered('c'),
  );
  const lines = show(perfect(limit(15, generator), { concurrency: 5 }));
  expect(lines.slice(0, 6).toSorted()).toEqual(['0 0 a=0', '0 1 a=1', '0 2 b=0', '0 3 b=1', '0 4 b=2', '0 n c=0']);
  expect(
    lines
      .slice(6, 12)
      .map((line) => line.replace(/=\d+/, ''))
      .toSorted(),
  ).toEqual(['10 0 a', '10 1 a', '10 2 b', '10 3 b', '10 4 b', '10 n c']);
  expect(
    lines
      .slice(6, 12)
      .map((line) => line.split(' ')[2])
      .toSorted(),
  ).toEqual(['a=2', 'a=3', 'b=3', 'b=4', 'b=5', 'c=1']);
  expect(show(perfect(limit(3, reserve([], numbered('a')))))).toEqual(['0 0 a=0', '0 1 a=1', '0 n a=2']);
});

test('reserves nest: threads are counted among those that are there', () => {
  const inner = reserve([[1, repeat({ f: 'b' })]], repeat({ f: 'c' }));
  const generator = clients(reserve([[2, repeat({ f: 'a' })]], inner));
  const lines = show(perfect(limit(5, generator), { concurrency: 5 }));
  expect(lines.toSorted()).toEqual(['0 0 a', '0 1 a', '0 2 b', '0 3 c', '0 4 c']);
});

test('reserve passes events to the range that they come from, and ends when all are used up', () => {
  const generator = clients(reserve([[1, untilOk(repeat({ f: 'a' }))]], untilOk(repeat({ f: 'b' }))));
  expect(show(perfect(generator)).toSorted()).toEqual(['0 0 a', '0 1 b']);
  expect(imperfect(generator).filter(({ type }) => type === 'ok')).toHaveLength(2);
});

test('reserving more threads than there are is refused', () => {
  expect(() => perfect(clients(reserve([[3, { f: 'a' }]], { f: 'b' })))).toThrow(
    '3 threads are reserved but there are only 2: raise the concurrency',
  );
});

test('eachThread gives each thread a copy', () => {
  const generator = eachThread([{ f: 'a' }, { f: 'b' }]);
  const lines = show(perfect(generator));
  expect(lines.slice(0, 3).toSorted()).toEqual(['0 0 a', '0 1 a', '0 n a']);
  expect(lines.slice(3).toSorted()).toEqual(['10 0 b', '10 1 b', '10 n b']);
  expect(show(perfectInfo(clients(generator))).toSorted()).toEqual(['0 0 a', '0 1 a', '10 2 b', '10 3 b']);
  expect(show(quick(clients(generator))).toSorted()).toEqual(['0 0 a', '0 0 b', '0 1 a', '0 1 b']);
  expect(perfect(eachThread(null))).toEqual([]);
});

test('eachThread is over when every copy is', () => {
  const generator = clients([eachThread([{ f: 'a' }, { f: 'b' }]), { f: 'c' }]);
  expect(perfect(generator).map(({ f }) => f)).toEqual(['a', 'a', 'b', 'b', 'c']);
});

test('eachThread passes events to the copy of their thread', () => {
  // Fail, info, ok on each thread: three tries each.
  const lines = show(imperfect(clients(eachThread(untilOk(repeat({ f: 'a' }))))));
  expect(lines.filter((line) => line.includes('invoke'))).toHaveLength(6);
  expect(lines.filter((line) => line.includes(' ok '))).toHaveLength(2);
});

test('copies make their own random choices', () => {
  const coin = limit(20, mix([repeat({ f: 'a' }), repeat({ f: 'b' })]));
  const history = perfect(clients(eachThread(coin)));
  const letters = (process: number) => history.filter((operation) => operation.process === process).map(({ f }) => f);
  expect(letters(0)).toHaveLength(20);
  expect(letters(0)).not.toEqual(letters(1));
});

test('eachProcess begins anew after info', () => {
  const generator = clients(limit(6, eachProcess([{ f: 'a' }, { f: 'b' }])));
  expect(show(perfect(generator)).toSorted()).toEqual(['0 0 a', '0 1 a', '10 0 b', '10 1 b']);
  expect(perfectInfo(generator).map(({ f }) => f)).toEqual(['a', 'a', 'a', 'a', 'a', 'a']);
  // Fail and info use up the first copy; the second begins as process 1, whose second operation fails: done.
  expect(show(imperfect(clients(eachProcess([{ f: 'a' }, { f: 'b' }])), { concurrency: 1 }))).toEqual([
    '0 0 invoke a',
    '10 0 fail a',
    '10 0 invoke b',
    '20 0 info b',
    '20 1 invoke a',
    '30 1 ok a',
    '30 1 invoke b',
    '40 1 fail b',
  ]);
});
