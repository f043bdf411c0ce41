import { expect, test } from 'vitest';
import { orderOf } from '../../../../checkers/linearizable/methods/register/order.ts';
import { merged, place } from '../../../../checkers/linearizable/methods/register/placement.ts';
import type { Task } from '../../../../checkers/linearizable/methods/register/task.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { random, type Random } from '../../../../src/random.ts';
import { rounds } from '../../rounds.ts';
import type { Trial } from './judge-method.ts';
import { cases } from './register-task.ts';
import { distinct, kvTrials, longerTrials, repeated } from './register-trial.ts';

interface Placed {
  readonly gap: readonly number[];
  readonly failing: readonly number[];
}

/** What `place` says that it does, gap by gap. */
function naive({ operations, source, loose }: Task, order: readonly number[]): Placed {
  const { initial, invoked, returned, denied, found, writes } = operations;
  const [begin, end] = [(i: number) => invoked[i] as number, (i: number) => returned[i] as number];
  const gaps = Array.from({ length: order.length + 1 }, (_, gap) => gap);
  const valueAt = (gap: number): number => {
    const producer = order.slice(0, gap).findLast((i) => (writes[i] as number) >= 0);
    return producer === undefined ? initial : (writes[producer] as number);
  };
  const suits = (i: number, gap: number): boolean =>
    (denied[i] as number) >= 0 ? valueAt(gap) !== denied[i] : valueAt(gap) === found[i];
  const gap: number[] = [];
  const failing: number[] = [];
  for (const [number, i] of loose.entries()) {
    gap.push(-1);
    if ((source[i] as number) >= 0) continue;
    if ((writes[i] as number) >= 0) {
      const at = order.indexOf(i);
      if (at < 0 || valueAt(at) === found[i]) continue;
      failing.push(number);
      continue;
    }
    const earlier = gap.filter((_, other) => end(loose[other] as number) <= begin(i));
    const first = gaps.findIndex((gap) => order.slice(gap).every((other) => end(other) > begin(i)));
    const from = Math.max(first, ...earlier);
    const chosen = gaps.find(
      (gap) => gap >= from && suits(i, gap) && order.slice(0, gap).every((other) => begin(other) < end(i)),
    );
    if (chosen === undefined) {
      failing.push(number);
    } else gap[number] = chosen;
  }
  return { gap, failing };
}

/** The operations of `order` with some neighbours the other way round. */
function shuffled(order: readonly number[], { int }: Random): readonly number[] {
  const other = [...order];
  for (let swaps = int(4); swaps > 0 && other.length > 1; swaps--) {
    const at = int(other.length - 1);
    other.splice(at, 2, other[at + 1] as number, other[at] as number);
  }
  return other;
}

test.each<[string, Trial<Json>, number]>([
  ['values that come up again', repeated, 1000],
  ['chains of cas', distinct['chains of cas'], 400],
  ['deletes and cas', kvTrials['deletes and cas'], 400],
  ['longer, with deletes and cas', longerTrials['deletes and cas'], 60],
  ['longer, with values that come up again', longerTrials['repeated values'], 30],
])('each loose operation takes the first gap that suits it: %s', (name, trial, count) => {
  let placed = 0;
  let failed = 0;
  for (const { seed, task } of cases(trial, rounds(count), `placement, ${name}`)) {
    const { operations, source, loose, byReturn, chains } = task;
    const best = [...orderOf(operations, source, chains)];
    for (const order of [best, shuffled(best, random(seed, 'shuffled'))]) {
      const { gap, failing } = place(operations, source, Int32Array.from(order), loose, byReturn);
      expect([seed, { gap: [...gap], failing }]).toEqual([seed, naive(task, order)]);
      placed += gap.filter((at) => at >= 0).length;
      failed += failing.length;
      const expected = [...order.keys(), order.length].flatMap((at) => [
        ...[...loose].filter((_, number) => gap[number] === at),
        ...order.slice(at, at + 1),
      ]);
      expect([...merged(Int32Array.from(order), loose, gap)]).toEqual(expected);
    }
  }
  expect(placed).toBeGreaterThan(rounds(count));
  expect(failed).toBeGreaterThan(0);
});
