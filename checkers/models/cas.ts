/** Compare-and-set, whose value is `[from, to]`, as all models understand it. */

import type { Json } from '../../src/history/operation.ts';
import { equal, isList, shown } from '../../src/history/json.ts';
import { impossible, type ModelOperation } from './model.ts';

/** The values that a compare-and-set expects and writes. */
export function casOf({ input }: Pick<ModelOperation, 'input'>): readonly [from: Json, to: Json] {
  if (!isList(input)) throw new TypeError(`a cas takes [from, to], not ${shown(input)}`);
  const [from = null, to = null] = input;
  return [from, to];
}

export function casObjection(input: Json): string | null {
  return isList(input) && input.length === 2 ? null : `a cas takes [from, to], not ${shown(input)}`;
}

/** Whether a compare-and-set changes nothing wherever it can happen. */
export function casObserves(operation: ModelOperation): boolean {
  const [from, to] = casOf(operation);
  return operation.outcome === 'fail' || equal(from, to);
}

/** The value that a compare-and-set with that outcome leaves where `value` was. */
export function afterCas(value: Json, operation: ModelOperation): Json | typeof impossible {
  const [from, to] = casOf(operation);
  const matches = equal(value, from);
  if (operation.outcome === 'fail') return matches ? impossible : value;
  if (!matches) return impossible;
  return equal(value, to) ? value : to;
}

export function describeCas(operation: ModelOperation): string {
  const [from, to] = casOf(operation);
  const swap = `${operation.key === null ? '' : `${operation.key} `}from ${shown(from)} to ${shown(to)}`;
  return operation.outcome === 'fail' ? `failed to change ${swap}` : `changed ${swap}`;
}
