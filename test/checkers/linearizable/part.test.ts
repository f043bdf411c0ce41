import { expect, test } from 'vitest';
import { operationAt, partOfRows, prefixOf, split, subPart, type Part } from '../../../checkers/linearizable/part.ts';
import { complete, type Model } from '../../../checkers/models/model.ts';
import { register } from '../../../checkers/models/register.ts';
import { NEVER } from '../../../src/history/columns.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { history, type Line } from '../build.ts';

const model = complete(register as Model<unknown>);

const lines = history(
  [0, 'invoke', 'write', 1, { key: 'b' }],
  [1, 'invoke', 'read', null, { key: 'a' }],
  ['nemesis', 'invoke', 'kill'],
  [2, 'invoke', 'cas', [1, 2], { key: 'b' }],
  [0, 'ok', 'write', 1, { key: 'b' }],
  [3, 'invoke', 'write', 5, { key: 'b' }],
  [1, 'ok', 'read', null, { key: 'a' }],
  [2, 'fail', 'cas', [1, 2], { key: 'b', error: 'mismatch' }],
  // It did not happen, …
  [4, 'invoke', 'write', 6, { key: 'b' }],
  [4, 'fail', 'write', 6, { key: 'b', error: 'refused' }],
  // … and of these nobody knows.
  [5, 'invoke', 'read', null, { key: 'b' }],
  [5, 'info', 'read', null, { key: 'b' }],
  [6, 'invoke', 'write', 7, { key: 'c' }],
  [3, 'info', 'write', 5, { key: 'b' }],
);

/** As much as tells operations apart. */
const told = (part: Part): readonly string[] =>
  Array.from({ length: part.count }, (_, place) => {
    const { f, key, input, output, outcome, process, invoked, completed } = operationAt(part, place);
    return [process, f, key, JSON.stringify(input), JSON.stringify(output), outcome, invoked, completed].join(' ');
  });
const partsOf = (of: Model<unknown> = model): readonly Part[] => {
  const divided = split(complete(of), columnsOf(lines));
  if (divided.kind !== 'parts') throw new Error(divided.objection);
  return divided.parts;
};

test('a part has what may have happened under its key; parts come in the order of their first operations', () => {
  expect(partsOf().map((part) => [part.key, told(part)])).toEqual([
    [
      'b',
      [
        '0 write b 1 1 ok 0 4',
        '2 cas b [1,2] null fail 3 7',
        // A read of unknown outcome says nothing, and what failed did not happen.
        '3 write b 5 null info 5 Infinity',
      ],
    ],
    ['a', ['1 read a null null ok 1 6']],
    ['c', ['6 write c 7 null info 12 Infinity']],
  ]);
});

test('all operations that the model knows are counted, but for those that did not happen', () => {
  expect(split(model, columnsOf(lines))).toMatchObject({ kind: 'parts', operations: 6 });
});

test('a model may part operations in another way, or not at all', () => {
  const whole = { ...(register as Model<unknown>), partition: () => null };
  expect(partsOf(whole).map(({ key, count }) => [key, count])).toEqual([[null, 5]]);
  const byProcess = { ...whole, partition: ({ process }: { process: number }) => String(process % 2) };
  expect(partsOf(byProcess as never).map(({ key, count }) => [key, count])).toEqual([
    ['0', 3],
    ['1', 2],
  ]);
});

test('what may matter to a model is what it says', () => {
  const writes = { ...(register as Model<unknown>), matters: ({ f }: { f: string }) => f === 'write' };
  expect(partsOf(writes as never).map(({ key, count }) => [key, count])).toEqual([
    ['b', 2],
    ['c', 1],
  ]);
});

test('an operation that the model does not know is objected to, by its position; one that did not happen is not', () => {
  const strange = (type: 'ok' | 'fail'): Line[] => [
    [0, 'invoke', 'write', 1],
    [0, 'ok', 'write', 1],
    ['nemesis', 'info', 'kill'],
    [1, 'invoke', 'pop'],
    [1, type, 'pop', 1, { error: 'refused' }],
  ];
  const objection = split(model, columnsOf(history(...strange('ok'))));
  expect(objection).toMatchObject({ kind: 'objection', position: 3 });
  expect(JSON.stringify(objection)).toContain('pop');
  expect(split(model, columnsOf(history(...strange('fail'))))).toMatchObject({ kind: 'parts', operations: 1 });
});

test('a prefix of a part: what had not returned by then has an unknown outcome', () => {
  const [part] = partsOf();
  if (part === undefined) throw new Error('no part');
  expect(told(prefixOf(part, 0))).toEqual([]);
  expect(told(prefixOf(part, 3))).toEqual(['0 write b 1 null info 0 Infinity']);
  expect(told(prefixOf(part, 4))).toEqual(['0 write b 1 null info 0 Infinity', '2 cas b [1,2] null info 3 Infinity']);
  expect(told(prefixOf(part, 5))).toEqual(['0 write b 1 1 ok 0 4', '2 cas b [1,2] null info 3 Infinity']);
  expect(told(prefixOf(part, 7))).toEqual([
    '0 write b 1 1 ok 0 4',
    '2 cas b [1,2] null info 3 Infinity',
    '3 write b 5 null info 5 Infinity',
  ]);
  expect(told(prefixOf(part, lines.length))).toEqual(told(part));
  // The part itself is as it was.
  expect(told(part)[0]).toBe('0 write b 1 1 ok 0 4');
});

test('some operations of a part, in their order', () => {
  const [part] = partsOf();
  if (part === undefined) throw new Error('no part');
  const some = subPart(part, [0, 2]);
  expect([some.key, some.count]).toEqual(['b', 2]);
  expect(told(some)).toEqual(['0 write b 1 1 ok 0 4', '3 write b 5 null info 5 Infinity']);
  expect([...some.returned]).toEqual([4, NEVER]);
  expect(told(subPart(some, [1]))).toEqual(['3 write b 5 null info 5 Infinity']);
  const columns = columnsOf(lines);
  expect(told(partOfRows(columns, 'b', Int32Array.from([0, 2])))).toEqual([
    '0 write b 1 1 ok 0 4',
    '2 cas b [1,2] null fail 3 7',
  ]);
});
