import { expect, test } from 'vitest';
import type { Generator } from '../../src/generator/generator.ts';
import { clients, lift, limit, repeat, untilOk } from '../../src/generator/index.ts';
import { initialContext, withBusy } from '../../src/generator/context.ts';
import { imperfect, perfect, perfectInfo, quick, simulate } from '../../src/generator/simulate.ts';
import { random } from '../../src/random.ts';
import { numbered, show } from './show.ts';

test('nothing yields nothing', () => {
  expect(perfect(null)).toEqual([]);
  expect(perfect([])).toEqual([]);
  expect(perfect([null, []])).toEqual([]);
  expect(perfect(() => null)).toEqual([]);
  expect(perfect(() => [])).toEqual([]);
});

test('a template is one operation, complete, for the first free process', () => {
  expect(perfect({ f: 'write', key: 'x', value: 1 })).toEqual([
    { index: 0, type: 'invoke', process: 0, time: 0, f: 'write', key: 'x', value: 1 },
  ]);
  expect(perfect({ f: 'read' })).toEqual([{ index: 0, type: 'invoke', process: 0, time: 0, f: 'read', value: null }]);
});

test('a template waits for its own process and time', () => {
  const generator = [
    { f: 'a', process: 1 },
    { f: 'b', process: 1 },
    { f: 'c', time: 35 },
    { f: 'd', time: 5 },
  ];
  expect(show(perfect(generator))).toEqual(['0 1 a', '10 1 b', '35 0 c', '35 n d']);
});

test('a template is pending while every thread is busy', () => {
  const idle = initialContext(2, 0);
  const context = idle.threads.reduce((some, thread) => withBusy(some, 0, thread), idle);
  expect(lift({ f: 'a' }).next(context).kind).toBe('pending');
});

test('the thread that has been free longest comes first', () => {
  expect(show(perfect(limit(6, numbered('a'))))).toEqual([
    '0 0 a=0',
    '0 1 a=1',
    '0 n a=2',
    '10 0 a=3',
    '10 1 a=4',
    '10 n a=5',
  ]);
  expect(show(quick(limit(4, numbered('a'))))).toEqual(['0 0 a=0', '0 1 a=1', '0 n a=2', '0 0 a=3']);
});

test('what is due at some time completes before anything is invoked at that time', () => {
  const { history } = simulate([{ f: 'a' }, { f: 'b', time: 10 }], () => ({ type: 'ok', latencyNs: 10 }));
  expect(show(history)).toEqual(['0 0 invoke a', '10 0 ok a', '10 1 invoke b', '20 1 ok b']);
});

test('client threads go on as new processes after info, the nemesis stays', () => {
  expect(show(perfectInfo(limit(6, numbered('a'))))).toEqual([
    '0 0 a=0',
    '0 1 a=1',
    '0 n a=2',
    '10 2 a=3',
    '10 3 a=4',
    '10 n a=5',
  ]);
});

test('arrays nest and keep their order', () => {
  const generator = [[{ f: 'a' }, { f: 'b' }], [[{ f: 'c' }], { f: 'd' }], null, { f: 'e' }];
  expect(show(quick(generator))).toEqual(['0 0 a', '0 1 b', '0 n c', '0 0 d', '0 1 e']);
});

test('an array passes events to its current element', () => {
  // Both fail, both are unknown, then both succeed: only the first ok ends the reads, the second finds `done` running.
  const generator = clients([untilOk(repeat({ f: 'read' })), { f: 'done' }]);
  expect(show(imperfect(generator)).slice(8)).toEqual([
    '20 2 invoke read',
    '20 3 invoke read',
    '30 2 ok read',
    '30 3 ok read',
    '30 2 invoke done',
    '40 2 fail done',
  ]);
});

test('a function is asked again when what it returned is used up', () => {
  const generator = limit(5, (_context, ordinal) => repeat(2, { f: 'write', value: ordinal }));
  expect(perfect(generator).map(({ value }) => value)).toEqual([0, 0, 1, 1, 2]);
});

test('a function sees the time, and a seed of its own each time', () => {
  const generator = clients(
    limit(4, (context) => ({ f: 'a', value: [context.time, random(context.seed, 'a').int(1000)] })),
  );
  const values = perfect(generator, { concurrency: 1 }).map(({ value }) => value as number[]);
  expect(values.map(([time]) => time)).toEqual([0, 10, 20, 30]);
  expect(new Set(values.map(([, number]) => number)).size).toBe(4);
  expect(perfect(generator, { concurrency: 1 })).toEqual(perfect(generator, { concurrency: 1 }));
  expect(perfect(generator, { concurrency: 1 })).not.toEqual(perfect(generator, { concurrency: 1, seed: 1 }));
});

test('the simulation says so when a generator would wait for ever or never end', () => {
  const never: Generator = { next: () => ({ kind: 'pending', rest: never }), update: () => never };
  expect(() => perfect(never)).toThrow('pending but nothing is under way');
  expect(() => simulate(repeat({ f: 'a' }), () => ({ type: 'ok', latencyNs: 1 }))).toThrow('more than 10000');
});
