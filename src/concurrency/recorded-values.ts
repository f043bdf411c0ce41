/** What a history records of a call: its key, and the values of its invocation and completion. */

import { UsageError } from '../errors.ts';
import { canonical, isList } from '../history/json.ts';
import type { Json } from '../history/operation.ts';
import type { ConcurrentOperation } from './options.ts';
import type { Call } from './scenario.ts';
import { named, textOf } from './words.ts';

export function keyOf<Subject>(operation: ConcurrentOperation<Subject>, { args }: Call): { readonly key?: string } {
  const key = operation.key?.(...args);
  return key === undefined ? {} : { key };
}

export function inputOf<Subject>(operation: ConcurrentOperation<Subject>, { name, args }: Call): Json {
  if (operation.input !== undefined) return operation.input(...args);
  const value = args.length === 0 ? null : args.length === 1 ? args[0] : args;
  return jsonOf(value, `the arguments of ${named(name, args)}`, 'input');
}

export function outputOf<Subject>(
  operation: ConcurrentOperation<Subject>,
  { name, args }: Call,
  result: unknown,
): Json {
  if (operation.output !== undefined) return operation.output(result);
  return jsonOf(result ?? null, `what ${named(name, args)} returned`, 'output');
}

/** A copy of `value`, which the object under test may change later. */
function jsonOf(value: unknown, what: string, option: 'input' | 'output'): Json {
  if (!isJson(value)) {
    throw new UsageError(
      `${what} can't be written to a history as JSON: ${textOf(value)}; say with ${option} how it is to be written`,
    );
  }
  return typeof value === 'object' && value !== null ? (JSON.parse(canonical(value)) as Json) : value;
}

function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (isList(value as Json)) return (value as readonly unknown[]).every(isJson);
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}
