import { describe, expect, test } from 'vitest';
import { decide, type MethodChoice } from '../../../../checkers/linearizable/decision.ts';
import { dependence } from '../../../../checkers/linearizable/evidence/dependence.ts';
import { failingPrefix, type FailingPrefix } from '../../../../checkers/linearizable/evidence/prefix.ts';
import { shrink, type Shrunk } from '../../../../checkers/linearizable/evidence/shrink.ts';
import { operationAt, subPart } from '../../../../checkers/linearizable/part.ts';
import { appendList } from '../../../../checkers/models/append-list.ts';
import { counter } from '../../../../checkers/models/counter.ts';
import { fifoQueue } from '../../../../checkers/models/fifo-queue.ts';
import { complete, type CompleteModel, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { did, history, type Line } from '../../build.ts';
import { partsOf } from '../general/trial.ts';
import { subsetSum } from '../hard.ts';

const never = (): boolean => false;

const mismatch = (process: number, from: Json, to: Json): Line[] => [
  [process, 'invoke', 'cas', [from, to]],
  [process, 'fail', 'cas', [from, to], { error: 'mismatch' }],
];
const many = (count: number, lines: (i: number) => readonly Line[]): Line[] =>
  Array.from({ length: count }, (_, i) => lines(i)).flat();

function prefixOf(model: CompleteModel<unknown>, lines: readonly Line[], methods: MethodChoice): FailingPrefix {
  const [part] = partsOf(model, columnsOf(history(...lines)));
  if (part === undefined) throw new Error('no part');
  return failingPrefix(model, part, { explained: 0, core: null }, never, methods);
}

/** Time is how often it was asked for it. */
function shrinkIn(
  model: CompleteModel<unknown>,
  prefix: FailingPrefix,
  methods: MethodChoice,
  deadline = Infinity,
): { readonly small: Shrunk | null; readonly asked: number } {
  let asked = 0;
  const small = shrink(model, prefix, dependence(model, prefix.part), { deadline, now: () => asked++, methods });
  return { small, asked };
}

const told = (model: CompleteModel<unknown>, { part }: FailingPrefix, small: Shrunk | null): readonly string[] =>
  (small?.places ?? []).map((place) => model.describeOperation(operationAt(part, place)));

interface Case {
  readonly name: string;
  readonly model: Model<never>;
  readonly lines: readonly Line[];
  /** What is left with what the methods of that kind of data say, if they say something, and without. */
  readonly best: readonly string[];
  readonly search?: readonly string[];
  /** How often the time may be asked for, about twice an attempt: few of them are to be needed. */
  readonly asked: readonly [best: number, search: number];
}

const cases: readonly Case[] = [
  {
    name: 'a stale read: what it read and what had replaced that, which is the last write where nothing else is known',
    model: register as Model<never>,
    lines: [...many(100, (i) => did(0, 'write', i)), ...did(1, 'read', null, 17)],
    best: ['wrote x = 17', 'wrote x = 18', 'read x = 17'],
    search: ['wrote x = 17', 'wrote x = 99', 'read x = 17'],
    asked: [10, 11],
  },
  {
    name: 'a stale read: not by a write that returned later, but may have come before',
    model: register as Model<never>,
    lines: [
      ...many(100, (i) => did(0, 'write', i)),
      [3, 'invoke', 'write', 'long'],
      ...did(0, 'write', 'old'),
      ...did(0, 'write', 'new'),
      [3, 'ok', 'write', 'long'],
      ...many(50, (i) => did(4 + (i % 3), 'read', null, 'new')),
      ...did(1, 'read', null, 'old'),
    ],
    best: ['wrote x = "old"', 'wrote x = "new"', 'read x = "old"'],
    asked: [22, 11],
  },
  {
    name: 'a stale read: what was written after it began had not replaced anything',
    model: register as Model<never>,
    lines: [
      ...many(100, (i) => did(0, 'write', i)),
      [1, 'invoke', 'read', null],
      ...many(30, (i) => did(0, 'write', 200 + i)),
      [1, 'ok', 'read', 98],
    ],
    best: ['wrote x = 98', 'wrote x = 99', 'read x = 98'],
    asked: [22, 11],
  },
  {
    name: 'a read of what swaps have made one after the other: all of them',
    model: register as Model<never>,
    lines: [
      ...did(0, 'write', 0),
      ...many(100, () => did(0, 'read', null, 0)),
      ...many(4, (i) => did(1 + (i % 2), 'cas', [i, i + 1])),
      ...did(0, 'write', -1),
      ...did(1, 'read', null, 4),
    ],
    best: [
      'wrote x = 0',
      ...Array.from({ length: 4 }, (_, i) => `changed x from ${i} to ${i + 1}`),
      'wrote x = -1',
      'read x = 4',
    ],
    asked: [22, 22],
  },
  {
    name: 'a comparison that failed: what was there, and could not be gone',
    model: register as Model<never>,
    lines: [...many(100, (i) => did(0, 'write', i)), ...mismatch(1, 99, 5)],
    best: ['wrote x = 99', 'failed to change x from 99 to 5'],
    asked: [9, 10],
  },
  {
    name: 'a list that lacks something: the first thing that it lacks, or the last',
    model: appendList as Model<never>,
    lines: [...many(60, (i) => did(0, 'append', i)), ...did(1, 'read', null, [0, 1, 58])],
    best: ['appended 0 to x', 'appended 1 to x', 'appended 2 to x', 'appended 58 to x', 'read x = [0,1,58]'],
    search: ['appended 0 to x', 'appended 1 to x', 'appended 58 to x', 'appended 59 to x', 'read x = [0,1,58]'],
    asked: [16, 34],
  },
  {
    name: 'what was taken out of a queue too early: what had to come before',
    model: fifoQueue as Model<never>,
    lines: [
      ...many(60, (i) => did(0, 'enqueue', i)),
      ...many(30, (i) => did(0, 'dequeue', null, i)),
      ...did(1, 'dequeue', null, 45),
    ],
    best: ['enqueued 30 to x', 'enqueued 45 to x', 'dequeued 45 from x'],
    search: ['enqueued 44 to x', 'enqueued 45 to x', 'dequeued 45 from x'],
    asked: [10, 60],
  },
  {
    name: 'the same where much is of unknown outcome, which is not tried first',
    model: fifoQueue as Model<never>,
    lines: [
      ...many(40, (i) => did(0, 'enqueue', i)),
      ...Array.from({ length: 30 }, (_, i): Line => [100 + i, 'invoke', 'enqueue', -i]),
      ...many(30, (i) => did(0, 'dequeue', null, i)),
      ...did(1, 'dequeue', null, 35),
    ],
    best: ['enqueued 34 to x', 'enqueued 35 to x', 'dequeued 35 from x'],
    asked: [200, 200],
  },
  {
    name: 'a counter that is too low: as many additions as are too many',
    model: counter as Model<never>,
    lines: [...many(60, () => did(0, 'add', 1)), ...did(1, 'read', null, 3)],
    best: [...Array.from({ length: 4 }, () => 'added 1 to x'), 'read x = 3'],
    asked: [85, 85],
  },
];

describe.each(['best', 'search'] as const)('little is left, and after few attempts (methods: %s)', (methods) => {
  test.each(cases.map((one) => [one.name, one] as const))('of %s', (_name, { model, lines, asked: most, ...left }) => {
    const whole = complete(model) as CompleteModel<unknown>;
    const prefix = prefixOf(whole, lines, methods);
    const { small, asked } = shrinkIn(whole, prefix, methods);
    expect(told(whole, prefix, small)).toEqual(left[methods] ?? left.best);
    expect(small?.minimal).toBe(true);
    expect(asked).toBeLessThan(most[methods === 'best' ? 0 : 1]);
  });
});

describe.each(['best', 'search'] as const)('whenever its time ends (methods: %s)', (methods) => {
  test.each(cases.map((one) => [one.name, one] as const))(
    'it has something that fails: %s',
    (_name, { model, lines }) => {
      const whole = complete(model) as CompleteModel<unknown>;
      const prefix = prefixOf(whole, lines, methods);
      const { small: smallest, asked } = shrinkIn(whole, prefix, methods);
      if (smallest === null) throw new Error('nothing was found');
      let before = Infinity;
      let sizes = 0;
      for (let i = 0; i <= 32; i++) {
        const deadline = Math.ceil((asked * i) / 32);
        const { small, asked: questions } = shrinkIn(whole, prefix, methods, deadline);
        // It ends when it should, but for what it does between two questions.
        expect(questions).toBeLessThan(deadline + 6);
        if (small === null) {
          expect(before).toBe(Infinity);
          continue;
        }
        const { places } = small;
        expect(places).toContain(prefix.failed);
        expect(decide(whole, subPart(prefix.part, places), never, methods)?.kind).toBe('invalid');
        expect(places.length).toBeLessThanOrEqual(before);
        if (places.length < before) sizes++;
        before = places.length;
        // What is said to be minimal is; and nothing that had to stop is said to be.
        if (small.minimal) expect(small).toEqual(smallest);
        if (deadline < asked) expect(small.minimal).toBe(false);
      }
      // What methods know at once needs no time.
      if (methods === 'search') expect(shrinkIn(whole, prefix, methods, 0).small).toBeNull();
      expect(before).toBe(smallest.places.length);
      expect(sizes).toBeGreaterThan(0);
    },
  );
});

test('what an attempt could not decide in its time may be superfluous all the same', () => {
  // Whether the read is explained by some of so many additions takes longer than anyone can wait.
  const model = complete(counter) as CompleteModel<unknown>;
  const [part] = partsOf(model, columnsOf(history(...subsetSum('x', 0, 30))));
  if (part === undefined) throw new Error('no part');
  const failed = part.f.findIndex((f) => part.columns.names[f] === 'read');
  let time = 0;
  const now = (): number => (time += 30);
  const prefix = { part, failed, positions: (part.returned[failed] as number) + 1, smallest: true };
  const small = shrink(model, prefix, dependence(model, part), { deadline: 1e9, now });
  expect(small?.places).toHaveLength(part.count);
  expect(small?.minimal).toBe(false);
  // Each attempt had its time, and no more.
  expect(time).toBeLessThan(50_000);
});
