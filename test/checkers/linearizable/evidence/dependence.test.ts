import { expect, test } from 'vitest';
import { dependence } from '../../../../checkers/linearizable/evidence/dependence.ts';
import { takenAway } from '../../../../checkers/linearizable/evidence/taken-away.ts';
import { decide } from '../../../../checkers/linearizable/decision.ts';
import { split, subPart, type Part } from '../../../../checkers/linearizable/part.ts';
import { appendList } from '../../../../checkers/models/append-list.ts';
import { counter } from '../../../../checkers/models/counter.ts';
import { fifoQueue } from '../../../../checkers/models/fifo-queue.ts';
import { kv } from '../../../../checkers/models/kv.ts';
import { complete, type CompleteModel, type Model } from '../../../../checkers/models/model.ts';
import { priorityQueue } from '../../../../checkers/models/priority-queue.ts';
import { register } from '../../../../checkers/models/register.ts';
import { set } from '../../../../checkers/models/set.ts';
import { stack } from '../../../../checkers/models/stack.ts';
import { NEVER, outcomes } from '../../../../src/history/columns.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { History, Json } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { did, history, type Line } from '../../build.ts';
import { rounds } from '../../rounds.ts';
import { kinds } from '../kinds.ts';
import type { Kind } from '../evidence-proof.ts';

function partsOf(model: CompleteModel<unknown>, lines: History): readonly Part[] {
  const divided = split(model, columnsOf(lines));
  if (divided.kind === 'objection') throw new Error(divided.objection);
  return divided.parts;
}

const failed = (f: string, input: Json): Line[] => [
  [0, 'invoke', f, input],
  [0, 'fail', f, input, { error: 'mismatch' }],
];
const pending: Line[] = [[1, 'invoke', 'pop', null]];

interface Told {
  readonly shows?: readonly Json[];
  readonly makes?: readonly Json[];
  /** Where it is more than these. */
  readonly touches?: readonly Json[];
  readonly changes: boolean;
}

test.each<[name: string, model: Model<never>, kind: string, lines: readonly Line[], told: readonly Told[]]>([
  [
    'a register',
    register as Model<never>,
    'cell',
    [
      ...did(0, 'write', 1),
      ...did(0, 'read', null, 1),
      ...did(0, 'cas', [1, 2]),
      ...did(0, 'cas', [2, 2]),
      ...failed('cas', [1, 3]),
      [1, 'invoke', 'cas', [{ b: 1 }, 4]],
      [2, 'invoke', 'write', 5],
    ],
    [
      { makes: [1], changes: true },
      { shows: [1], changes: false },
      { shows: [1], makes: [2], changes: true },
      { shows: [2], changes: false },
      { makes: [3], changes: false },
      { shows: [{ b: 1 }], makes: [4], changes: true },
      { makes: [5], changes: true },
    ],
  ],
  [
    'a key of a store',
    kv as Model<never>,
    'cell',
    [
      ...did(0, 'put', 'a'),
      ...did(0, 'get', null, 'a'),
      ...did(0, 'delete', null),
      ...did(0, 'cas', [null, 'b']),
      [1, 'invoke', 'delete', null],
    ],
    [
      { makes: ['a'], changes: true },
      { shows: ['a'], changes: false },
      { makes: [null], changes: true },
      { shows: [null], makes: ['b'], changes: true },
      { makes: [null], changes: true },
    ],
  ],
  [
    'a key of a store with appends',
    kv as Model<never>,
    'opaque',
    [...did(0, 'append', 'a'), ...did(0, 'get', null, 'a')],
    [{ changes: true }, { changes: false }],
  ],
  [
    'a set',
    set as Model<never>,
    'elements',
    [
      ...did(0, 'add', 1),
      ...did(0, 'remove', 2),
      ...did(0, 'remove', 1, true),
      ...did(0, 'contains', 1, true),
      ...did(0, 'contains', 3, false),
      ...did(0, 'read', null, [1, { a: 1 }]),
    ],
    [
      { makes: [1], changes: true },
      { touches: [2], changes: true },
      { touches: [1], changes: true },
      { shows: [1], changes: false },
      { touches: [3], changes: false },
      { shows: [1, { a: 1 }], changes: false },
    ],
  ],
  [
    'a list',
    appendList as Model<never>,
    'elements',
    [...did(0, 'append', 1), ...did(0, 'read', null, [1, 1])],
    [
      { makes: [1], changes: true },
      { shows: [1, 1], changes: false },
    ],
  ],
  [
    'a queue',
    fifoQueue as Model<never>,
    'elements',
    [...did(0, 'enqueue', 1), ...did(0, 'dequeue', null, 1), ...did(0, 'dequeue', null, null), ...pending],
    [{ makes: [1], changes: true }, { shows: [1], changes: true }, { changes: false }, { changes: true }],
  ],
  [
    'a stack',
    stack as Model<never>,
    'elements',
    [...did(0, 'push', 1), ...did(0, 'pop', null, 1), ...did(0, 'pop', null, null), ...pending],
    [{ makes: [1], changes: true }, { shows: [1], changes: true }, { changes: false }, { changes: true }],
  ],
  [
    'a priority queue',
    priorityQueue as Model<never>,
    'elements',
    [...did(0, 'insert', 1), ...did(0, 'delete-min', null, 1), [1, 'invoke', 'delete-min', null]],
    [{ makes: [1], changes: true }, { shows: [1], changes: true }, { changes: true }],
  ],
  [
    'a counter',
    counter as Model<never>,
    'opaque',
    [...did(0, 'add', 1), ...did(0, 'read', null, 1)],
    [{ changes: true }, { changes: false }],
  ],
])('what the operations of %s show, make and touch', (_name, model, kind, lines, told) => {
  const [part] = partsOf(complete(model), history(...lines));
  if (part === undefined) throw new Error('no part');
  const depends = dependence(complete(model), part);
  expect(depends.kind).toBe(kind);
  const numbers = (values: readonly Json[] = []): readonly number[] => values.map((value) => depends.valueOf(value));
  expect(depends.shows).toEqual(told.map(({ shows }) => numbers(shows)));
  expect(depends.makes).toEqual(told.map(({ makes }) => numbers(makes)));
  expect(depends.touches).toEqual(
    told.map(({ makes = [], shows = [], touches = [] }) => numbers([...makes, ...shows, ...touches])),
  );
  expect([...depends.effects]).toEqual(told.map(({ changes }) => Number(changes)));
  const all = told.flatMap(({ makes = [] }) => makes);
  for (const value of all) {
    const makers = told.flatMap(({ makes = [] }, place) => (makes.includes(value) ? [place] : []));
    expect(depends.makers[depends.valueOf(value)]).toEqual(makers);
  }
});

test('values that are equal as JSON have one number, others do not', () => {
  const [part] = partsOf(complete(register), history(...did(0, 'write', 1)));
  if (part === undefined) throw new Error('no part');
  const { valueOf } = dependence(complete(register), part);
  expect(valueOf({ a: 1, b: [2] })).toBe(valueOf({ b: [2], a: 1 }));
  const others: readonly Json[] = [1, '1', null, 'null', [1], ['1'], { a: 1 }, '{"a":1}', true, 'true'];
  expect(new Set(others.map(valueOf)).size).toBe(others.length);
});

/** The operations `kept`, and `others` as if it were not known whether they happened. */
function withUnknown(part: Part, kept: readonly number[], others: readonly number[]): Part {
  const places = [...kept, ...others].sort((a, b) => a - b);
  const result = subPart(part, places);
  for (const [i, place] of places.entries()) {
    if (!others.includes(place)) continue;
    result.output[i] = 0;
    result.outcome[i] = outcomes.info;
    result.returned[i] = NEVER;
  }
  return result;
}

// A dequeue whose element is known can not have taken another, as one of unknown outcome could: see below.
const judged = Object.entries<Kind>(kinds).filter(([name]) => name !== 'first-in-first-out queue');

test.each(judged)(
  'what was taken away from a %s, and could matter, explains the rest exactly if all does that was taken away',
  (name, kind) => {
    const model = complete(kind.model);
    const split = { valid: 0, invalid: 0, fewer: 0, some: 0 };
    for (let seed = 0; seed < rounds(500); seed++) {
      const source = random(seed, `taken away, ${name}`);
      for (const part of partsOf(model, kind.make(source, seed))) {
        const places = [...part.row.keys()];
        const kept = places.filter(() => source.int(2) === 0);
        if (kept.length === 0) continue;
        const depends = dependence(model, part);
        const all = places.filter((place) => !kept.includes(place) && depends.effects[place] === 1);
        const some = takenAway(part, depends, kept);
        expect(some).toEqual(all.filter((place) => some.includes(place)));
        const verdict = (others: readonly number[]) =>
          decide(model, withUnknown(part, kept, others), () => false)?.kind;
        const expected = verdict(all);
        expect([seed, verdict(some)]).toEqual([seed, expected]);
        split[expected ?? 'invalid']++;
        split.fewer += all.length - some.length;
        split.some += some.length;
      }
    }
    expect(Math.min(split.valid, split.invalid)).toBeGreaterThan(rounds(500) / 50);
    expect(split.some).toBeGreaterThan(rounds(500) / 10);
    if (dependence(model, partsOf(model, kind.make(random(0, 'kind'), 0))[0] as Part).kind !== 'opaque') {
      expect(split.fewer).toBeGreaterThan(split.some / 4);
    }
  },
);

test('of a queue, what speaks of the same elements matters, and a removal of unknown outcome', () => {
  const model = complete(fifoQueue as Model<unknown>);
  const [part] = partsOf(
    model,
    history(
      ...did(0, 'enqueue', 1),
      ...did(0, 'enqueue', 2),
      ...did(0, 'dequeue', null, 1),
      ...did(0, 'dequeue', null, 2),
      ...did(0, 'dequeue', null, null),
      [1, 'invoke', 'dequeue', null],
    ),
  );
  if (part === undefined) throw new Error('no part');
  const depends = dependence(model, part);
  // Finding it empty changes nothing.
  expect(takenAway(part, depends, [0])).toEqual([2, 5]);
  expect(takenAway(part, depends, [2, 5])).toEqual([0]);
  expect(takenAway(part, depends, [4])).toEqual([5]);
  expect(takenAway(part, depends, [0, 1, 2, 3, 4, 5])).toEqual([]);
});
