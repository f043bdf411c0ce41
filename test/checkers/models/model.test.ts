import { describe, expect, test } from 'vitest';
import { linearizable } from '../../../checkers/linearizable/linearizable.ts';
import { modelDescriptions, models } from '../../../checkers/models/index.ts';
import { complete, impossible, type Model } from '../../../checkers/models/model.ts';
import { nondeterministic, type NondeterministicModel } from '../../../checkers/models/nondeterministic.ts';
import { calls } from '../../../checkers/models/vocabulary.ts';
import { withInit } from '../../../checkers/models/with-init.ts';
import type { History, Json } from '../../../src/history/operation.ts';
import { history } from '../build.ts';
import { info, ok } from './calls.ts';

const isLinearizable = <State>(model: Model<State>, lines: History) =>
  linearizable(model, { budgetMs: 1000 }).check(lines).valid;

describe("a model of one's own", () => {
  type Accounts = Readonly<Record<string, number>>;
  const bank: Model<Accounts> = {
    name: 'bank',
    init: { a: 10, b: 0 },
    step(accounts, { f, input, output }) {
      if (f === 'read') return JSON.stringify(output) === JSON.stringify(accounts) ? accounts : impossible;
      const { from, to, amount } = input as { from: string; to: string; amount: number };
      const left = (accounts[from] ?? 0) - amount;
      return left < 0 ? impossible : { ...accounts, [from]: left, [to]: (accounts[to] ?? 0) + amount };
    },
  };
  const transfer = { from: 'a', to: 'b', amount: 7 };

  test('needs name, init and step', () => {
    const seen = (output: Json) =>
      history(
        [0, 'invoke', 'transfer', transfer],
        [1, 'invoke', 'read'],
        [1, 'ok', 'read', output],
        [0, 'ok', 'transfer', transfer],
      );
    expect(isLinearizable(bank, seen({ a: 10, b: 0 }))).toBe(true);
    expect(isLinearizable(bank, seen({ a: 3, b: 7 }))).toBe(true);
    // The money was nowhere, which no single moment allows.
    expect(isLinearizable(bank, seen({ a: 3, b: 0 }))).toBe(false);
  });

  test('may tell its states apart by comparing them only', () => {
    const compared: Model<Accounts> = { ...bank, equal: (a, b) => a['a'] === b['a'] && a['b'] === b['b'] };
    const twice = history(
      [0, 'invoke', 'transfer', transfer],
      [0, 'ok', 'transfer', transfer],
      [0, 'invoke', 'transfer', transfer],
      [0, 'ok', 'transfer', transfer],
    );
    // The second would leave -4.
    expect(isLinearizable(compared, twice)).toBe(false);
    expect(isLinearizable(compared, twice.slice(0, 2))).toBe(true);
  });

  test('with a hash that is always the same, states are still told apart', () => {
    const { identity } = complete<Accounts>({ ...bank, equal: (a, b) => a['a'] === b['a'], hash: () => 1 });
    if (identity.kind !== 'key') throw new Error('states are numbered');
    const numbers = [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 2 }, { a: 1 }].map((state) => identity.key(state));
    expect(numbers).toEqual([0, 1, 2, 1, 0]);
  });
});

describe('a nondeterministic model', () => {
  /** Each roll shows one of the numbers that the last one allows. */
  const coin: NondeterministicModel<number> = {
    name: 'coin',
    init: 0,
    step: (side, { f, output }) => (f === 'toss' ? [0, 1] : output === side ? [side] : []),
    observes: ({ f }) => f === 'look',
  };

  test.each<[by: string, Pick<NondeterministicModel<number>, 'key' | 'equal' | 'hash'>]>([
    ['as JSON', {}],
    ['key', { key: (side) => side }],
    ['equal', { equal: (a, b) => a === b }],
    ['hash', { equal: (a, b) => a === b, hash: () => 7 }],
  ])('may be in any of its states until somebody looks (%s)', (_by, identity) => {
    const model = nondeterministic({ ...coin, ...identity });
    const tossed = model.step(model.init, ok('toss'));
    if (tossed === impossible) throw new Error('a toss is possible');
    expect(tossed).toHaveLength(2);
    // Four ways, two sides.
    expect(model.step(tossed, ok('toss'))).toHaveLength(2);
    expect(model.step(tossed, ok('look', null, 1))).toEqual([1]);
    expect(model.step(tossed, ok('look', null, 2))).toBe(impossible);
    const looked = (...sides: readonly number[]) =>
      history(
        [0, 'invoke', 'toss'],
        [0, 'ok', 'toss'],
        ...sides.flatMap((side) => [[0, 'invoke', 'look'] as const, [0, 'ok', 'look', side] as const]),
      );
    expect(isLinearizable(model, looked(1, 1))).toBe(true);
    expect(isLinearizable(model, looked(0))).toBe(true);
    // A coin that was seen does not turn by itself.
    expect(isLinearizable(model, looked(1, 0))).toBe(false);
  });

  test('sets of states are the same in whatever order they came up', () => {
    for (const identity of [
      {},
      { key: (side: number) => side },
      { equal: (a: number, b: number) => a === b, hash: (a: number) => a },
    ]) {
      const { identity: known } = complete(nondeterministic({ ...coin, ...identity }));
      if (known.kind !== 'key') throw new Error('states are numbered');
      expect(known.key([1, 0])).toBe(known.key([0, 1]));
      expect(known.key([0])).not.toBe(known.key([0, 1]));
      expect(known.key([0])).not.toBe(known.key([1]));
    }
  });

  test('what would only observe is left out where its outcome is unknown', () => {
    expect(nondeterministic(coin).matters?.(info('look'))).toBe(false);
    expect(nondeterministic(coin).observes?.(ok('look', null, 1)) ?? false).toBe(false);
  });
});

describe('the catalogue', () => {
  test('has a line for each model', () => {
    expect(Object.keys(modelDescriptions)).toEqual(Object.keys(models));
  });

  test.each(Object.entries(models as Readonly<Record<string, Model<unknown>>>))(
    '%s says what it is not',
    (name, model) => {
      const objection = model.objection?.(ok('fly')) ?? null;
      expect(objection).toMatch(/^an? [a-z -]+ knows .* and .*, not "fly"$/);
      expect(model.name === name || name === 'cas-register').toBe(true);
    },
  );

  test.each<[keyof typeof models, Json, string]>([
    ['append-list', 5, 'the model append-list starts from a list of elements, not 5'],
    ['counter', 'x', 'the model counter starts from an integer, not "x"'],
    ['set', { a: 1 }, 'the model set starts from a list of elements, not {"a":1}'],
    ['fifo-queue', [null], 'the model fifo-queue starts from a list of elements, the oldest first, not [null]'],
    ['unordered-queue', 1, 'the model unordered-queue starts from a list of elements, not 1'],
    ['stack', null, 'the model stack starts from a list of elements, the top last, not absent'],
    [
      'priority-queue',
      ['a'],
      'the model priority-queue starts from a list of numbers or [priority, element], not ["a"]',
    ],
    ['mutex', true, 'the model mutex starts from "free" or "held", not true'],
    ['semaphore', 0, 'the model semaphore starts from the number of its permits, an integer above 0, not 0'],
    [
      'multi-register',
      [1],
      'the model multi-register starts from an object with the value of every register, null for absent, not [1]',
    ],
  ])('%s refuses an initial value that does not fit', (name, init, message) => {
    expect(() => withInit(models[name] as Model<unknown>, init)).toThrow(new TypeError(message));
  });

  test('a model without other initial states says so', () => {
    expect(() => withInit({ name: 'mine', init: 0, step: () => 0 }, 1)).toThrow(
      new TypeError('the model mine has only one initial state'),
    );
  });
});

test('names stand for the call that they mean', () => {
  const known = calls({ read: ['get'], write: [] });
  expect([known.of('get'), known.of('read'), known.of('toString')]).toEqual(['read', 'read', undefined]);
  expect(() => known.known('fly')).toThrow(TypeError);
});
