/** The definition of linearizability over sets of operations: what can have happened, and what that can have left. */

import type { Json } from '../../../../src/history/operation.ts';
import { NEVER } from '../../../../src/history/columns.ts';
import { operationAt, type Part } from '../../../../checkers/linearizable/part.ts';
import type { TimedOperation } from '../../../../checkers/models/model.ts';

/** What an operation can leave behind where `value` was; nothing where it can't happen. */
export type Outcomes = (value: Json, operation: TimedOperation) => readonly Json[];

/** The values with which a part can end, as texts; none if no order explains it. For parts of few operations. */
export function ends(outcomes: Outcomes, init: Json, part: Part): ReadonlySet<string> {
  const operations = Array.from({ length: part.count }, (_, i) => operationAt(part, i));
  /** What must have happened before each, as sets of bits. */
  const before = operations.map(({ invoked }) => bits(operations, ({ completed }) => completed < invoked));
  const required = bits(operations, (_, i) => part.returned[i] !== NEVER);
  /** Values that are possible after a set of operations. A set is a larger number than its subsets. */
  const after = new Map([[0, new Map([[JSON.stringify(init), init]])]]);
  const result = new Set<string>();
  for (let set = 0; set < 1 << operations.length; set++) {
    const values = after.get(set);
    if (values === undefined) continue;
    if ((set & required) === required) for (const text of values.keys()) result.add(text);
    operations.forEach((operation, i) => {
      if (((set >> i) & 1) === 1 || (set & (before[i] as number) & required) !== ((before[i] as number) & required))
        return;
      const larger = set | (1 << i);
      const there = after.get(larger) ?? new Map<string, Json>();
      for (const value of values.values()) {
        for (const next of outcomes(value, operation)) there.set(JSON.stringify(next), next);
      }
      if (there.size > 0) after.set(larger, there);
    });
  }
  return result;
}

function bits(operations: readonly TimedOperation[], isIn: (operation: TimedOperation, i: number) => boolean): number {
  return operations.reduce((set, operation, i) => (isIn(operation, i) ? set | (1 << i) : set), 0);
}
