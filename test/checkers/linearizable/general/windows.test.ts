import { expect, test } from 'vitest';
import { reachable } from '../../../../checkers/linearizable/general/reachable.ts';
import { refutation, type Refutation } from '../../../../checkers/linearizable/general/refutation.ts';
import { settingOf } from '../../../../checkers/linearizable/general/setting.ts';
import { defaultTuning, type Tuning } from '../../../../checkers/linearizable/general/tuning.ts';
import { complete, impossible, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { history, type Line } from '../../build.ts';
import { hasty, partsOf } from './trial.ts';

const model = complete(register as Model<unknown>);

/** Windows before the last return of a history, or before the one with number `goal` (from 1). */
function windowsOf(lines: readonly Line[], tuning: Tuning = hasty, goal?: number, its = model): Refutation {
  const [part] = partsOf(its, columnsOf(history(...lines)));
  if (part === undefined) throw new Error('no part');
  const setting = settingOf(its, part, tuning, true);
  const position = goal ?? setting.timeline.returns.length;
  return refutation(setting, reachable(setting.timeline, setting.transitions), { position, accepts: () => true });
}

/** What windows say; `paused` if they do more work than any test allows. */
const answerOf = (windows: Refutation): string => windows.advance(() => windows.work() > 200_000);

const did = (process: number, f: string, value: Json): Line[] => [
  [process, 'invoke', f, f === 'read' ? null : value],
  [process, 'ok', f, value],
];
const many = (count: number, lines: (i: number) => readonly Line[]): Line[] =>
  Array.from({ length: count }, (_, i) => lines(i)).flat();
/** Writes of different values that are open all the time, by processes from 100 on. */
const open = (count: number): Line[] => many(count, (i) => [[100 + i, 'invoke', 'write', 100 + i]]);
const closed = (count: number): Line[] => many(count, (i) => [[100 + i, 'ok', 'write', 100 + i]]);

const stale: Line[] = [...did(0, 'write', 1), ...did(0, 'write', 2), ...did(0, 'read', 1)];

test('what no state allows is refuted without any window, whatever is open', () => {
  const lines = [...open(40), ...many(50, (i) => did(0, 'write', i % 3)), ...did(0, 'read', 'nobody wrote it')];
  const windows = windowsOf([...lines, ...closed(40)], defaultTuning, 51);
  expect(answerOf(windows)).toBe('refuted');
  expect(windows.bytes()).toBe(0);
});

test('where there are too many ways to begin, windows say nothing, and say so at once', () => {
  const lines = [...open(17), ...many(50, (i) => did(0, 'write', i % 3)), ...stale, ...closed(17)];
  const windows = windowsOf(lines, hasty, 53);
  expect(answerOf(windows)).toBe('powerless');
  expect(windows.work()).toBeLessThan(2000);
  expect(windows.bytes()).toBe(0);
  expect(answerOf(windowsOf([...stale.slice(0, 4), ...did(0, 'read', 2)]))).toBe('powerless');
});

test('a window begins where little is open', () => {
  const crowd = (round: number): Line[] => [
    ...many(9, (i): Line[] => [[10 + i, 'invoke', 'write', 10 * round + i]]),
    ...many(9, (i): Line[] => [[10 + i, 'ok', 'write', 10 * round + i]]),
  ];
  // Between two crowds there is one return before which only one write is open.
  const lines = many(12, (round) => [...crowd(round), ...did(0, 'write', 'quiet')]);
  const windows = windowsOf([...lines, ...many(30, (i) => did(0, 'write', i % 3)), ...stale], defaultTuning);
  expect(answerOf(windows)).toBe('refuted');
  // So it begins twice for each state: with that write done and not done.
  expect(windows.work()).toBeLessThan(20_000);
});

test('stopped at every question it comes to the same, and tells how much it has done', () => {
  const lines = [...many(30, (i) => did(0, 'write', i % 3)), ...stale];
  const whole = windowsOf(lines);
  expect(answerOf(whole)).toBe('refuted');
  const windows = windowsOf(lines);
  let pauses = 0;
  let before = windows.work();
  expect(before).toBe(0);
  for (let answer = windows.advance(() => true); answer !== 'refuted'; answer = windows.advance(() => true)) {
    expect(answer).toBe('paused');
    expect(windows.work()).toBeGreaterThanOrEqual(before);
    before = windows.work();
    pauses++;
  }
  expect(pauses).toBeGreaterThan(10);
  expect(windows.work()).toBeGreaterThan(pauses / 2);
  expect(windows.bytes()).toBeGreaterThan(0);
  // Other states' work is not its own: the same states are known to the next.
  expect(whole.work()).toBeGreaterThan(10);
  expect(whole.work()).toBeLessThan(windows.work() + 1);
});

test('a pending operation may be used in a window once, but is not spent again', () => {
  const before = many(20, (i) => did(0, 'write', 2 + (i % 3)));
  const pending: Line[] = [[9, 'invoke', 'write', 1]];
  const seen = [...did(0, 'write', 2), ...did(0, 'read', 1)];
  expect(answerOf(windowsOf([...before, ...pending, ...seen]))).toBe('powerless');
  expect(answerOf(windowsOf([...before, ...pending, ...seen, ...seen]))).toBe('refuted');
  const two: Line[] = [...pending, [8, 'invoke', 'write', 1]];
  expect(answerOf(windowsOf([...before, ...two, ...seen, ...seen]))).toBe('powerless');
});

test('many pending operations are no more than their number where none of them helps', () => {
  const pending = many(14, (i): Line[] => [[200 + i, 'invoke', 'write', 200 + i]]);
  const lines = [...pending, ...many(60, (i) => did(0, 'write', i % 3)), ...stale];
  const windows = windowsOf(lines, defaultTuning);
  expect(answerOf(windows)).toBe('refuted');
  expect(windows.work()).toBeLessThan(2000);
});

test('of those that are open any number may have taken effect: first those that return first', () => {
  // The one that was invoked first returns last, and comes after the reads of 2.
  const last: Line[] = [
    [1, 'invoke', 'write', 1],
    [0, 'invoke', 'write', 1],
    [2, 'invoke', 'write', 2],
    [2, 'ok', 'write', 2],
    ...did(3, 'read', 2),
    [0, 'ok', 'write', 1],
    ...did(3, 'read', 2),
    ...did(3, 'read', 1),
    [1, 'ok', 'write', 1],
  ];
  // Both come before the write of 2.
  const all: Line[] = [
    [0, 'invoke', 'write', 1],
    [1, 'invoke', 'write', 1],
    [2, 'invoke', 'write', 2],
    [2, 'ok', 'write', 2],
    ...did(3, 'read', 2),
    [0, 'ok', 'write', 1],
    ...did(3, 'read', 2),
    [1, 'ok', 'write', 1],
    ...did(3, 'read', 2),
    ...did(3, 'read', 2),
  ];
  for (const lines of [last, all]) {
    const returns = lines.filter(([, type]) => type === 'ok').length;
    for (let goal = 1; goal <= returns; goal++) {
      expect([goal, answerOf(windowsOf(lines, hasty, goal))]).toEqual([goal, 'powerless']);
    }
  }
});

/** One after the other, by process 0. */
const quiet = (count: number): Line[] => many(count, (i) => did(0, 'write', i % 3));

test('where very many are open no window begins, even if they are all the same', () => {
  const same = (count: number): Line[] => [
    ...many(count, (i): Line[] => [[100 + i, 'invoke', 'write', 0]]),
    ...quiet(6),
    ...stale,
    ...many(count, (i): Line[] => [[100 + i, 'ok', 'write', 0]]),
  ];
  // One more is open: that of process 0.
  const few = windowsOf(same(1023), hasty, 9);
  expect(few.advance(() => few.bytes() > 0)).toBe('paused');
  const more = windowsOf(same(1024), hasty, 9);
  expect(more.advance(() => more.bytes() > 0)).toBe('powerless');
});

/** Many ways to begin, and nothing that they could do: no state is that from which they go on. */
const hopeless = many(18, (i): Line[] => [[300 + i, 'invoke', 'cas', [300 + i, 0]]]);

test('of the places where a window can begin the first is looked at, too', () => {
  const lines = [...quiet(2), ...hopeless, ...quiet(60), ...stale];
  const ended = many(18, (i): Line[] => [[300 + i, 'ok', 'cas', [300 + i, 0]]]);
  expect(answerOf(windowsOf([...lines, ...ended], { ...hasty, windowAtFirst: 33 }, 65))).toBe('refuted');
  expect(answerOf(windowsOf([...lines, ...ended], { ...hasty, windowAtFirst: 32 }, 65))).toBe('refuted');
  const early = [...quiet(1), ...hopeless, ...quiet(61), ...stale, ...ended];
  expect(answerOf(windowsOf(early, { ...hasty, windowAtFirst: 33 }, 65))).toBe('powerless');
});

test('of few returns each is looked at as a place to begin, however many come before', () => {
  // Where the writes have returned and the others not yet begun is the only place.
  const lines = [...open(18), ...quiet(1000), ...closed(18), ...hopeless, ...quiet(44), ...stale];
  const ended = many(18, (i): Line[] => [[300 + i, 'ok', 'cas', [300 + i, 0]]]);
  const windows = windowsOf([...lines, ...ended], { ...hasty, windowAtFirst: 32 }, 1065);
  expect(answerOf(windows)).toBe('refuted');
  expect(windows.work()).toBeLessThan(5000);
});

test('what was done for another refutation is not its own work', () => {
  const [part] = partsOf(model, columnsOf(history(...quiet(9), ...stale)));
  if (part === undefined) throw new Error('no part');
  const setting = settingOf(model, part, hasty, true);
  const states = reachable(setting.timeline, setting.transitions);
  const goal = { position: 12, accepts: () => true };
  const first = refutation(setting, states, goal);
  expect(answerOf(first)).toBe('refuted');
  const second = refutation(setting, states, goal);
  expect(second.work()).toBe(0);
  expect(answerOf(second)).toBe('refuted');
  expect(second.work()).toBeLessThan(first.work());
});

test('in the first windows pending operations happen any number of times: how many of which does not matter', () => {
  /** Counts round a ring of 32. */
  const ring = complete({
    name: 'ring',
    init: 0,
    step: (state: number, { f, input }) =>
      f === 'add' ? (state + Number(input)) % 32 : state === Number(input) ? state : impossible,
  } satisfies Model<number>) as typeof model;
  // All that is pending is even, so what was even is so afterwards.
  const pending = many(14, (i): Line[] => [[100 + i, 'invoke', 'add', 2 * i + 2]]);
  const lines = [...did(0, 'add', 1), ...did(0, 'add', 1), ...pending];
  const seen = [...did(0, 'be', 0), ...did(0, 'be', 0), ...did(0, 'be', 1)];
  const windows = windowsOf([...lines, ...seen], { ...hasty, windowAtFirst: 3 }, 5, ring);
  expect(answerOf(windows)).toBe('refuted');
  expect(windows.work()).toBeLessThan(10_000);
});

test('where nothing is pending windows of one kind are tried', () => {
  const windows = windowsOf([...quiet(60), ...did(0, 'read', 2)]);
  expect(answerOf(windows)).toBe('powerless');
  expect(windows.work()).toBeLessThan(100);
});
