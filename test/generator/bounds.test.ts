import { expect, test } from 'vitest';
import { clients, limit, once, processLimit, repeat, untilOk } from '../../src/generator/index.ts';
import { imperfect, perfect, perfectInfo, quick, simulate } from '../../src/generator/simulate.ts';
import { numbered, show } from './show.ts';

test('limit counts operations, whatever becomes of them', () => {
  const generator = clients(limit(3, numbered('a')));
  expect(show(perfect(generator))).toEqual(['0 0 a=0', '0 1 a=1', '10 0 a=2']);
  expect(show(quick(generator))).toEqual(['0 0 a=0', '0 1 a=1', '0 0 a=2']);
  expect(show(perfectInfo(generator))).toEqual(['0 0 a=0', '0 1 a=1', '10 2 a=2']);
  expect(perfect(limit(0, numbered('a')))).toEqual([]);
  expect(show(perfect(limit(9, { f: 'a' })))).toEqual(['0 0 a']);
});

test('once is the first operation only', () => {
  expect(show(perfect(once(numbered('a'))))).toEqual(['0 0 a=0']);
});

test('processLimit counts every process that could have run', () => {
  // At 20 ns the processes that could have run would be 0 to 5: six.
  const generator = clients(processLimit(5, numbered('a')));
  expect(show(perfectInfo(generator))).toEqual(['0 0 a=0', '0 1 a=1', '10 2 a=2', '10 3 a=3']);
  expect(show(perfectInfo(clients(processLimit(6, numbered('a')))))).toHaveLength(6);
  expect(perfect(clients(processLimit(1, numbered('a'))))).toEqual([]);
  expect(show(perfect(clients(limit(5, processLimit(2, numbered('a'))))))).toHaveLength(5);
});

test('untilOk goes on until one succeeds', () => {
  const generator = clients(limit(10, untilOk(repeat({ f: 'read' }))));
  expect(show(imperfect(generator))).toEqual([
    '0 0 invoke read',
    '0 1 invoke read',
    '10 0 fail read',
    '10 1 fail read',
    '10 0 invoke read',
    '10 1 invoke read',
    '20 0 info read',
    '20 1 info read',
    '20 2 invoke read',
    '20 3 invoke read',
    '30 2 ok read',
    '30 3 ok read',
  ]);
  expect(show(perfect(generator))).toEqual(['0 0 read', '0 1 read']);
  expect(show(perfectInfo(generator))).toHaveLength(10);
});

test('untilOk only counts its own operations', () => {
  // The write is ok at 10 ns, while the first read is under way; the reads fail until the third.
  const generator = clients([{ f: 'write' }, untilOk(repeat({ f: 'read' }))]);
  const { history } = simulate(generator, ({ f, index }) => ({
    type: f === 'write' || index > 4 ? 'ok' : 'fail',
    latencyNs: f === 'write' ? 10 : 15,
  }));
  expect(show(history)).toEqual([
    '0 0 invoke write',
    '0 1 invoke read',
    '10 0 ok write',
    '10 0 invoke read',
    '15 1 fail read',
    '15 1 invoke read',
    '25 0 fail read',
    '25 0 invoke read',
    '30 1 ok read',
    '40 0 ok read',
  ]);
});
