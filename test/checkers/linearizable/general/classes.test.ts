import { expect, test } from 'vitest';
import { classesOf } from '../../../../checkers/linearizable/general/classes.ts';
import { partOfRows } from '../../../../checkers/linearizable/part.ts';
import { complete, type Model } from '../../../../checkers/models/model.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import { history } from '../../build.ts';

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
