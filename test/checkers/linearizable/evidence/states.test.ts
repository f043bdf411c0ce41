import { describe, expect, test } from 'vitest';
import { dependence } from '../../../../checkers/linearizable/evidence/dependence.ts';
import { failingPrefix, settledPrefix, type FailingPrefix } from '../../../../checkers/linearizable/evidence/prefix.ts';
import { possibleStates, type PossibleStates } from '../../../../checkers/linearizable/evidence/states.ts';
import { decide, decision } from '../../../../checkers/linearizable/decision.ts';
import { operationAt, split, type Part } from '../../../../checkers/linearizable/part.ts';
import { complete, type CompleteModel } from '../../../../checkers/models/model.ts';
import { kv } from '../../../../checkers/models/kv.ts';
import { register } from '../../../../checkers/models/register.ts';
import { NEVER } from '../../../../src/history/columns.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { History } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { history, type Line } from '../../build.ts';
import { rounds } from '../../rounds.ts';
import type { Kind } from '../evidence-proof.ts';
import { kinds } from '../kinds.ts';

/** As a register, under other names. */
const names: Readonly<Record<string, string>> = { read: 'get', write: 'put', cas: 'cas' };
const keyOfStore: Kind = {
  ...kinds['register with distinct values'],
  model: kv,
  make: (source, seed) =>
    kinds['register with distinct values']
      .make(source, seed)
      .map((operation) => ({ ...operation, f: names[operation.f] ?? operation.f })),
};

const never = (): boolean => false;
const patient = { deadline: 1, now: () => 0 };

function partsOf(model: CompleteModel<unknown>, lines: History): readonly Part[] {
  const divided = split(model, columnsOf(lines));
  if (divided.kind === 'objection') throw new Error(divided.objection);
  return divided.parts;
}

interface Invalid {
  readonly seed: number;
  readonly model: CompleteModel<unknown>;
  readonly part: Part;
}

function* invalidParts(kind: Kind, count: number, purpose: string): Generator<Invalid> {
  const model = complete(kind.model);
  for (let seed = 0; seed < count; seed++) {
    for (const part of partsOf(model, kind.make(random(seed, purpose), seed))) {
      if (decide(model, part, never, 'search')?.kind === 'invalid') yield { seed, model, part };
    }
  }
}

const smallestOf = (model: CompleteModel<unknown>, part: Part): FailingPrefix =>
  failingPrefix(model, part, { explained: 0, core: null }, never);

describe('the smallest prefix that fails', () => {
  test.each(Object.entries<Kind>(kinds))('is found, whatever is known of a %s', (name, kind) => {
    let found = 0;
    for (const { seed, model, part } of invalidParts(kind, rounds(250), `prefix, ${name}`)) {
      const ends = [...part.returned].filter((at) => at !== NEVER).sort((a, b) => a - b);
      const explained = ends.findIndex(
        (end) => decide(model, settledPrefix(model, part, end + 1), never, 'search')?.kind === 'invalid',
      );
      const end = ends[explained] as number;
      const quick = decision(model, part).quick();
      const core = quick?.kind === 'invalid' ? quick.core : null;
      const knowing = [null, core, [...part.row.keys()], [0]].flatMap((core) =>
        [0, Math.max(0, explained - 1), explained].map((known) => ({ core, explained: known })),
      );
      for (const known of knowing) {
        const prefix = failingPrefix(model, part, known, never);
        expect([seed, prefix.positions, prefix.smallest]).toEqual([seed, end + 1, true]);
        expect(prefix.part.returned[prefix.failed]).toBe(end);
        expect([...prefix.part.row]).toEqual([...settledPrefix(model, part, end + 1).row]);
        found++;
      }
      // Without any time it is the whole.
      const hasty = failingPrefix(model, part, { explained: 0, core: null }, () => true);
      expect([hasty.positions, hasty.smallest]).toEqual([(ends.at(-1) as number) + 1, ends.length === 1]);
    }
    expect(found).toBeGreaterThan(rounds(250) / 2);
  });

  test('is asked for near what is known', () => {
    const lines = Array.from({ length: 400 }, (_, i): Line[] => [
      [0, 'invoke', 'write', i],
      [0, 'ok', 'write', i],
    ]).flat();
    const stale: Line[] = [
      [1, 'invoke', 'read'],
      [1, 'ok', 'read', 3],
    ];
    const model = complete(register);
    const [part] = partsOf(model, history(...lines.slice(0, 60), ...stale, ...lines.slice(60)));
    if (part === undefined) throw new Error('no part');
    const asked = (known: { explained: number; core: readonly number[] | null }): number => {
      let questions = 0;
      const stop = (): boolean => ++questions < 0;
      const prefix = failingPrefix(model, part, known, stop);
      expect([prefix.positions, prefix.smallest]).toEqual([62, true]);
      return questions;
    };
    expect(asked({ explained: 0, core: null })).toBeLessThan(11);
    expect(asked({ explained: 0, core: [3, 4, 30] })).toBe(2);
    expect(asked({ explained: 30, core: null })).toBe(1);
    expect(asked({ explained: 29, core: null })).toBeLessThan(4);
  });
});

describe('the states that were possible', () => {
  const statesOf = ({ model, part }: Invalid, searchedMax: number, statesMax = 100): PossibleStates => {
    const prefix = smallestOf(model, part);
    return possibleStates(model, prefix, dependence(model, prefix.part), statesMax, patient, searchedMax);
  };

  /** The state after the operations of an order, as it is described. */
  const after = (model: CompleteModel<unknown>, part: Part, order: readonly number[]): string => {
    let state = model.init;
    for (const position of order) state = model.step(state, operationAt(part, part.invoked.indexOf(position)));
    return model.describe(state);
  };

  test('of a register need no search', () => {
    let found = 0;
    for (const one of invalidParts(kinds['register with distinct values'], rounds(600), 'unsearched')) {
      const prefix = smallestOf(one.model, one.part);
      const before = statesOf(one, Infinity);
      const step = (): never => {
        throw new RangeError('it searches');
      };
      const ask = () =>
        possibleStates({ ...one.model, step }, prefix, dependence(one.model, prefix.part), 100, patient, -1);
      // Only a read can be asked for, and only if the others can be explained without it.
      const isRead = operationAt(prefix.part, prefix.failed).f === 'read';
      if (!isRead || before.states.some(({ order }) => order.includes(prefix.part.invoked[prefix.failed] as number)))
        continue;
      const { states } = ask();
      expect(states.map(({ description }) => description)).toEqual(before.states.map(({ description }) => description));
      for (const { order, description } of states) {
        expect(new Set(order).size).toBe(order.length);
        expect(after(one.model, prefix.part, order)).toBe(description);
      }
      found += states.length;
    }
    expect(found).toBeGreaterThan(rounds(600) / 10);
  });

  test('of a long part, where there is no time to search, are the one to which a method leads', () => {
    const writes = Array.from({ length: 4000 }, (_, i): Line[] => [
      [0, 'invoke', 'write', i],
      [0, 'ok', 'write', i],
    ]).flat();
    const model = complete(register) as CompleteModel<unknown>;
    const [part] = partsOf(model, history(...writes, [1, 'invoke', 'cas', [17, 5]], [1, 'ok', 'cas', [17, 5]]));
    if (part === undefined) throw new Error('no part');
    const prefix = smallestOf(model, part);
    const late = { deadline: 0, now: () => 0 };
    const expected = {
      states: [{ description: '3999', order: Array.from({ length: 4000 }, (_, i) => 2 * i) }],
      complete: false,
    };
    expect(possibleStates(model, prefix, dependence(model, prefix.part), 10, late)).toEqual(expected);
    // The same where it is a read that fails, for which each state is asked for by itself.
    const [read] = partsOf(model, history(...writes, [1, 'invoke', 'read'], [1, 'ok', 'read', 17]));
    if (read === undefined) throw new Error('no part');
    const ofRead = smallestOf(model, read);
    expect(possibleStates(model, ofRead, dependence(model, ofRead.part), 10, late)).toEqual(expected);
  });

  test.each<[string, Kind]>([
    ['register', kinds.register],
    ['register with distinct values', kinds['register with distinct values']],
    ['key of a store', keyOfStore],
    ['list', kinds.list],
  ])('of a %s are the same with and without a search', (name, kind) => {
    let several = 0;
    for (const one of invalidParts(kind, rounds(600), `states, ${name}`)) {
      const texts = ({ states }: PossibleStates): readonly string[] => states.map(({ description }) => description);
      const [asked, searched] = [statesOf(one, -1), statesOf(one, Infinity)];
      expect([one.seed, asked.complete, texts(asked)]).toEqual([one.seed, searched.complete, texts(searched)]);
      if (searched.states.length < 2) continue;
      several++;
      const some = statesOf(one, Infinity, searched.states.length - 1);
      expect([some.complete, texts(some)]).toEqual([false, texts(searched).slice(0, -1)]);
      expect(statesOf(one, -1, searched.states.length - 1)).toMatchObject({ complete: false });
    }
    expect(several).toBeGreaterThan(rounds(600) / 40);
  });

  test('are one, where there is no time to look for more', () => {
    for (const one of invalidParts(kinds['register with distinct values'], rounds(200), 'no time')) {
      const prefix = smallestOf(one.model, one.part);
      const late = { deadline: 0, now: () => 0 };
      const hasty = possibleStates(one.model, prefix, dependence(one.model, prefix.part), 10, late);
      const all = statesOf(one, Infinity);
      // Small ones may be done before they ask for the time.
      if (!hasty.complete) expect(hasty.states.length).toBeLessThanOrEqual(1);
      for (const state of hasty.states)
        expect(all.states.map(({ description }) => description)).toContain(state.description);
    }
  });
});
