import { describe, expect, test } from 'vitest';
import { search } from '../../../../checkers/linearizable/general/search.ts';
import { defaultTuning } from '../../../../checkers/linearizable/general/tuning.ts';
import { complete, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { history, type Line } from '../../build.ts';
import { expectExplained, never, partsOf } from './trial.ts';

const model = complete(register as Model<unknown>);

const did = (process: number, f: string, value: Json): Line[] => [
  [process, 'invoke', f, f === 'read' ? null : value],
  [process, 'ok', f, value],
];
const times = (count: number, lines: (i: number) => readonly Line[]): Line[] =>
  Array.from({ length: count }, (_, i) => lines(i)).flat();
/** So many calls that are open at once, by processes from 100 on; `until` says what becomes of them. */
const begun = (count: number, f: string, value: (i: number) => Json): Line[] =>
  times(count, (i) => [[100 + i, 'invoke', f, f === 'read' ? null : value(i)]]);
const returned = (count: number, f: string, value: (i: number) => Json): Line[] =>
  times(count, (i) => [[100 + i, 'ok', f, value(i)]]);

interface Case {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly answer: 'valid' | 'invalid';
  readonly visited: number;
}

const own = (i: number): Json => i;
const same = (): Json => 7;

const cases: readonly Case[] = [
  {
    name: 'one operation after the other: one each',
    lines: times(500, (i) => [...did(0, 'write', i), ...did(0, 'read', i)]),
    answer: 'valid',
    visited: 501,
  },
  {
    name: 'reads that are open at once take effect as soon as they can: none of its own',
    lines: [...did(0, 'write', 7), ...begun(90, 'read', same), ...did(0, 'write', 8), ...returned(90, 'read', same)],
    answer: 'valid',
    visited: 3,
  },
  {
    name: 'of writes that are all the same, the first to return comes first',
    lines: [
      ...begun(60, 'write', same),
      ...did(0, 'write', 8),
      ...did(0, 'read', 7),
      ...did(0, 'read', 8),
      ...returned(60, 'write', same),
    ],
    answer: 'invalid',
    visited: 200,
  },
  {
    name: 'what a read needs is tried first among many open writes',
    lines: [
      ...begun(60, 'write', own),
      ...times(20, (i) => did(0, 'read', 40 - i)),
      ...did(0, 'write', 'end'),
      ...did(0, 'read', 'end'),
      ...returned(60, 'write', own),
    ],
    answer: 'valid',
    visited: 65,
  },
  {
    name: 'what a swap needs is tried first, too',
    lines: [
      ...begun(60, 'write', own),
      ...times(20, (i) => did(0, 'cas', [40 - i, 'swapped'])),
      ...returned(60, 'write', own),
    ],
    answer: 'valid',
    visited: 85,
  },
  {
    name: 'of pending writes those that a read needs are tried before all others',
    lines: [...begun(60, 'write', own), ...times(30, (i) => did(0, 'read', 40 - i))],
    answer: 'valid',
    visited: 500,
  },
  {
    name: 'what no pending operation can help with is soon known to be wrong',
    lines: [
      ...begun(15, 'write', own),
      ...did(0, 'write', 'old'),
      ...did(0, 'write', 'new'),
      ...times(20, () => did(0, 'read', 'new')),
      ...did(0, 'read', 'old'),
    ],
    answer: 'invalid',
    visited: 10,
  },
];

describe.each([
  ['as it is', defaultTuning],
  ['asked at every step', { ...defaultTuning, workPerQuestion: 1, denseMax: 8 }],
] as const)('a search looks at few configurations (%s)', (_name, tuning) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', (_case, { lines, answer, visited }) => {
    const [part] = partsOf(model, columnsOf(history(...lines)));
    if (part === undefined) throw new Error('no part');
    const way = search(model, part, tuning);
    expect(way.advance(never)).toBe(answer);
    expect(way.visited()).toBeLessThanOrEqual(visited);
    if (answer === 'valid') expectExplained(model, part, way.witness());
  });
});
