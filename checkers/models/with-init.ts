/** Models from another initial state than their own. */

import { shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import type { Model } from './model.ts';

/**
 * `model` from the initial state that `init` describes: for a register its value, for a container the list of its
 * elements, for a semaphore the number of permits. Throws a TypeError that says what fits if `init` does not.
 */
export function withInit<State>(model: Model<State>, init: Json): Model<State> {
  if (model.from === undefined) throw new TypeError(`the model ${model.name} has only one initial state`);
  const other = model.from(init);
  if (typeof other === 'string')
    throw new TypeError(`the model ${model.name} starts from ${other}, not ${shown(init)}`);
  return other;
}
