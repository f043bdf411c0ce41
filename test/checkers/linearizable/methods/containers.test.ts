import { describe, expect, test } from 'vitest';
import { byMoment, numbersBelow } from '../../../../checkers/linearizable/methods/containers/by-moment.ts';
import { heap } from '../../../../checkers/linearizable/methods/containers/heap.ts';
import { leastLater } from '../../../../checkers/linearizable/methods/containers/least-later.ts';
import { leastTree } from '../../../../checkers/linearizable/methods/containers/least-tree.ts';
import { momentsOf } from '../../../../checkers/linearizable/methods/containers/moments.ts';
import { complete } from '../../../../checkers/models/model.ts';
import type { Operation } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { answer } from './container-answer.ts';
import { priorities, queue, stacked } from './container-trial.ts';
import { onlyPart } from './judge-method.ts';

const seeds = Array.from({ length: 30 }, (_, seed) => seed);

test.each(seeds)('a tree of least elements does what a list does (%i)', (seed) => {
  const { int } = random(seed, 'least tree');
  const list = Array.from({ length: 1 + int(20) }, () => int(10));
  const tree = leastTree(Int32Array.from(list));
  for (let turn = 0; turn < 60; turn++) {
    const from = int(list.length + 1);
    const until = from + int(list.length + 1 - from);
    const bound = int(10);
    expect(tree.leastIn(from, until)).toBe(Math.min(...list.slice(from, until)));
    expect(tree.firstAtMost(from, until, bound)).toBe(list.findIndex((x, i) => i >= from && i < until && x <= bound));
    const amount = int(7) - 3;
    tree.add(from, until, amount);
    for (let i = from; i < until; i++) list[i] = (list[i] as number) + amount;
  }
});

test.each(seeds)('a heap gives what it holds in the order of the ranks (%i)', (seed) => {
  const { int } = random(seed, 'heap');
  const ranks = Int32Array.from({ length: 40 }, () => int(25));
  const rankOf = (item: number): number => (item < 0 ? Infinity : (ranks[item] as number));
  const one = heap(40, ranks);
  const held: number[] = [];
  for (let item = 0; item < 40;) {
    if (int(3) > 0) {
      held.push(item);
      one.push(item++);
    } else {
      const least = Math.min(...held.map(rankOf));
      expect(rankOf(one.top())).toBe(least);
      const popped = one.pop();
      expect(rankOf(popped)).toBe(least);
      if (popped >= 0) held.splice(held.indexOf(popped), 1);
    }
  }
  expect(held.map(() => rankOf(one.pop()))).toEqual(held.map(rankOf).sort((a, b) => a - b));
  expect([one.top(), one.pop()]).toEqual([-1, -1]);
});

test.each(seeds)('the least of what stands later (%i)', (seed) => {
  const { int } = random(seed, 'later');
  const end = 1 + int(20);
  const later = leastLater(end, 99);
  const added: { at: number; number: number }[] = [];
  for (let turn = 0; turn < 40; turn++) {
    const after = int(end);
    expect(later.after(after)).toBe(Math.min(99, ...added.filter(({ at }) => at > after).map(({ number }) => number)));
    const one = { at: int(end), number: int(50) };
    added.push(one);
    later.add(one.at, one.number);
  }
});

test('values by moment: those from the end on come last, as they are given', () => {
  const moment = Int32Array.of(7, 2, 12, 0, 11, 5);
  expect([...byMoment(numbersBelow(6), moment, 10)]).toEqual([3, 1, 5, 0, 2, 4]);
  expect([...byMoment(Int32Array.of(4, 5, 2), moment, 10)]).toEqual([5, 4, 2]);
});

/** `history` with many lines of others between its own. */
function sparse(history: readonly Operation[]): readonly Operation[] {
  const other = { process: 'nemesis', type: 'info', f: 'wait', value: null, time: 0 } as const;
  return history
    .flatMap((operation) => [operation, ...Array.from({ length: 40 }, () => other)])
    .map((operation, index) => ({ ...operation, index }));
}

describe('operations that are far apart in the history', () => {
  test('have moments in the same order', () => {
    for (const seed of seeds) {
      const history = stacked.make(random(seed, 'moments'), seed);
      const known = complete(stacked.model);
      const [dense, far] = [onlyPart(known, history), onlyPart(known, sparse(history))];
      if (dense === null || far === null) continue;
      const [near, ranked] = [momentsOf(dense, 4), momentsOf(far, 4)];
      const all = [...near.invoked, ...near.returned].sort((a, b) => a - b);
      const rankOf = (moment: number): number => (moment === near.end ? ranked.end : 4 + all.indexOf(moment));
      expect([...ranked.invoked]).toEqual([...near.invoked].map(rankOf));
      expect([...ranked.returned]).toEqual([...near.returned].map(rankOf));
    }
  });

  test.each([queue, stacked, priorities])('make no difference: $method.name', (trial) => {
    const told = (history: readonly Operation[]): string | number => {
      const said = answer<never>(trial.method, trial.model as never, history);
      return typeof said === 'string' ? said : said.length;
    };
    for (const seed of seeds) {
      const history = trial.make(random(seed, 'sparse'), seed);
      expect(told(sparse(history))).toBe(told(history));
    }
  });
});
