import { describe, expect, test } from 'vitest';
import { dependence } from '../../../../checkers/linearizable/evidence/dependence.ts';
import { explainedFailure } from '../../../../checkers/linearizable/evidence/failure.ts';
import { failingPrefix, settledPrefix, type FailingPrefix } from '../../../../checkers/linearizable/evidence/prefix.ts';
import { possibleStates, type PossibleStates } from '../../../../checkers/linearizable/evidence/states.ts';
import { decide, decision } from '../../../../checkers/linearizable/decision.ts';
import { operationAt, split, type Part } from '../../../../checkers/linearizable/part.ts';
import { complete, type CompleteModel } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { NEVER } from '../../../../src/history/columns.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { History, Json } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { history, type Line } from '../../build.ts';
import { rounds } from '../../rounds.ts';
import type { Kind } from '../evidence-proof.ts';
import { kinds } from '../kinds.ts';

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
    expect(possibleStates(model, prefix, dependence(model, prefix.part), 10, late)).toEqual({
      states: [{ description: '3999', order: Array.from({ length: 4000 }, (_, i) => 2 * i) }],
      complete: false,
    });
  });

  test.each<[string, Kind]>([
    ['register', kinds.register],
    ['register with distinct values', kinds['register with distinct values']],
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

describe('what is said of a failure', () => {
  const write = (process: number, value: Json): Line => [process, 'invoke', 'write', value];
  const stale: readonly Line[] = [
    [99, 'invoke', 'read'],
    [99, 'ok', 'read', 'never written'],
  ];
  const told = (lines: readonly Line[], now: () => number = () => 0, smallest = true) => {
    const model = complete(register) as CompleteModel<unknown>;
    const [part] = partsOf(model, history(...lines, ...stale));
    if (part === undefined) throw new Error('no part');
    const prefix = { ...smallestOf(model, part), smallest };
    return explainedFailure(model, 'some-method', prefix, { deadline: 10_000, now });
  };
  const sentence = (...lines: readonly Line[]): string => told(lines).detailed?.explanation ?? '';
  const begin = 'process 99 read x = "never written", but nobody had written "never written" before';

  test('names the states that were possible: one, two, or as many as fit into a sentence', () => {
    expect(sentence([0, 'invoke', 'write', 1], [0, 'ok', 'write', 1])).toBe(`${begin}; possible was 1`);
    expect(sentence(write(0, 1))).toBe(`${begin}; possible were 1 or absent`);
    expect(sentence(write(0, 1), write(1, 2))).toBe(`${begin}; possible were 1, 2 or absent`);
    // Long ones are abbreviated; two of them would be too much.
    const long = (end: string): string => `${'a'.repeat(200)}${end}`;
    expect(sentence(write(0, long('1')))).toMatch(/; possible were absent or "a+ \.\.\. a+1"$/);
    expect(sentence(write(0, long('1')), write(1, long('2')))).toMatch(
      /; possible were absent, "a+ \.\.\. a+1" and 1 more$/,
    );
    const all = Array.from({ length: 12 }, (_, i) => write(i, i));
    expect(sentence(...all)).toMatch(/; possible were (\d+, ){9}\d+ and others$/);
  });

  test('comes in brief at once, and with all else where there is time', () => {
    const { brief, detailed } = told([write(0, 1)]);
    expect(brief).toMatchObject({ explanation: begin, states: [], statesComplete: false, paths: [], shrunk: null });
    expect(brief).toMatchObject({ key: 'x', method: 'some-method', invocation: 1, completion: 2 });
    expect(detailed).toMatchObject({
      states: ['1', 'absent'],
      statesComplete: true,
      prefix: { positions: 3, operations: 2 },
    });
    expect(told([write(0, 1)], () => 10_000).detailed).toBeNull();
    expect(told([write(0, 1)], () => 9_999).detailed).not.toBeNull();
    const rough = told([write(0, 1)], () => 0, false);
    expect(rough.detailed).toBeNull();
    expect(rough.brief.explanation).toBe(
      'no order explains the 2 operations on x up to operation 2 (which has no place first was not looked for)',
    );
  });

  test('has around it the operation at fault, what was going on, and what came last: forty at most', () => {
    const done = Array.from({ length: 60 }, (_, i): Line[] => [
      [0, 'invoke', 'write', i],
      [0, 'ok', 'write', i],
    ]).flat();
    const open = Array.from({ length: 5 }, (_, i) => write(10 + i, `open ${i}`));
    const { brief } = told([...open, ...done]);
    const last = Array.from({ length: 16 }, (_, i) => 5 + 2 * (59 - i)).reverse();
    expect(brief.around).toEqual([0, 1, 2, 3, 4, ...last, 125]);
    const many = told(Array.from({ length: 50 }, (_, i) => write(10 + i, i))).brief;
    // The latest of those that are open.
    expect(many.around).toEqual([...Array.from({ length: 39 }, (_, i) => 11 + i), 50]);
  });
});
