import { expect, test } from 'vitest';
import { replayWitness } from '../../../checkers/linearizable/replay-witness.ts';
import { complete } from '../../../checkers/models/model.ts';
import { register } from '../../../checkers/models/register.ts';
import { split, type Part } from '../../../checkers/linearizable/part.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { formatOperation } from '../../../src/history/writer.ts';
import { random } from '../../../src/random.ts';
import { isLinearizable, registerStep } from '../brute-force.ts';
import { history } from '../build.ts';
import { randomRegisterHistory } from '../random-history.ts';
import { rounds } from '../rounds.ts';

const model = complete(register);

/** Place 0 writes 1, place 1 reads it after that, place 2 writes 2 meanwhile and never returns. */
const lines = history(
  [0, 'invoke', 'write', 1],
  [0, 'ok', 'write', 1],
  [1, 'invoke', 'read'],
  [2, 'invoke', 'write', 2],
  [1, 'ok', 'read', 1],
);

function partOf(of: ReturnType<typeof history>): Part {
  const divided = split(model, columnsOf(of));
  const [part] = divided.kind === 'parts' ? divided.parts : [];
  if (part === undefined) throw new Error('nothing to replay');
  return part;
}

test.each([
  [[0, 1], null],
  [[0, 1, 2], null],
  [[0, 2, 1], "operation 2 (process 1 read x = 1) can't happen when the state is 2"],
  [[1], "operation 2 (process 1 read x = 1) can't happen when the state is absent"],
  [[0], 'operation 2 (process 1 read x = 1) is not in it'],
  [[0, 0, 1], 'operation 0 (process 0 wrote x = 1) is in it twice'],
  [[0, 3, 1], 'there is no operation at place 3'],
  [[-1, 0, 1], 'there is no operation at place -1'],
  [[0.5, 0, 1], 'there is no operation at place 0.5'],
  [
    [2, 0, 1],
    'operation 0 (process 0 wrote x = 1) comes after operation 3 (process 2 wrote x = 2), ' +
      'which was invoked after it had returned',
  ],
])('the order %j', (order, objection) => {
  expect(replayWitness(model, partOf(lines), order)).toBe(objection);
});

test('the operation of the latest invocation counts, not the one placed last', () => {
  const late = history(
    [0, 'invoke', 'write', 1],
    [1, 'invoke', 'write', 1],
    [0, 'ok', 'write', 1],
    [2, 'invoke', 'write', 1],
    [1, 'ok', 'write', 1],
    [2, 'ok', 'write', 1],
  );
  expect(replayWitness(model, partOf(late), [2, 1, 0])).toMatch(/^operation 0 .* comes after operation 3/);
  expect(replayWitness(model, partOf(late), [1, 2, 0])).toMatch(/^operation 0 .* comes after operation 3/);
  expect(replayWitness(model, partOf(late), [1, 0, 2])).toBeNull();
});

test('a history is linearizable exactly if some order is a witness', () => {
  const tally = { valid: 0, invalid: 0 };
  for (let seed = 0; seed < rounds(400); seed++) {
    const shape = { operations: 4, processes: 3, values: 2, unknown: 0.2, lies: 0.3 };
    const of = randomRegisterHistory(random(seed, 'witness'), shape);
    const divided = split(model, columnsOf(of));
    const [part] = divided.kind === 'parts' ? divided.parts : [];
    if (part === undefined) continue;
    const found = ordersOf([...part.row.keys()]).some((order) => replayWitness(model, part, order) === null);
    expect(found, of.map(formatOperation).join('')).toBe(isLinearizable(registerStep, of));
    tally[found ? 'valid' : 'invalid']++;
  }
  expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(rounds(400) / 5);
});

/** All orders of all subsets. */
function ordersOf(places: readonly number[]): readonly (readonly number[])[] {
  const longer = places.flatMap((first) =>
    ordersOf(places.filter((place) => place !== first)).map((rest) => [first, ...rest]),
  );
  return [[], ...longer];
}
