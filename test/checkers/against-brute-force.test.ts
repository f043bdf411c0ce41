import { describe, expect, test } from 'vitest';
import { linearizable } from '../../checkers/linearizable/linearizable.ts';
import type { LinearizableVerdict } from '../../checkers/linearizable/verdict.ts';
import { appendList } from '../../checkers/models/append-list.ts';
import { register } from '../../checkers/models/register.ts';
import type { Checker } from '../../checkers/verdict.ts';
import { formatOperation } from '../../src/history/writer.ts';
import type { History, Json } from '../../src/history/operation.ts';
import { random, type Random } from '../../src/random.ts';
import { isLinearizable, listStep, orders, registerStep } from './brute-force.ts';
import { randomListHistory, randomRegisterHistory, type Shape } from './random-history.ts';
import { rounds } from './rounds.ts';

const shapes: readonly Shape[] = [
  { operations: 4, processes: 2, values: 2, unknown: 0, lies: 0.2 },
  { operations: 6, processes: 3, values: 3, unknown: 0.1, lies: 0.2 },
  { operations: 7, processes: 4, values: 2, unknown: 0.4, lies: 0.3 },
  { operations: 7, processes: 3, values: 4, unknown: 0.2, lies: 0.1 },
];

const kinds = {
  register: {
    checker: linearizable(register, { budgetMs: 1000 }),
    make: randomRegisterHistory,
    step: registerStep,
  },
  list: {
    checker: linearizable(appendList, { budgetMs: 1000 }),
    make: randomListHistory,
    step: listStep,
  },
} as const;

const shown = (state: Json): string => (state === null ? 'absent' : JSON.stringify(state));

interface Kind {
  readonly checker: Checker<LinearizableVerdict>;
  readonly make: (random: Random, shape: Shape) => History;
  readonly step: typeof registerStep;
}

function forEachHistory(
  { make, checker }: Kind,
  count: number,
  purpose: string,
  act: (history: History, verdict: LinearizableVerdict) => void,
): void {
  for (let seed = 0; seed < count; seed++) {
    const history = make(random(seed, purpose), shapes[seed % shapes.length] as Shape);
    try {
      act(history, checker.check(history));
    } catch (thrown) {
      throw new Error(`seed ${seed}\n${history.map(formatOperation).join('')}`, { cause: thrown });
    }
  }
}

describe.each([
  ['register', rounds(7000), rounds(2000)],
  ['list', rounds(4000), rounds(1000)],
] as const)('random histories of a %s', (name, count, atLeast) => {
  const kind: Kind = kinds[name];

  test('the verdict is that of brute force', () => {
    const split = { valid: 0, invalid: 0 };
    forEachHistory(kind, count, 'verdict', (history, verdict) => {
      const expected = isLinearizable(kind.step, history);
      expect(verdict.valid).toBe(expected);
      split[expected ? 'valid' : 'invalid']++;
    });
    expect(split.valid).toBeGreaterThan(atLeast);
    expect(split.invalid).toBeGreaterThan(atLeast);
  });
});

test('what is said of a register is true in every order', () => {
  const said = { nobody: 0, overwritten: 0, replaced: 0, other: 0 };
  forEachHistory(kinds.register, 6000, 'explanation', (history, { failures: [failure] }) => {
    if (failure === undefined) return;
    const failed = history[failure.invocation];
    const completion = history[failure.completion];
    expect(failure.explanation).toMatch(new RegExp(`^process ${failed?.process} (read|changed|failed to change) x`));
    const seen = failed?.f === 'cas' ? (failed.value as Json[])[0] : completion?.value;
    const before = [...orders(registerStep, history, failure.completion)];
    const gone = /but (.*) had been (overwritten|replaced) by (.*) \(process (\d+)( had read it)?\) before/.exec(
      failure.explanation,
    );
    if (failure.explanation.includes('but nobody had written')) {
      said.nobody++;
      for (const { states } of before) expect(states).not.toContainEqual(seen);
    } else if (gone !== null) {
      const [, , how, by, process] = gone;
      said[how as 'overwritten' | 'replaced']++;
      for (const { calls, states } of before) {
        // Somewhere the process did or saw it, completed before the failed operation began, and the value never came back.
        const places = calls.flatMap(({ invocation, completion }, i) => {
          const shows = shown(states[i] ?? null) === by && String(invocation.process) === process;
          const wrote = (invocation.f !== 'read') === (how === 'overwritten') && completion?.type === 'ok';
          return shows && wrote && completion.index < failure.invocation ? [i] : [];
        });
        expect(places.some((place) => !states.slice(place).some((state) => state === seen))).toBe(true);
        const held = [null, ...states.slice(0, places.at(-1))];
        expect(held).toContainEqual(seen);
      }
    } else said.other++;
  });
  expect(Math.min(...Object.values(said))).toBeGreaterThan(50);
});
