import { expect, test } from 'vitest';
import { candidates } from '../../../../checkers/linearizable/methods/register/candidates.ts';
import { arrange, emptyChains } from '../../../../checkers/linearizable/methods/register/chains.ts';
import { NONE } from '../../../../checkers/linearizable/methods/register/operations.ts';
import { candidatesAtFirst, clashOf, type Task } from '../../../../checkers/linearizable/methods/register/task.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { random, type Random } from '../../../../src/random.ts';
import { rounds } from '../../rounds.ts';
import type { Trial } from './judge-method.ts';
import { cases } from './register-task.ts';
import { distinct, kvTrials, longerTrials, repeated } from './register-trial.ts';

/** Whether what `block` left is what loose operation `i` may have found. */
function suits({ operations }: Task, i: number, block: number): boolean {
  const { count, initial, writes, found, denied } = operations;
  const value = block === count ? initial : (writes[block] as number);
  if (value < 0) return false;
  return (denied[i] as number) >= 0 ? value !== denied[i] : value === found[i];
}

/** Whether the chains can be ordered if `i` happened on `block`: what the candidates say without arranging anything. */
function fits({ operations, source }: Task, i: number, block: number): boolean {
  const settled = source.slice();
  settled[i] = block;
  const certain = operations.certain.with(i, 1);
  return arrange({ ...operations, certain }, settled, emptyChains(operations.count)) === null;
}

/** Settles some loose operations on blocks with which there is no clash. The chains are arranged then. */
function settleSome(task: Task, { int }: Random): void {
  const { operations, loose, source } = task;
  for (const i of loose) {
    if (int(3) > 0) continue;
    const block = int(operations.count + 1);
    if (!suits(task, i, block)) continue;
    source[i] = block;
    if (clashOf(task) !== null) source[i] = NONE;
  }
  expect(clashOf(task)).toBeNull();
}

interface Tally {
  admitted: number;
  refused: number;
  /** Admitted, though it can't be. */
  tooMany: number;
}

function compare(trial: Trial<Json>, count: number, purpose: string): Tally {
  const tally: Tally = { admitted: 0, refused: 0, tooMany: 0 };
  for (const { seed, task } of cases(trial, count, purpose)) {
    settleSome(task, random(seed, `${purpose}, settled`));
    const { operations, loose, source, chains } = task;
    const { admits, all } = candidates(operations, source, chains);
    for (const i of loose) {
      if (source[i] !== NONE) continue;
      const admitted: number[] = [];
      for (let block = operations.count - 1; block >= -1; block--) {
        const at = block < 0 ? operations.count : block;
        const isAdmitted = admits(i, at);
        const isPossible = suits(task, i, at) && fits(task, i, at);
        if (isAdmitted) admitted.push(at);
        // It may be too much only where it would make an operation of unknown outcome needed.
        const found = at < operations.count ? (source[at] as number) : NONE;
        const isReal = operations.certain[i] === 1 || chains.needed[i] === 1;
        const isPlaced = (operations.writes[i] as number) < 0 && (found < 0 || chains.needed[found] === 1);
        const isKnown = isReal && (chains.needed[at] === 1 || isPlaced);
        if (isPossible || isKnown) expect([seed, i, at, isAdmitted]).toEqual([seed, i, at, isPossible]);
        if (isAdmitted && !isPossible) tally.tooMany++;
        tally[isAdmitted ? 'admitted' : 'refused']++;
      }
      expect(all(i, operations.count + 1)).toEqual(admitted);
      for (const max of [0, 1, 2, admitted.length]) expect(all(i, max)).toEqual(admitted.slice(0, max));
    }
  }
  return tally;
}

test.each<[string, Trial<Json>]>([
  ['values that come up again', repeated],
  ['chains of cas', distinct['chains of cas']],
  ['failing cas', distinct['failing cas']],
  ['deletes and cas', kvTrials['deletes and cas']],
])('a block is admitted exactly if it goes with what is settled: %s', (name, trial) => {
  const { admitted, refused, tooMany } = compare(trial, rounds(1200), name);
  expect(admitted).toBeGreaterThan(rounds(1200) / 4);
  expect(refused).toBeGreaterThan(rounds(1200));
  expect(tooMany).toBeLessThan(admitted / 20);
});

test.each(Object.entries(longerTrials))('the same among many chains: %s', (name, trial) => {
  const { admitted, refused, tooMany } = compare(trial, rounds(8), name);
  expect(admitted).toBeGreaterThan(rounds(8));
  expect(refused).toBeGreaterThan(rounds(8));
  expect(tooMany).toBeLessThan(admitted / 20);
});

test('the candidates at first are those with nothing settled', () => {
  for (const { seed, task } of cases(repeated, rounds(200), 'at first')) {
    const { operations, told, loose, chains } = task;
    const expected = candidates(operations, told, chains);
    const all = [...loose].map((i) => expected.all(i, operations.count + 1));
    settleSome(task, random(seed, 'at first, settled'));
    const first = candidatesAtFirst(task);
    expect([...loose].map((i) => first.all(i, operations.count + 1))).toEqual(all);
  }
});
