import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { columnsOf } from '../../src/history/columns-builder.ts';
import { outcomes } from '../../src/history/columns.ts';
import { historyOf } from '../../src/history/history-of.ts';
import type { Json } from '../../src/history/operation.ts';
import { readColumns, type ColumnsRead, type ReadColumnsOptions } from '../../src/history/read-columns.ts';
import { detect } from '../../src/history/readers/formats.ts';
import { formatOperation } from '../../src/history/writer.ts';
import { history } from '../checkers/build.ts';

const read = (text: string | Uint8Array, options: ReadColumnsOptions = {}): Promise<ColumnsRead> =>
  readColumns([Buffer.from(text)], { name: 'h', ...options });

/** What the operations of a history say, one line each. */
const told = ({ columns }: ColumnsRead): readonly string[] =>
  historyOf(columns).map(({ process, type, f, key, value, error }) => {
    const keyed = key === undefined ? '' : ` ${key}:`;
    return `${process} ${type} ${f}${keyed} ${JSON.stringify(value)}${error === undefined ? '' : ` (${error})`}`;
  });

const sample = history(
  [0, 'invoke', 'write', 1],
  ['nemesis', 'invoke', 'kill', ['n1']],
  [1, 'invoke', 'read'],
  [0, 'ok', 'write', 1],
  ['nemesis', 'info', 'kill'],
  [1, 'ok', 'read', 1],
  [0, 'invoke', 'cas', [1, 2]],
  [0, 'fail', 'cas', [1, 2]],
  [1, 'invoke', 'write', 3],
  [1, 'info', 'write', 3, { error: 'timeout' }],
);
const sampleText = sample.map(formatOperation).join('');

describe('sources', () => {
  const directory = mkdtempSync(join(tmpdir(), 'clew-read-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test('a file, as it is or packed', async () => {
    for (const [name, bytes] of [
      ['h.jsonl', Buffer.from(sampleText)],
      ['h.gz', gzipSync(sampleText)],
      ['h.zst', zstdCompressSync(sampleText)],
      // As made by `cat a.gz b.gz`.
      ['two.gz', Buffer.concat([gzipSync(sampleText.slice(0, 100)), gzipSync(sampleText.slice(100))])],
    ] as const) {
      const path = join(directory, name);
      writeFileSync(path, bytes);
      const { columns, format, source, bytes: length } = await readColumns(path);
      expect(columns).toEqual(columnsOf(sample));
      expect({ format, source, length }).toEqual({ format: 'clew', source: path, length: sampleText.length });
    }
  });

  test('a file of many chunks', async () => {
    const path = join(directory, 'long.jsonl');
    const long = history(
      ...Array.from({ length: 30_000 }, (_, i) => [i % 2, i % 4 < 2 ? 'invoke' : 'ok', 'write', i] as const),
    );
    writeFileSync(path, long.map(formatOperation).join(''));
    expect((await readColumns(path)).columns).toEqual(columnsOf(long));
    // Hardly smaller than before, so that this is a file of many chunks, too.
    writeFileSync(path, gzipSync(long.map(formatOperation).join(''), { level: 0 }));
    expect((await readColumns(path)).columns).toEqual(columnsOf(long));
  });

  test('standard input', async () => {
    async function* stdin(): AsyncGenerator<Uint8Array> {
      for (const byte of Buffer.from(sampleText)) yield Uint8Array.of(byte);
    }
    const { columns, source } = await readColumns('-', { stdin: stdin() });
    expect(columns).toEqual(columnsOf(sample));
    expect(source).toBe('standard input');
  });

  test('with a byte order mark, and with the line ends of Windows', async () => {
    expect((await read(`\uFEFF${sampleText}`)).columns).toEqual(columnsOf(sample));
    expect((await read(sampleText.replaceAll('\n', '\r\n'))).columns).toEqual(columnsOf(sample));
    expect((await read(sampleText.trimEnd())).columns).toEqual(columnsOf(sample));
  });

  test('stops reading a file at its first problem, and closes it', async () => {
    let closed = false;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from(`${'x'.repeat(9999)}\n`);
      } finally {
        closed = true;
      }
    }
    await expect(readColumns(chunks(), { format: 'clew' })).rejects.toThrow(/:1:1: expected an operation/);
    expect(closed).toBe(true);
  });
});

describe('the form is told by the first bytes', () => {
  test.each([
    ['{"process":0', 'clew'],
    ['{ "process":0', 'clew'],
    ['{"', 'clew'],
    ['{oops}', 'clew'],
    ['{:process 0', 'edn'],
    ['\n{ :process 0', 'edn'],
    ['; a comment\n{:process 0', 'edn'],
    ['[{:process 0', 'edn'],
    ['[\n #jepsen.history.Op{:process 0', 'edn'],
    ['({:process 0', 'edn'],
    ['[]', 'edn'],
    ['#jepsen.history.Op{:index 0', 'edn'],
    ['{:process 0, :type :invoke, :f :append, :key "0", :value "x 0 0 y"}', 'porcupine-kv'],
    ['INFO  jepsen.util - 0\t:invoke', 'porcupine-log'],
    ['0\t:invoke\t:read\tnil', 'porcupine-log'],
    [':nemesis\t:info\t:start\tnil', 'porcupine-log'],
    ['[{"process":0', null],
    ['hello', null],
    ['[1, 2]', null],
    ['<html>', null],
  ])('%s', (head, format) => {
    expect(detect(head)).toBe(format);
  });
});

describe('lines of JSON', () => {
  test('may lack index, time and key, and have keys that are no text', async () => {
    const text = [
      '{"process":3,"type":"invoke","f":"read","key":7,"value":null}',
      '{"type":"invoke","f":"read","process":4,"value":null,"key":"7","index":null,"time":null,"extra":[{}]}',
      '{"value":5,"process":3,"type":"ok","f":"read","key":7}',
      '{"process":4,"type":"fail","f":"read","value":null,"key":"7","error":["no", "node"]}',
      '{"process":5,"type":"invoke","f":"read","key":[1, "a"],"value":null}',
      '{"process":6,"type":"invoke","f":"read","key":null,"value":null}',
    ].join('\n');
    const result = await read(text);
    expect(told(result)).toEqual([
      '3 invoke read 7: null',
      '4 invoke read 7: null',
      '3 ok read 7: 5',
      '4 fail read 7: null (["no","node"])',
      '5 invoke read [1,"a"]: null',
      '6 invoke read null',
    ]);
    expect([...result.columns.invokedAt]).toEqual([NaN, NaN, NaN, NaN]);
    expect(result.columns.keys).toEqual(['7', '[1,"a"]']);
  });

  test('give equal values the same number, however they are written', async () => {
    const line = (value: string, process: number): string =>
      `{"process":${process},"type":"invoke","f":"write","value":${value}}`;
    const spellings = ['[1,2]', '[1, 2]', ' [ 1,2 ]', '[1.0,2e0]', '[1,2]'];
    const { columns } = await read(spellings.map(line).join('\n'));
    expect([...columns.input]).toEqual([1, 1, 1, 1, 1]);
    const objects = ['{"a":1,"b":[]}', '{"b":[],"a":1}', '{"b": [], "a": 1}'];
    expect([...(await read(objects.map(line).join('\n'))).columns.input]).toEqual([1, 1, 1]);
    const strings = ['"a"', '"\\u0061"', '"b"', '"\\u0062"'];
    expect([...(await read(strings.map(line).join('\n'))).columns.input]).toEqual([1, 1, 2, 2]);
    const numbers = ['0', '-0', '0.0', '1', '1.0', '10e-1', '-1', '1.5', '"1"'];
    expect([...(await read(numbers.map(line).join('\n'))).columns.input]).toEqual([1, 1, 1, 2, 2, 2, 3, 4, 5]);
  });

  test('lose no digit of an integer', async () => {
    const integers = ['9007199254740993', '9007199254740992', '-9223372036854775808', '[9223372036854775807]', '1e20'];
    const text = integers
      .map((value, process) => `{"process":${process},"type":"invoke","f":"write","value":${value}}\n`)
      .join('');
    const { columns } = await read(text);
    const expected: Json[] = [
      null,
      { integer: '9007199254740993' },
      9007199254740992,
      { integer: '-9223372036854775808' },
      [{ integer: '9223372036854775807' }],
      1e20,
    ];
    expect(columns.values).toEqual(expected);
    const again = historyOf(columns).map(formatOperation).join('');
    expect((await read(again)).columns.values).toEqual(expected);
  });

  test('mean the last of several fields with the same name, as everywhere', async () => {
    const text =
      '{"process":0,"process":1,"type":"ok","type":"invoke","f":"a","f":"b","value":[],"value":2,"key":"x","key":"y"}';
    expect(told(await read(text))).toEqual(['1 invoke b y: 2']);
    expect(told(await read(`${text}\n`))).toEqual(['1 invoke b y: 2']);
  });

  test('have a line for each position', async () => {
    const { lineOf } = await read(sampleText);
    expect([0, 1, 9].map(lineOf)).toEqual([1, 2, 10]);
  });
});

describe('EDN', () => {
  test('as Jepsen writes it: tags, comments, discards, the nemesis, other keys', async () => {
    const text = `; a history
      #jepsen.history.Op{:index 4, :time 11, :type :invoke, :process 0, :f :txn, :value [[:append 9 1] [:r 9 nil]]}
      #_ {:process 0, :type :ok, :f :gone}
      {:type :info :f :start-partition :value {"n1" #{"n2"}} :process :nemesis :time 12 :index 5}
      {:type :info, :f :start-partition, :value [:isolated {}], :process :nemesis, :time 13, :index 6}
      {:index 9, :time 14, :type :info, :process 0, :f :txn, :value nil, :error [:timeout "2s"], :clock-offsets {"n1" 1.5},
       :exception {:via [{:type java.lang.Exception #_#_:no :yes, :at [a.b$c invoke "x.clj" 12]}]}}`;
    const result = await read(text);
    expect(result.format).toBe('edn');
    expect(told(result)).toEqual(['0 invoke txn [["append",9,1],["r",9,null]]', '0 info txn null (["timeout","2s"])']);
    expect(result.columns.positions).toBe(4);
    expect([0, 1, 2, 3].map(result.lineOf)).toEqual([2, 4, 5, 6]);
    expect([...result.columns.invokedAt, ...result.columns.completedAt]).toEqual([11, 14]);
  });

  test('several operations on a line have the same line', async () => {
    const { lineOf } = await read(
      '[{:process 0 :type :invoke :f :r} {:process 1 :type :invoke :f :r}\n\n{:process 1 :type :ok :f :r}]',
    );
    expect([0, 1, 2].map(lineOf)).toEqual([1, 1, 3]);
  });

  test('has no time where it says -1', async () => {
    const { columns } = await read('{:process 0 :type :invoke :f :read :time -1 :index -1}');
    expect([...columns.invokedAt]).toEqual([NaN]);
  });

  const keyed = `
    {:type :invoke, :f :write, :value [:x 1], :process 0}
    {:type :invoke, :f :cas, :value [7 [1 2]], :process 1}
    {:type :info, :f :break, :value [["n1" "n2"] ["n3"] 1], :process :nemesis}
    {:type :ok, :f :write, :value [:x 1], :process 0}
    {:type :info, :f :cas, :value :timed-out, :process 1}
    {:type :invoke, :f :read, :value ["x" nil], :process 0}
    {:type :fail, :f :read, :value nil, :process 0}`;

  test('splits keys from values where that is asked for', async () => {
    expect(told(await read(keyed, { keyed: true }))).toEqual([
      '0 invoke write x: 1',
      '1 invoke cas 7: [1,2]',
      '0 ok write x: 1',
      '1 info cas 7: "timed-out"',
      '0 invoke read x: null',
      '0 fail read x: null',
    ]);
    // Pairs are values like others otherwise.
    expect(told(await read(keyed))[0]).toBe('0 invoke write ["x",1]');
  });

  test('splits keys from values by itself where a tag says so', async () => {
    const text = `
      {:type :invoke, :f :write, :value #jepsen.independent/tuple [3 4], :process 0}
      {:type :invoke, :f :read, :process 1}
      {:type :invoke, :f :cas, :value [3 4], :process 2}`;
    expect(told(await read(text))).toEqual(['0 invoke write 3: 4', '1 invoke read null', '2 invoke cas [3,4]']);
  });
});

describe('a read of nil', () => {
  const text = `
    {:process 0 :type :invoke :f :read :value nil}
    {:process 1 :type :invoke :f :write :value nil}
    {:process 0 :type :ok :f :read :value nil}
    {:process 1 :type :ok :f :write :value nil}
    {:process 0 :type :invoke :f :read :value nil}
    {:process 0 :type :ok :f :read :value 1}
    {:process 0 :type :invoke :f :read :value nil}
    {:process 0 :type :fail :f :read :value nil :error :down}`;

  test('found that there was no value', async () => {
    expect((await read(text)).columns.count).toBe(4);
  });

  test('says nothing where nil is a wildcard, and is left out', async () => {
    const result = await read(text, { nil: 'wildcard' });
    expect(told(result)).toEqual([
      '1 invoke write null',
      '1 ok write null',
      '0 invoke read null',
      '0 ok read 1',
      '0 invoke read null',
      '0 fail read null (down)',
    ]);
    expect([...result.columns.invoked]).toEqual([1, 4, 6]);
    expect(result.columns.positions).toBe(8);
  });
});

describe("Porcupine's forms", () => {
  test('a log: what the logger puts before it is read over, and so is what is no operation', async () => {
    const text = [
      'INFO  jepsen.core - Worker 3 starting',
      'INFO  jepsen.util - 0\t:invoke\t:read\tnil',
      'INFO  jepsen.util - 1\t:invoke\t:cas\t[1 2]',
      'INFO  jepsen.util - :nemesis\t:info\t:start\tnil',
      'WARN  jepsen.util - this is no operation',
      'INFO  jepsen.util - 0\t:ok\t:read\tnil',
      'INFO  jepsen.util - 1\t:fail\t:cas\t[1 2]',
      'INFO  jepsen.util - 2   :invoke :write  3',
      'INFO  jepsen.util - 2   :info   :write  :timed-out',
      'INFO  jepsen.util - 3   :invoke :read  nil',
      'INFO  jepsen.util - 3   :fail   :read  :timed-out',
      '4\t:invoke\t:write\t5',
      '4\t:info\t:write\t5\t:timed-out',
      '5\t:invoke\t:read',
      '5\t:ok\t:read\t:low',
    ].join('\n');
    const result = await read(text);
    expect(result.format).toBe('porcupine-log');
    expect(told(result)).toEqual([
      '0 invoke read null',
      '1 invoke cas [1,2]',
      '0 ok read null',
      '1 fail cas [1,2]',
      '2 invoke write 3',
      '2 info write null (timed-out)',
      '3 invoke read null',
      '3 fail read null (timed-out)',
      '4 invoke write 5',
      '4 info write 5 (timed-out)',
      '5 invoke read null',
      '5 ok read "low"',
    ]);
    // A cas that failed compared and found a difference; a read that timed out did not happen.
    const { ok, info, mismatch, fail } = outcomes;
    expect([...result.columns.outcome]).toEqual([ok, mismatch, info, fail, info, ok]);
    expect(result.lineOf(0)).toBe(2);
  });

  const kv = [
    '{:process 0, :type :invoke, :f :get, :key "k", :value nil}',
    '{:process 1, :type :invoke, :f :append, :key "k", :value ""}',
    '{:process 0, :type :ok, :f :get, :key "k", :value ""}',
    '{:process 1, :type :ok, :f :append, :key "k", :value ""}',
    '{:process 0, :type :invoke, :f :put, :key "k", :value ""}',
    '{:process 0, :type :ok, :f :put, :key "k", :value ""}',
  ].join('\n');

  test('a key-value store: "" is a key that was never put', async () => {
    const result = await read(kv);
    expect(result.format).toBe('porcupine-kv');
    expect(told(result)).toEqual([
      '0 invoke get k: null',
      '0 ok get k: null',
      '0 invoke put k: null',
      '0 ok put k: null',
    ]);
  });

  test('a key-value store in which "" is a value', async () => {
    const result = await read(kv, { emptyIsAbsent: false });
    expect(told(result).slice(1, 4)).toEqual(['1 invoke append k: ""', '0 ok get k: ""', '1 ok append k: ""']);
    expect(told(await read(kv, { format: 'edn' }))).toEqual(told(result));
  });
});

describe('a history that is cut off, where that is tolerated', () => {
  const cut = async (text: string | Uint8Array): Promise<readonly [number, ...(readonly string[])]> => {
    const { columns, notes } = await read(text, { tolerateCut: true });
    return [columns.positions, ...notes];
  };
  const edn = '{:process 0, :type :invoke, :f :read}\n';

  test('is read up to there, and that is said', async () => {
    const left = 'the last line is cut off and was left out.';
    expect(await cut(sampleText.slice(0, -9))).toEqual([9, `h:10: ${left}`]);
    expect(await cut(`${sampleText}\0\0\0`)).toEqual([10, `h:11: ${left}`]);
    expect(await cut('0\t:invoke\t:read\tnil\n0\t:o')).toEqual([1, `h:2: ${left}`]);
    expect(await cut(`${edn}{:process 0, :ty`)).toEqual([1, 'h:2: the last operation is cut off and was left out.']);
    expect(await cut(`[${edn}`)).toEqual([1, 'h:2: the history is not closed.']);
    const [positions, ...notes] = await cut(gzipSync(sampleText, { level: 0 }).subarray(0, -60));
    expect(positions).toBe(9);
    expect(notes).toEqual([expect.stringMatching(/^h: the gzip data are cut off after \d+ bytes/), `h:10: ${left}`]);
  });

  test('and what is only wrong is an error all the same', async () => {
    await expect(cut(`${sampleText}{"index":10,,`)).rejects.toThrow(/^h:11:13: expected a field name/);
    await expect(cut(`${edn}{:process :bob, :ty`)).rejects.toThrow(/^h:2:11: expected a whole number/);
    await expect(cut(`${edn}{:process 0, :type :ok, :f :write}`)).rejects.toThrow(/^h:2:28: expected f "read"/);
  });
});

test('a single operation of many chunks is read once it is whole', async () => {
  const value = Array.from({ length: 100_000 }, (_, i) => i);
  const json = `{"process":0,"type":"invoke","f":"read","value":[${value.join(', ')}]}\n`;
  const edn = `{:process 0, :type :invoke, :f :read, :value [${value.join(' ')}]}\n`;
  for (const text of [json, edn]) {
    const bytes = Buffer.from(text);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, i) =>
      bytes.subarray(i * 4096, (i + 1) * 4096),
    );
    expect((await readColumns(chunks)).columns.values[1]).toEqual(value);
  }
});
