import { expect, test } from 'vitest';
import { arrange, closure, emptyChains } from '../../../../checkers/linearizable/methods/register/chains.ts';
import {
  registerOperations,
  type RegisterOperations,
} from '../../../../checkers/linearizable/methods/register/operations.ts';
import { orderOf } from '../../../../checkers/linearizable/methods/register/order.ts';
import { ORPHAN, sources } from '../../../../checkers/linearizable/methods/register/sources.ts';
import { complete } from '../../../../checkers/models/model.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { random, type Random } from '../../../../src/random.ts';
import { rounds } from '../../rounds.ts';
import { onlyPart, type Trial } from './judge-method.ts';
import { callOf } from './register-task.ts';
import { distinct, longerTrials, repeated } from './register-trial.ts';

function* operationsOf(trial: Trial<Json>, count: number, purpose: string) {
  const model = complete(trial.model);
  for (let seed = 0; seed < count; seed++) {
    const part = onlyPart(model, trial.make(random(seed, purpose), seed));
    const init = model.init;
    const operations = part === null ? null : registerOperations(part, init, callOf);
    if (operations !== null) yield { seed, operations };
  }
}

/** Sources as the values tell, and some loose operations settled on anything that suits them. */
function someSettled(operations: RegisterOperations, { int }: Random): Int32Array {
  const { source, loose } = sources(operations);
  const { count, writes, initial, found, denied } = operations;
  for (const i of loose) {
    const block = int(count + 1);
    const value = block === count ? initial : (writes[block] as number);
    const suits = (denied[i] as number) >= 0 ? value !== denied[i] : value === found[i];
    if (suits && value >= 0 && int(3) > 0) source[i] = block;
  }
  return source;
}

/**
 * Whether `chosen` have an order in real time in which each that has a source comes after it, with no other producer
 * between. Those of unknown outcome may be left out, and reads without a source are.
 */
function canBeOrdered(operations: RegisterOperations, source: Int32Array, chosen: readonly number[]): boolean {
  const { count, writes, certain, invoked, returned } = operations;
  const isProducer = (i: number): boolean => (writes[i] as number) >= 0;
  const taking = chosen.filter((i) => isProducer(i) || (certain[i] === 1 && source[i] !== -1));
  const extend = (left: readonly number[], current: number): boolean => {
    if (left.every((i) => certain[i] === 0)) return true;
    return left.some((i) => {
      if (left.some((other) => (returned[other] as number) < (invoked[i] as number))) return false;
      if (source[i] === ORPHAN || ((source[i] as number) >= 0 && source[i] !== current)) return false;
      return extend(
        left.filter((other) => other !== i),
        isProducer(i) ? i : current,
      );
    });
  };
  return extend(taking, count);
}

test.each<[string, Trial<Json>]>([
  ['reads and writes', distinct['reads and writes']],
  ['chains of cas', distinct['chains of cas']],
  ['failing cas', distinct['failing cas']],
  ['from an initial value', distinct['from an initial value']],
  ['values that come up again', repeated],
])('operations with known sources are arranged exactly if there is an order of them: %s', (name, trial) => {
  const split = { ordered: 0, clashing: 0 };
  for (const { seed, operations } of operationsOf(trial, rounds(1500), `chains, ${name}`)) {
    const source = someSettled(operations, random(seed, 'settled'));
    const chains = emptyChains(operations.count);
    const clash = arrange(operations, source, chains);
    const all = [...source.keys()];
    expect([seed, clash === null]).toEqual([seed, canBeOrdered(operations, source, all)]);
    split[clash === null ? 'ordered' : 'clashing']++;
    if (clash === null) {
      expectOrder(operations, source, [...orderOf(operations, source, chains)]);
      // The same chains serve again.
      expect(arrange(operations, source, chains)).toBeNull();
    } else {
      const core = closure(operations, source, chains, clash);
      expect(core).toEqual([...new Set(core)].sort((a, b) => a - b));
      expect([seed, canBeOrdered(operations, source, core)]).toEqual([seed, false]);
      expect(core.length).toBeLessThanOrEqual(all.length);
    }
  }
  expect(Math.min(split.ordered, split.clashing)).toBeGreaterThan(rounds(1500) / 10);
});

/** That an order has what has to be in it, once, in real time, and that each finds its source. */
function expectOrder(operations: RegisterOperations, source: Int32Array, order: readonly number[]): void {
  const { count, writes, certain, invoked, returned } = operations;
  const required = [...source.keys()].filter(
    (i) => certain[i] === 1 && ((writes[i] as number) >= 0 || (source[i] as number) >= 0),
  );
  expect(order).toEqual(expect.arrayContaining(required));
  expect(new Set(order).size).toBe(order.length);
  let current = count;
  let latest = -1;
  for (const i of order) {
    expect(returned[i]).toBeGreaterThan(latest);
    latest = Math.max(latest, invoked[i] as number);
    if ((source[i] as number) >= 0) expect(source[i]).toBe(current);
    if ((writes[i] as number) >= 0) current = i;
  }
}

test.each(Object.entries(longerTrials))('long histories, dense and sparse, have the same order: %s', (name, trial) => {
  for (const { operations } of operationsOf(trial, rounds(40), `sparse, ${name}`)) {
    const source = sources(operations).source;
    const chains = emptyChains(operations.count);
    const far = (positions: Int32Array): Int32Array =>
      positions.map((position) => (position === 0x7fffffff ? position : 100 * position));
    const sparse = { ...operations, invoked: far(operations.invoked), returned: far(operations.returned) };
    const wide = emptyChains(operations.count);
    const clash = arrange(operations, source, chains);
    expect(arrange(sparse, source, wide)).toEqual(clash);
    if (clash !== null) continue;
    const order = [...orderOf(operations, source, chains)];
    expect([...orderOf(sparse, source, wide)]).toEqual(order);
    expectOrder(operations, source, order);
  }
});

test('of chains that are in the wrong order, a write, a read and what came between are to blame', () => {
  const none = (length: number): Int32Array => new Int32Array(length).fill(-1);
  // Write 0, write 1, read of write 0, one after the other.
  const operations: RegisterOperations = {
    count: 3,
    values: 3,
    initial: 2,
    found: Int32Array.of(-1, -1, 0),
    writes: Int32Array.of(0, 1, -1),
    denied: none(3),
    certain: Uint8Array.of(1, 1, 1),
    invoked: Int32Array.of(0, 2, 4),
    returned: Int32Array.of(1, 3, 5),
  };
  const chains = emptyChains(3);
  const clash = arrange(operations, sources(operations).source, chains);
  expect(closure(operations, Int32Array.of(-1, -1, 0), chains, clash ?? [])).toEqual([0, 1, 2]);
});
