import { describe, expect, test } from 'vitest';
import { classesOf, pendingOf } from '../../../../checkers/linearizable/general/classes.ts';
import { partOfRows, type Part } from '../../../../checkers/linearizable/part.ts';
import { complete, type Model } from '../../../../checkers/models/model.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import { history, type Line } from '../../build.ts';

const model: Model<null> = {
  name: 'nothing',
  init: null,
  step: () => null,
  observes: ({ outcome }) => outcome === 'fail',
};

// Each differs from the first in one thing, but the last, which differs in its process alone.
const lines = history(
  [0, 'invoke', 'cas', [1, 2]],
  [0, 'ok', 'cas', 1],
  [0, 'invoke', 'swap', [1, 2]],
  [0, 'ok', 'swap', 1],
  [0, 'invoke', 'cas', [1, 3]],
  [0, 'ok', 'cas', 1],
  [0, 'invoke', 'cas', [1, 2]],
  [0, 'ok', 'cas', 2],
  [0, 'invoke', 'cas', [1, 2], { key: 'y' }],
  [0, 'ok', 'cas', 1, { key: 'y' }],
  [0, 'invoke', 'cas', [1, 2]],
  [0, 'fail', 'cas', 1],
  [0, 'invoke', 'cas', [1, 2]],
  [0, 'info', 'cas', 1],
  [1, 'invoke', 'cas', [1, 2]],
  [1, 'ok', 'cas', 1],
);

test.each([
  [undefined, [0, 1, 2, 3, 4, 5, 6, 0]],
  [true, [0, 1, 2, 3, 4, 5, 6, 7]],
] as const)('operations that differ in anything that a model may look at are of different classes (%s)', (is, of) => {
  const looks = is === undefined ? model : { ...model, distinguishesProcesses: is };
  const part = partOfRows(
    columnsOf(lines),
    null,
    Int32Array.from({ length: 8 }, (_, i) => i),
  );
  const classes = classesOf(complete(looks), part);
  expect([...classes.of]).toEqual(of);
  expect(classes.count).toBe(new Set(of).size);
  expect(classes.operation(3)).toMatchObject({ f: 'cas', key: 'x', input: [1, 2], output: 2, outcome: 'ok' });
  expect([...classes.observes].flatMap((does, cls) => (does === 1 ? [cls] : []))).toEqual([5]);
});

function partOf(lines: readonly Line[], count: number): Part {
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  return partOfRows(columnsOf(history(...lines)), null, rows);
}

test.each([
  ['its function', (i: number) => ({ process: 0, f: `f${i}`, key: 'x' })],
  ['its key', (i: number) => ({ process: 0, f: 'f', key: `k${i}` })],
  ['its process', (i: number) => ({ process: i, f: 'f', key: 'x' })],
])('many operations of which each differs from all others in %s alone are as many classes', (_what, call) => {
  const looks = complete({ ...model, distinguishesProcesses: true });
  // Each comes twice, one after the other.
  const twice = Array.from({ length: 600 }, (_, i) => i >> 1);
  const lines = twice.flatMap((which): Line[] => {
    const { process, f, key } = call(which);
    return [
      [process, 'invoke', f, 1, { key }],
      [process, 'ok', f, null, { key }],
    ];
  });
  const { of, count } = classesOf(looks, partOf(lines, 600));
  expect(count).toBe(300);
  expect([...of]).toEqual(twice);
});

describe('of operations that never returned', () => {
  let asked = 0;
  const choosy = complete<null>({
    ...model,
    observes: ({ f }) => f === 'look',
    neededAmong: (all) => {
      asked++;
      const done = new Set(all.flatMap(({ outcome, input }) => (outcome === 'ok' ? [input] : [])));
      return ({ input }) => done.has(input);
    },
  });
  const returned: Line[] = [
    [0, 'invoke', 'put', 1],
    [0, 'ok', 'put', 1],
  ];
  const pending: Line[] = [
    [0, 'invoke', 'put', 1],
    [1, 'invoke', 'look', 1],
    [2, 'invoke', 'put', 2],
  ];
  const placesOf = (lines: readonly Line[], count: number, areAllNeeded: boolean): readonly number[] => {
    const part = partOf(lines, count);
    return [...pendingOf(choosy, part, classesOf(choosy, part), areAllNeeded)];
  };

  test('those are tried that change something and that the model can not do without', () => {
    asked = 0;
    expect(placesOf([...returned, ...pending], 4, false)).toEqual([1]);
    expect(asked).toBe(1);
  });

  test('all are tried that change something where every end is wanted', () => {
    asked = 0;
    expect(placesOf([...returned, ...pending], 4, true)).toEqual([1, 3]);
    expect(asked).toBe(0);
  });

  test('the model is not asked which where there is none', () => {
    asked = 0;
    expect(placesOf(returned, 1, false)).toEqual([]);
    expect(asked).toBe(0);
  });
});
