import { expect, test } from 'vitest';
import type { Part } from '../../../checkers/linearizable/part.ts';
import { decideInTurns, type Budget, type PartAnswer, type Progress } from '../../../checkers/linearizable/turns.ts';
import { counter } from '../../../checkers/models/counter.ts';
import { complete, type Model } from '../../../checkers/models/model.ts';
import { register } from '../../../checkers/models/register.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { history, type Line } from '../build.ts';
import { partsOf } from './general/trial.ts';
import { subsetSum, wrongRead } from './hard.ts';

const counters = complete(counter as Model<unknown>);
const registers = complete(register as Model<unknown>);

const added = (key: string, many: number): Line[] =>
  Array.from({ length: many }, (): Line[] => [
    [800, 'invoke', 'add', 1, { key }],
    [800, 'ok', 'add', 1, { key }],
  ]).flat();

/** Parts of counters, by their keys; those named `hard` take longer than anyone can wait. */
const parts = (...lines: readonly (readonly Line[])[]): readonly Part[] =>
  partsOf(counters, columnsOf(history(...lines.flat())));
const hard = (n: number): readonly Line[] => subsetSum(`hard ${n}`, 100 * n);

/** A clock that is a millisecond later each time. */
function budget(more: Partial<Budget> = {}): Budget {
  let time = 0;
  return { deadline: Infinity, bytesMax: Infinity, now: () => time++, ...more };
}
const said = (answers: readonly PartAnswer[]): readonly string[] =>
  answers.map((answer) => (answer.kind === 'unknown' ? `${answer.kind}: ${answer.why}` : answer.kind));

test('answers come in the order of the parts; each is told once, and how far it has come', () => {
  const all = parts(added('a', 3), wrongRead('b'), added('c', 5));
  const told: [string | null, string][] = [];
  const progress: Progress[] = [];
  const answers = decideInTurns(counters, all, budget(), {
    onAnswer: ({ key }, { kind }) => told.push([key, kind]),
    onProgress: (now) => progress.push(now),
  });
  expect(said(answers)).toEqual(['valid', 'invalid', 'valid']);
  expect(told).toEqual([
    ['a', 'valid'],
    ['b', 'invalid'],
    ['c', 'valid'],
  ]);
  expect(progress).toEqual([
    { parts: 3, decided: 1, operations: 3, explained: 0, bytes: 0 },
    { parts: 3, decided: 2, operations: 4, explained: 0, bytes: 0 },
    { parts: 3, decided: 3, operations: 9, explained: 0, bytes: 0 },
  ]);
});

test('what a near-linear method decides is decided first, and told as well', () => {
  const lines = ['a', 'b'].flatMap((key): Line[] => [
    [0, 'invoke', 'write', 1, { key }],
    [0, 'ok', 'write', 1, { key }],
  ]);
  const progress: Progress[] = [];
  const all = partsOf(registers, columnsOf(history(...lines)));
  const answers = decideInTurns(registers, all, budget(), { onProgress: (now) => progress.push(now) });
  expect(answers).toMatchObject([{ method: 'register-zones' }, { method: 'register-zones' }]);
  expect(progress.map(({ decided, operations }) => [decided, operations])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  const searched = decideInTurns(registers, all, budget(), { methods: 'search' });
  expect(searched).toMatchObject([{ method: 'wing-gong-lowe' }, { method: 'wing-gong-lowe' }]);
});

test('a hard part does not keep others from being decided, and has all the time that is left', () => {
  const all = parts(hard(1), added('a', 300), hard(2), wrongRead('b'));
  const progress: Progress[] = [];
  const clock = budget({ deadline: 400 });
  const answers = decideInTurns(counters, all, clock, { onProgress: (now) => progress.push(now) });
  expect(said(answers)).toEqual(['unknown: time', 'valid', 'unknown: time', 'invalid']);
  // Of each hard one the addition before all others is explained.
  expect(answers.filter(({ kind }) => kind === 'unknown')).toMatchObject([{ explained: 1 }, { explained: 1 }]);
  expect(clock.now()).toBeGreaterThanOrEqual(400);
  expect(clock.now()).toBeLessThan(420);
  const last = progress.at(-1);
  expect(last).toMatchObject({ parts: 4, decided: 2, explained: 2 });
  expect(last?.bytes).toBeGreaterThan(1000);
  // Each turn is longer than the one before: few are enough.
  expect(progress.length).toBeGreaterThan(6);
  expect(progress.length).toBeLessThan(20);
});

test('one failure may be enough, whether a method finds it or a search; what was not looked at is skipped', () => {
  const all = parts(added('a', 1), hard(1), wrongRead('b'), added('c', 1));
  const found = decideInTurns(counters, all, budget(), { stopAtFirstFailure: true });
  expect(said(found)).toEqual(['valid', 'skipped', 'invalid', 'skipped']);
  const lines = ['a', 'b', 'c'].flatMap((key): Line[] => [
    [0, 'invoke', 'read', null, { key }],
    [0, 'ok', 'read', key === 'b' ? 7 : null, { key }],
  ]);
  const quick = decideInTurns(registers, partsOf(registers, columnsOf(history(...lines))), budget(), {
    stopAtFirstFailure: true,
  });
  expect(said(quick)).toEqual(['valid', 'invalid', 'skipped']);
});

test('without any time nothing is known; called off, everything is skipped', () => {
  const all = parts(added('a', 1), hard(1), wrongRead('b'));
  const none = decideInTurns(counters, all, budget({ deadline: 0 }));
  expect(none).toEqual(all.map(() => ({ kind: 'unknown', why: 'time', explained: 0 })));
  expect(said(decideInTurns(counters, all, budget({ cancelled: () => true })))).toEqual(all.map(() => 'skipped'));
  let questions = 0;
  const cancelled = (): boolean => ++questions > 50;
  // Also while a part is being searched: soon, and not when its turn is over.
  expect(said(decideInTurns(counters, all, budget({ cancelled })))).toEqual(['valid', 'skipped', 'invalid']);
  expect(questions).toBeLessThan(60);
});

test('where all together hold too much, the largest gives up, and the others go on', () => {
  const all = parts(hard(1), subsetSum('small', 900, 6), hard(2), wrongRead('b'));
  const answered: [string | null, string][] = [];
  const progress: Progress[] = [];
  const answers = decideInTurns(counters, all, budget({ bytesMax: 3_000_000 }), {
    onAnswer: ({ key }, answer) => answered.push([key, said([answer])[0] ?? '']),
    onProgress: (now) => progress.push(now),
  });
  expect(said(answers)).toEqual(['unknown: memory', 'invalid', 'unknown: memory', 'invalid']);
  expect(answers.filter(({ kind }) => kind === 'unknown')).toMatchObject([{ explained: 1 }, { explained: 1 }]);
  expect(answered.slice(0, 2).map(([key]) => key)).toEqual(['small', 'b']);
  // All of it is let go of.
  expect(progress.at(-1)).toMatchObject({ decided: 4, explained: 0, bytes: 0 });
  expect(Math.max(...progress.map(({ bytes }) => bytes))).toBeLessThan(2 * 3_000_000);
});
