import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { formatNamed, readColumns, type ReadColumnsOptions } from '../../src/history/read-columns.ts';

const line = (fields: object): string =>
  `${JSON.stringify({ index: 0, process: 0, type: 'invoke', f: 'read', key: 'x', value: null, time: 0, ...fields })}\n`;
const invoke = line({});
const ok = line({ index: 1, type: 'ok', value: 4, time: 7 });

const ednInvoke = '{:process 0, :type :invoke, :f :read, :value nil}\n';
const ednOk = '{:process 0, :type :ok, :f :read, :value 1}\n';

const logInvoke = 'INFO  jepsen.util - 0\t:invoke\t:read\tnil\n';
const logOk = 'INFO  jepsen.util - 0\t:ok\t:read\t1\n';

type Case = readonly [what: string, input: string | Uint8Array, message: string, options?: ReadColumnsOptions];

const problemOf = async (input: string | Uint8Array, options: ReadColumnsOptions): Promise<string> => {
  try {
    await readColumns([Buffer.from(input)], { name: 'h', ...options });
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UsageError);
    return (thrown as UsageError).message;
  }
  return 'none';
};

const table = (name: string, cases: readonly Case[]): void => {
  describe(name, () => {
    test.each(cases.map(([what, input, message, options = {}]) => ({ what, input, message, options })))(
      '$what',
      async ({ input, message, options }) => {
        expect(await problemOf(input, options)).toBe(message);
      },
    );
  });
};

const unknown = 'expected a history in a known format (clew, edn, porcupine-log, porcupine-kv), found';

table('what is no history', [
  ['an empty file', '', 'h:1:1: expected an operation, found an empty file'],
  ['white space', ' \n\n', `h:3:1: ${unknown} nothing but white space`],
  ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]), 'h:1:1: expected text, found binary data'],
  ['UTF-16', Buffer.from('\ufeff{"a":1}', 'utf16le'), 'h:1:1: expected text, found binary data'],
  ['prose', '\nDear reader,\n', `h:2:1: ${unknown} "Dear"`],
  ['a table', 'process,type\n0,invoke\n', `h:1:1: ${unknown} "process"`],
  ['an array of JSON', `[${invoke.trim()}]`, `h:1:1: ${unknown} "["`],
  ['a number', '17\n', `h:1:1: ${unknown} "17"`],
  ['no operations in EDN', '[]', 'h:1:1: expected an operation, found none'],
  ['only talk in a log', 'INFO  jepsen.core - Starting\n', 'h:1:1: expected an operation, found none'],
]);

table('lines of JSON', [
  ['no JSON', `${invoke}{oops}\n`, 'h:2:2: expected a field name in double quotes, found "oops"'],
  ['an empty line', `${invoke}\n${ok}`, 'h:2:1: expected an operation as a JSON object, found the end of the line'],
  ['a number', `${invoke}17\n`, 'h:2:1: expected an operation as a JSON object, found "17"'],
  ['a list', `${invoke}[1]\n`, 'h:2:1: expected an operation as a JSON object, found "["'],
  ['a comma left out', invoke.replace(',"type"', ' "type"'), 'h:1:24: expected "," or "}", found "type"'],
  ['a colon left out', invoke.replace('"type":', '"type"'), 'h:1:30: expected ":", found "invoke"'],
  ['a comma too much', invoke.replace('}', ',}'), 'h:1:83: expected a field name in double quotes, found "}"'],
  ['a bracket left out', invoke.replace('}', '') + ok, 'h:1:82: expected "," or "}", found the end of the line'],
  ['a bracket too much', invoke.replace('}', '}}'), 'h:1:83: expected the end of the line, found "}"'],
  ['two operations on a line', invoke.trim() + invoke, 'h:1:83: expected the end of the line, found "{"'],
  [
    'an unknown escape',
    invoke.replace('"read"', '"\\x"'),
    'h:1:45: expected an escape such as \\n, \\" or \\u00e9, found "\\\\"',
  ],
  [
    'a control character',
    invoke.replace('"read"', '"re\tad"'),
    'h:1:47: expected no control characters in a string but as escapes, found "\\t"',
  ],
  ['a leading zero', line({ time: 1 }).replace(':1}', ':01}'), 'h:1:82: expected the end of a number, found "1"'],
  ['NaN', invoke.replace('null', 'NaN'), 'h:1:69: expected a value, found "NaN"'],
  [
    'too large a number',
    invoke.replace('null', '1e999'),
    'h:1:69: expected a number of at most 1.8e308, found "1e999"',
  ],
  [
    'too large a number in a list',
    invoke.replace('null', '[1e999]'),
    'h:1:70: expected a number of at most 1.8e308, found "1e999"',
  ],
  ['a hole in a list', invoke.replace('null', '[1,]'), 'h:1:72: expected a value, found "]"'],
  ['a wrong list', invoke.replace('null', '[1 2]'), 'h:1:72: expected "," or "]", found "2"'],
  ['brackets that do not match', invoke.replace('null', '[1}'), 'h:1:71: expected "," or "]", found "}"'],
  [
    'values too deep in each other',
    invoke.replace('null', '['.repeat(501) + ']'.repeat(501)),
    'h:1:569: expected at most 500 lists and objects in each other, found "["',
  ],
]);

const count = 'a whole number from 0';
const process = `${count} to 2147483647 or "nemesis"`;
const types = '"invoke", "ok", "fail" or "info"';

table('fields of lines', [
  ['no field', '{}\n', `h:1:1: expected process to be ${process}, found nothing`],
  ['an index that is text', line({ index: '0' }), `h:1:10: expected index to be ${count}, found "0"`],
  ['a negative index', line({ index: -1 }), `h:1:10: expected index to be ${count}, found -1`],
  ['a fraction as index', line({ index: 0.5 }), `h:1:10: expected index to be ${count}, found 0.5`],
  ['an unknown process', line({ process: 'bob' }), `h:1:22: expected process to be ${process}, found "bob"`],
  ['a negative process', line({ process: -1 }), `h:1:22: expected process to be ${process}, found -1`],
  ['too large a process', line({ process: 2 ** 31 }), `h:1:22: expected process to be ${process}, found 2147483648`],
  ['an unknown type', line({ type: 'okay' }), `h:1:31: expected type to be ${types}, found "okay"`],
  ['no type', line({ type: undefined }), `h:1:1: expected type to be ${types}, found nothing`],
  ['f that is a number', line({ f: 1 }), 'h:1:44: expected f to be the name of an operation, found 1'],
  ['no f', line({ f: undefined }), 'h:1:1: expected f to be the name of an operation, found nothing'],
  ['no value', line({ value: undefined }), 'h:1:1: expected value to be there (null for none), found nothing'],
  [
    'time that is text',
    line({ time: '1' }),
    'h:1:81: expected time to be nanoseconds since the start of the test, found "1"',
  ],
  [
    'negative time',
    line({ time: -5 }),
    'h:1:81: expected time to be nanoseconds since the start of the test, found -5',
  ],
]);

table('operations that do not follow each other', [
  ['an index left out', invoke + line({ index: 2, type: 'ok' }), 'h:2:10: expected index 1, found 2'],
  ['an index twice', invoke + line({ index: 0, type: 'ok' }), 'h:2:10: expected index 1, found 0'],
  [
    'time going back',
    line({ time: 5 }) + line({ index: 1, type: 'ok', time: 4 }),
    'h:2:77: expected a time of at least 5, found 4: time goes back',
  ],
  [
    'a completion of nothing',
    line({ type: 'ok' }),
    'h:1:31: expected an invocation, as process 0 has no open operation, found "ok" of "read"',
  ],
  [
    'a second completion',
    invoke + ok + line({ index: 2, type: 'fail', time: 9 }),
    'h:3:31: expected an invocation, as process 0 has no open operation, found "fail" of "read"',
  ],
  [
    'two open operations of a process',
    invoke + line({ index: 1, f: 'write' }),
    'h:2:31: expected a completion of "read", which process 0 began on line 1, found another invocation ("write")',
  ],
  [
    'another f',
    invoke + line({ index: 1, type: 'ok', f: 'write' }),
    'h:2:40: expected f "read" as in the invocation on line 1, found "write"',
  ],
  [
    'another key',
    invoke + line({ index: 1, type: 'ok', key: 'y' }),
    'h:2:53: expected key "x" as in the invocation on line 1, found key "y"',
  ],
  [
    'a key lost',
    invoke + line({ index: 1, type: 'ok', key: undefined }),
    'h:2:1: expected key "x" as in the invocation on line 1, found no key',
  ],
  [
    'a nemesis that is busy',
    line({ process: 'nemesis', f: 'kill' }) + line({ index: 1, process: 'nemesis', f: 'heal' }),
    'h:2:39: expected a completion of "kill", which the nemesis began on line 1, found another invocation ("heal")',
  ],
  [
    'a nemesis that completes nothing',
    line({ process: 'nemesis', f: 'kill', type: 'info' }),
    'h:1:39: expected an invocation, as the nemesis has no open operation, found "info" of "kill"',
  ],
  [
    'EDN: a completion of nothing',
    ednOk,
    'h:1:20: expected an invocation, as process 0 has no open operation, found "ok" of "read"',
  ],
  [
    'EDN: two open operations of a process',
    ednInvoke + ednInvoke,
    'h:2:20: expected a completion of "read", which process 0 began on line 1, found another invocation ("read")',
  ],
  [
    'EDN: another f',
    ednInvoke + ednOk.replace('read', 'write'),
    'h:2:28: expected f "read" as in the invocation on line 1, found "write"',
  ],
  [
    'EDN: an index twice',
    '{:process 0 :type :invoke :f :r :index 5}{:process 1 :type :invoke :f :r :index 5}',
    'h:1:81: expected an index of at least 6, found 5',
  ],
  [
    'EDN: time going back',
    '{:process 0 :type :invoke :f :r :time 5}\n{:process 1 :type :invoke :f :r :time 4}',
    'h:2:39: expected a time of at least 5, found 4: time goes back',
  ],
  [
    'a log: two open operations of a process',
    logInvoke + logInvoke,
    'h:2:23: expected a completion of "read", which process 0 began on line 1, found another invocation ("read")',
  ],
  [
    'a log: another f',
    logInvoke + logOk.replace('read', 'write'),
    'h:2:27: expected f "read" as in the invocation on line 1, found "write"',
  ],
]);

table('histories that are cut off', [
  [
    'after a comma',
    invoke + ok.slice(0, 30),
    'h:2:31: the history is cut off: expected a value, found the end of the line',
  ],
  [
    'in a string',
    `${invoke}{"f":"re`,
    'h:2:9: the history is cut off: expected a closing double quote, found the end of the line',
  ],
  [
    'in an escape',
    `${invoke}{"f":"a\\u00`,
    'h:2:12: the history is cut off: expected a closing double quote, found the end of the line',
  ],
  [
    'in a literal',
    `${invoke}{"value":nul`,
    'h:2:13: the history is cut off: expected a value, found the end of the line',
  ],
  ['in a number', `${invoke}{"value":-`, 'h:2:11: the history is cut off: expected a value, found the end of the line'],
  [
    'EDN: in a keyword',
    `${ednInvoke}{:process 0, :type :o`,
    'h:2:20: the history is cut off: expected :invoke, :ok, :fail or :info as :type, found ":o"',
  ],
  [
    'EDN: in a string',
    `${ednInvoke}{:process 0, :value "abc`,
    'h:2:25: the history is cut off: expected a closing double quote, found the end of the file',
  ],
  [
    'EDN: in a map',
    `${ednInvoke}{:process 0`,
    'h:2:12: the history is cut off: expected "}", found the end of the file',
  ],
  [
    'EDN: before the closing bracket',
    `[${ednInvoke}`,
    'h:2:1: the history is cut off: expected an operation or "]", found the end of the file',
  ],
  [
    'a log',
    logInvoke + logOk.slice(0, 24),
    'h:2:25: the history is cut off: expected the name of an operation as a keyword, found the end of the line',
  ],
  [
    'gzip',
    gzipSync(invoke + ok).subarray(0, -9),
    'h: the gzip data are cut off after 159 bytes of history: expected more, found the end of the file',
  ],
  [
    'zstd',
    zstdCompressSync(invoke + ok).subarray(0, -3),
    'h: the zstd data are cut off after 0 bytes of history: expected more, found the end of the file',
  ],
]);

table('bytes that are wrong', [
  [
    'Latin-1',
    Buffer.concat([Buffer.from(invoke), Buffer.from('{"f":"caf\xe9"}\n', 'latin1')]),
    'h:2:10: expected UTF-8 text, found the byte 0xe9',
  ],
  [
    'a character cut off',
    Buffer.concat([Buffer.from(`${invoke}{"f":"caf`), Buffer.from([0xc3])]),
    'h:2:10: expected UTF-8 text, found the byte 0xc3',
  ],
  [
    'something else wrong before them',
    Buffer.concat([Buffer.from(`${invoke}{oops}\n`), Buffer.from([0xff])]),
    'h:2:2: expected a field name in double quotes, found "oops"',
  ],
  [
    'EDN: Latin-1',
    Buffer.concat([Buffer.from(`${ednInvoke}{:f "é`), Buffer.from([0xe9, 0x22, 0x7d])]),
    'h:2:7: expected UTF-8 text, found the byte 0xe9',
  ],
  [
    'gzip',
    Buffer.from('\x1f\x8bjunkjunk', 'latin1'),
    'h: expected gzip data, found damage after 0 bytes of history (unknown compression method)',
  ],
  [
    'zstd',
    Buffer.from('\x28\xb5\x2f\xfdjunkjunk', 'latin1'),
    'h: expected zstd data, found damage after 0 bytes of history (Unsupported frame parameter)',
  ],
]);

const processOf = 'a whole number from 0 to 2147483647, or :nemesis, as :process';

table('EDN', [
  ['brackets that do not match', `${ednInvoke}{:process 0 :type :ok]`, 'h:2:22: expected a key or "}", found "]"'],
  ['a key without a value', '{:process 0 :type}', 'h:1:18: expected a value for :type, found "}"'],
  ['something after the vector', `[${ednInvoke}]\n${ednOk}`, 'h:3:1: expected nothing after the history, found "{"'],
  ['the wrong closing bracket', `[${ednInvoke})`, 'h:2:1: expected an operation as a map or "]", found ")"'],
  ['no map', `${ednInvoke}:foo\n`, 'h:2:1: expected an operation as a map, found ":foo"'],
  ['a vector in the vector', `[${ednInvoke}[]]`, 'h:2:1: expected an operation as a map or "]", found "["'],
  ['no process', '{:type :invoke, :f :read}', 'h:1:1: expected :process in the operation, found none'],
  ['no type', '{:process 1 :f :read}', 'h:1:1: expected :type in the operation, found none'],
  ['no f', '{:process 1 :type :ok}', 'h:1:1: expected :f in the operation, found none'],
  [
    'an unknown type',
    ednInvoke.replace(':invoke', ':begin'),
    'h:1:20: expected :invoke, :ok, :fail or :info as :type, found ":begin"',
  ],
  [
    'a type that is text',
    ednInvoke.replace(':invoke', '"invoke"'),
    'h:1:20: expected :invoke, :ok, :fail or :info as :type, found "invoke"',
  ],
  ['an unknown process', ednInvoke.replace(' 0', ' :bob'), `h:1:11: expected ${processOf}, found ":bob"`],
  ['a negative process', ednInvoke.replace(' 0', ' -1'), `h:1:11: expected ${processOf}, found "-1"`],
  ['f that is a number', ednInvoke.replace(':read', '7'), 'h:1:32: expected a keyword as :f, found "7"'],
  ['time that is text', '{:process 0 :time "x"}', 'h:1:19: expected a whole number as :time, found "x"'],
  ['a number with letters', ednInvoke.replace('nil', '12abc'), 'h:1:46: expected a form of EDN, found "12abc"'],
  [
    'an unknown escape',
    ednInvoke.replace('nil', '"é\\qb"'),
    'h:1:48: expected an escape such as \\n, \\" or \\u00e9, found "\\\\q"',
  ],
  [
    'an unknown character',
    ednInvoke.replace('nil', '\\abc'),
    'h:1:46: expected a character such as \\a, \\newline or \\u00e9, found "\\\\"',
  ],
  [
    'a lonely #',
    ednInvoke.replace('nil', '#'),
    'h:1:46: expected a tag, a set or a discarded form after "#", found "#"',
  ],
  ['a symbolic value', ednInvoke.replace('nil', '##Foo'), 'h:1:46: expected ##Inf, ##-Inf or ##NaN, found "#"'],
  ['a map with an odd form', ednInvoke.replace('nil', '{:a}'), 'h:1:49: expected a value for the key a, found "}"'],
  [
    'forms too deep in each other',
    ednInvoke.replace('nil', '['.repeat(600) + ']'.repeat(600)),
    'h:1:546: expected at most 500 forms in each other, found "["',
  ],
  [
    'a chain of discards',
    ednInvoke.replace('nil', `${'#_'.repeat(100_000)}1`),
    'h:1:1048: expected at most 500 forms in each other, found "#"',
  ],
  [
    'a value without a key',
    ednInvoke,
    'h:1:46: expected a pair [key value] as :value, as --key says, found "nil"',
    { keyed: true },
  ],
  [
    'three things instead of key and value',
    ednInvoke.replace('nil', '[1 2 3]'),
    'h:1:46: expected a pair [key value] as :value, as --key says, found "["',
    { keyed: true },
  ],
]);

table('logs', [
  [
    'an unknown type',
    logInvoke.replace('invoke', 'begin'),
    `h:1:23: expected :invoke, :ok, :fail or :info, found ":begin"`,
    { format: 'porcupine-log' },
  ],
  [
    'no f',
    `${logInvoke}INFO  jepsen.util - 0\t:ok\n`,
    'h:2:26: expected the name of an operation as a keyword, found the end of the line',
  ],
  ['something else', `${logInvoke}hello\n`, 'h:2:1: expected a process, found "hello"'],
  ['a bad value', logInvoke.replace('nil', '[1'), 'h:1:39: expected "]", found the end of the line'],
  [
    'too large a process',
    logInvoke.replace('0', '4294967296'),
    'h:1:21: expected a process from 0 to 2147483647, found "4294967296"',
  ],
]);

table('another format than was said', [
  ['EDN as JSON', ednInvoke, 'h:1:2: expected a field name in double quotes, found ":process"', { format: 'clew' }],
  ['JSON as EDN', invoke, 'h:1:30: expected a keyword, found ":"', { format: 'edn' }],
  ['JSON as a log', invoke, 'h:1:1: expected a process, found "{"', { format: 'porcupine-log' }],
]);

describe('what can not be read at all', () => {
  test.each([
    ['/nowhere/h.jsonl', 'cannot read the history /nowhere/h.jsonl: there is no such file'],
    ['/', 'cannot read the history /: expected a file, found a directory'],
    ['-', 'cannot read the history -: there is no standard input here'],
  ])('%s', async (path, message) => {
    await expect(readColumns(path)).rejects.toThrow(new UsageError(message));
  });

  test('an unknown format', () => {
    expect(() => formatNamed('end')).toThrow(
      'unknown history format "end"; did you mean "edn"? (known: clew, edn, porcupine-log, porcupine-kv, auto)',
    );
  });
});

test('a problem is the same in chunks of any size, and in a file that was packed', async () => {
  const text = invoke + ok + line({ index: 2, process: 9, time: 9 }) + line({ index: 3, type: 'ok', time: 9 });
  const message = 'h:4:31: expected an invocation, as process 0 has no open operation, found "ok" of "read"';
  for (const size of [1, 5, 83, 1000]) {
    const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
      text.slice(i * size, (i + 1) * size),
    );
    const bytes = chunks.map((chunk) => Buffer.from(chunk));
    await expect(readColumns(bytes, { name: 'h' })).rejects.toThrow(message);
  }
  await expect(readColumns([gzipSync(text)], { name: 'h' })).rejects.toThrow(message);
});

test('a wrong byte is found wherever it is, in chunks of any size', async () => {
  const lines = Array.from({ length: 2000 }, (_, i) => line({ index: i, process: i, value: 'é€😀' }));
  const bytes = Buffer.from(lines.join(''));
  const at = bytes.lastIndexOf('é');
  bytes[at] = 0xff;
  for (const size of [61, 1000, 40_000]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    await expect(readColumns(chunks, { name: 'h', format: 'clew' })).rejects.toThrow(
      /^h:2000:76: expected UTF-8 text, found the byte 0xff$/,
    );
  }
});
