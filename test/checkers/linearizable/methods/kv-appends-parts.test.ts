import { describe, expect, test } from 'vitest';
import { makersOf } from '../../../../checkers/linearizable/methods/kv-appends/makers.ts';
import {
  callsOf,
  inputOf,
  NOWHERE,
  outputOf,
  valuesOf,
  type Calls,
  type Values,
} from '../../../../checkers/linearizable/methods/kv-appends/values.ts';
import { prefixOf } from '../../../../checkers/linearizable/part.ts';
import { complete } from '../../../../checkers/models/model.ts';
import { kv } from '../../../../checkers/models/kv.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { history, type Line } from '../../build.ts';
import { rounds } from '../../rounds.ts';
import { onlyPart, type Trial } from './judge-method.ts';
import { appendTrials, confusingStrings, repeatedStrings } from './kv-appends-trial.ts';

function* callsIn(trial: Trial<Json>, count: number, purpose: string): Generator<{ seed: number; calls: Calls }> {
  const model = complete(trial.model);
  for (let seed = 0; seed < count; seed++) {
    const part = onlyPart(model, trial.make(random(seed, purpose), seed));
    const calls = part === null ? null : callsOf(part, model.init);
    if (typeof calls === 'string') throw new Error(calls);
    if (calls !== null) yield { seed, calls };
  }
}

function callsFrom(lines: readonly Line[], initial: Json = null): Calls | string {
  const part = onlyPart(complete(kv), history(...lines));
  if (part === null) throw new Error('nothing was called');
  return callsOf(part, initial);
}

/** The strings that a value has grown by, what was put first. */
function stringsOf({ before, last }: Values, value: number): readonly (string | null)[] {
  const from = before[value] as number;
  return [...(from === NOWHERE ? [] : stringsOf({ before, last } as Values, from)), last[value] ?? null];
}

const ancestorsOf = ({ before }: Values, value: number): readonly number[] => {
  const from = before[value] as number;
  return from === NOWHERE ? [] : [from, ...ancestorsOf({ before } as Values, from)];
};

/**
 * All ways to cut `text`: what was put or there at first, then what was appended. A string that was put and also
 * appended to nothing counts once.
 */
function cutsOf({ part, appends, puts, initial }: Calls, text: string): readonly (readonly string[])[] {
  const appended = new Set(appends.map((i) => inputOf(part, i) as string));
  const put = new Set([initial, ...puts.map((i) => inputOf(part, i) as string | null)]);
  const rests = (rest: string): readonly (readonly string[])[] =>
    rest === ''
      ? [[]]
      : [...appended]
          .filter((one) => rest.startsWith(one))
          .flatMap((one) => rests(rest.slice(one.length)).map((cut) => [one, ...cut]));
  const heads = [...put].filter((one): one is string => one !== null && one !== '' && text.startsWith(one));
  const empties = [null, ''].filter((one) => put.has(one));
  const fromEmpty = empties.flatMap(() => rests(text).filter(([first = '']) => !heads.includes(first)));
  return [...heads.flatMap((head) => rests(text.slice(head.length)).map((cut) => [head, ...cut])), ...fromEmpty];
}

const trials: readonly (readonly [string, Trial<Json>])[] = [
  ...Object.entries(appendTrials),
  ['repeated', repeatedStrings],
  ['confusing', confusingStrings],
];

describe('the values of a key', () => {
  test.each(trials)('are what each get can be cut into, where that is one way: %s', (name, trial) => {
    const kinds = { values: 0, strange: 0, ambiguous: 0 };
    for (const { seed, calls } of callsIn(trial, rounds(600), `values, ${name}`)) {
      const { part, gets, puts, initial } = calls;
      const values = valuesOf(calls);
      if (typeof values === 'string') {
        kinds.ambiguous++;
        expect(values).toBe('what was appended can be told from its values in several ways');
        continue;
      }
      kinds[values.kind]++;
      if (values.kind === 'strange') {
        const shown = outputOf(part, values.get);
        const put = [initial, ...puts.map((i) => inputOf(part, i))];
        if (typeof shown !== 'string' || shown === '') expect(put).not.toContain(shown);
        else {
          expect([seed, cutsOf(calls, shown)]).toEqual([seed, []]);
          // It begins with all these strings.
          const begun = values.strings
            .toReversed()
            .map((string) => string ?? '')
            .join('');
          expect(shown.startsWith(begun)).toBe(true);
        }
        continue;
      }
      const { got, before, last, shownBy, endingWith, put, empty } = values;
      expect([last[0], before[0]]).toEqual([initial, NOWHERE]);
      expect(put.get(initial)).toBe(0);
      for (const i of puts) expect(last[put.get(inputOf(part, i) as string | null) ?? -1]).toBe(inputOf(part, i));
      const empties = ['', null].filter((one) => put.has(one));
      expect(empty).toBe(empties.length === 0 ? NOWHERE : put.get(empties[0] ?? null));
      const shows = (value: number, other: number): boolean =>
        value === other || ancestorsOf(values, value).includes(other);
      gets.forEach((get, place) => {
        const shown = outputOf(part, get);
        const strings = stringsOf(values, got[place] as number);
        if (typeof shown !== 'string') expect(strings).toEqual([shown]);
        else {
          expect(strings.map((string) => string ?? '').join('')).toBe(shown);
          if (shown !== '') expect([seed, cutsOf(calls, shown).length]).toEqual([seed, 1]);
        }
      });
      before.forEach((from, value) => {
        const showing = gets.filter((_, place) => shows(got[place] as number, value));
        if (showing.length === 0) expect(shownBy[value]).toBe(-1);
        else expect(showing).toContain(shownBy[value]);
        if (from !== NOWHERE) expect(endingWith.get(last[value] as string)).toContain(value);
      });
      expect([...endingWith.values()].flat().length).toBe(before.filter((from) => from !== NOWHERE).length);
    }
    expect(kinds.values).toBeGreaterThan(rounds(600) / 20);
    if (name === 'confusing') expect(kinds.ambiguous).toBeGreaterThan(rounds(600) / 20);
    else expect(kinds.ambiguous).toBeLessThan(rounds(600) / 20);
  });

  const appended = (value: string): Line[] => [
    [0, 'invoke', 'append', value],
    [0, 'ok', 'append', value],
  ];

  test.each<[why: string, lines: readonly Line[], initial?: Json]>([
    ['it holds something at first that nothing can be appended to', appended('a'), 7],
    ['it has compare-and-set besides appends', [...appended('a'), [0, 'invoke', 'cas', [null, 'a']]]],
    ['something was put that nothing can be appended to', [...appended('a'), [0, 'invoke', 'put', 7]]],
  ])('are not told where %s', (why, lines, initial) => {
    expect(callsFrom(lines, initial ?? null)).toBe(why);
  });

  test('gets that have not returned tell nothing, and a delete needs no argument', () => {
    const lines: readonly Line[] = [...appended('a'), [1, 'invoke', 'delete'], [2, 'invoke', 'put', null]];
    const part = onlyPart(complete(kv), history(...lines, [0, 'invoke', 'get'], [0, 'ok', 'get', 'a']));
    if (part === null) throw new Error('nothing was called');
    expect(callsOf(part, null)).toMatchObject({ gets: [3], appends: [0], puts: [1, 2] });
    expect(callsOf(prefixOf(part, 5), null)).toMatchObject({ gets: [], appends: [0], puts: [1, 2] });
  });

  test('an empty string that is appended is none', () => {
    const calls = callsFrom(appended(''));
    expect(typeof calls === 'string' ? calls : valuesOf(calls)).toBe('an empty string was appended');
  });
});

/** Ways to tell which append made which value, from the definitions: all assignments, tried out. */
function waysOf(calls: Calls, values: Values): readonly string[] {
  const { part, appends, gets, puts, initial } = calls;
  const { before, last, got, endingWith, put, appendedOrPut } = values;
  const [begin, end] = [(i: number) => part.invoked[i] as number, (i: number) => part.returned[i] as number];
  const all = [...before.keys()];
  const rootOf = (value: number): number => ancestorsOf(values, value).at(-1) ?? value;
  const timesPut = (root: number): number =>
    [initial, ...puts.map((i) => inputOf(part, i))].filter((string) => put.get(string as string | null) === root)
      .length;
  const isOnce = (value: number): boolean => timesPut(rootOf(value)) === 1 && !appendedOrPut.has(rootOf(value));
  const alike = (string: Json): readonly number[] => appends.filter((i) => inputOf(part, i) === string);
  /** The only append that can have made a value. */
  const only = (value: number): number[] => {
    const string = last[value] ?? null;
    if (before[value] === NOWHERE || string === null) return [];
    return endingWith.get(string)?.length === 1 && alike(string).length === 1 ? [...alike(string)] : [];
  };
  const getsOf = (value: number): number[] => gets.filter((_, place) => got[place] === value);
  const isInTime = (append: number, value: number): boolean => {
    const older = ancestorsOf(values, value);
    const newer = all.filter((other) => ancestorsOf(values, other).includes(value));
    const before = older.flatMap((other) => [...getsOf(other), ...only(other)]);
    const after = [...getsOf(value), ...newer.flatMap((other) => [...getsOf(other), ...only(other)])];
    return before.every((i) => end(append) > begin(i)) && after.every((i) => begin(append) < end(i));
  };
  let ways: (readonly (readonly [number, number])[])[] = [[]];
  for (const append of appends) {
    const string = inputOf(part, append) as string;
    const alsoPut = put.get(string) ?? NOWHERE;
    const made = endingWith.get(string) ?? [];
    const simple = alike(string).length === 1 && made.length <= 1 && !appendedOrPut.has(alsoPut);
    const choices = simple
      ? [made[0] ?? NOWHERE]
      : [...made, ...(appendedOrPut.has(alsoPut) ? [alsoPut] : []), NOWHERE].filter(
          (value) => value === NOWHERE || !isOnce(value) || isInTime(append, value),
        );
    ways = ways.flatMap((way) => choices.map((value) => [...way, [append, value] as const]));
  }
  const timesMade = (way: readonly (readonly [number, number])[], value: number): number =>
    way.filter(([, other]) => other === value).length;
  return ways
    .filter((way) =>
      all.every((value) => {
        if (before[value] === NOWHERE) return true;
        const times = timesMade(way, value);
        return times >= 1 && (times === 1 || !isOnce(value));
      }),
    )
    .map((way) => JSON.stringify(way));
}

describe('who made the values', () => {
  const asTexts = (ways: readonly ReadonlyMap<number, number>[]): readonly string[] =>
    ways.map((way) => JSON.stringify([...way].sort(([a], [b]) => a - b))).sort();

  test.each(trials)('all ways are told, as far as time allows: %s', (name, trial) => {
    let several = 0;
    for (const { seed, calls } of callsIn(trial, rounds(600), `makers, ${name}`)) {
      const values = valuesOf(calls);
      if (typeof values === 'string' || values.kind !== 'values') continue;
      const expected = [...waysOf(calls, values)].sort();
      const told = makersOf(calls, values, 1e6);
      if (told === null) throw new Error('there are not so many');
      expect([seed, asTexts(told.ways)]).toEqual([seed, expected]);
      const { appends, part } = calls;
      const missing = [...values.endingWith].filter(
        ([string, made]) => made.length > appends.filter((i) => inputOf(part, i) === string).length,
      );
      if (told.unmade.length > 0) expect(missing.map(([, made]) => made)).toContainEqual(told.unmade);
      else if (missing.length > 0) expect(told.ways).toEqual([]);
      if (expected.length < 2) continue;
      several++;
      // Just enough, and one too few.
      expect(makersOf(calls, values, expected.length)?.ways.length).toBe(expected.length);
      expect(makersOf(calls, values, expected.length - 1)).toBeNull();
    }
    if (name === 'repeated') expect(several).toBeGreaterThan(rounds(600) / 20);
  });

  test('appends of a string that nobody saw are gone through up to a limit', () => {
    const many = (count: number): Calls => {
      const lines = Array.from({ length: count }, (): Line[] => [
        [0, 'invoke', 'append', 'a'],
        [0, 'ok', 'append', 'a'],
      ]);
      const calls = callsFrom(lines.flat());
      if (typeof calls === 'string') throw new Error(calls);
      return calls;
    };
    const told = (count: number) => {
      const calls = many(count);
      const values = valuesOf(calls);
      if (typeof values === 'string' || values.kind !== 'values') throw new Error('no values');
      return makersOf(calls, values, 1)?.ways.length ?? null;
    };
    expect(told(99)).toBe(1);
    expect(told(100)).toBeNull();
  });
});
