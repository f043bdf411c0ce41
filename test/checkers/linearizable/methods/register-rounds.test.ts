import { expect, test } from 'vitest';
import { inRounds } from '../../../../checkers/linearizable/methods/register/rounds.ts';
import { tryToPlace } from '../../../../checkers/linearizable/methods/register/task.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { rounds } from '../../rounds.ts';
import type { Trial } from './judge-method.ts';
import { cases, expectRight, tangled } from './register-task.ts';
import { distinct, kvTrials, longerTrials, repeated } from './register-trial.ts';

interface Tally {
  atOnce: number;
  valid: number;
  invalid: number;
  open: number;
  /** Arrangements, each of all operations. */
  arrangements: number;
}

/** Every answer is right; counts those for which it took more than to place what is loose. */
function tally(trial: Trial<Json>, count: number, purpose: string): Tally {
  const counts: Tally = { atOnce: 0, valid: 0, invalid: 0, open: 0, arrangements: 0 };
  for (const one of cases(trial, count, purpose)) {
    const { task } = one;
    const isEasy = tryToPlace(task).placement.failing.length === 0;
    const before = task.work;
    const { settled, stuck } = inRounds(task);
    counts.arrangements += (task.work - before) / task.operations.count;
    counts[isEasy ? 'atOnce' : settled.kind]++;
    if (isEasy) expect([settled.kind, task.work]).toEqual(['valid', before]);
    if (settled.kind !== 'valid') expect(task.loose).toContain(stuck);
    else expect(stuck).toBe(-1);
    if (settled.kind === 'invalid') expect(settled.core).not.toBeNull();
    expectRight(one, settled);
  }
  process.stdout.write(`${purpose}: ${JSON.stringify(counts)}\n`);
  return counts;
}

test.each<[string, Trial<Json>, number]>([
  ['values that come up again', repeated, 2000],
  ['chains of cas', distinct['chains of cas'], 1000],
  ['deletes', kvTrials.deletes, 1000],
  ...Object.entries(longerTrials).map(([name, trial]): [string, Trial<Json>, number] => [
    `longer, ${name}`,
    trial,
    100,
  ]),
])('rounds decide nearly all by themselves, with few arrangements: %s', (name, trial, count) => {
  const { valid, invalid, open, arrangements } = tally(trial, rounds(count), name);
  expect(valid).toBeGreaterThan(rounds(count) / 100);
  expect(open).toBeLessThan(1 + (valid + invalid) / 40);
  expect(arrangements).toBeLessThan(4 * (valid + invalid + open));
});

test.each([
  ['reads of values that come up again', 5],
  ['cas of values that come up again', 2],
  ['few at a time', 2],
] as const)('what a real register answered is hardly ever left open: %s', (name, arrangementsMax) => {
  const { atOnce, valid, invalid, open, arrangements } = tally(tangled[name], rounds(60), name);
  expect(atOnce).toBeLessThan(valid / 4);
  expect(invalid).toBe(0);
  expect(open).toBeLessThan(1 + valid / 40);
  expect(arrangements).toBeLessThan(arrangementsMax * valid);
});

test.each([
  ['rounds', { roundsMax: 0, workMax: Infinity }],
  ['work', { roundsMax: Infinity, workMax: 0 }],
])('without %s there is no answer, and nothing is stuck', (_limit, limits) => {
  for (const { task } of cases(repeated, rounds(100), 'limits')) {
    expect(inRounds(task, limits)).toEqual({ settled: { kind: 'open' }, stuck: -1 });
  }
});

test('one round is enough to place what fits, and no more', () => {
  let tooFew = 0;
  for (const { task } of cases(repeated, rounds(300), 'one round')) {
    const isEasy = tryToPlace(task).placement.failing.length === 0;
    const { settled } = inRounds(task, { roundsMax: 1, workMax: Infinity });
    if (settled.kind === 'valid') expect(isEasy).toBe(true);
    else if (settled.kind === 'open') tooFew++;
  }
  expect(tooFew).toBeGreaterThan(rounds(300) / 30);
});
