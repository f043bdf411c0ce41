import { expect, test } from 'vitest';
import { readContents, type Contents } from '../../../../checkers/linearizable/methods/containers/contents.ts';
import { chain, nextEmpty, presence } from '../../../../checkers/linearizable/methods/containers/presence.ts';
import {
  assignUnknown,
  hastened,
  NO_DEADLINE,
  withRemovals,
} from '../../../../checkers/linearizable/methods/containers/unknown-removals.ts';
import { complete } from '../../../../checkers/models/model.ts';
import { random, type Random } from '../../../../src/random.ts';
import { rounds } from '../../rounds.ts';
import { stacked, stackedFromInit } from './container-trial.ts';
import { onlyPart } from './judge-method.ts';

function* contentsOf(count: number, purpose: string): Generator<{ contents: Contents; source: Random; seed: number }> {
  for (let seed = 0; seed < count; seed++) {
    const source = random(seed, purpose);
    const [trial, init] = seed % 4 === 0 ? [stackedFromInit, ['a', 'b']] : [stacked, []];
    const part = onlyPart(complete(trial.model), trial.make(source, seed));
    if (part === null) continue;
    const reading = readContents(part, (f) => f === 'push', init);
    if (reading.kind === 'contents') yield { contents: reading.contents, source, seed };
  }
}

const valuesOf = ({ size }: Contents): readonly number[] => Array.from({ length: size }, (_, v) => v);

/** Whether `v` is certainly inside in gap `gap`. */
const isInside = ({ insertBy, removeFrom }: Contents, v: number, gap: number): boolean =>
  (insertBy[v] as number) <= gap && gap < (removeFrom[v] as number);

test('presence, and the next gap without any', () => {
  for (const { contents, source } of contentsOf(rounds(300), 'presence')) {
    const { end } = contents;
    const odd = source.int(2);
    for (const counts of [() => true, (v: number) => v % 2 === odd]) {
      const counted = valuesOf(contents).filter(counts);
      const gaps = Array.from({ length: end }, (_, gap) => gap);
      const expected = gaps.map((gap) => counted.filter((v) => isInside(contents, v, gap)).length);
      const inside = presence(contents, counts);
      expect([...inside]).toEqual([...expected, 0]);
      expect([...nextEmpty(inside)]).toEqual([...gaps, end].map((gap) => [...expected, 0].indexOf(0, gap)));
    }
  }
});

test('a chain has as few values as can be, one or the other of which is inside in each gap', () => {
  let found = 0;
  for (const { contents, source } of contentsOf(rounds(300), 'chain')) {
    const odd = source.int(2);
    for (const counts of [() => true, (v: number) => v % 2 === odd]) {
      const from = source.int(contents.end);
      const until = from + source.int(contents.end + 1 - from);
      const gaps = Array.from({ length: until - from }, (_, i) => from + i);
      const counted = valuesOf(contents).filter(counts);
      const covers = (values: readonly number[]): boolean =>
        gaps.every((gap) => values.some((v) => isInside(contents, v, gap)));
      const got = chain(contents, from, until, counts);
      const subsets = Array.from({ length: 1 << counted.length }, (_, bits) =>
        counted.filter((_v, i) => (bits >> i) & 1),
      );
      const fewest = Math.min(...subsets.filter(covers).map(({ length }) => length));
      expect(got?.length ?? Infinity).toBe(fewest);
      if (got === null) continue;
      expect(covers(got)).toBe(true);
      expect(got.every(counts)).toBe(true);
      const ends = got.map((v) => contents.removeFrom[v] as number);
      expect(ends).toEqual([...ends].sort((a, b) => a - b));
      found += got.length;
    }
  }
  expect(found).toBeGreaterThan(rounds(300) / 2);
});

interface Demands {
  readonly contents: Contents;
  /** By value. */
  readonly deadline: Int32Array;
  readonly inside: Int32Array;
}

/** Deadlines for some of the values that nobody is known to have removed. */
function someDeadlines({ contents, source }: { contents: Contents; source: Random }): Int32Array {
  return new Int32Array(contents.size).map((_, v) =>
    contents.removal[v] === -1 && source.int(2) === 0
      ? (contents.insertBy[v] as number) + source.int(contents.end + 2 - (contents.insertBy[v] as number))
      : NO_DEADLINE,
  );
}

/** Whether `values` can each have a removal of unknown outcome that was invoked by its deadline: tried out. */
function canRemove({ unknownFrom }: Contents, deadlines: readonly number[]): boolean {
  const [first, ...rest] = deadlines.toSorted((a, b) => b - a);
  if (first === undefined) return true;
  const free = [...unknownFrom];
  return [first, ...rest].every((deadline) => {
    // The latest goes first and takes the latest removal that will do.
    const at = free.findLastIndex((from) => from <= deadline);
    if (at < 0) return false;
    free.splice(at, 1);
    return true;
  });
}

/** All choices of a gap for each removal that found nothing. */
function choicesOfGaps({ contents, inside }: Demands): readonly (readonly number[])[] {
  const { empty, emptyFrom, emptyBy, end } = contents;
  return [...empty.keys()].reduce<readonly (readonly number[])[]>(
    (choices, i) => {
      const gaps = Array.from({ length: end }, (_, gap) => gap).filter(
        (gap) => gap >= (emptyFrom[i] as number) && gap < (emptyBy[i] as number) && inside[gap] === 0,
      );
      return choices.flatMap((choice) => gaps.map((gap) => [...choice, gap]));
    },
    [[]],
  );
}

/** What has to be gone by when: by its own deadline, and by the first gap of `gaps` after it was inserted. */
function dueFor(
  { contents, deadline }: Demands,
  gaps: readonly number[],
): readonly (readonly [v: number, by: number])[] {
  return valuesOf(contents)
    .filter((v) => contents.removal[v] === -1)
    .map((v): [number, number] => {
      const after = gaps.filter((gap) => gap >= (contents.insertBy[v] as number));
      return [v, Math.min(deadline[v] as number, ...after)];
    })
    .filter(([, by]) => by < contents.end);
}

test('removals of unknown outcome are found for all that has to be gone, exactly if there are enough', () => {
  const split = { assigned: 0, refused: 0, emptied: 0 };
  for (const one of contentsOf(rounds(1500), 'assign')) {
    const { contents, seed } = one;
    const { removal, unknownFrom, insertFrom } = contents;
    const deadline = someDeadlines(one);
    const demands = { contents, deadline, inside: presence(contents, (v) => removal[v] !== -1) };
    const got = assignUnknown(contents, deadline, demands.inside);
    const possible = choicesOfGaps(demands).filter((gaps) =>
      canRemove(
        contents,
        dueFor(demands, gaps).map(([, by]) => by),
      ),
    );
    expect([seed, got !== null]).toEqual([seed, possible.length > 0]);
    split[got === null ? 'refused' : 'assigned']++;
    if (got === null) continue;
    const used = [...got].filter((number) => number >= 0);
    expect(new Set(used).size).toBe(used.length);
    if (contents.empty.length > 0 && used.length > 0) split.emptied++;
    const meets = (gaps: readonly number[]): boolean =>
      dueFor(demands, gaps).every(([v, by]) => got[v] !== -1 && (unknownFrom[got[v] as number] as number) <= by);
    expect([seed, possible.some(meets)]).toEqual([seed, true]);

    const known = withRemovals(contents, got);
    for (const v of valuesOf(contents)) {
      const number = got[v] as number;
      const from = Math.max(unknownFrom[number] ?? 0, insertFrom[v] as number);
      expect([known.removal[v], known.removeFrom[v], known.removeBy[v]]).toEqual(
        number < 0
          ? [removal[v], contents.removeFrom[v], contents.removeBy[v]]
          : [contents.unknown[number], from, contents.end + 2],
      );
    }
  }
  expect(Math.min(split.assigned, split.refused)).toBeGreaterThan(rounds(1500) / 15);
  expect(split.emptied).toBeGreaterThan(rounds(1500) / 100);
});

test('wishes are granted one after the other, the earliest first, as far as there are removals', () => {
  let granted = 0;
  let denied = 0;
  for (const one of contentsOf(rounds(1500), 'wishes')) {
    const contents = { ...one.contents, empty: new Int32Array(0) };
    const { size, removal, unknownFrom, insertBy, end } = contents;
    const deadline = someDeadlines({ ...one, contents });
    const wishes = someDeadlines({ ...one, contents });
    const inside = new Int32Array(end + 1);
    const got = assignUnknown(contents, deadline, inside, wishes);
    if (got === null) continue;
    const due = new Map<number, number>();
    for (const v of valuesOf(contents))
      if (removal[v] === -1 && (deadline[v] as number) < end) due.set(v, deadline[v] as number);
    const wishing = valuesOf(contents)
      .filter((v) => removal[v] === -1 && (wishes[v] as number) < Math.min(deadline[v] as number, end))
      .sort(
        (a, b) => (wishes[a] as number) - (wishes[b] as number) || (insertBy[a] as number) - (insertBy[b] as number),
      );
    for (const v of wishing) {
      const wished = new Map(due).set(v, wishes[v] as number);
      const isGranted = canRemove(contents, [...wished.values()]);
      if (isGranted) due.set(v, wishes[v] as number);
      granted += isGranted ? 1 : 0;
      denied += isGranted ? 0 : 1;
    }
    expect([one.seed, [...got.keys()].filter((v) => got[v] !== -1)]).toEqual([
      one.seed,
      [...due.keys()].sort((a, b) => a - b),
    ]);
    expect(got.length).toBe(size);
    for (const [v, by] of due) expect(unknownFrom[got[v] as number]).toBeLessThanOrEqual(by);
  }
  expect(Math.min(granted, denied)).toBeGreaterThan(rounds(1500) / 50);
});

test('what nobody is known to have removed is gone as early as can be', () => {
  for (const { contents } of contentsOf(rounds(300), 'hastened')) {
    const { removal, unknownFrom, insertFrom, end } = contents;
    const { removeFrom } = hastened(contents);
    for (const v of valuesOf(contents)) {
      const earliest = unknownFrom.length === 0 ? end + 1 : Math.max(unknownFrom[0] as number, insertFrom[v] as number);
      expect(removeFrom[v]).toBe(removal[v] === -1 ? earliest : contents.removeFrom[v]);
    }
  }
});
