/**
 * One operation as Jepsen writes it, a map of EDN. Other keys than those of the table are read over.
 *
 * | key | value |
 * |---|---|
 * | `:process` | a whole number, or `:nemesis` |
 * | `:type` | `:invoke`, `:ok`, `:fail`, `:info` |
 * | `:f` | a keyword |
 * | `:value` | any form; nil when left out |
 * | `:time`, `:index` | whole numbers; none where they are left out, nil or negative |
 * | `:error` | any form |
 * | `:key` | any form: the key, as in Porcupine's histories of a key-value store |
 */

import { canonical } from '../json.ts';
import type { Json } from '../operation.ts';
import { hashBytes, textTable, type TextTable } from '../text-table.ts';
import { CLOSE_MAP, KEYWORD, TAG, form, smallInteger, tag, toNext, tokenEnd, type Cursor } from './edn-forms.ts';
import { types } from './intake.ts';
import type { LateNames } from './late-names.ts';
import { NEMESIS, processMax } from './operation-line.ts';
import { SyntaxProblem } from './problem.ts';

const fields = ['process', 'type', 'f', 'value', 'time', 'index', 'error', 'key'] as const;
export type FieldName = (typeof fields)[number];

/** The operation that was read last. */
export interface EdnOperation {
  process: number;
  /** Number in `types`. */
  type: number;
  /** Late names, -1 where there is none. */
  f: number;
  key: number;
  value: Json;
  /** Whether the value had the tag of a pair of key and value. */
  isTuple: boolean;
  /** NaN where there is none. */
  time: number;
  /** -1 where there is none. */
  index: number;
  error: string | undefined;
  /** Where the value of each field begins; that of the operation for those that are not there. */
  readonly at: Record<FieldName, number>;
}

const ABSENT_PROCESS = -2;

/** Reads the operations at `cursor` one after the other, always into the same record. Throws as `form` does. */
export function operationReader(cursor: Cursor, names: LateNames, keys: LateNames): () => EdnOperation {
  const read: EdnOperation = {
    process: ABSENT_PROCESS,
    type: -1,
    f: -1,
    key: -1,
    value: null,
    isTuple: false,
    time: NaN,
    index: -1,
    error: undefined,
    at: { process: 0, type: 0, f: 0, value: 0, time: 0, index: 0, error: 0, key: 0 },
  };

  const field = (name: FieldName): void => {
    read.at[name] = cursor.at;
    switch (name) {
      case 'process':
        read.process = processAt(cursor);
        return;
      case 'type':
        read.type = typeAt(cursor);
        return;
      case 'f':
        read.f = nameAt(cursor, names, 'f');
        return;
      case 'value':
        read.isTuple = isTagAt(cursor) && /tuple$/i.test(tag(cursor));
        read.value = form(cursor, 'a value for :value', 1);
        return;
      case 'time':
        read.time = countAt(cursor, 'time') ?? NaN;
        return;
      case 'index':
        read.index = countAt(cursor, 'index') ?? -1;
        return;
      case 'error': {
        const error = form(cursor, 'a value for :error', 1);
        read.error = error === null ? undefined : typeof error === 'string' ? error : JSON.stringify(error);
        return;
      }
      case 'key':
        read.key = nameAt(cursor, keys, 'key');
    }
  };

  return () => {
    const start = cursor.at;
    read.process = ABSENT_PROCESS;
    read.type = read.f = read.key = read.index = -1;
    read.value = null;
    read.isTuple = false;
    read.time = NaN;
    read.error = undefined;
    for (const name of fields) read.at[name] = start;
    cursor.at++;
    for (;;) {
      const first = toNext(cursor, '"}"');
      if (first === CLOSE_MAP) break;
      const from = cursor.at;
      let name: FieldName | null = null;
      if (first === KEYWORD) {
        cursor.at = tokenEnd(cursor, from + 1);
        name = fieldNamed(cursor.bytes, from + 1, cursor.at);
      } else form(cursor, 'a key or "}"', 1);
      const to = cursor.at;
      if (toNext(cursor, 'a value') === CLOSE_MAP) {
        throw new SyntaxProblem(cursor.at, `a value for ${cursor.bytes.toString('utf8', from, to)}`);
      }
      if (name === null) form(cursor, 'a value', 1);
      else field(name);
    }
    cursor.at++;
    const { process, type, f } = read;
    const missing = process === ABSENT_PROCESS ? ':process' : type < 0 ? ':type' : ':f';
    if (type < 0 || process === ABSENT_PROCESS || (process !== NEMESIS && f < 0)) {
      throw new SyntaxProblem(start, `${missing} in the operation`, 'none');
    }
    return read;
  };
}

function processAt(cursor: Cursor): number {
  const from = cursor.at;
  const small = smallInteger(cursor);
  const read = Number.isNaN(small) ? form(cursor, 'a value for :process', 1) : small;
  if (typeof read === 'number' && Number.isInteger(read) && read >= 0 && read <= processMax) return read;
  if (read === 'nemesis') return NEMESIS;
  throw new SyntaxProblem(from, `a whole number from 0 to ${processMax}, or :nemesis, as :process`);
}

const typeNames = typeTable();

function typeTable(): Pick<TextTable, 'find'> {
  const table = textTable();
  types.forEach((name, number) => {
    const bytes = Buffer.from(name);
    table.add(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length), number);
  });
  return table;
}

function typeAt(cursor: Cursor): number {
  const { bytes, at } = cursor;
  if (bytes[at] === KEYWORD) {
    const to = tokenEnd(cursor, at + 1);
    const type = typeNames.find(bytes, at + 1, to, hashBytes(bytes, at + 1, to));
    cursor.at = to;
    if (type >= 0) return type;
  }
  throw new SyntaxProblem(at, ':invoke, :ok, :fail or :info as :type');
}

/** -1 for nil. */
function nameAt(cursor: Cursor, names: LateNames, field: 'f' | 'key'): number {
  const { bytes, at } = cursor;
  if (bytes[at] === KEYWORD) {
    const to = tokenEnd(cursor, at + 1);
    if (to > at + 1) {
      cursor.at = to;
      return names.at(bytes, at + 1, to);
    }
  }
  const read = form(cursor, `a value for :${field}`, 1);
  if (read === null) return -1;
  if (typeof read === 'string') return names.of(read);
  if (field === 'key') return names.of(canonical(read));
  throw new SyntaxProblem(at, 'a keyword as :f');
}

/** Undefined for nil and what is below 0. */
function countAt(cursor: Cursor, field: 'time' | 'index'): number | undefined {
  const from = cursor.at;
  const small = smallInteger(cursor);
  const read = Number.isNaN(small) ? form(cursor, `a value for :${field}`, 1) : small;
  if (read === null) return undefined;
  if (typeof read !== 'number' || (field === 'index' && !Number.isSafeInteger(read))) {
    throw new SyntaxProblem(from, `a whole number as :${field}`);
  }
  return read < 0 ? undefined : read;
}

/** Whether a tag is at the cursor, and nothing else that begins with `#`. */
function isTagAt({ bytes, at, end }: Cursor): boolean {
  if (bytes[at] !== TAG || at + 1 >= end) return false;
  const letter = (bytes[at + 1] as number) | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

const fieldBytes: readonly Uint8Array[] = fields.map((name) => Buffer.from(name));

function fieldNamed(bytes: Buffer, from: number, to: number): FieldName | null {
  for (let i = 0; i < fieldBytes.length; i++) {
    const name = fieldBytes[i] as Uint8Array;
    if (name.length !== to - from || bytes[from] !== name[0]) continue;
    let same = 1;
    while (same < name.length && bytes[from + same] === name[same]) same++;
    if (same === name.length) return fields[i] as FieldName;
  }
  return null;
}
