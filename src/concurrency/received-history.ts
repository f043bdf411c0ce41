/** What a caller hands over as a history, checked: types are no help in a test written in JavaScript. */

import { UsageError } from '../errors.ts';
import type { HistoryColumns } from '../history/columns.ts';
import type { History, Operation } from '../history/operation.ts';
import { sequenceChecker } from '../history/sequence.ts';
import { textOf } from './words.ts';

/** Throws a UsageError that says what is wrong with the first operation with which something is. */
export function historyFrom(received: unknown): History | HistoryColumns {
  if (isColumns(received)) return received;
  if (!Array.isArray(received)) {
    throw new UsageError(`expected a history (a list of operations, or columns), found ${textOf(received)}`);
  }
  const problemOf = sequenceChecker();
  const operations: readonly unknown[] = received;
  return operations.map((operation, at): Operation => {
    const problem = shapeProblem(operation);
    if (problem !== null) throw new UsageError(`operation ${at} of the history: ${problem}`);
    // Its shape is known by now.
    const sound = operation as Operation;
    const misplaced = problemOf(sound);
    if (misplaced !== null) throw new UsageError(`operation ${at} of the history: ${misplaced}`);
    return sound;
  });
}

const types: readonly unknown[] = ['invoke', 'ok', 'fail', 'info'];

function shapeProblem(operation: unknown): string | null {
  if (typeof operation !== 'object' || operation === null) return `expected an object, found ${textOf(operation)}`;
  const fields = operation as Readonly<Record<string, unknown>>;
  const { index, process, type, f, key, value, time, error } = fields as Readonly<Record<keyof Operation, unknown>>;
  const expected = (name: string, what: string): string =>
    `expected ${name} to be ${what}, found ${textOf(fields[name])}`;
  if (!isCount(index)) return expected('index', 'a whole number from 0');
  if (process !== 'nemesis' && !isCount(process)) return expected('process', 'a whole number from 0 or "nemesis"');
  if (!types.includes(type)) return expected('type', 'invoke, ok, fail or info');
  if (typeof f !== 'string') return expected('f', 'the name of an operation');
  if (key !== undefined && typeof key !== 'string') return expected('key', 'a string');
  if (value === undefined) return expected('value', 'there (null for none)');
  if (typeof time !== 'number') return expected('time', 'nanoseconds since the start of the test');
  if (error !== undefined && typeof error !== 'string') return expected('error', 'a string');
  return null;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

function isColumns(received: unknown): received is HistoryColumns {
  if (typeof received !== 'object' || received === null) return false;
  return 'count' in received && 'invoked' in received && received.invoked instanceof Int32Array;
}
