/** Reads histories in any form, packed or not, into columns: as a stream, so that a file may be larger than memory. */

import { UsageError } from '../errors.ts';
import type { HistoryColumns } from './columns.ts';
import { bytesOfFile, unpacked, type Bytes, type Chunks } from './readers/bytes.ts';
import { edn } from './readers/edn.ts';
import { detect, formats, headBytes, type Format } from './readers/formats.ts';
import { intake, type Intake } from './readers/intake.ts';
import { jsonLines } from './readers/json-lines.ts';
import { porcupineLog } from './readers/porcupine-log.ts';
import { foundAt, problemAt } from './readers/problem.ts';
import type { Place, ScanOptions, Scanner } from './readers/scanner.ts';
import { wholeUntil, wrongByte } from './readers/utf8.ts';
import { append, emptyWindow, type Window } from './readers/window.ts';

export { formatNamed, formats, type Format } from './readers/formats.ts';

export interface ReadColumnsOptions {
  /** `auto` (default) tells the forms apart by the first bytes. */
  readonly format?: Format | 'auto';
  /** What `-` reads. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Names a source of chunks in errors. */
  readonly name?: string;
  /**
   * What a read that returned nothing means. `absent` (default): there was no value. `wildcard`: it says nothing, as in
   * Knossos, and is left out.
   */
  readonly nil?: 'absent' | 'wildcard';
  /** For `edn`: every value is a pair `[key value]` (`jepsen.independent`). */
  readonly keyed?: boolean;
  /** Whether `""` is a key that was never put. By default so in `porcupine-kv` only. */
  readonly emptyIsAbsent?: boolean;
  /** Leave out a last operation that is cut off, as a killed writer leaves it. By default it is an error. */
  readonly tolerateCut?: boolean;
}

export interface ColumnsRead {
  readonly columns: HistoryColumns;
  readonly format: Format;
  /** As it is named in errors. */
  readonly source: string;
  /** Bytes of the history, unpacked. */
  readonly bytes: number;
  /** What a person should know of it, in sentences: that a cut last line was left out. */
  readonly notes: readonly string[];
  /** The line, from 1, of a position of the history. */
  lineOf(position: number): number;
}

/**
 * Reads the history in `source`: a path, `-` for standard input, or chunks of bytes. Throws a UsageError for everything
 * that is wrong with it: `file:line:column: expected …, found …`.
 */
export async function readColumns(source: string | Chunks, options: ReadColumnsOptions = {}): Promise<ColumnsRead> {
  const { name, bytes } = await opened(source, options);
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const tolerateCut = options.tolerateCut === true;
  const plain = await unpacked(bytes, name, (what) => {
    if (tolerateCut) note(what);
    return tolerateCut;
  });
  const read = await readAll(plain, { ...options, source: name, tolerateCut, note });
  return { ...read, source: name, notes };
}

async function opened(
  source: string | Chunks,
  { stdin, name }: ReadColumnsOptions,
): Promise<{ name: string; bytes: Bytes }> {
  if (typeof source !== 'string') return { name: name ?? 'history', bytes: { chunks: each(source), size: undefined } };
  if (source !== '-') return { name: source, bytes: await bytesOfFile(source) };
  if (stdin === undefined) throw new UsageError('cannot read the history -: there is no standard input here');
  return { name: name ?? 'standard input', bytes: { chunks: stdin, size: undefined } };
}

async function* each(chunks: Chunks): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** A single operation larger than this is refused, and so is a file that has no lines at all. */
const operationBytesMax = 256 * 1024 * 1024;

type Reading = ReadColumnsOptions & ScanOptions;

interface Begun {
  readonly format: Format;
  readonly taken: Intake;
  readonly scanner: Scanner;
  /** So many bytes have to be there for another look: a long operation is not begun again for each chunk of it. */
  enough: number;
}

async function readAll(
  { chunks, size }: Bytes,
  options: Reading,
): Promise<Pick<ColumnsRead, 'columns' | 'format' | 'bytes' | 'lineOf'>> {
  const window = emptyWindow();
  // A byte order mark can be known by the first few.
  const enough = options.format === undefined || options.format === 'auto' ? headBytes : 4;
  let begun: Begun | null = null;
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    append(window, chunk);
    if (begun !== null) scan(window, begun, options, false);
    else if (window.to >= enough) {
      begun = begin(window, options);
      scan(window, begun, options, false);
      if (size !== undefined && window.from > 0)
        begun.taken.builder.reserve(Math.ceil((begun.taken.builder.rows() * size) / window.from));
    }
  }
  begun ??= begin(window, options);
  scan(window, begun, options, true);
  const { format, taken } = begun;
  if (taken.builder.positions() === 0)
    throw problemAt(options.source, 1, 1, { expected: 'an operation', found: 'none' });
  return { columns: taken.builder.columns(), format, bytes, lineOf: taken.lineOf };
}

/** Reads what has come so far. With `last`, nothing more comes. */
function scan(window: Window, begun: Begun, { source }: Reading, last: boolean): void {
  const { bytes, from, to, checked } = window;
  if (!last && to - from < begun.enough) return;
  const { scanner } = begun;
  const whole = last ? to : wholeUntil(bytes, checked, to);
  const wrong = wrongByte(bytes, checked, whole);
  // What comes before may be wrong in another way, and is then the first thing to say.
  const right = wrong < 0 ? whole : wrong;
  window.checked = right;
  window.from = scanner.scan(bytes, from, right, last && wrong < 0);
  begun.enough = window.from > from ? 0 : 2 * (to - from);
  if (wrong >= 0) {
    const { line, column } = after(scanner.place(), bytes.toString('utf8', window.from, wrong));
    const found = `the byte 0x${(bytes[wrong] as number).toString(16)}`;
    throw problemAt(source, line, column, { expected: 'UTF-8 text', found });
  }
  if (to - window.from > operationBytesMax) {
    const { line, column } = scanner.place();
    const expected = `an operation of at most ${operationBytesMax} bytes`;
    throw problemAt(source, line, column, { expected, found: 'a larger one' });
  }
}

function after({ line, column }: Place, text: string): Place {
  const lines = text.split('\n');
  const rest = lines.at(-1) ?? '';
  return lines.length === 1
    ? { line, column: column + rest.length }
    : { line: line + lines.length - 1, column: rest.length + 1 };
}

/** Finds out the format. */
function begin(window: Window, options: Reading): Begun {
  const { source, nil, tolerateCut, note } = options;
  const { bytes, to } = window;
  if (to === 0) throw problemAt(source, 1, 1, { expected: 'an operation', found: 'an empty file' });
  const head = bytes.toString('utf8', 0, Math.min(to, headBytes));
  // Zeros at the end may be all that is there of a last line.
  if (/^\0|\0[^\0]/.test(head)) throw problemAt(source, 1, 1, { expected: 'text', found: 'binary data' });
  if (head.startsWith('\uFEFF')) window.from = window.checked = 3;
  const format = options.format === undefined || options.format === 'auto' ? detect(head) : options.format;
  if (format === null) {
    const start = head.trimStart();
    const expected = `a history in a known format (${formats.join(', ')})`;
    const found = start === '' ? 'nothing but white space' : foundAt(start, 0);
    const { line, column } = after({ line: 1, column: 1 }, head.slice(0, head.length - start.length));
    throw problemAt(source, line, column, { expected, found });
  }
  const taken = intake({ ...(nil === undefined ? {} : { nil }), sparse: format !== 'clew' });
  const scanOptions = { source, tolerateCut, note };
  switch (format) {
    case 'clew':
      return { format, taken, scanner: jsonLines(taken, scanOptions), enough: 0 };
    case 'porcupine-log':
      return { format, taken, scanner: porcupineLog(taken, scanOptions), enough: 0 };
    case 'edn':
    case 'porcupine-kv': {
      const emptyIsAbsent = options.emptyIsAbsent ?? format === 'porcupine-kv';
      const scanner = edn(taken, { ...scanOptions, keyed: options.keyed === true, emptyIsAbsent });
      return { format, taken, scanner, enough: 0 };
    }
  }
}
