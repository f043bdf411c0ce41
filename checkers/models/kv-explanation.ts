/** Why a key could not have had the value that an operation saw, in words that a reader can verify in the history. */

import type { Json } from '../../src/history/operation.ts';
import { shown } from '../../src/history/json.ts';
import type { Explanation, TimedOperation } from './model.ts';
import { explainValue, shownByCas, shownByRead, type Shown } from './register-explanation.ts';
import { kvCalls } from './vocabulary.ts';

/**
 * As for a register where nothing was appended. Where something was, a `get` is explained by an append whose text it
 * lacks though nothing else was ever written.
 */
export function explainKeyValue(
  init: Json,
  failed: TimedOperation,
  others: readonly TimedOperation[],
): Explanation | null {
  const appends = others.filter((other) => callOf(other) === 'append');
  if (appends.length === 0) return explainValue({ init, show, isRead: isGet }, failed, others);
  if (!isGet(failed) || others.some((other) => isOverwrite(other))) return null;
  for (const { input, completed, process, invoked } of appends) {
    if (completed >= failed.invoked || typeof input !== 'string') continue;
    if (typeof failed.output === 'string' && failed.output.includes(input)) continue;
    const clause = `it lacks ${shown(input)}, which process ${process} had appended before that ${failed.f} began`;
    return { clause, witnesses: appends.filter((append) => append.invoked === invoked) };
  }
  return null;
}

const callOf = ({ f }: TimedOperation) => kvCalls.known(f);

const isGet = (operation: TimedOperation): boolean => callOf(operation) === 'get';

function isOverwrite(operation: TimedOperation): boolean {
  const call = callOf(operation);
  return call === 'put' || call === 'delete' || (call === 'cas' && operation.outcome !== 'fail');
}

function show(operation: TimedOperation): Shown {
  switch (callOf(operation)) {
    case 'get':
      return shownByRead(operation);
    case 'put':
      return { after: operation.input };
    case 'delete':
      return { after: null };
    case 'cas':
      return shownByCas(operation);
    case 'append':
      return {};
  }
}
