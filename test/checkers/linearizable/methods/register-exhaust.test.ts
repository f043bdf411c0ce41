import { expect, test } from 'vitest';
import { search } from '../../../../checkers/linearizable/general/search.ts';
import { exhaust } from '../../../../checkers/linearizable/methods/register/exhaust.ts';
import { registerOperations } from '../../../../checkers/linearizable/methods/register/operations.ts';
import { sources } from '../../../../checkers/linearizable/methods/register/sources.ts';
import { clashOf, taskOf, type Task } from '../../../../checkers/linearizable/methods/register/task.ts';
import { subPart, type Part } from '../../../../checkers/linearizable/part.ts';
import { replayWitness } from '../../../../checkers/linearizable/replay-witness.ts';
import { complete } from '../../../../checkers/models/model.ts';
import { register } from '../../../../checkers/models/register.ts';
import { registerCalls } from '../../../../checkers/models/vocabulary.ts';
import { random } from '../../../../src/random.ts';
import { rounds } from '../../rounds.ts';
import { onlyPart } from './judge-method.ts';
import { repeated } from './register-trial.ts';

const model = complete(register);

/** Null where no operation is loose, or where the others clash already. */
function taskFor(part: Part): Task | null {
  const operations = registerOperations(part, null, registerCalls.known);
  if (operations === null) throw new Error('no register');
  const task = taskOf(operations, sources(operations));
  return task.loose.length === 0 || clashOf(task) !== null ? null : task;
}

/** Loose operations that are settled on just any block must not matter. */
function misled(task: Task): Task {
  for (const i of task.loose) task.source[i] = task.operations.count;
  return task;
}

test.each([
  ['all that it takes', Infinity],
  ['one attempt', 1],
])('with %s, an answer is right wherever there is one', (_limit, attemptsMax) => {
  const split = { valid: 0, invalid: 0, open: 0 };
  for (let seed = 0; seed < rounds(2000); seed++) {
    const part = onlyPart(model, repeated.make(random(seed, 'exhaust'), seed));
    const task = part === null ? null : taskFor(part);
    if (part === null || task === null) continue;
    const answer = exhaust(misled(task), -1, attemptsMax);
    split[answer.kind]++;
    if (answer.kind === 'open') continue;
    expect(
      search(model, part).advance(() => false),
      `seed ${seed}`,
    ).toBe(answer.kind);
    if (answer.kind === 'valid') expect(replayWitness(model, part, answer.witness())).toBeNull();
    else if (answer.core !== null) {
      expect(
        search(model, subPart(part, answer.core)).advance(() => false),
        `seed ${seed}`,
      ).toBe('invalid');
    }
  }
  expect(Math.min(split.valid, split.invalid)).toBeGreaterThan(rounds(2000) / 40);
  if (attemptsMax === Infinity) expect(split.open).toBe(0);
  else expect(split.open).toBeGreaterThan(rounds(2000) / 500);
});
