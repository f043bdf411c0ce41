import { expect, test } from 'vitest';
import { classesOf, type Classes } from '../../../../checkers/linearizable/general/classes.ts';
import { transitions, type Transitions } from '../../../../checkers/linearizable/general/transitions.ts';
import { complete, impossible, type CompleteModel, type Identity } from '../../../../checkers/models/model.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import { random } from '../../../../src/random.ts';
import type { Shape } from '../../random-history.ts';
import { rounds } from '../../rounds.ts';
import { kinds } from './kinds.ts';
import { partsOf, shapes } from './trial.ts';

/** States that are reached by walking at random, with what a step of the model says of each. */
function walk(model: CompleteModel<unknown>, classes: Classes, table: Transitions<unknown>, seed: number): number {
  const source = random(seed, 'walk');
  const { identity } = model;
  const same = (a: unknown, b: unknown): boolean =>
    identity.kind === 'key' ? identity.key(a) === identity.key(b) : identity.equal(a, b);
  const known: { readonly number: number; readonly state: unknown }[] = [{ number: table.initial, state: model.init }];
  for (let i = 0; i < 60; i++) {
    const { number, state } = source.pick(known);
    const cls = source.int(classes.count);
    expect(same(table.value(number), state)).toBe(true);
    const expected = model.step(state, classes.operation(cls));
    for (let again = 0; again < 2; again++) {
      const next = table.after(number, cls);
      if (expected === impossible) expect(next).toBe(-1);
      else {
        expect(same(table.value(next), expected)).toBe(true);
        // The same number exactly if it is the same state.
        for (const other of known) expect(other.number === next).toBe(same(other.state, expected));
      }
      expect(table.admits(number, cls)).toBe(model.admits?.(state, classes.operation(cls)) ?? true);
    }
    if (expected === impossible) continue;
    const number2 = table.after(number, cls);
    if (!known.some((other) => other.number === number2)) known.push({ number: number2, state: expected });
  }
  expect(table.states()).toBe(known.length);
  return known.length;
}

test.each(Object.entries(kinds))('steps of a %s are those of its model, whatever table they are in', (name, kind) => {
  const whole = complete(kind.model);
  const { identity } = whole;
  const inTurn: Identity<unknown> =
    identity.kind === 'equal' ? identity : { kind: 'equal', equal: (a, b) => identity.key(a) === identity.key(b) };
  let states = 0;
  for (let seed = 0; seed < 5 * rounds(4); seed++) {
    const history = kind.make(random(seed, `transitions, ${name}`), shapes[seed % shapes.length] as Shape);
    for (const part of partsOf(whole, columnsOf(history))) {
      const classes = classesOf(whole, part);
      // A plain table that has room for all, one that has not after a while, and none.
      for (const denseMax of [1 << 16, 2 * classes.count, 4 * classes.count + 1, 0]) {
        const model = seed % 3 === 0 ? { ...whole, identity: inTurn } : whole;
        states += walk(model, classes, transitions(model, model.identity, classes, denseMax), seed);
      }
    }
  }
  expect(states).toBeGreaterThan(20 * rounds(4));
});

const adding = complete<unknown>({
  name: 'adding',
  init: 0,
  step: (state, { input }) => ((state as number) === 4000 ? impossible : (state as number) + (input as number)),
});

function addingOf(amounts: readonly number[], denseMax: number, model = adding) {
  const lines = amounts.flatMap((input, i) => [
    { index: 2 * i, process: 0, type: 'invoke', f: 'add', value: input, time: 0 } as const,
    { index: 2 * i + 1, process: 0, type: 'ok', f: 'add', value: input, time: 0 } as const,
  ]);
  const [part] = partsOf(model, columnsOf(lines));
  if (part === undefined) throw new Error('no part');
  return transitions(model, model.identity, classesOf(model, part), denseMax);
}

test.each([0, 1 << 10, 1 << 20])('thousands of states, each asked for once (%i in a plain table)', (denseMax) => {
  const table = addingOf([1, 2, 3], denseMax);
  const before = table.bytes();
  const all = (): void => {
    for (let state = table.initial, i = 0; i < 4000; i++) {
      for (const cls of [2, 1, 0]) table.after(state, cls);
      state = table.after(state, 0);
    }
  };
  all();
  expect(table.states()).toBe(4003);
  expect(table.value(table.after(table.initial, 0))).toBe(1);
  const asked = table.asked();
  expect(asked).toBe(3 * 4000);
  all();
  expect(table.asked()).toBe(asked);
  // It counts what it holds: a state takes a hundred bytes or two, a step four to sixteen, in a table at least an eighth full.
  expect(table.bytes() - before).toBeGreaterThan(100 * 4000 + 4 * asked);
  expect(table.bytes() - before).toBeLessThan(200 * 4000 + 8 * 16 * asked);
});

test('a plain table takes less memory than one with gaps, and at first next to none', () => {
  const walked = (denseMax: number): number => {
    const table = addingOf([1, 2, 3], denseMax);
    expect(table.bytes()).toBeLessThan(1000);
    for (let state = table.initial; table.states() < 4000; state = table.after(state, 0)) {
      for (const cls of [1, 2]) table.after(state, cls);
    }
    return table.bytes();
  };
  const [plain, gaps, both] = [walked(1 << 20), walked(0), walked(1 << 10)];
  // Twelve thousand steps of four bytes, the table at least half full; with gaps they are triples, and fewer.
  expect(plain).toBeLessThan(gaps - 12_000 * 16);
  // What has become too large for a plain table is in the other.
  expect(both).toBe(gaps);
});

test('whether a state admits what comes is asked once, and kept', () => {
  let questions = 0;
  const wary: CompleteModel<unknown> = {
    ...adding,
    admits: (state, { input }) => {
      questions++;
      return (state as number) % (input as number) === 0;
    },
  };
  const table = addingOf([1, 2, 3], 1 << 10, wary);
  expect(table.looksAhead).toBe(true);
  expect(addingOf([1], 1 << 10).looksAhead).toBe(false);
  let state = table.initial;
  for (let i = 0; i < 50; i++) {
    for (let again = 0; again < 2; again++) {
      for (const cls of [0, 1, 2]) expect(table.admits(state, cls)).toBe(i % (cls + 1) === 0);
    }
    state = table.after(state, 0);
  }
  expect(questions).toBe(150);
  expect(table.asked()).toBe(150 + 50);
  const other = addingOf([1, 2, 3], 1 << 10, wary);
  for (let i = 0, at = other.initial; i < 50; i++) at = other.after(at, 0);
  expect(table.bytes()).toBeGreaterThan(other.bytes() + 150 * 16);
});

test('states that are texts take as much more as they are long', () => {
  const texts = (length: number): number => {
    const model = complete<unknown>({
      name: 'texts',
      init: '',
      step: (state) => `${state as string}${'x'.repeat(length + 1)}`,
    });
    const lines = [
      { index: 0, process: 0, type: 'invoke', f: 'add', value: 1, time: 0 } as const,
      { index: 1, process: 0, type: 'ok', f: 'add', value: 1, time: 0 } as const,
    ];
    const [part] = partsOf(model, columnsOf(lines));
    if (part === undefined) throw new Error('no part');
    const table = transitions(model, model.identity, classesOf(model, part), 1 << 10);
    table.after(table.initial, 0);
    return table.bytes();
  };
  expect(texts(1000) - texts(0)).toBeGreaterThanOrEqual(1000);
  expect(texts(1000) - texts(0)).toBeLessThan(5000);
});
