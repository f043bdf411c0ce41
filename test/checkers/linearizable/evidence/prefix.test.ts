import { describe, expect, test } from 'vitest';
import { failingPrefix, settledPrefix } from '../../../../checkers/linearizable/evidence/prefix.ts';
import { subHistory } from '../../../../checkers/linearizable/evidence/sub-history.ts';
import { operationAt, type Part } from '../../../../checkers/linearizable/part.ts';
import { complete, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { NEVER } from '../../../../src/history/columns.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import { history, type Line } from '../../build.ts';
import { partsOf } from '../general/trial.ts';

const model = complete(register as Model<unknown>);

function partOf(...lines: readonly Line[]): Part {
  const [part] = partsOf(model, columnsOf(history(...lines)));
  if (part === undefined) throw new Error('no part');
  return part;
}

const writes = (count: number, from = 0): Line[] =>
  Array.from({ length: count }, (_, i): Line[] => [
    [0, 'invoke', 'write', from + i],
    [0, 'ok', 'write', from + i],
  ]).flat();
const stale: Line[] = [
  [1, 'invoke', 'read'],
  [1, 'ok', 'read', 3],
];

test('what had not returned at the end of a prefix is of unknown outcome, and left out if it would only observe', () => {
  const lines: Line[] = [
    [0, 'invoke', 'write', 1],
    [0, 'ok', 'write', 1],
    [1, 'invoke', 'read'],
    [2, 'invoke', 'cas', [5, 6]],
    [3, 'invoke', 'cas', [1, 7]],
    [4, 'invoke', 'write', 8],
    [5, 'invoke', 'write', 9],
    [1, 'ok', 'read', 1],
    [2, 'fail', 'cas', [5, 6], { error: 'mismatch' }],
    [3, 'ok', 'cas', [1, 7]],
    [4, 'info', 'write', 8],
    [5, 'ok', 'write', 9],
    [6, 'invoke', 'read'],
    [6, 'ok', 'read', 9],
  ];
  const part = partOf(...lines);
  const told = (positions: number): readonly string[] => {
    const prefix = settledPrefix(model, part, positions);
    return Array.from({ length: prefix.count }, (_, place) => {
      const { outcome, completed, output } = operationAt(prefix, place);
      expect(completed === Infinity).toBe(outcome === 'info');
      return `${model.describeOperation(operationAt(prefix, place))}: ${outcome}${output === null ? '' : `, ${JSON.stringify(output)}`}`;
    });
  };
  expect(told(7)).toEqual([
    'wrote x = 1: ok, 1',
    'changed x from 5 to 6: info',
    'changed x from 1 to 7: info',
    'wrote x = 8: info',
    'wrote x = 9: info',
  ]);
  expect(told(9)).toEqual([
    'wrote x = 1: ok, 1',
    'read x = 1: ok, 1',
    'failed to change x from 5 to 6: fail',
    'changed x from 1 to 7: info',
    'wrote x = 8: info',
    'wrote x = 9: info',
  ]);
  expect(told(lines.length)).toHaveLength(part.count);
});

describe('the smallest prefix is asked for', () => {
  /** How many questions it takes; that it is the one that ends at `end`. */
  const asked = (part: Part, end: number, explained: number, core: readonly number[] | null): number => {
    let questions = 0;
    const stop = (): boolean => ++questions < 0;
    const prefix = failingPrefix(model, part, { explained, core }, stop);
    expect([prefix.positions, prefix.smallest]).toEqual([end, true]);
    return questions;
  };
  const late = partOf(...writes(500), ...stale);
  const middle = partOf(...writes(30), ...stale, ...writes(500, 30));

  test('by halves where nothing is known', () => {
    expect(asked(late, 1002, 0, null)).toBeLessThanOrEqual(9);
    expect(asked(middle, 62, 0, null)).toBeLessThanOrEqual(10);
  });

  test('once, where a core ends with the last completion of all', () => {
    expect(asked(late, 1002, 0, [3, 4, 500])).toBe(1);
    expect(asked(late, 1002, 0, [500])).toBe(1);
  });

  test('at the end of a core and just before, whatever the order of its places', () => {
    expect(asked(middle, 62, 0, [30, 4, 3])).toBe(2);
    // It ends too late: there, just before, and from there on by halves.
    expect(asked(middle, 62, 0, [3, 30, 60])).toBeLessThanOrEqual(2 + 6);
  });

  test('by halves, too, where a core is none: one question is lost', () => {
    expect(asked(late, 1002, 0, [0])).toBeLessThanOrEqual(10);
    expect(asked(middle, 62, 0, [3, 4])).toBeLessThanOrEqual(11);
  });

  test('in steps that double, from where a search got stuck', () => {
    expect(asked(late, 1002, 499, null)).toBeLessThanOrEqual(1);
    expect(asked(late, 1002, 495, null)).toBeLessThanOrEqual(4);
    expect(asked(middle, 62, 29, null)).toBe(2);
    expect(asked(middle, 62, 26, null)).toBeLessThanOrEqual(6);
    // What a core has shown in the meantime is not asked for again.
    expect(asked(late, 1002, 480, [490])).toBeLessThanOrEqual(1 + 4);
  });
});

test('a core whose operations never returned says nothing of where it ends', () => {
  const part = partOf([2, 'invoke', 'write', 9], ...writes(6), ...stale);
  expect([...part.returned].filter((at) => at === NEVER)).toHaveLength(1);
  const prefix = failingPrefix(model, part, { explained: 0, core: [0, 4] }, () => false);
  expect([prefix.positions, prefix.smallest]).toEqual([15, true]);
});

test('of a sub-history nothing is told that comes after the end of the prefix', () => {
  const part = partOf(
    [0, 'invoke', 'write', 1],
    ['nemesis', 'invoke', 'kill'],
    [1, 'invoke', 'write', 2],
    [2, 'invoke', 'write', 3],
    [0, 'ok', 'write', 1],
    [3, 'invoke', 'read'],
    [3, 'ok', 'read', 7],
    [1, 'ok', 'write', 2],
    [2, 'info', 'write', 3],
  );
  const { operations, positions, minimal } = subHistory(part, 7, [0, 1, 2, 3], true);
  expect(positions).toEqual([0, 2, 3, 4, 5, 6]);
  expect(operations.map(({ type, f, value }) => `${type} ${f} ${JSON.stringify(value)}`)).toEqual([
    'invoke write 1',
    'invoke write 2',
    'invoke write 3',
    'ok write 1',
    'invoke read null',
    'ok read 7',
  ]);
  expect(operations.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(minimal).toBe(true);
  // The end is not in it.
  expect(subHistory(part, 6, [0, 3], false)).toMatchObject({ positions: [0, 4, 5], minimal: false });
  expect(subHistory(part, 9, [1, 3], false).positions).toEqual([2, 5, 6, 7]);
});
