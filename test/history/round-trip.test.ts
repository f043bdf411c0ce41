import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../src/history/columns-builder.ts';
import type { HistoryColumns } from '../../src/history/columns.ts';
import { historyOf } from '../../src/history/history-of.ts';
import type { History } from '../../src/history/operation.ts';
import { readColumns, type ReadColumnsOptions } from '../../src/history/read-columns.ts';
import { readHistory } from '../../src/history/reader.ts';
import { formatOperation } from '../../src/history/writer.ts';
import { ednText, histories, jsonText, styles } from './generated.ts';

/** Cuts `text` into chunks of `size` bytes, in memory that is overwritten when the next chunk is asked for. */
export function* chunksOf(text: string, size: number): Generator<Uint8Array> {
  const bytes = Buffer.from(text);
  const chunk = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    chunk.fill(0xff);
    chunk.set(part);
    yield chunk.subarray(0, part.length);
  }
}

const read = async (text: string, size: number, options: ReadColumnsOptions = {}): Promise<HistoryColumns> =>
  (await readColumns(chunksOf(text, size), options)).columns;

const sizes = fc.constantFrom(1, 7, 64, 4096, 1 << 20);
const clients = (history: History): boolean => history.some(({ process }) => process !== 'nemesis');

describe('what is written is what is read', () => {
  test('as lines of JSON, in any spacing, any order of fields, and chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(histories, styles, sizes, async (history, style, size) => {
        expect(await read(jsonText(history, style), size, { format: 'clew' })).toEqual(columnsOf(history));
      }),
      { numRuns: 400 },
    );
  });

  test('as EDN, on lines and in a vector', async () => {
    const containers = fc.constantFrom('lines' as const, 'vector' as const);
    await fc.assert(
      fc.asyncProperty(histories, styles, containers, sizes, async (history, style, container, size) => {
        expect(await read(ednText(history, style, container), size, { format: 'edn' })).toEqual(columnsOf(history));
      }),
      { numRuns: 400 },
    );
  });

  test('as operations, with the nemesis', () => {
    fc.assert(
      fc.property(histories, styles, (history, style) => {
        expect(readHistory(jsonText(history, style), 'h')).toEqual(history);
      }),
      { numRuns: 200 },
    );
  });

  test('through columns and back, when the nemesis did nothing', () => {
    fc.assert(
      fc.property(histories.filter(clients), (history) => {
        const ofClients = history
          .filter(({ process }) => process !== 'nemesis')
          .map((operation, index) => ({ ...operation, index }));
        const columns = columnsOf(ofClients);
        expect(historyOf(columns)).toEqual(ofClients);
        expect(columnsOf(historyOf(columns))).toEqual(columns);
        expect(readHistory(historyOf(columns).map(formatOperation).join(''), 'h')).toEqual(ofClients);
      }),
      { numRuns: 200 },
    );
  });
});
