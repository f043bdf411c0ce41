/** Reads histories in Clew's own form: one operation a line, as JSON. Every complaint names file, line and what was expected. */

import { readFileSync } from 'node:fs';
import { UsageError, messageOf } from '../errors.ts';
import type { History, Json, Operation, OperationType, Process } from './operation.ts';
import { sequenceChecker } from './sequence.ts';

export interface ReadHistoryOptions {
  /** Leave out a last line that is cut off, as a killed control node leaves it. By default it is an error. */
  readonly tolerateCut?: boolean;
  /** Told, in one sentence, when a cut line was left out. */
  readonly onCut?: (note: string) => void;
}

/** Reads the history in the file `path`. Throws a UsageError when it can't be read or is no valid history. */
export function readHistoryFile(path: string, options: ReadHistoryOptions = {}): History {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    throw new UsageError(`cannot read the history ${path}: ${messageOf(thrown)}`, { cause: thrown });
  }
  return readHistory(text, path, options);
}

/** Reads the history in `text`; `source` names it in errors. Throws a UsageError when it is no valid history. */
export function readHistory(text: string, source: string, options: ReadHistoryOptions = {}): History {
  const history: Operation[] = [];
  const problemOf = sequenceChecker();
  let line = 0;
  for (let start = 0; start < text.length;) {
    line++;
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const content = text.slice(start, end);
    start = end + 1;
    const fail = (problem: string): never => {
      throw new UsageError(`${source}:${line}: ${problem}`);
    };

    let record: unknown;
    try {
      record = JSON.parse(content);
    } catch (thrown) {
      if (newline !== -1) fail(`expected one operation as JSON: ${messageOf(thrown)}`);
      if (options.tolerateCut !== true) fail('the last line is cut off: expected one operation as JSON');
      options.onCut?.(`${source}:${line}: the last line is cut off and was left out.`);
      break;
    }
    const operation = operationOf(record, fail);
    const problem = problemOf(operation);
    if (problem !== null) fail(problem);
    history.push(operation);
  }
  return history;
}

const types: readonly OperationType[] = ['invoke', 'ok', 'fail', 'info'];

function operationOf(record: unknown, fail: (problem: string) => never): Operation {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    return fail(`expected an operation as a JSON object, found ${shown(record)}`);
  }
  const fields = record as Readonly<Record<string, unknown>>;
  const field = <T>(name: string, expected: string, is: (value: unknown) => value is T): T => {
    const value = fields[name];
    return is(value) ? value : fail(`expected ${name} to be ${expected}, found ${shown(value)}`);
  };
  const text = (name: string): Readonly<Record<string, string>> =>
    fields[name] === undefined ? {} : { [name]: field(name, 'a string', isString) };
  return {
    index: field('index', 'a whole number from 0', isCount),
    process: field('process', 'a whole number from 0 or "nemesis"', isProcess),
    type: field('type', types.map((type) => `"${type}"`).join(', '), isType),
    f: field('f', 'the name of an operation', isString),
    ...text('key'),
    value: field('value', 'there (null for none)', isThere),
    time: field('time', 'nanoseconds since the start of the test', isTime),
    ...text('error'),
    ...text('node'),
  };
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0;
const isProcess = (value: unknown): value is Process => value === 'nemesis' || isCount(value);
const isType = (value: unknown): value is OperationType => types.some((type) => type === value);
// Whatever JSON.parse returns is JSON; only a missing field is undefined.
const isThere = (value: unknown): value is Json => value !== undefined;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
