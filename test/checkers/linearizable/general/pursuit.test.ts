import { expect, test } from 'vitest';
import { explorer } from '../../../../checkers/linearizable/general/explorer.ts';
import { pursuit, type Pursuit, type Wanted } from '../../../../checkers/linearizable/general/pursuit.ts';
import { settingOf } from '../../../../checkers/linearizable/general/setting.ts';
import { defaultTuning, type Tuning } from '../../../../checkers/linearizable/general/tuning.ts';
import type { Part } from '../../../../checkers/linearizable/part.ts';
import { complete, impossible, type CompleteModel, type Model } from '../../../../checkers/models/model.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import { history, type Line } from '../../build.ts';
import { hasty, never, partsOf } from './trial.ts';

/** Counts round a ring of places; `set` goes to one at once, `be` is only possible in one. State 0 has number 0. */
const ring = (places: number): Model<number> => ({
  name: 'ring',
  init: 0,
  step(state, { f, input, output }) {
    if (f === 'add') return (state + Number(input)) % places;
    if (f === 'set') return Number(input);
    return state === Number(f === 'read' ? output : input) ? state : impossible;
  },
  observes: ({ f }) => f === 'read',
});

const model = complete(ring(60)) as CompleteModel<unknown>;

function partOf(lines: readonly Line[], its = model): Part {
  const [part] = partsOf(its, columnsOf(history(...lines)));
  if (part === undefined) throw new Error('no part');
  return part;
}

const anyEnd: Wanted = { any: true, accepts: () => true };

const did = (f: string, value: number): Line[] => [
  [0, 'invoke', f, f === 'read' ? null : value],
  [0, 'ok', f, value],
];
const times = (count: number, lines: (i: number) => readonly Line[]): Line[] =>
  Array.from({ length: count }, (_, i) => lines(i)).flat();
/** So many that go to different places and are open at once, by processes from 100 on. */
const crowd = (count: number): Line[] => [
  ...times(count, (i) => [[100 + i, 'invoke', 'set', i]]),
  ...times(count, (i) => [[100 + i, 'ok', 'set', i]]),
];
/** Even numbers that are added at once. */
const evens = (count: number): Line[] => [
  ...times(count, (i) => [[100 + i, 'invoke', 'add', 2 * i + 2]]),
  ...times(count, (i) => [[100 + i, 'ok', 'add', 2 * i + 2]]),
];
const quiet = (count: number): Line[] => times(count, (i) => did('set', i % 3));

/** Goes on until there is an answer, or it has visited or been asked more than any test allows. */
function answerOf(way: Pursuit<unknown>, questionsMax = 100_000): { readonly answer: string; readonly asked: number } {
  let asked = 0;
  const answer = way.advance(() => ++asked > questionsMax);
  return { answer, asked };
}

test('one end after the other is found, that of nothing at all before those of what may have happened', () => {
  const part = partOf([
    [0, 'invoke', 'set', 7],
    [1, 'invoke', 'be', 7],
  ]);
  const way = pursuit(model, part, { any: false, accepts: () => true }, defaultTuning);
  expect(way.advance(never)).toBe('found');
  expect([way.state(), way.stateNumber(), [...way.order()]]).toEqual([0, 0, []]);
  expect(way.advance(never)).toBe('found');
  expect([way.state(), [...way.order()]]).toEqual([7, [0]]);
  expect(way.advance(never)).toBe('none');
});

/** No order leads past the `be`; to try all of them takes thousands of configurations. */
const stuck = [...crowd(9), ...crowd(9), ...crowd(9), ...quiet(30), ...did('set', 2), ...did('be', 1)];
const patient: Tuning = { ...hasty, patience: 100, windowAtFirst: 16 };

test('where there is no way on, that is shown without trying all that comes before', () => {
  for (const after of [[], times(40, () => crowd(9))]) {
    const way = pursuit(model, partOf([...stuck, ...after]), anyEnd, patient);
    const { answer, asked } = answerOf(way);
    expect(answer).toBe('none');
    expect(way.explained()).toBe(27 + 30 + 1);
    expect(way.visited()).toBeLessThan(1000);
    expect(asked).toBeLessThan(10_000);
  }
});

test('so it is where there is no way from the beginning', () => {
  const part = partOf([...crowd(12).slice(0, 12), ...did('be', 59), ...crowd(12).slice(12)]);
  const way = pursuit(model, part, anyEnd, patient);
  expect(answerOf(way).answer).toBe('none');
  expect(way.visited()).toBeLessThan(1000);
});

test('so it is where there are ends, but none that is wanted', () => {
  const part = partOf(stuck.slice(0, -2));
  const way = pursuit(model, part, { any: false, accepts: (state) => state === 0 }, patient);
  expect(answerOf(way).answer).toBe('none');
  expect(way.visited()).toBeLessThan(1000);
});

test('what is wanted of an end is not asked of what comes before it', () => {
  const part = partOf([...crowd(6), ...did('be', 0), ...quiet(3), ...crowd(6), ...did('be', 3), ...did('set', 0)]);
  for (const windowAtFirst of [1, 4]) {
    const way = pursuit(model, part, { any: false, accepts: (state) => state === 0 }, { ...hasty, windowAtFirst });
    expect(answerOf(way).answer).toBe('found');
    expect(way.state()).toBe(0);
  }
});

test('once it was told to stop it asks no more, and it goes on where it was', () => {
  const whole = pursuit(model, partOf(stuck), anyEnd, patient);
  const { asked: questions } = answerOf(whole);
  const way = pursuit(model, partOf(stuck), anyEnd, patient);
  let stops = 0;
  let asked = 0;
  let answer = 'stopped';
  while (answer === 'stopped' && stops < 2 * questions) {
    const before = stops;
    answer = way.advance(() => {
      expect(stops).toBe(before);
      if (++asked % 3 === 0) stops++;
      return stops > before;
    });
    expect(answer === 'stopped').toBe(stops > before);
  }
  expect(answer).toBe('none');
  expect(stops).toBeGreaterThan(100);
  expect(way.visited()).toBeLessThan(whole.visited() + 50);
});

test('while it gets on it does nothing else: the model is asked once for each operation', () => {
  let asked = 0;
  const counted = complete({
    ...ring(60),
    step(state: number, operation) {
      asked++;
      return ring(60).step(state, operation);
    },
  } satisfies Model<number>) as CompleteModel<unknown>;
  const part = partOf(
    times(50, (i) => did('set', i)),
    counted,
  );
  const way = pursuit(counted, part, anyEnd, { ...defaultTuning, workPerQuestion: 1, workPerStep: 10, patience: 200 });
  expect(way.advance(never)).toBe('found');
  expect(asked).toBe(50);
});

/** Which of two `set` comes first is seen only after much that can be done in many orders: ends at 36 or 37. */
const late = (crowds: number, end: number): Line[] => [
  [1, 'invoke', 'set', 0],
  [2, 'invoke', 'set', 1],
  [1, 'ok', 'set', 0],
  [2, 'ok', 'set', 1],
  ...times(crowds, () => evens(8)),
  ...times(8, () => did('add', 0)),
  ...did('be', end),
  ...did('add', 0),
];

test.each([36, 37])(
  'a choice is taken back, however much lies between it and where it is seen to be wrong (%i)',
  (end) => {
    for (const windowAtFirst of [1, 4]) {
      const way = pursuit(model, partOf(late(3, end)), anyEnd, { ...patient, windowAtFirst });
      expect(answerOf(way).answer).toBe('found');
      expect(way.state()).toBe(end);
    }
  },
);

test('where it was stuck and got on, it is not taken to be stuck in the same way again', () => {
  // With the longer windows there is none before the first place, and that is soon known.
  for (const windowAtFirst of [1, 16, 36]) {
    const way = pursuit(model, partOf([...late(3, 36), ...stuck]), anyEnd, { ...patient, windowAtFirst });
    expect(answerOf(way).answer).toBe('none');
    // To try all takes 8,496.
    expect(way.visited()).toBeLessThan(6000);
  }
});

test('what windows do is little more than what the dive does, and only since that got stuck', () => {
  const wide = complete(ring(500)) as CompleteModel<unknown>;
  const before = quiet(3000);
  const alone = { ...patient, patience: Infinity, windowAtFirst: 1 };
  const easy = answerOf(pursuit(wide, partOf(before, wide), anyEnd, alone));
  const part = partOf([...before, ...late(1, 72)], wide);
  const dive = answerOf(pursuit(wide, part, anyEnd, alone));
  const both = answerOf(pursuit(wide, part, anyEnd, { ...alone, patience: 100 }));
  expect([easy.answer, dive.answer, both.answer]).toEqual(['found', 'found', 'found']);
  // Windows ask more often than the dive, which looks at several open operations between two questions.
  expect(both.asked - dive.asked).toBeLessThan(4.5 * (dive.asked - easy.asked));
});

test('what it holds is the sum of what its parts hold', () => {
  const part = partOf(stuck);
  const { timeline, transitions, tries, ...rest } = settingOf(model, part, patient, true);
  const dive = explorer({ timeline, transitions, tries, ...rest }, { position: timeline.returns.length, ...anyEnd });
  dive.enter(0, transitions.initial, 0, 0, 0);
  const way = pursuit(model, part, anyEnd, patient);
  expect(way.bytes()).toBe(dive.bytes() + transitions.bytes() + timeline.bytes() + tries.bytes());
});

test('as long as it gets on and then tries one window it holds more and more', () => {
  const part = partOf([...crowd(9), ...quiet(30), ...did('set', 2), ...did('be', 1)]);
  const way = pursuit(model, part, anyEnd, patient);
  const held = [way.bytes()];
  const answer = way.advance(() => {
    held.push(way.bytes());
    return held.length > 100_000;
  });
  expect(answer).toBe('none');
  expect(held.filter((bytes, i) => i > 0 && bytes < Number(held[i - 1]))).toEqual([]);
});
