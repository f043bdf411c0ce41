import { describe, expect, test } from 'vitest';
import { checkLinearizable } from '../../../../checkers/linearizable/linearizable.ts';
import type { Method } from '../../../../checkers/linearizable/method.ts';
import { methods } from '../../../../checkers/linearizable/methods/index.ts';
import { appendListPrefixes } from '../../../../checkers/linearizable/methods/append-list.ts';
import { fifoQueueOvertaking } from '../../../../checkers/linearizable/methods/fifo-queue.ts';
import { priorityQueueInTime } from '../../../../checkers/linearizable/methods/priority-queue.ts';
import { setByElement, setChain } from '../../../../checkers/linearizable/methods/set.ts';
import { stackFromBottom } from '../../../../checkers/linearizable/methods/stack.ts';
import { partOfRows } from '../../../../checkers/linearizable/part.ts';
import { appendList } from '../../../../checkers/models/append-list.ts';
import { fifoQueue } from '../../../../checkers/models/fifo-queue.ts';
import { kv } from '../../../../checkers/models/kv.ts';
import { complete, type Model } from '../../../../checkers/models/model.ts';
import { priorityQueue } from '../../../../checkers/models/priority-queue.ts';
import { register } from '../../../../checkers/models/register.ts';
import { set } from '../../../../checkers/models/set.ts';
import { stack } from '../../../../checkers/models/stack.ts';
import { withInit } from '../../../../checkers/models/with-init.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { did, history, type Line } from '../../build.ts';

const failed = (f: string, input: Json): Line[] => [
  [0, 'invoke', f, input],
  [0, 'fail', f, input, { error: 'mismatch' }],
];
const times = (count: number, lines: readonly Line[]): Line[] => Array.from({ length: count }, () => lines).flat();

describe('a verdict names what decided it', () => {
  test.each<[name: string, model: Model<never>, lines: readonly Line[]]>([
    ['register-zones', register as Model<never>, [...did(0, 'write', 1), ...did(0, 'read', null, 1)]],
    ['kv-registers', kv as Model<never>, [...did(0, 'put', 'a'), ...did(0, 'get', null, 'a')]],
    ['kv-appends', kv as Model<never>, [...did(0, 'append', 'a'), ...did(0, 'get', null, 'a')]],
    ['append-list-prefixes', appendList as Model<never>, [...did(0, 'append', 1), ...did(0, 'read', null, [1])]],
    ['set-chain', set as Model<never>, [...did(0, 'add', 1), ...did(0, 'read', null, [1])]],
    ['set-by-element', set as Model<never>, [...did(0, 'add', 1), ...did(0, 'remove', 1)]],
    ['fifo-queue-overtaking', fifoQueue as Model<never>, [...did(0, 'enqueue', 1), ...did(0, 'dequeue', null, 1)]],
    ['stack-from-bottom', stack as Model<never>, [...did(0, 'push', 1), ...did(0, 'pop', null, 1)]],
    [
      'priority-queue-in-time',
      priorityQueue as Model<never>,
      [...did(0, 'insert', 1), ...did(0, 'delete-min', null, 1)],
    ],
    // What is put in twice is left to the general search.
    ['wing-gong-lowe', fifoQueue as Model<never>, [...did(0, 'enqueue', 1), ...did(0, 'enqueue', 1)]],
  ])('%s', (name, model, lines) => {
    const verdict = checkLinearizable(history(...lines), model);
    expect(verdict).toMatchObject({ valid: true, method: name, methods: { [name]: 1 } });
  });

  test('each by a name of its own', () => {
    const names = Object.values(methods).flatMap((of) => of.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('what a method can not tell it leaves to others, and says why', () => {
  const twice = 'a value was inserted twice';
  const happened = 'it has operations that failed';
  test.each<[why: string, method: Method, model: Model<never>, lines: readonly Line[]]>([
    [twice, fifoQueueOvertaking, fifoQueue as Model<never>, times(2, did(0, 'enqueue', 1))],
    [twice, stackFromBottom, stack as Model<never>, times(2, did(0, 'push', 1))],
    [twice, priorityQueueInTime, priorityQueue as Model<never>, times(2, did(0, 'insert', 1))],
    [
      'a value is there twice at first',
      fifoQueueOvertaking,
      withInit(fifoQueue as Model<unknown>, [1, 1]) as Model<never>,
      did(0, 'enqueue', 2),
    ],
    ['null was inserted', fifoQueueOvertaking, fifoQueue as Model<never>, did(0, 'enqueue', null)],
    [happened, fifoQueueOvertaking, fifoQueue as Model<never>, [...did(0, 'enqueue', 1), ...failed('enqueue', 2)]],
    [happened, setChain, set as Model<never>, [...did(0, 'add', 1), ...failed('add', 2)]],
    [happened, setByElement, set as Model<never>, [...did(0, 'add', 1), ...failed('remove', 2)]],
    [happened, appendListPrefixes, appendList as Model<never>, [...did(0, 'append', 1), ...failed('append', 2)]],
    ['an element was appended twice', appendListPrefixes, appendList as Model<never>, times(2, did(0, 'append', 1))],
    ['elements were removed', setChain, set as Model<never>, [...did(0, 'add', 1), ...did(0, 'remove', 1)]],
    [
      'elements were removed and the whole set was read',
      setByElement,
      set as Model<never>,
      [...did(0, 'add', 1), ...did(0, 'remove', 1), ...did(0, 'read', null, [])],
    ],
    [
      // 3 and 5 lie on 1, and only one of them can be gone. No order is found; that there is none is not seen.
      'what pops of unknown outcome removed is not clear',
      stackFromBottom,
      stack as Model<never>,
      [
        ...did(0, 'push', 1),
        [1, 'invoke', 'push', 3],
        ...did(0, 'push', 5),
        [5, 'invoke', 'pop'],
        [1, 'ok', 'push', 3],
        [0, 'invoke', 'pop'],
        [5, 'ok', 'pop', 1],
      ],
    ],
    [
      'an element was added and removed many times',
      setByElement,
      set as Model<never>,
      // Many at once, of which each may be the one that was seen.
      [
        ...Array.from({ length: 400 }, (_, i): Line => [i, 'invoke', i % 2 === 0 ? 'add' : 'remove', 1]),
        ...times(2000, [
          [1000, 'invoke', 'contains', 1],
          [1000, 'ok', 'contains', true],
          [1000, 'invoke', 'contains', 1],
          [1000, 'ok', 'contains', false],
        ]),
        ...Array.from({ length: 400 }, (_, i): Line => [i, 'ok', i % 2 === 0 ? 'add' : 'remove', 1]),
      ],
    ],
  ])('%s', (why, method, model, lines) => {
    const columns = columnsOf(history(...lines));
    // All of it, also what a model would have left out.
    const part = partOfRows(
      columns,
      'x',
      Int32Array.from({ length: columns.count }, (_, row) => row),
    );
    expect(method.decide(complete(model) as never, part)).toEqual({ kind: 'inapplicable', why });
  });
});
