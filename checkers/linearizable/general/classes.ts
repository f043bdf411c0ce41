/** Classes of operations: those that are the same to the model do the same to every state, so one step stands for all. */

import { outcomes } from '../../../src/history/columns.ts';
import type { CompleteModel, ModelOperation } from '../../models/model.ts';
import { operationAt, type Part } from '../part.ts';
import { mixed } from './hash.ts';

export interface Classes {
  readonly count: number;
  /** The class of each operation of the part. */
  readonly of: Int32Array;
  /** An operation of class `cls`, made anew: a class is hardly ever asked for twice, and there may be a million. */
  operation(cls: number): ModelOperation;
  /** Whether the operations of a class only observe (`Model.observes`). */
  readonly observes: Uint8Array;
}

/**
 * Operations with the same function, key, input, output and outcome share a class, if their processes are the same or
 * the model does not look at them. Classes come as they first appear.
 */
export function classesOf<State>(model: CompleteModel<State>, part: Part): Classes {
  const { count, row, f, input, output, outcome, columns } = part;
  const of = new Int32Array(count);
  /** The first place of each class. */
  const first: number[] = [];
  const slots = new Int32Array(2 << (32 - Math.clz32(count)));
  const mask = slots.length - 1;
  const isByProcess = model.distinguishesProcesses === true;
  for (let i = 0; i < count; i++) {
    const key = columns.key[row[i] as number] as number;
    const does = f[i] as number;
    const given = input[i] as number;
    const gave = output[i] as number;
    const became = outcome[i] as number;
    const caller = isByProcess ? (columns.process[row[i] as number] as number) : 0;
    let slot = mixed(does ^ Math.imul(caller, 0x9e3779b1), key, given, gave, became) & mask;
    let found = -1;
    for (let known = slots[slot] as number; known !== 0; known = slots[slot] as number) {
      const other = first[known - 1] as number;
      if (
        input[other] === given &&
        output[other] === gave &&
        f[other] === does &&
        outcome[other] === became &&
        columns.key[row[other] as number] === key &&
        (!isByProcess || columns.process[row[other] as number] === caller)
      ) {
        found = known - 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
    if (found === -1) {
      found = first.push(i) - 1;
      slots[slot] = found + 1;
    }
    of[i] = found;
  }
  const operation = (cls: number): ModelOperation => operationAt(part, first[cls] as number);
  const observes = new Uint8Array(first.length);
  for (let cls = 0; cls < first.length; cls++) if (model.observes(operation(cls))) observes[cls] = 1;
  return { count: first.length, of, operation, observes };
}

/** One operation of each class. */
export function operationsOf({ count, operation }: Classes): readonly ModelOperation[] {
  return Array.from({ length: count }, (_, cls) => operation(cls));
}

/**
 * Operations of unknown outcome that have to be tried: not those that only observe, and not those that the model can do
 * without (`Model.neededAmong`).
 */
export function pendingOf<State>(
  model: CompleteModel<State>,
  { outcome, count }: Part,
  classes: Classes,
  areAllNeeded: boolean,
): Int32Array {
  const { of, observes } = classes;
  const pending: number[] = [];
  for (let i = 0; i < count; i++) {
    if (outcome[i] === outcomes.info && observes[of[i] as number] === 0) pending.push(i);
  }
  if (areAllNeeded || pending.length === 0 || model.neededAmong === undefined) return Int32Array.from(pending);
  const operations = operationsOf(classes);
  const all = Array.from(of, (its) => operations[its] as ModelOperation);
  const isNeeded = model.neededAmong(all);
  return Int32Array.from(pending.filter((i) => isNeeded(all[i] as ModelOperation)));
}
