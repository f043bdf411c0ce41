import { linearizable } from '../../../checkers/linearizable/linearizable.ts';
import type { Model } from '../../../checkers/models/model.ts';
import type { History } from '../../../src/history/operation.ts';
import { formatOperation } from '../../../src/history/writer.ts';
import { random } from '../../../src/random.ts';
import type { Kind } from './kinds.ts';
import { isPossible, randomCalls, shapes, type Shape } from './random-calls.ts';

/**
 * Checks `count` random histories with the model as it is, by a search, by one without each of its functions that only
 * make the check faster, and without all of them. Throws at the first verdict that is not that of brute force.
 */
export function compareWithBruteForce({ name, plain, model }: Kind, count: number): { valid: number; invalid: number } {
  const split = { valid: 0, invalid: 0 };
  const variants = variantsOf(model);
  for (let seed = 0; seed < count; seed++) {
    const history = randomCalls(plain, random(seed, name), shapes[seed % shapes.length] as Shape);
    const expected = isPossible(plain, history);
    split[expected ? 'valid' : 'invalid']++;
    for (const [variant, one] of Object.entries(variants)) {
      const verdict = verdictOf(one, history);
      if (verdict === expected) continue;
      const lines = history.map(formatOperation).join('');
      throw new Error(`${name} ${variant}, seed ${seed}: ${String(verdict)} instead of ${String(expected)}\n${lines}`);
    }
  }
  return split;
}

function verdictOf(model: Model<unknown>, history: History): boolean | string {
  const { valid, reason } = linearizable(model, { budgetMs: 5000 }).check(history);
  return valid === 'unknown' ? (reason ?? '') : valid;
}

function variantsOf(model: Model<unknown>): Readonly<Record<string, Model<unknown>>> {
  const { family: _family, ...searched } = model;
  const { neededAmong: _needed, ...all } = searched;
  const { admits: _admits, ...unforeseen } = searched;
  const { observes: _observes, admits: _same, ...unobserving } = searched;
  const { observes: _observing, admits: _admitting, ...bare } = all;
  return {
    searched,
    'as it is': model,
    ...(searched.neededAmong === undefined ? {} : { 'without neededAmong': all }),
    ...(searched.admits === undefined ? {} : { 'without admits': unforeseen }),
    ...(searched.observes === undefined ? {} : { 'without observes': unobserving }),
    bare,
  };
}
