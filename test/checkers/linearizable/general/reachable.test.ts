import { expect, test } from 'vitest';
import { reachable, type Reachable } from '../../../../checkers/linearizable/general/reachable.ts';
import { settingOf } from '../../../../checkers/linearizable/general/setting.ts';
import { complete, impossible, type Model } from '../../../../checkers/models/model.ts';
import { NEVER } from '../../../../src/history/columns.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import { operationAt } from '../../../../checkers/linearizable/part.ts';
import { random } from '../../../../src/random.ts';
import { history, type Line } from '../../build.ts';
import type { Shape } from '../../random-history.ts';
import { rounds } from '../../rounds.ts';
import { kinds } from './kinds.ts';
import { hasty, never, partsOf, shapes } from './trial.ts';

test.each(['register', 'bare register', 'forgetful register', 'lock'])(
  'the states of a %s are all to which its operations lead, in any order and any number',
  (name) => {
    const kind = kinds[name];
    if (kind === undefined) throw new Error(name);
    const model = complete(kind.model);
    let several = 0;
    for (let seed = 0; seed < 10 * rounds(4); seed++) {
      const lines = kind.make(random(seed, `reachable, ${name}`), shapes[seed % shapes.length] as Shape);
      for (const part of partsOf(model, columnsOf(lines))) {
        const { timeline, transitions } = settingOf(model, part, hasty, false);
        const states = reachable(timeline, transitions);
        // Every step is done once, however often it has to pause.
        let pauses = 0;
        while (states.advance(() => true) === 'paused') pauses++;
        expect(states.work()).toBe(pauses);
        expect(states.advance(never)).toBe('known');

        const textOf = (state: unknown): string =>
          model.identity.kind === 'key' ? String(model.identity.key(state)) : JSON.stringify(state);
        const expected = new Map([[textOf(model.init), model.init]]);
        for (const state of expected.values()) {
          for (let place = 0; place < part.count; place++) {
            const operation = operationAt(part, place);
            // What never returned and only observes is not there.
            if (part.returned[place] === NEVER && model.observes(operation)) continue;
            const next = model.step(state, operation);
            if (next !== impossible) expected.set(textOf(next), next);
          }
        }
        const found = states.states().map((state) => textOf(transitions.value(state)));
        expect(found).toHaveLength(new Set(found).size);
        expect(new Set(found)).toEqual(new Set(expected.keys()));
        if (found.length > 2) several++;
      }
    }
    expect(several).toBeGreaterThan(0);
  },
);

test('what only observes leads nowhere, and is not tried', () => {
  const kind = kinds['register'];
  if (kind === undefined) throw new Error('no register');
  const model = complete(kind.model);
  const lines = [1, 2, 3].flatMap((value): Line[] => [
    [0, 'invoke', 'write', value],
    [0, 'ok', 'write', value],
    [0, 'invoke', 'read'],
    [0, 'ok', 'read', value],
  ]);
  const [part] = partsOf(model, columnsOf(history(...lines)));
  if (part === undefined) throw new Error('no part');
  const { timeline, transitions } = settingOf(model, part, hasty, false);
  const states = reachable(timeline, transitions);
  expect(states.advance(never)).toBe('known');
  // Three writes in each of four states.
  expect(states.states()).toHaveLength(4);
  expect(states.work()).toBe(12);
});

/** Counts from 0 to `most`, and does so with operations of as many classes as there are `amounts`. */
function counting(most: number, amounts: readonly number[]): Reachable {
  const model = complete<unknown>({
    name: 'counting',
    init: 0,
    step: (state, { input }) => Math.min(most, (state as number) + (input as number)),
  } satisfies Model<unknown>);
  const lines = amounts.map((amount, i): Line => [i, 'invoke', 'add', amount]);
  const [part] = partsOf(model, columnsOf(history(...lines)));
  if (part === undefined) throw new Error('no part');
  const { timeline, transitions } = settingOf(model, part, hasty, false);
  return reachable(timeline, transitions);
}

test('it gives up where there are more states than are worth it, or more steps to them', () => {
  const few = counting(300, [1]);
  expect(few.advance(never)).toBe('known');
  expect(few.states()).toHaveLength(301);
  const endless = counting(Infinity, [1]);
  expect(endless.advance(never)).toBe('too many');
  expect(endless.advance(never)).toBe('too many');
  expect(endless.work()).toBeLessThan(10_000);
  // 300 states with 500 classes: as many steps as the product says.
  const amounts = Array.from({ length: 500 }, (_, i) => i + 1);
  const wide = counting(300, amounts);
  expect(wide.advance(never)).toBe('too many');
  expect(wide.work()).toBeLessThan(100_000);
  expect(counting(30, amounts).advance(never)).toBe('known');
});

test('512 states are not too many, nor are 65,536 steps', () => {
  expect(counting(511, [1]).advance(never)).toBe('known');
  expect(counting(512, [1]).advance(never)).toBe('too many');
  const amounts = Array.from({ length: 257 }, (_, i) => i + 1);
  const most = counting(255, amounts.slice(0, 256));
  expect(most.advance(never)).toBe('known');
  expect(most.work()).toBe(1 << 16);
  expect(counting(255, amounts).advance(never)).toBe('too many');
});
