import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../src/history/columns-builder.ts';
import { historyOf } from '../../src/history/history-of.ts';
import { readColumns } from '../../src/history/read-columns.ts';
import { shared } from '../../src/history/shared-columns.ts';
import { history } from '../checkers/build.ts';

const sample = history(
  ['nemesis', 'invoke', 'kill'],
  [0, 'invoke', 'write', 1],
  [1, 'invoke', 'read', null, { key: null }],
  [0, 'ok', 'write', 1],
  [1, 'fail', 'read', null, { key: null, error: 'down' }],
  [0, 'invoke', 'cas', [1, 2]],
  [2, 'invoke', 'read'],
  [0, 'fail', 'cas', [1, 2]],
);

describe('operations out of columns', () => {
  test('are those of the clients, with consecutive indices and the times that they had', () => {
    const expected = sample.slice(1).map((operation, index) => ({ ...operation, index }));
    expect(historyOf(columnsOf(sample))).toEqual(expected);
  });

  test('of some rows are a history of their own', () => {
    expect(historyOf(columnsOf(sample), [0, 3])).toEqual([
      { index: 0, process: 0, type: 'invoke', f: 'write', key: 'x', value: 1, time: 1e6 },
      { index: 1, process: 0, type: 'ok', f: 'write', key: 'x', value: 1, time: 3e6 },
      { index: 2, process: 2, type: 'invoke', f: 'read', key: 'x', value: null, time: 6e6 },
    ]);
  });

  test('get times where there are none', async () => {
    const times = async (...times: readonly string[]): Promise<readonly number[]> => {
      const lines = times.map(
        (time, process) => `{"process":${process},"type":"invoke","f":"read","value":null${time}}\n`,
      );
      const { columns } = await readColumns([Buffer.from(lines.join(''))]);
      return historyOf(columns).map(({ time }) => time);
    };
    expect(await times('', '', '')).toEqual([0, 1, 2]);
    expect(await times('', ',"time":7', '', ',"time":9')).toEqual([0, 7, 7, 9]);
  });
});

test('shared columns are equal, are shared, and are copied once', () => {
  const columns = columnsOf(sample);
  const copy = shared(columns);
  expect(copy).toEqual(columns);
  for (const column of Object.values(copy)) {
    if (ArrayBuffer.isView(column)) expect(column.buffer).toBeInstanceOf(SharedArrayBuffer);
  }
  expect(shared(copy)).toBe(copy);
});
