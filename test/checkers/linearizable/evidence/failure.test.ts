import { describe, expect, test } from 'vitest';
import { explainedFailure } from '../../../../checkers/linearizable/evidence/failure.ts';
import { failingPrefix, type FailingPrefix } from '../../../../checkers/linearizable/evidence/prefix.ts';
import { appendList } from '../../../../checkers/models/append-list.ts';
import { counter } from '../../../../checkers/models/counter.ts';
import { complete, impossible, type CompleteModel, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { history, type Line } from '../../build.ts';
import { partsOf } from '../general/trial.ts';
import { subsetSum } from '../hard.ts';

const registers = complete(register as Model<unknown>);

function failing(model: CompleteModel<unknown>, ...lines: readonly Line[]): FailingPrefix {
  const [part] = partsOf(model, columnsOf(history(...lines)));
  if (part === undefined) throw new Error('no part');
  return failingPrefix(model, part, { explained: 0, core: null }, () => false);
}

const writesOf = (count: number): Line[] =>
  Array.from({ length: count }, (_, i): Line[] => [
    [0, 'invoke', 'write', i],
    [0, 'ok', 'write', i],
  ]).flat();

describe('what is said of a failure', () => {
  const write = (process: number, value: Json): Line => [process, 'invoke', 'write', value];
  const stale: readonly Line[] = [
    [99, 'invoke', 'read'],
    [99, 'ok', 'read', 'never written'],
  ];
  const told = (lines: readonly Line[], now: () => number = () => 0, smallest = true) => {
    const prefix = { ...failing(registers, ...lines, ...stale), smallest };
    return explainedFailure(registers, 'some-method', prefix, { deadline: 10_000, now });
  };
  const sentence = (...lines: readonly Line[]): string => told(lines).detailed?.explanation ?? '';
  const begin = 'process 99 read x = "never written", but nobody had written "never written" before';

  test('names the states that were possible: one, two, or as many as fit into a sentence', () => {
    expect(sentence([0, 'invoke', 'write', 1], [0, 'ok', 'write', 1])).toBe(`${begin}; possible was 1`);
    expect(sentence(write(0, 1))).toBe(`${begin}; possible were 1 or absent`);
    expect(sentence(write(0, 1), write(1, 2))).toBe(`${begin}; possible were 1, 2 or absent`);
    // Long ones are abbreviated; two of them would be too much.
    const long = (end: string): string => `${'a'.repeat(200)}${end}`;
    expect(sentence(write(0, long('1')))).toMatch(/; possible were absent or "a+ \.\.\. a+1"$/);
    expect(sentence(write(0, long('1')), write(1, long('2')))).toMatch(
      /; possible were absent, "a+ \.\.\. a+1" and 1 more$/,
    );
    const all = Array.from({ length: 12 }, (_, i) => write(i, i));
    expect(sentence(...all)).toMatch(/; possible were (\d+, ){9}\d+ and others$/);
  });

  test('comes in brief at once, and with all else where there is time', () => {
    const { brief, detailed } = told([write(0, 1)]);
    expect(brief).toMatchObject({ explanation: begin, states: [], statesComplete: false, paths: [], shrunk: null });
    expect(brief).toMatchObject({ key: 'x', method: 'some-method', invocation: 1, completion: 2 });
    expect(detailed).toMatchObject({
      states: ['1', 'absent'],
      statesComplete: true,
      prefix: { positions: 3, operations: 2 },
    });
    expect(told([write(0, 1)], () => 10_000).detailed).toBeNull();
    expect(told([write(0, 1)], () => 9_999).detailed).not.toBeNull();
    const rough = told([write(0, 1)], () => 0, false);
    expect(rough.detailed).toBeNull();
    expect(rough.brief.explanation).toBe(
      'no order explains the 2 operations on x up to operation 2 (which has no place first was not looked for)',
    );
  });

  test('has around it the operation at fault, what was going on, and what came last: forty at most', () => {
    const done = Array.from({ length: 60 }, (_, i): Line[] => [
      [0, 'invoke', 'write', i],
      [0, 'ok', 'write', i],
    ]).flat();
    const open = Array.from({ length: 5 }, (_, i) => write(10 + i, `open ${i}`));
    const { brief } = told([...open, ...done]);
    const last = Array.from({ length: 16 }, (_, i) => 5 + 2 * (59 - i)).reverse();
    expect(brief.around).toEqual([0, 1, 2, 3, 4, ...last, 125]);
    const many = told(Array.from({ length: 50 }, (_, i) => write(10 + i, i))).brief;
    // The latest of those that are open.
    expect(many.around).toEqual([...Array.from({ length: 39 }, (_, i) => 11 + i), 50]);
  });

  test('has the last ten operations of an order that leads to a state', () => {
    const paths = told(writesOf(30)).detailed?.paths;
    expect(paths).toEqual([{ order: Array.from({ length: 10 }, (_, i) => 40 + 2 * i), state: '29' }]);
    expect(told(writesOf(4)).detailed?.paths).toEqual([{ order: [0, 2, 4, 6], state: '3' }]);
  });
});

test('a model that has no words for it is told in general ones; operations may have no key', () => {
  const bare = complete<unknown>({
    name: 'bare',
    init: null,
    step: (state, { f, input, output }) => (f === 'write' ? input : output === state ? state : impossible),
  });
  const prefix = failing(
    bare,
    [0, 'invoke', 'write', 1, { key: null }],
    [0, 'ok', 'write', 1, { key: null }],
    [1, 'invoke', 'read', null, { key: null }],
    [1, 'ok', 'read', 2, { key: null }],
  );
  const { brief } = explainedFailure(bare, 'search', prefix, { deadline: 0, now: () => 0 });
  expect(brief.key).toBeNull();
  expect(brief.explanation).toMatch(/^process 1 .*, but no order of the operations allows that$/);
  const rough = explainedFailure(bare, 'search', { ...prefix, smallest: false }, { deadline: 0, now: () => 0 });
  expect(rough.brief.explanation).toMatch(/^no order explains the 2 operations up to operation 3 \(/);
});

test('what fails by itself and has more than a thousand operations is not shown', () => {
  const lists = complete(appendList as Model<unknown>);
  /** Of a list of which all was seen, the last two in the wrong order; there is no time to make it smaller. */
  const shrunkOf = (count: number) => {
    const appends = Array.from({ length: count }, (_, i): Line[] => [
      [0, 'invoke', 'append', i],
      [0, 'ok', 'append', i],
    ]).flat();
    const seen: Json = [...Array(count - 2).keys(), count - 1, count - 2];
    const prefix = failing(lists, ...appends, [1, 'invoke', 'read'], [1, 'ok', 'read', seen]);
    let time = 0;
    const budget = { deadline: 100, now: () => time++ };
    return explainedFailure(lists, 'some-method', prefix, budget).detailed?.shrunk;
  };
  expect(shrunkOf(999)?.operations).toHaveLength(2000);
  expect(shrunkOf(1000)).toBeNull();
});

test('making it small ends after two seconds, though there were more', () => {
  const counters = complete(counter as Model<unknown>);
  const [part] = partsOf(counters, columnsOf(history(...subsetSum('x', 0, 30))));
  if (part === undefined) throw new Error('no part');
  const failed = part.f.findIndex((f) => part.columns.names[f] === 'read');
  const prefix = { part, failed, positions: (part.returned[failed] as number) + 1, smallest: true };
  let time = 0;
  const { detailed } = explainedFailure(counters, 'search', prefix, { deadline: 60_000, now: () => (time += 10) });
  expect(detailed).not.toBeNull();
  expect(time).toBeGreaterThan(2000);
  // One for the states at most, and what is done between two questions.
  expect(time).toBeLessThan(3500);
});
