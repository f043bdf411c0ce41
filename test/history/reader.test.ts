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

describe('a bad history is refused with file, line and what was expected', () => {
  test.each([
    ['bad JSON', `${invoke}{oops}\n`, /^h\.jsonl:2: expected one operation as JSON: /],
    ['an empty line', `${invoke}\n${ok}`, /^h\.jsonl:2: expected one operation as JSON/],
    ['no object', '[1]\n', /^h\.jsonl:1: expected an operation as a JSON object, found \[1\]$/],
    ['index of a wrong type', line({ index: '0' }), /:1: expected index to be a whole number from 0, found "0"$/],
    ['index missing', line({ index: undefined }), /:1: expected index to be a whole number from 0, found nothing$/],
    [
      'a strange process',
      line({ process: 'bob' }),
      /:1: expected process to be a whole number from 0 or "nemesis", found "bob"$/,
    ],
    ['a negative process', line({ process: -1 }), /:1: expected process to be .*, found -1$/],
    [
      'an unknown type',
      line({ type: 'okay' }),
      /:1: expected type to be "invoke", "ok", "fail", "info", found "okay"$/,
    ],
    ['f of a wrong type', line({ f: 1 }), /:1: expected f to be the name of an operation, found 1$/],
    ['key of a wrong type', line({ key: 1 }), /:1: expected key to be a string, found 1$/],
    ['value missing', line({ value: undefined }), /:1: expected value to be there \(null for none\), found nothing$/],
    [
      'time of a wrong type',
      line({ time: '1' }),
      /:1: expected time to be nanoseconds since the start of the test, found "1"$/,
    ],
    ['error of a wrong type', line({ error: {} }), /:1: expected error to be a string, found \{\}$/],
    ['node of a wrong type', line({ node: null }), /:1: expected node to be a string, found null$/],
    ['an index left out', invoke + line({ index: 2, type: 'ok' }), /:2: expected index 1, found 2$/],
    ['an index twice', invoke + line({ index: 0, type: 'ok' }), /:2: expected index 1, found 0$/],
    [
      'time going back',
      line({ time: 5 }) + line({ index: 1, type: 'ok', time: 4 }),
      /:2: time goes back: expected at least 5, found 4$/,
    ],
    [
      'a completion of nothing',
      line({ type: 'ok' }),
      /:1: "ok" of "read" without an invocation: process 0 has no open operation$/,
    ],
    [
      'a second completion',
      invoke + ok + line({ index: 2, type: 'ok', time: 9 }),
      /:3: "ok" of "read" without an invocation/,
    ],
    [
      'two open operations of a process',
      invoke + line({ index: 1, f: 'write' }),
      /:2: process 0 begins "write" while operation 0 \("read"\) of it is still open$/,
    ],
    [
      'another f',
      invoke + line({ index: 1, type: 'ok', f: 'write' }),
      /:2: process 0 completes operation 0: expected f "read", found "write"$/,
    ],
    [
      'another key',
      invoke + line({ index: 1, type: 'ok', key: 'y' }),
      /:2: process 0 completes operation 0: expected key "x", found key "y"$/,
    ],
    ['a key lost', invoke + line({ index: 1, type: 'ok', key: undefined }), /expected key "x", found no key$/],
    [
      'a nemesis that is busy',
      line({ process: 'nemesis' }) + line({ index: 1, process: 'nemesis' }),
      /:2: the nemesis begins "read" while/,
    ],
    [
      'a last line that is cut off',
      invoke + ok.slice(0, 30),
      /^h\.jsonl:2: the last line is cut off: expected one operation as JSON$/,
    ],
  ])('%s', (_what, text, expected) => {
    expect(problemOf(text)).toMatch(expected);
  });

  test('a file that is not there', () => {
    expect(() => readHistoryFile('/nowhere/h.jsonl')).toThrow(/^cannot read the history \/nowhere\/h\.jsonl: ENOENT/);
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
    expect(() => read(`${invoke}{oops}\n${ok}`)).toThrow(/:2: expected one operation as JSON/);
  });
});
