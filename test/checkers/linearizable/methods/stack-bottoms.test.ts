import { expect, test } from 'vitest';
import { readContents, type Contents } from '../../../../checkers/linearizable/methods/containers/contents.ts';
import { presence } from '../../../../checkers/linearizable/methods/containers/presence.ts';
import {
  assignUnknown,
  NO_DEADLINE,
  withRemovals,
} from '../../../../checkers/linearizable/methods/containers/unknown-removals.ts';
import { takeApart, type Bottomless } from '../../../../checkers/linearizable/methods/stack-bottoms.ts';
import { lyingDeadlines } from '../../../../checkers/linearizable/methods/stack-deadlines.ts';
import { complete } from '../../../../checkers/models/model.ts';
import type { History } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { rounds } from '../../rounds.ts';
import { answer } from './container-answer.ts';
import { stacked, stackedFromInit, stackedLarger, stackedUnsure } from './container-trial.ts';
import { onlyPart } from './judge-method.ts';

function contentsOf(history: History, init: readonly string[] = []): Contents | null {
  const part = onlyPart(complete(stacked.model), history);
  const reading = part === null ? null : readContents(part, (f) => f === 'push', init);
  return reading?.kind === 'contents' ? reading.contents : null;
}

/** The values that are certainly inside for a while. */
const staying = ({ size, insertBy, removeFrom }: Contents): readonly number[] =>
  Array.from({ length: size }, (_, v) => v).filter((v) => (insertBy[v] as number) <= (removeFrom[v] as number));

/** That the steps are those of a stack, each in one of its gaps, and in the order of these. */
function expectSteps(contents: Contents, steps: readonly number[], gaps: readonly number[], values: readonly number[]) {
  const { insertFrom, insertBy, removeFrom, removeBy } = contents;
  expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
  const inside: number[] = [];
  const done: number[] = [];
  for (const [i, step] of steps.entries()) {
    const v = step >> 1;
    const gap = gaps[i] as number;
    if (step % 2 === 0) {
      inside.push(v);
      expect(gap).toBeGreaterThanOrEqual(insertFrom[v] as number);
      expect(gap).toBeLessThan(insertBy[v] as number);
    } else {
      expect(inside.pop()).toBe(v);
      done.push(v);
      expect(gap).toBeGreaterThanOrEqual(removeFrom[v] as number);
      expect(gap).toBeLessThan(removeBy[v] as number);
    }
  }
  expect(done.toSorted((a, b) => a - b)).toEqual(values);
}

/** That some of `left` is inside in every gap of the component, and none of them all the time. */
function expectBottomless(
  contents: Contents,
  left: readonly number[],
  { from, until, values, lowest }: Bottomless,
): void {
  const { insertFrom, insertBy, removeFrom, removeBy } = contents;
  const isIn = (v: number): boolean => (insertBy[v] as number) >= from && (insertBy[v] as number) < until;
  const within = left.filter(isIn);
  expect([...values].sort((a, b) => a - b)).toEqual(within);
  for (let gap = from; gap < until; gap++) {
    expect(within.some((v) => (insertBy[v] as number) <= gap && gap < (removeFrom[v] as number))).toBe(true);
  }
  for (const v of left) {
    if (isIn(v)) expect(removeFrom[v]).toBeLessThanOrEqual(until);
    else expect((removeFrom[v] as number) <= from || (insertBy[v] as number) >= until).toBe(true);
  }
  const early = within.filter((v) => (insertFrom[v] as number) < from);
  for (const v of early) expect(removeBy[v]).toBeLessThanOrEqual(until);
  const latest = Math.max(...early.map((v) => removeBy[v] as number));
  if (early.length === 0) expect(lowest).toBe(-1);
  else expect([early.includes(lowest), removeBy[lowest]]).toEqual([true, latest]);
}

test('a stack is taken apart into steps, or there is a component without a bottom', () => {
  const split = { order: 0, bottomless: 0, relieved: 0 };
  for (let seed = 0; seed < rounds(1500); seed++) {
    const [trial, init] = seed % 5 === 0 ? [stackedFromInit, ['a', 'b']] : seed % 2 === 0 ? [stackedLarger] : [stacked];
    const contents = contentsOf(trial.make(random(seed, 'apart'), seed), init);
    if (contents === null) continue;
    const values = staying(contents);
    const taken = takeApart(contents, Int32Array.from(values));
    split[taken.kind]++;
    if (taken.kind === 'order') {
      expectSteps(contents, [...taken.order.steps], [...taken.order.gaps], values);
      continue;
    }
    // As long as one value is left out of each, it goes on.
    const gone: number[] = [];
    const rest = takeApart(contents, Int32Array.from(values), (component) => {
      // Those that were found a place below the component have no part in it.
      const left = values.filter((v) => component.values.includes(v) && !gone.includes(v));
      expectBottomless(contents, left, component);
      const [one] = component.values;
      if (one === undefined) throw new Error('nothing is in it');
      gone.push(one);
      return [one];
    });
    split.relieved += gone.length;
    if (rest.kind !== 'order') throw new Error('there was another');
    const left = values.filter((v) => !gone.includes(v));
    expectSteps(contents, [...rest.order.steps], [...rest.order.gaps], left);
  }
  expect(Math.min(split.order, split.bottomless)).toBeGreaterThan(rounds(1500) / 10);
  expect(split.relieved).toBeGreaterThan(split.bottomless);
});

test('how long values may be inside, by those that they certainly lie on', () => {
  let limited = 0;
  for (let seed = 0; seed < rounds(1000); seed++) {
    const contents = contentsOf(stackedLarger.make(random(seed, 'deadlines'), seed));
    if (contents === null) continue;
    const { size, insertFrom, insertBy, removal, removeFrom, removeBy } = contents;
    const all = Array.from({ length: size }, (_, v) => v);
    const deadlines = lyingDeadlines(contents);
    for (const v of all) {
      const below = all.filter(
        (other) =>
          removal[other] !== -1 &&
          (insertBy[other] as number) < (insertFrom[v] as number) &&
          (removeFrom[other] as number) > (insertBy[v] as number),
      );
      const expected = Math.min(NO_DEADLINE + 1, ...below.map((other) => removeBy[other] as number)) - 1;
      expect([seed, v, deadlines[v]]).toEqual([seed, v, removal[v] === -1 ? expected : NO_DEADLINE]);
      if (removal[v] === -1 && expected < NO_DEADLINE) limited++;
    }
  }
  expect(limited).toBeGreaterThan(rounds(1000) / 10);
});

/** Whether what the pops of unknown outcome are at first taken to have popped leaves something without a bottom. */
function isGuessedWrong(contents: Contents): boolean {
  const { removal } = contents;
  const deadlines = lyingDeadlines(contents);
  const inside = presence(contents, (v) => removal[v] !== -1);
  const assigned = assignUnknown(contents, deadlines, inside);
  if (assigned === null) throw new Error('there are not enough');
  const known = withRemovals(contents, assigned);
  return takeApart(known, Int32Array.from(staying(known))).kind === 'bottomless';
}

/** One history in sixty or so: the first of 1,600. */
const guessedWrong = [
  64, 158, 174, 363, 427, 445, 498, 508, 519, 561, 680, 845, 881, 902, 926, 936, 958, 1012, 1073, 1268, 1317, 1401,
  1409, 1466, 1561,
];

test('a guess that fails is mended', () => {
  for (const seed of guessedWrong) {
    const history = stackedUnsure.make(random(seed, 'mended'), seed);
    const contents = contentsOf(history);
    if (contents === null) throw new Error('nothing to decide');
    expect([seed, isGuessedWrong(contents)]).toEqual([seed, true]);
    expect([seed, answer(stackedUnsure.method, stackedUnsure.model, history)]).toEqual([seed, 'valid']);
  }
});
