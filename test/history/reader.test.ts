import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { readHistory, readHistoryFile } from '../../src/history/reader.ts';

const line = (fields: object): string =>
  `${JSON.stringify({ index: 0, process: 0, type: 'invoke', f: 'read', key: 'x', value: null, time: 0, ...fields })}\n`;
const invoke = line({});
const ok = line({ index: 1, type: 'ok', value: 4, time: 7 });

const problemOf = (text: string): string => {
  try {
    readHistory(text, 'h.jsonl');
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UsageError);
    return (thrown as Error).message;
  }
  return 'none';
};

describe('a good history', () => {
  test('is read with all its fields', () => {
    const text = invoke + line({ index: 1, type: 'info', time: 7.5, error: 'timeout', node: 'n2' });
    expect(readHistory(text, 'h.jsonl')).toEqual([
      { index: 0, process: 0, type: 'invoke', f: 'read', key: 'x', value: null, time: 0 },
      { index: 1, process: 0, type: 'info', f: 'read', key: 'x', value: null, time: 7.5, error: 'timeout', node: 'n2' },
    ]);
  });

  test('may be empty, end without a newline, and leave operations open', () => {
    expect(readHistory('', 'h.jsonl')).toEqual([]);
    expect(readHistory((invoke + ok).trimEnd(), 'h.jsonl')).toHaveLength(2);
    expect(readHistory(invoke, 'h.jsonl')).toHaveLength(1);
  });
});

describe('a bad history is refused with file, line, column and what was expected', () => {
  test.each([
    ['no JSON', `${invoke}{oops}\n`, 'h.jsonl:2:2: expected a field name in double quotes, found "oops"'],
    [
      'an operation that does not follow',
      invoke + line({ index: 1, f: 'write' }),
      'h.jsonl:2:31: expected a completion of "read", which process 0 began on line 1, ' +
        'found another invocation ("write")',
    ],
    ['no index', line({ index: undefined }), 'h.jsonl:1:1: expected index in every operation, found none'],
    ['no time', line({ time: null }), 'h.jsonl:1:81: expected time in every operation, found none'],
    [
      'a last line that is cut off',
      invoke + ok.slice(0, 30),
      'h.jsonl:2:31: the history is cut off: expected a value, found the end of the line',
    ],
  ])('%s', (_what, text, expected) => {
    expect(problemOf(text)).toBe(expected);
  });

  test('a file that is not there', () => {
    expect(() => readHistoryFile('/nowhere/h.jsonl')).toThrow(
      'cannot read the history /nowhere/h.jsonl: there is no such file',
    );
  });
});

describe('a cut last line, where it is tolerated', () => {
  const read = (text: string): { length: number; notes: string[] } => {
    const notes: string[] = [];
    const { length } = readHistory(text, 'h.jsonl', { tolerateCut: true, onCut: (note) => notes.push(note) });
    return { length, notes };
  };

  test('is left out, and that is said', () => {
    expect(read(invoke + ok.slice(0, 30))).toEqual({
      length: 1,
      notes: ['h.jsonl:2: the last line is cut off and was left out.'],
    });
  });

  test('is not confused with a whole line without a newline', () => {
    expect(read(invoke + ok.trimEnd())).toEqual({ length: 2, notes: [] });
  });

  test('does not excuse bad JSON before it', () => {
    expect(() => read(`${invoke}{oops}\n${ok}`)).toThrow(/:2:2: expected a field name/);
  });
});
