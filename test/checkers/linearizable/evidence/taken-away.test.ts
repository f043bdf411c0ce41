import { describe, expect, test } from 'vitest';
import { dependence, type Dependence } from '../../../../checkers/linearizable/evidence/dependence.ts';
import { takenAway } from '../../../../checkers/linearizable/evidence/taken-away.ts';
import type { Part } from '../../../../checkers/linearizable/part.ts';
import { complete, type Model } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { set } from '../../../../checkers/models/set.ts';
import { NEVER, outcomes } from '../../../../src/history/columns.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import type { History, Json } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { history, type Line } from '../../build.ts';
import { randomRegisterHistory } from '../../random-history.ts';
import { rounds } from '../../rounds.ts';
import { partsOf } from '../general/trial.ts';

const at = (column: Int32Array, place: number): number => column[place] as number;

/** What could have explained what is left of a register, by the definition: in rounds, until nothing more is found. */
function mattering(part: Part, { shows, makes, effects }: Dependence, kept: readonly number[]): readonly number[] {
  const { invoked, returned } = part;
  const places = [...part.row.keys()];
  const sure = kept.filter((place) => effects[place] === 1 && returned[place] !== NEVER);
  /** Whether something that is kept has surely come between what `maker` made and `viewer`. */
  const isReplaced = (maker: number, viewer: number): boolean =>
    sure.some((other) => at(returned, maker) < at(invoked, other) && at(returned, other) < at(invoked, viewer));
  const matters = new Set<number>();
  for (let before = -1; before < matters.size;) {
    before = matters.size;
    for (const viewer of [...kept, ...matters]) {
      const isFailed = part.outcome[viewer] === outcomes.mismatch;
      for (const maker of places) {
        if (kept.includes(maker) || effects[maker] !== 1 || makes[maker]?.length === 0) continue;
        if (!isFailed && !makes[maker]?.some((value) => shows[viewer]?.includes(value))) continue;
        if (at(invoked, maker) < at(returned, viewer) && !isReplaced(maker, viewer)) matters.add(maker);
      }
    }
  }
  return [...matters].sort((a, b) => a - b);
}

const model = complete(register as Model<unknown>);

function onlyPart(of: Model<unknown>, lines: History): Part {
  const [part] = partsOf(complete(of), columnsOf(lines));
  if (part === undefined) throw new Error('no part');
  return part;
}

describe('of a register', () => {
  test.each([
    { operations: 12, processes: 3, values: 4, unknown: 0.1, lies: 0.3 },
    { operations: 30, processes: 6, values: 8, unknown: 0.2, lies: 0.1 },
    { operations: 60, processes: 2, values: 10, unknown: 0, lies: 0 },
  ])('it is what made a value that is seen and was not surely replaced: %j', (shape) => {
    let [some, replaced] = [0, 0];
    for (let seed = 0; seed < rounds(200); seed++) {
      const source = random(seed, 'taken away', shape.operations);
      const [part] = partsOf(model, columnsOf(randomRegisterHistory(source, shape)));
      if (part === undefined) continue;
      const share = source.next();
      const kept = [...part.row.keys()].filter(() => source.next() < share);
      const depends = dependence(model, part);
      const expected = mattering(part, depends, kept);
      expect([seed, takenAway(part, depends, kept)]).toEqual([seed, expected]);
      const seen = new Set(kept.flatMap((place) => depends.shows[place] ?? []));
      const made = [...seen].flatMap((value) => depends.makers[value] ?? []);
      some += expected.length;
      replaced += new Set(made.filter((place) => !kept.includes(place) && !expected.includes(place))).size;
    }
    expect(some).toBeGreaterThan(rounds(200) / 3);
    expect(replaced).toBeGreaterThan(rounds(200) / 8);
  });

  test('with more places to look from than are told apart, it is too much rather than too little', () => {
    // Reads of one value, each after another write: all but the first few are kept, and some of the writes between them.
    const many = 340;
    const lines: Line[] = [
      [0, 'invoke', 'write', 'first'],
      [0, 'ok', 'write', 'first'],
    ];
    for (let i = 0; i < many; i++) {
      lines.push([0, 'invoke', 'write', i % 5 === 0 ? 'seen' : i], [0, 'ok', 'write', i % 5 === 0 ? 'seen' : i]);
      lines.push([1, 'invoke', 'read'], [1, 'ok', 'read', 'seen']);
    }
    lines.push([0, 'invoke', 'write', 'seen'], [0, 'ok', 'write', 'seen']);
    const part = onlyPart(register, history(...lines));
    const depends = dependence(model, part);
    for (const from of [0, 300]) {
      const kept = [...part.row.keys()].filter((place) => place >= from && place % 10 !== 1 && place < part.count - 1);
      const expected = mattering(part, depends, kept);
      const found = takenAway(part, depends, kept);
      expect(found).toEqual(expect.arrayContaining([...expected]));
      // What comes after all that is kept can't have been seen.
      expect(found).not.toContain(part.count - 1);
      const reads = kept.filter((place) => depends.effects[place] === 0).length;
      if (reads < 250) expect(found).toEqual(expected);
    }
  });
});

test('of a set, what speaks of one of the elements of which the rest speaks', () => {
  const did = (f: string, input: Json, output: Json = input): Line[] => [
    [0, 'invoke', f, input],
    [0, 'ok', f, output],
  ];
  const lines = history(
    ...did('add', 1),
    ...did('add', 2),
    ...did('remove', 1),
    ...did('read', null, [2, 3]),
    ...did('add', 3),
    ...did('contains', 3, true),
  );
  const part = onlyPart(set, lines);
  const depends = dependence(complete(set as Model<unknown>), part);
  expect(takenAway(part, depends, [3])).toEqual([1, 4]);
  expect(takenAway(part, depends, [0])).toEqual([2]);
  expect(takenAway(part, depends, [5, 1])).toEqual([4]);
});
