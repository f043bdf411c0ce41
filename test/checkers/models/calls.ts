/** Operations for tests of models, written down as `ok('dequeue', null, 1)`. */

import { impossible, type Model, type ModelOperation } from '../../../checkers/models/model.ts';
import type { Json } from '../../../src/history/operation.ts';

type Operation = (f: string, input?: Json, output?: Json, process?: number) => ModelOperation;

const operation =
  (outcome: ModelOperation['outcome']): Operation =>
  (f, input = null, output = null, process = 0) => ({ f, key: null, input, output, outcome, process });

export const ok = operation('ok');
export const info = operation('info');
export const mismatch = operation('fail');

/** What the state is after all operations, as the model describes it, or the number of the first that is impossible. */
export function outcomeOf(model: Model<unknown>, operations: readonly ModelOperation[]): string | number {
  let state = model.init;
  for (const [i, one] of operations.entries()) {
    const objection = model.objection?.(one) ?? null;
    if (objection !== null) return `${i}: ${objection}`;
    const next = model.step(state, one);
    if (next === impossible) return i;
    state = next;
  }
  return model.describe?.(state) ?? JSON.stringify(state);
}
