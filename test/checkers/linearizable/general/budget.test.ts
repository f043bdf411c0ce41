import { describe, expect, test } from 'vitest';
import { search } from '../../../../checkers/linearizable/general/search.ts';
import type { Part } from '../../../../checkers/linearizable/part.ts';
import { complete, impossible, type CompleteModel, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { columnsBuilder } from '../../../../src/history/columns-builder.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { never, partsOf } from './trial.ts';

/** Its states grow without bound. */
const counter: Model<number> = {
  name: 'counter',
  init: 0,
  step: (state, { f, input, output }) => (f === 'add' ? state + Number(input) : state === output ? state : impossible),
  observes: ({ f }) => f === 'read',
};
const queue: Model<readonly Json[]> = {
  name: 'queue',
  init: [],
  step(state, { f, input, output }) {
    if (f === 'enqueue') return [...state, input];
    return state[0] === output ? state.slice(1) : impossible;
  },
};

type Call = readonly [f: string, input: Json];

/** `width` calls at once, `reads` after all have begun, and then what became of the calls: nothing is known, or `ok`. */
function crowd(
  model: CompleteModel<unknown>,
  width: number,
  call: (i: number) => Call,
  reads: readonly (readonly [f: string, output: Json])[],
  end: 'ok' | 'pending',
): Part {
  const builder = columnsBuilder();
  for (let i = 0; i < width; i++) {
    const [f, input] = call(i);
    builder.invoke(i, builder.name(f), -1, builder.value(input), 0);
  }
  for (const [f, output] of reads) {
    builder.invoke(width, builder.name(f), -1, builder.value(null), 0);
    builder.complete(width, 'ok', builder.value(output), 0);
  }
  for (let i = 0; i < width && end === 'ok'; i++) builder.complete(i, 'ok', builder.value(call(i)[1]), 0);
  const [part] = partsOf(model, builder.columns());
  if (part === undefined) throw new Error('no part');
  return part;
}

/** A model that counts how often it is asked. */
function counted<State>(model: Model<State>): { readonly model: CompleteModel<unknown>; asked(): number } {
  let asked = 0;
  const step: typeof model.step = (state, operation) => {
    asked++;
    return model.step(state, operation);
  };
  return { model: complete({ ...model, step }), asked: () => asked };
}

const hard: readonly [
  name: string,
  model: Model<unknown>,
  width: number,
  call: (i: number) => Call,
  reads: readonly (readonly [string, Json])[],
  end: 'ok' | 'pending',
][] = [
  [
    '200 clients that write',
    register,
    200,
    (i) => ['write', i],
    [
      ['read', 7],
      ['read', 8],
      ['read', 7],
    ],
    'ok',
  ],
  ['200 clients that add', counter, 200, (i) => ['add', 2 ** (i % 40)], [['read', -1]], 'ok'],
  ['200 clients that never hear of their adds', counter, 200, (i) => ['add', i], [['read', -1]], 'pending'],
  ['200 clients that enqueue', queue, 200, (i) => ['enqueue', i], [['dequeue', -1]], 'ok'],
  ['3,000 clients that never hear of their adds', counter, 3000, (i) => ['add', i], [['read', -1]], 'pending'],
];

describe.each(hard)('%s', (_name, model, width, call, reads, end) => {
  test('are stopped in time: the question comes again before the model was asked 200 times', () => {
    const { model: asking, asked } = counted(model);
    const part = crowd(asking, width, call, reads, end);
    const way = search(asking, part);
    let before = asked();
    let most = 0;
    let questions = 0;
    const answer = way.advance(() => {
      most = Math.max(most, asked() - before);
      before = asked();
      return ++questions === 400;
    });
    expect(answer).toBe('stopped');
    expect(questions).toBe(400);
    // One list of candidates may be as long as a word has bits, each looked at with what it makes possible.
    expect(most).toBeLessThan(200);
    expect(() => way.witness()).toThrow(RangeError);
    expect(way.explained()).toBeLessThan(3);
  });
});

test('what it holds is known: stopped at 2 MB it has no more than half again', () => {
  const model = complete(register) as CompleteModel<unknown>;
  const part = crowd(
    model,
    200,
    (i) => ['write', i],
    [
      ['read', 7],
      ['read', 8],
      ['read', 7],
    ],
    'ok',
  );
  const way = search(model, part);
  const budget = 2 * 2 ** 20;
  expect(way.bytes()).toBeLessThan(budget / 8);
  expect(way.advance(() => way.bytes() > budget)).toBe('stopped');
  expect(way.bytes()).toBeLessThan(1.5 * budget);
  // A configuration takes at least its six words.
  expect(way.bytes()).toBeGreaterThan(24 * way.visited());
});

test('a read of what no state can be is refuted without trying all orders', () => {
  const model = complete(register) as CompleteModel<unknown>;
  const way = search(
    model,
    crowd(model, 200, (i) => ['write', i], [['read', -1]], 'ok'),
  );
  expect(way.advance(never)).toBe('invalid');
  expect(way.visited()).toBeLessThan(1000);
});

test.each(['ok', 'pending'] as const)('20,000 open writes are no more than their number (%s)', (end) => {
  const model = complete(register) as CompleteModel<unknown>;
  const part = crowd(
    model,
    20_000,
    (i) => ['write', i],
    [
      ['read', 19_999],
      ['read', 5],
    ],
    end,
  );
  const way = search(model, part);
  expect(way.advance(never)).toBe('valid');
  expect(way.visited()).toBeLessThan(50_000);
  expect([...way.witness().subarray(0, 4)].filter((place) => place >= 20_000)).toEqual([20_000, 20_001]);
});

test('100,000 pending operations that are all the same are a count', () => {
  const model = complete(counter) as CompleteModel<unknown>;
  const part = crowd(model, 100_000, () => ['add', 1], [['read', 30_000]], 'pending');
  const way = search(model, part);
  expect(way.advance(never)).toBe('valid');
  // The first 30,000 to be invoked, and then the read.
  expect([...way.witness()]).toEqual([...Array.from({ length: 30_000 }, (_, i) => i), 100_000]);
});
