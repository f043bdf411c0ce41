import { expect, test } from 'vitest';
import { exhaust } from '../../../../checkers/linearizable/methods/register/exhaust.ts';
import { tryToPlace, type Task } from '../../../../checkers/linearizable/methods/register/task.ts';
import { rounds } from '../../rounds.ts';
import { cases, expectRight, nowhere, tangled } from './register-task.ts';
import { repeated } from './register-trial.ts';

const unlimited = { attemptsMax: Infinity, workMax: Infinity };

/** Loose operations that are settled on just any block must not matter. */
function misled(task: Task): Task {
  for (const i of task.loose) task.source[i] = task.operations.count;
  return task;
}

test('with all that it takes, every answer is there and right, whichever operation comes first', () => {
  const split = { valid: 0, invalid: 0, open: 0 };
  for (const one of cases(repeated, rounds(2000), 'exhaust')) {
    const { seed, task } = one;
    const first = seed % 3 === 0 ? -1 : (task.loose[seed % task.loose.length] as number);
    const answer = exhaust(misled(task), first, unlimited);
    split[answer.kind]++;
    expectRight(one, answer);
  }
  expect(Math.min(split.valid, split.invalid)).toBeGreaterThan(rounds(2000) / 40);
  expect(split.open).toBe(0);
});

test.each([
  ['attempt', { ...unlimited, attemptsMax: 1 }],
  ['look at the blocks', { ...unlimited, workMax: 0 }],
])('with one %s, there is an order where nothing needs to be settled, and no answer else', (_limit, limits) => {
  const split = { valid: 0, open: 0 };
  for (const one of cases(repeated, rounds(1000), 'exhaust')) {
    const isEasy = tryToPlace(one.task).placement.failing.length === 0;
    const answer = exhaust(misled(one.task), -1, limits);
    // That no block is left for an operation is an answer, too.
    if (answer.kind === 'invalid') expect(isEasy).toBe(false);
    else {
      expect(answer.kind).toBe(isEasy ? 'valid' : 'open');
      split[isEasy ? 'valid' : 'open']++;
    }
    expectRight(one, answer);
  }
  expect(split.valid).toBeGreaterThan(rounds(1000) / 4);
  expect(split.open).toBeGreaterThan(rounds(1000) / 500);
});

test('without any attempt there is no answer', () => {
  for (const { task } of cases(repeated, rounds(100), 'exhaust')) {
    expect(exhaust(task, -1, { ...unlimited, attemptsMax: 0 }).kind).toBe('open');
  }
});

test('what has no block left is told at once, if it comes first', () => {
  let told = 0;
  for (const one of cases(repeated, rounds(1500), 'first')) {
    for (const first of nowhere(one.task)) {
      if (one.task.operations.certain[first] === 0) continue;
      const answer = exhaust(misled(one.task), first, { ...unlimited, attemptsMax: 1 });
      if (answer.kind !== 'invalid') throw new Error(`seed ${one.seed}: ${answer.kind}`);
      expect(answer.core).toContain(first);
      expectRight(one, answer);
      told++;
    }
  }
  expect(told).toBeGreaterThan(rounds(1500) / 100);
});

test.each([
  ['reads of values that come up again', 15],
  ['cas of values that come up again', 7],
  ['few at a time', 7],
] as const)('few attempts do, since those with the fewest blocks come first: %s', (name, attemptsMax) => {
  let attempts = 0;
  let count = 0;
  for (const one of cases(tangled[name], rounds(40), name)) {
    const before = one.task.work;
    const answer = exhaust(one.task, -1, { ...unlimited, attemptsMax: 100 });
    expect([one.seed, answer.kind]).toEqual([one.seed, 'valid']);
    expectRight(one, answer);
    attempts += (one.task.work - before) / one.task.operations.count;
    count++;
  }
  process.stdout.write(`${name}: ${attempts / count} attempts\n`);
  expect(attempts).toBeLessThan(attemptsMax * count);
});
