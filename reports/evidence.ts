/** Reads verdicts back out of `results.json`, where any checker, of any version, may have left anything. */

import type { Failure, LinearizableVerdict, SubHistory } from '../checkers/linearizable/verdict.ts';
import type { Composed, Verdict } from '../checkers/verdict.ts';
import type { History, Json } from '../src/history/operation.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number');

function isFailure(value: unknown): value is Failure {
  return (
    isFields(value) &&
    (value['key'] === null || typeof value['key'] === 'string') &&
    typeof value['completion'] === 'number' &&
    typeof value['invocation'] === 'number' &&
    typeof value['explanation'] === 'string' &&
    isStrings(value['states']) &&
    isNumbers(value['around']) &&
    Array.isArray(value['paths']) &&
    value['paths'].every((path) => isFields(path) && isNumbers(path['order']) && typeof path['state'] === 'string')
  );
}

/** Whether a verdict has the evidence of the linearizability checker. */
export function isLinearizable(verdict: Verdict): verdict is LinearizableVerdict {
  const fields = verdict as unknown as Fields;
  return (
    typeof fields['model'] === 'string' &&
    typeof fields['method'] === 'string' &&
    typeof fields['operations'] === 'number' &&
    isFields(fields['parts']) &&
    ['valid', 'invalid', 'unknown'].every(
      (name) => isFields(fields['parts']) && typeof fields['parts'][name] === 'number',
    ) &&
    Array.isArray(fields['undecided']) &&
    Array.isArray(fields['failures']) &&
    fields['failures'].every(isFailure)
  );
}

/** The smallest history that fails, where the results have one. */
export function shrunkOf({ shrunk }: Failure): SubHistory | null {
  const found: unknown = shrunk;
  if (!isFields(found) || !isNumbers(found['positions']) || !Array.isArray(found['operations'])) return null;
  return found['operations'].every(isOperation) ? (found as unknown as SubHistory) : null;
}

/** The smallest history that fails, of the first failure for which one was found. */
export function failingHistory({ checkers }: Composed): History | null {
  for (const verdict of Object.values(checkers)) {
    if (!isLinearizable(verdict)) {
      const smallest = smallestOf(verdict);
      if (smallest !== null) return smallest;
      continue;
    }
    for (const failure of verdict.failures) {
      const shrunk = shrunkOf(failure);
      if (shrunk !== null) return shrunk.operations;
    }
  }
  return null;
}

/** Of a violation of a causal or weaker model, where one was explained. */
function smallestOf(verdict: Verdict): History | null {
  const explanations = (verdict as unknown as Fields)['explanations'];
  for (const explanation of Array.isArray(explanations) ? (explanations as readonly unknown[]) : []) {
    const smallest = isFields(explanation) ? explanation['smallest'] : null;
    const operations = isFields(smallest) ? smallest['operations'] : null;
    if (Array.isArray(operations) && operations.every(isOperation)) return operations as History;
  }
  return null;
}

function isOperation(value: unknown): boolean {
  return (
    isFields(value) &&
    typeof value['index'] === 'number' &&
    typeof value['process'] === 'number' &&
    typeof value['type'] === 'string' &&
    typeof value['f'] === 'string' &&
    (typeof value['time'] === 'number' || value['time'] === null)
  );
}

/** Everything in a verdict but its answer and reason, for showing it as it is. */
export function evidenceOf(verdict: Verdict): readonly (readonly [name: string, value: Json])[] {
  return Object.entries(verdict as unknown as Readonly<Record<string, Json>>).filter(
    ([name]) => name !== 'valid' && name !== 'reason',
  );
}
