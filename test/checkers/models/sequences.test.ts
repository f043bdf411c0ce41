/** What one operation after the other may do, model by model; each line says why. */

import { expect, test } from 'vitest';
import { models, type ModelName } from '../../../checkers/models/index.ts';
import type { Model, ModelOperation } from '../../../checkers/models/model.ts';
import { multiRegister } from '../../../checkers/models/multi-register.ts';
import { withInit } from '../../../checkers/models/with-init.ts';
import type { Json } from '../../../src/history/operation.ts';
import { info, mismatch, ok, outcomeOf } from './calls.ts';

type Case = readonly [
  why: string,
  model: ModelName | Model<never>,
  operations: readonly ModelOperation[],
  /** The state at last, or the number of the first operation that is impossible. */
  expected: string | number,
  init?: Json,
];

const fixed = multiRegister({ x: 1, y: null }) as Model<never>;

const cases: readonly Case[] = [
  ['a register is absent at first', 'register', [ok('read')], 'absent'],
  ['a read sees the last write', 'register', [ok('write', 1), ok('write', 2), ok('read', null, 1)], 2],
  ['a swap needs the value it expects', 'register', [ok('write', 1), ok('cas', [2, 3])], 1],
  ['a swap that differed saw another value', 'register', [ok('write', 1), mismatch('cas', [1, 3])], 1],
  ['get and put are names of read and write', 'register', [ok('put', 1), ok('get', null, 1)], '1'],
  ['a read of unknown outcome is possible anywhere', 'register', [ok('write', 1), info('read')], '1'],
  ['from the initial value', 'register', [ok('cas', [7, 8])], '8', 7],

  ['a key is absent at first, which is not ""', 'kv', [ok('get', null, '')], 0],
  [
    'a store that says "" at first is one that starts from ""',
    'kv',
    [ok('get', null, ''), ok('append', 'a')],
    '"a"',
    '',
  ],
  ['an append to an absent key puts', 'kv', [ok('append', 'a'), ok('append', 'b'), ok('get', null, 'ab')], '"ab"'],
  ['nothing can be appended to a number', 'kv', [ok('put', 5), ok('append', 'b')], 1],
  ['a deleted key is absent', 'kv', [ok('put', 5), ok('delete'), ok('get')], 'absent'],
  ['a key that is absent can be deleted', 'kv', [ok('delete')], 'absent'],
  ['a swap from absent creates', 'kv', [ok('cas', [null, 1]), mismatch('cas', [null, 2])], '1'],

  ['a read is the whole list in order', 'append-list', [ok('append', 1), ok('append', 2), ok('read', null, [2, 1])], 2],
  ['a list is empty at first, read as null or []', 'append-list', [ok('read'), ok('read', null, [])], '[]'],
  ['what was there comes first', 'append-list', [ok('append', 3), ok('read', null, [1, 3])], '[1,3]', [1]],

  ['a counter counts from 0', 'counter', [ok('add', 2), ok('decrement'), ok('read', null, 1)], '1'],
  ['null is 1', 'counter', [ok('increment'), ok('read', null, 2)], 1],
  ['the value after it', 'counter', [ok('add-and-get', 2, 2), ok('add-and-get', 2, 2)], 1],
  ['the value before it', 'counter', [ok('get-and-add', 2, 0), ok('get-and-add', 2, 2)], '4'],
  ['what an add answers tells nothing', 'counter', [ok('add', 2, 99)], '2'],
  ['a counter is never absent', 'counter', [ok('read', null, null)], 0],

  ['a set holds an element once', 'set', [ok('add', 1), ok('add', 1), ok('read', null, [1])], '[1]'],
  ['nor shows it twice', 'set', [ok('add', 1), ok('add', 2), ok('read', null, [1, 1])], 2],
  ['in any order', 'set', [ok('add', 1), ok('add', 2), ok('read', null, [2, 1])], '[1,2]'],
  ['one remove undoes all adds', 'set', [ok('add', 1), ok('add', 1), ok('remove', 1), ok('contains', 1, true)], 3],
  ['what is not there can be removed', 'set', [ok('remove', 1), ok('contains', 1, false)], '[]'],
  ['an answer that is neither true nor false', 'set', [ok('contains', 1, null)], 0],
  ['a read that lacks an element', 'set', [ok('add', 1), ok('read', null, [])], 1],

  ['first in, first out', 'fifo-queue', [ok('enqueue', 1), ok('enqueue', 2), ok('dequeue', null, 2)], 2],
  ['null: it was empty', 'fifo-queue', [ok('dequeue'), ok('enqueue', 1), ok('dequeue')], 2],
  ['unknown: the oldest is gone', 'fifo-queue', [ok('enq', 1), ok('enq', 2), info('deq'), ok('deq', null, 2)], '[]'],
  ['unknown: it may have been empty', 'fifo-queue', [info('dequeue'), ok('enqueue', 1)], '[1]'],
  [
    'null is no element',
    'fifo-queue',
    [ok('enqueue', null)],
    "0: a queue can't hold null: dequeue finds null when it is empty",
  ],
  ['what was there is older', 'fifo-queue', [ok('enqueue', 1), ok('dequeue', null, 8)], '[9,1]', [8, 9]],

  ['in any order', 'unordered-queue', [ok('enqueue', 1), ok('enqueue', 2), ok('dequeue', null, 2)], '[1]'],
  [
    'each as often as it was put in',
    'unordered-queue',
    [ok('enqueue', 1), ok('dequeue', null, 1), ok('dequeue', null, 1)],
    2,
  ],
  ['unknown: either is gone', 'unordered-queue', [ok('enqueue', 1), ok('enqueue', 2), info('dequeue')], '[2] or [1]'],
  [
    'and then known which',
    'unordered-queue',
    [ok('enq', 1), ok('enq', 2), info('deq'), ok('deq', null, 2), ok('deq')],
    '[]',
  ],
  ['one was there before', 'unordered-queue', [ok('dequeue', null, 5), ok('dequeue')], '[]', [5]],

  ['last in, first out', 'stack', [ok('push', 1), ok('push', 2), ok('pop', null, 1)], 2],
  ['unknown: the newest is gone', 'stack', [ok('push', 1), ok('push', 2), info('pop'), ok('pop', null, 1)], '[]'],
  ['null: it was empty', 'stack', [ok('push', 1), ok('pop')], 1],
  ['the last of what was there is on top', 'stack', [ok('pop', null, 2)], '[1]', [1, 2]],

  ['the smallest first', 'priority-queue', [ok('insert', 2), ok('insert', 10), ok('delete-min', null, 10)], 2],
  ['numbers, not texts', 'priority-queue', [ok('insert', 2), ok('insert', 10), ok('poll', null, 2)], '[10]'],
  [
    'either of two of the same priority',
    'priority-queue',
    [ok('insert', [1, 'a']), ok('insert', [1, 'b']), ok('delete-min', null, [1, 'b'])],
    '[[1,"a"]]',
  ],
  [
    'unknown: one of the smallest priority is gone',
    'priority-queue',
    [ok('insert', 7), ok('insert', [1, 'a']), ok('insert', [1, 'b']), info('delete-min')],
    '[[1,"b"],7] or [[1,"a"],7]',
  ],
  ['no priority', 'priority-queue', [ok('insert', 'a')], '0: an insert takes a number or [priority, element], not "a"'],

  ['one at a time', 'mutex', [ok('acquire'), ok('acquire', null, null, 1)], 1],
  ['anyone can release it', 'mutex', [ok('lock'), ok('unlock', null, null, 1), ok('lock')], 'held'],
  ['what is free cannot be released', 'mutex', [ok('release')], 0],
  ['found held', 'mutex', [ok('acquire', null, false)], 0],
  ['found held', 'mutex', [ok('acquire'), ok('acquire', null, false)], 'held'],
  ['held at first', 'mutex', [ok('release')], 'free', 'held'],

  ['as often as the owner likes', 'reentrant-mutex', [ok('acquire'), ok('acquire')], 'held by process 0 twice'],
  ['another has to wait', 'reentrant-mutex', [ok('acquire'), ok('acquire', null, null, 1)], 1],
  [
    'until it is released as often',
    'reentrant-mutex',
    [ok('lock'), ok('lock'), ok('unlock'), ok('lock', null, null, 1)],
    3,
  ],
  ['only the owner releases it', 'reentrant-mutex', [ok('acquire'), ok('release', null, null, 1)], 1],
  ['at most twice', 'reentrant-mutex', [ok('acquire'), ok('acquire'), ok('acquire')], 2, 2],

  ['tokens grow', 'fenced-lock', [ok('acquire', null, 5), ok('release'), ok('acquire', null, 5, 1)], 2],
  [
    'with gaps',
    'fenced-lock',
    [ok('acquire', null, -5), ok('release'), ok('acquire', null, 7)],
    'held by process 0, last token 7',
  ],
  ['one at a time', 'fenced-lock', [ok('acquire', null, 5), ok('acquire', null, 6, 1)], 1],
  ['nor twice by the owner', 'fenced-lock', [ok('acquire', null, 5), ok('acquire', null, 6)], 1],
  ['only the owner releases it', 'fenced-lock', [ok('acquire', null, 5), ok('release', null, null, 1)], 1],
  [
    'an unknown token is above those before',
    'fenced-lock',
    [ok('acquire', null, 5), ok('release'), info('acquire'), ok('release'), ok('acquire', null, 6)],
    4,
  ],
  [
    'and may be the next',
    'fenced-lock',
    [ok('acquire', null, 5), ok('release'), info('acquire'), ok('release'), ok('acquire', null, 7)],
    'held by process 0, last token 7',
  ],
  ['above the one before the first', 'fenced-lock', [ok('acquire', null, 5)], 0, 5],
  ['no token', 'fenced-lock', [ok('acquire')], '0: an acquire gets an integer as its token, or false, not absent'],

  [
    'a lease may have run out',
    'leased-lock',
    [ok('acquire', null, 5), ok('acquire', null, 6, 1), ok('release')],
    'last token 6',
  ],
  ['but tokens grow', 'leased-lock', [ok('acquire', null, 6), ok('acquire', null, 5, 1)], 1],

  ['as many as there are permits', 'semaphore', [ok('acquire'), ok('acquire'), ok('acquire')], 2, 2],
  ['several at once', 'semaphore', [ok('acquire', 3), ok('acquire', 2)], 1, 4],
  ['no more come back than there were', 'semaphore', [ok('acquire'), ok('release', 2)], 1, 2],
  ['found too few', 'semaphore', [ok('acquire', 1), ok('acquire', 2, false)], '1 of 2 permits available', 2],
  ['found too few though there were enough', 'semaphore', [ok('acquire', 1, false)], 0],
  ['no count', 'semaphore', [ok('acquire', 0)], '0: acquire takes how many permits, an integer above 0, not 0'],

  [
    'all or nothing: both reads are of one moment',
    'multi-register',
    [
      ok(
        'txn',
        [
          ['w', 'x', 1],
          ['w', 'y', 1],
        ],
        [
          ['w', 'x', 1],
          ['w', 'y', 1],
        ],
      ),
      ok(
        'txn',
        [
          ['r', 'x', null],
          ['r', 'y', null],
        ],
        [
          ['r', 'x', 1],
          ['r', 'y', null],
        ],
      ),
    ],
    1,
  ],
  [
    'a transaction reads what it wrote itself',
    'multi-register',
    [
      ok(
        'txn',
        [
          ['w', 'x', 1],
          ['r', 'x', null],
        ],
        [
          ['w', 'x', 1],
          ['r', 'x', 1],
        ],
      ),
    ],
    'x = 1',
  ],
  [
    'maps are read and written at once',
    'multi-register',
    [ok('write', { x: 1, y: 2 }), ok('read', { x: null }, { x: 1 })],
    'x = 1, y = 2',
  ],
  [
    'the keys 1 and "1" are the same',
    'multi-register',
    [ok('write', { 1: 5 }), ok('txn', [['r', 1, null]], [['r', 1, 6]])],
    1,
  ],
  ['fixed keys with initial values', fixed, [ok('read', { x: null, y: null }, { x: 1, y: null })], 'x = 1'],
  ['no such register', fixed, [ok('read', { z: null }, { z: null })], '0: there is no register z'],
  [
    'an answer to another question',
    'multi-register',
    [ok('txn', [['r', 'x', null]], [['r', 'y', 1]])],
    '0: a txn of [["r","x",null]] can\'t complete with [["r","y",1]]',
  ],
  [
    'no transaction',
    'multi-register',
    [ok('txn', [['r', 'x']], [])],
    '0: a txn takes [["r", key, null], ["w", key, value], …], not [["r","x"]]',
  ],
];

for (const [why, named, operations, expected, init] of cases) {
  const model = (typeof named === 'string' ? models[named] : named) as Model<unknown>;
  test(`${model.name}: ${why}`, () => {
    expect(outcomeOf(init === undefined ? model : withInit(model, init), operations)).toBe(expected);
  });
}
