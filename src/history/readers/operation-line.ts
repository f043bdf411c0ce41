/**
 * One operation as a line of JSON, with all that may be said of it and where.
 *
 * Files of other tools may leave out `index`, `time` and `error` or have them null, and may have any JSON as `key` and
 * `error`: a string stands for itself, anything else for its JSON text. So the keys 5 and "5" are the same key.
 */

import { canonical } from '../json.ts';
import type { Json } from '../operation.ts';
import { types } from './intake.ts';
import { parseFields } from './json-text.ts';
import { SyntaxProblem, quoted } from './problem.ts';

export const NEMESIS = -1;

/** Processes are 32-bit numbers in columns. */
export const processMax = 0x7fffffff;

export interface OperationLine {
  /** Offset of the value of a field; that of the whole line where it has none. */
  at(field: string): number;
  /** -1 where there is none. */
  readonly index: number;
  /** `NEMESIS`, or the number of a client. */
  readonly process: number;
  /** Number in `types`. */
  readonly type: number;
  readonly f: string;
  readonly key: string | undefined;
  readonly value: Json;
  /** NaN where there is none. */
  readonly time: number;
  readonly error: string | undefined;
  readonly node: string | undefined;
}

/** The operation that `text` is. Throws a SyntaxProblem. */
export function operationLine(text: string): OperationLine {
  const fields = parseFields(text);
  const at = (name: string): number => fields.get(name)?.at ?? Math.max(0, text.search(/\S/));
  const wrong = (name: string, expected: string): SyntaxProblem => {
    const value = fields.get(name)?.value;
    const found = value === undefined ? 'nothing' : typeof value === 'string' ? quoted(value) : clipped(value);
    return new SyntaxProblem(at(name), `${name} to be ${expected}`, found);
  };
  const field = <T>(name: string, expected: string, read: (value: Json | undefined) => T | undefined): T => {
    const value = read(fields.get(name)?.value);
    if (value === undefined) throw wrong(name, expected);
    return value;
  };
  const optional = (name: string): string | undefined => {
    const value = fields.get(name)?.value ?? null;
    return value === null ? undefined : typeof value === 'string' ? value : canonical(value);
  };
  return {
    at,
    index: field('index', 'a whole number from 0', (value) => (absent(value) ? -1 : count(value))),
    process: field('process', `a whole number from 0 to ${processMax} or "nemesis"`, (value) =>
      value === 'nemesis' ? NEMESIS : (count(value) ?? Infinity) <= processMax ? count(value) : undefined,
    ),
    type: field('type', '"invoke", "ok", "fail" or "info"', (value) => {
      const type = types.findIndex((known) => known === value);
      return type < 0 ? undefined : type;
    }),
    f: field('f', 'the name of an operation', (value) => (typeof value === 'string' ? value : undefined)),
    key: optional('key'),
    value: field('value', 'there (null for none)', (value) => value),
    time: field('time', 'nanoseconds since the start of the test', (value) =>
      absent(value) ? NaN : typeof value === 'number' && value >= 0 ? value : undefined,
    ),
    error: optional('error'),
    node: optional('node'),
  };
}

const absent = (value: Json | undefined): boolean => value === undefined || value === null;

const count = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

function clipped(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 24 ? `${text.slice(0, 21)}...` : text;
}
