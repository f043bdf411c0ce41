/** One random small history, decided by the general search and by brute force. */

import { expect } from 'vitest';
import { NEVER, outcomes, type HistoryColumns } from '../../../../src/history/columns.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import { formatOperation } from '../../../../src/history/writer.ts';
import { random } from '../../../../src/random.ts';
import { finals, search } from '../../../../checkers/linearizable/general/search.ts';
import { defaultTuning, type Tuning } from '../../../../checkers/linearizable/general/tuning.ts';
import { operationAt, partOfRows, split, type Part } from '../../../../checkers/linearizable/part.ts';
import { complete, impossible, type CompleteModel, type Model } from '../../../../checkers/models/model.ts';
import type { Shape } from '../../random-history.ts';
import { ends } from './brute-force.ts';
import type { Kind } from './kinds.ts';

export const shapes: readonly Shape[] = [
  { operations: 5, processes: 2, values: 2, unknown: 0, lies: 0.2 },
  { operations: 7, processes: 3, values: 3, unknown: 0.1, lies: 0.15 },
  { operations: 8, processes: 5, values: 2, unknown: 0.4, lies: 0.3 },
  { operations: 8, processes: 6, values: 3, unknown: 0.1, lies: 0.1 },
  { operations: 8, processes: 3, values: 2, unknown: 0.3, lies: 0.1 },
];

/** Everything that is for long or hard histories is done from the start: nothing may depend on when. */
export const hasty: Tuning = {
  workPerQuestion: 1,
  workPerStep: 1,
  patience: 1,
  thrift: 1,
  windowAtFirst: 1,
  denseMax: 8,
};
export const tunings: readonly Tuning[] = [defaultTuning, hasty, { ...hasty, patience: 100, thrift: 3 }];

export const never = (): boolean => false;

export function partsOf(model: CompleteModel<unknown>, columns: HistoryColumns): readonly Part[] {
  const divided = split(model, columns);
  if (divided.kind !== 'parts') throw new Error(divided.objection);
  return divided.parts;
}

/** Whether the history is linearizable, which everything agrees on. */
export function trial({ model, make, outcomes: possible, init, values }: Kind, seed: number): boolean {
  const history = make(random(seed, 'general search'), shapes[seed % shapes.length] as Shape);
  try {
    const columns = columnsOf(history);
    const expected = ends(possible, init, allOf(columns));
    const tuning = tunings[seed % tunings.length] as Tuning;
    for (const variant of variantsOf(model, seed)) {
      const parts = partsOf(variant, columns);
      expect(parts.length).toBeLessThanOrEqual(1);
      const [part] = parts;
      if (part === undefined) {
        expect(expected.size).toBeGreaterThan(0);
        return true;
      }
      expectDecided(variant, part, expected.size > 0, tuning);
      expectFinals(variant, part, expected, values, tuning);
    }
    return expected.size > 0;
  } catch (thrown) {
    throw new Error(`seed ${seed}\n${history.map(formatOperation).join('')}`, { cause: thrown });
  }
}

/** Every operation that may have happened. */
function allOf(columns: HistoryColumns): Part {
  const rows: number[] = [];
  for (let row = 0; row < columns.count; row++) {
    const outcome = columns.outcome[row] as number;
    const name = columns.names[columns.f[row] as number];
    if (outcome !== outcomes.fail && (outcome !== outcomes.mismatch || name === 'cas')) rows.push(row);
  }
  return partOfRows(columns, null, Int32Array.from(rows));
}

/** The model as it is, and without one of the things that it need not say. */
function variantsOf(model: Model<unknown>, seed: number): readonly CompleteModel<unknown>[] {
  const { observes, admits, neededAmong, key, equal, hash, ...rest } = model;
  const without = [
    { observes, admits, neededAmong, key, equal, hash },
    { neededAmong, admits, key, equal, hash },
    { observes, neededAmong, key, equal, hash },
    { observes, admits, key, equal, hash },
    { key, equal },
  ];
  const whole = complete(model);
  const said = without[seed % without.length] ?? {};
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const less = complete({ ...rest, ...given });
  // Compared in turn instead of by a key.
  const { identity } = whole;
  if (identity.kind !== 'key' || seed % 3 !== 0) return [whole, less];
  const { key: keyOf } = identity;
  return [whole, { ...less, identity: { kind: 'equal', equal: (a, b) => keyOf(a) === keyOf(b) } }];
}

function expectDecided(model: CompleteModel<unknown>, part: Part, isValid: boolean, tuning: Tuning): void {
  const way = search(model, part, tuning);
  let asked = 0;
  // Stopped again and again it comes to the same answer.
  const stop = (): boolean => ++asked % 3 === 0;
  let answer = way.advance(stop);
  while (answer === 'stopped') answer = way.advance(stop);
  expect(answer).toBe(isValid ? 'valid' : 'invalid');
  expect(way.advance(stop)).toBe(answer);
  if (isValid) {
    expectExplained(model, part, way.witness());
    expect(way.explained()).toBe(part.returned.filter((returned) => returned !== NEVER).length);
  } else expect(() => way.witness()).toThrow(RangeError);
}

/** That `order` is one of the part's operations: all that returned, none twice, in real time. Gives the state after it. */
export function expectExplained(model: CompleteModel<unknown>, part: Part, order: Int32Array): unknown {
  expect(new Set(order).size).toBe(order.length);
  const returned = Array.from(part.returned.keys()).filter((i) => part.returned[i] !== NEVER);
  expect([...order]).toEqual(expect.arrayContaining(returned));
  let state = model.init;
  let latest = -1;
  for (const place of order) {
    // Nothing comes after what was invoked when it had returned.
    expect(part.returned[place]).toBeGreaterThan(latest);
    latest = Math.max(latest, part.invoked[place] as number);
    const next = model.step(state, operationAt(part, place));
    expect(next).not.toBe(impossible);
    state = next;
  }
  return state;
}

function expectFinals(
  model: CompleteModel<unknown>,
  part: Part,
  expected: ReadonlySet<string>,
  values: Kind['values'],
  tuning: Tuning,
): void {
  const way = finals(model, part, { statesMax: 1000 }, tuning);
  let asked = 0;
  const stop = (): boolean => ++asked % 3 === 0;
  let answer = way.advance(stop);
  while (answer === 'stopped') answer = way.advance(stop);
  expect(answer).toBe('all');
  const found = way.found();
  expect(new Set(found.flatMap(({ state }) => values(state).map((value) => JSON.stringify(value))))).toEqual(expected);
  const { identity } = model;
  for (const { state, order } of found) {
    const reached = expectExplained(model, part, order);
    if (identity.kind === 'key') expect(identity.key(state)).toBe(identity.key(reached));
    else expect(identity.equal(state, reached)).toBe(true);
  }
  if (found.length < 2) return;
  const some = finals(model, part, { statesMax: 1 }, tuning);
  expect(some.advance(never)).toBe('enough');
  expect(some.found()).toHaveLength(1);
}

/** Runs as many trials of one kind, and says how many histories were valid. */
export function trials(kind: Kind, count: number): { readonly valid: number; readonly invalid: number } {
  let valid = 0;
  for (let seed = 0; seed < count; seed++) if (trial(kind, seed)) valid++;
  return { valid, invalid: count - valid };
}
