/** Which operations of unknown outcome are tried, and why. That leaving out the others is right, brute force shows. */

import { expect, test } from 'vitest';
import { models, type ModelName } from '../../../checkers/models/index.ts';
import type { Model, ModelOperation } from '../../../checkers/models/model.ts';
import { withInit } from '../../../checkers/models/with-init.ts';
import type { Json } from '../../../src/history/operation.ts';
import { info, mismatch, ok } from './calls.ts';

type Case = readonly [
  why: string,
  model: ModelName,
  pending: ModelOperation,
  others: readonly ModelOperation[],
  isNeeded: boolean,
  init?: Json,
];

const cases: readonly Case[] = [
  ['nobody saw the write', 'register', info('write', 1), [ok('read', null, 2)], false],
  ['a read saw the write', 'register', info('write', 1), [ok('read', null, 1)], true],
  ['a swap saw the write', 'register', info('write', 1), [ok('cas', [1, 2])], true],
  ['a swap of unknown outcome may have seen it', 'register', info('write', 1), [info('cas', [1, 2])], true],
  ['a swap that differed may have met it', 'register', info('write', 1), [mismatch('cas', [2, 3])], true],
  ['nobody saw what the swap wrote', 'register', info('cas', [1, 2]), [ok('read', null, 1)], false],

  ['nobody saw the put', 'kv', info('put', 'b'), [ok('get', null, 'a')], false],
  ['somebody saw it with something appended', 'kv', info('put', 'b'), [ok('append', 'c'), ok('get', null, 'bc')], true],
  ['nobody saw a value that begins with it', 'kv', info('put', 'b'), [ok('append', 'c'), ok('get', null, 'cb')], false],
  ['the append was seen within a value', 'kv', info('append', 'b'), [ok('get', null, 'abc')], true],
  ['the append was not seen', 'kv', info('append', 'b'), [ok('get', null, 'ac')], false],
  [
    'not seen in a short value, but in a longer one',
    'kv',
    info('append', 'b'),
    [ok('get', null, 'a'), ok('get', null, 'ab')],
    true,
  ],
  ['a delete shows in what is appended later', 'kv', info('delete'), [ok('append', 'c'), ok('get', null, 'c')], true],
  ['nobody saw that the key was deleted', 'kv', info('delete'), [ok('get', null, 'c')], false],
  [
    'nothing can be appended to a number: the put may have removed it',
    'kv',
    info('put', 'b'),
    [ok('put', 5), ok('append', 'c')],
    true,
  ],
  ['nor to such an initial value', 'kv', info('put', 'b'), [ok('append', 'c')], true, 5],

  ['no read shows the element', 'append-list', info('append', 1), [ok('read', null, [2])], false],
  ['a read shows the element', 'append-list', info('append', 1), [ok('read', null, [2, 1])], true],

  ['no read shows it', 'set', info('add', 1), [ok('read', null, [2]), ok('contains', 1, false)], false],
  ['a read shows it', 'set', info('add', 1), [ok('read', null, [1])], true],
  ['it was found', 'set', info('add', 1), [ok('contains', 1, true)], true],
  ['all reads show it', 'set', info('remove', 1), [ok('read', null, [1]), ok('contains', 1, true)], false],
  ['a read lacks it', 'set', info('remove', 1), [ok('read', null, [1]), ok('read', null, [])], true],
  ['it was missed', 'set', info('remove', 1), [ok('contains', 1, false)], true],

  ['nobody took it out', 'fifo-queue', info('enqueue', 1), [ok('dequeue', null, 2)], false],
  ['somebody took it out', 'fifo-queue', info('enqueue', 1), [ok('dequeue', null, 1)], true],
  ['nothing is left to take out', 'fifo-queue', info('dequeue'), [ok('enqueue', 1), ok('dequeue', null, 1)], false],
  ['something may be left to take out', 'stack', info('pop'), [ok('push', 1), ok('push', 1), ok('pop', null, 1)], true],
  ['something was there at first', 'fifo-queue', info('dequeue'), [], true, [1]],
  ['an element that nobody took out is left out', 'priority-queue', info('delete-min'), [info('insert', 1)], false],
  ['nobody found the queue empty', 'unordered-queue', info('dequeue'), [ok('enqueue', 1)], false],
  ['somebody found the queue empty', 'unordered-queue', info('dequeue'), [ok('enqueue', 1), ok('dequeue')], true],

  ['the dead owner keeps nobody else out', 'fenced-lock', info('acquire'), [ok('acquire', null, 1, 1)], false],
  ['somebody found it held', 'reentrant-mutex', info('acquire'), [ok('acquire', null, false, 1)], true],
  ['a release lets others in', 'reentrant-mutex', info('release'), [ok('acquire', null, null, 1)], true],
  ['the process called again', 'reentrant-mutex', info('acquire'), [ok('release')], true],

  [
    'no value of it was read',
    'multi-register',
    info('write', { x: 1, y: 2 }),
    [ok('read', { x: null }, { x: 3 })],
    false,
  ],
  [
    'one value of it was read',
    'multi-register',
    info('write', { x: 1, y: 2 }),
    [ok('read', { y: null }, { y: 2 })],
    true,
  ],
];

for (const [why, name, pending, others, isNeeded, init] of cases) {
  test(`${name}: ${why}`, () => {
    const model = models[name] as Model<unknown>;
    const started = init === undefined ? model : withInit(model, init);
    expect(started.neededAmong?.([pending, ...others])(pending)).toBe(isNeeded);
  });
}
