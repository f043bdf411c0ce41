import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  any,
  clients,
  concat,
  cycle,
  delay,
  eachProcess,
  eachThread,
  filter,
  flipFlop,
  limit,
  map,
  mix,
  perKeyConcurrent,
  perKeySequential,
  phases,
  processLimit,
  repeat,
  reserve,
  sleep,
  stagger,
  synchronize,
  timeLimit,
  untilOk,
  type GeneratorLike,
} from '../../src/generator/index.ts';
import type { Context, Generator } from '../../src/generator/generator.ts';
import { lift } from '../../src/generator/lift.ts';
import { simulate, type Outcome } from '../../src/generator/simulate.ts';
import type { Operation, Process } from '../../src/history/operation.ts';
import { numbered } from './show.ts';

/** Trees of combinators that end by themselves. */
const { tree } = fc.letrec<{ tree: GeneratorLike; leaf: GeneratorLike }>((tie) => {
  const some = fc.nat({ max: 6 });
  const list = fc.array(tie('tree'), { maxLength: 3, depthIdentifier: 'tree' });
  return {
    leaf: fc.oneof(
      fc.constantFrom('a', 'b', 'c').map((f) => ({ f })),
      some.map((count) => limit(count, numbered('n'))),
      some.map((count) => repeat(count, { f: 'r' })),
      some.map((tens) => sleep(tens * 1e-8)),
    ),
    tree: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree' },
      tie('leaf'),
      list.map((all) => mix(all)),
      list.map((all) => any(...all)),
      list.map((all) => concat(...all)),
      list.map((all) => phases(...all)),
      tie('tree').map((inner) => clients(inner)),
      tie('tree').map((inner) => eachThread(inner)),
      tie('tree')
        .map((inner) => eachProcess(limit(2, inner)))
        .map((inner) => limit(12, inner)),
      tie('tree').map((inner) => synchronize(inner)),
      tie('tree').map((inner) => untilOk(inner)),
      tie('tree').map((inner) => cycle(2, inner)),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => flipFlop(a, b)),
      fc.tuple(tie('tree'), some).map(([inner, ns]) => stagger(ns * 1e-9, inner)),
      fc.tuple(tie('tree'), some).map(([inner, ns]) => delay(ns * 1e-9, inner)),
      fc.tuple(tie('tree'), some).map(([inner, tens]) => timeLimit(tens * 1e-8, inner)),
      fc.tuple(tie('tree'), some).map(([inner, count]) => limit(count, inner)),
      fc.tuple(tie('tree'), some).map(([inner, count]) => processLimit(count, inner)),
      tie('tree').map((inner) => map((operation) => ({ ...operation, value: 1 }), inner)),
      tie('tree').map((inner) => filter(({ f }) => f !== 'a', inner)),
      tie('tree').map((inner) => perKeySequential(['x', 'y'], () => inner)),
      tie('tree').map((inner) => perKeyConcurrent(1, ['x', 'y', 'z'], () => inner)),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => clients(reserve([], a), b)),
    ),
  };
});

const outcomes = fc.array(
  fc.record<Outcome>({ type: fc.constantFrom('ok', 'fail', 'info'), latencyNs: fc.nat({ max: 30 }) }),
  { minLength: 1, maxLength: 8 },
);
const settings = fc.record({ seed: fc.nat(), concurrency: fc.integer({ min: 1, max: 4 }) });

const historyOf = (
  generator: GeneratorLike,
  answers: readonly Outcome[],
  options: { readonly seed: number; readonly concurrency: number },
): readonly Operation[] => {
  const outcome = ({ index }: Operation): Outcome => answers[index % answers.length] ?? { type: 'ok', latencyNs: 0 };
  return simulate(generator, outcome, options).history;
};

const invocations = (history: readonly Operation[]) => history.filter(({ type }) => type === 'invoke');

test('nothing is invoked on a busy process, times never go back, everything completes once', () => {
  fc.assert(
    fc.property(tree, outcomes, settings, (generator, answers, options) => {
      const busy = new Set<Process>();
      let time = 0;
      for (const [index, operation] of historyOf(generator, answers, options).entries()) {
        expect(operation.index).toBe(index);
        expect(operation.time).toBeGreaterThanOrEqual(time);
        time = operation.time;
        expect(busy.has(operation.process)).toBe(operation.type !== 'invoke');
        if (operation.type === 'invoke') busy.add(operation.process);
        else busy.delete(operation.process);
      }
      expect(busy.size).toBe(0);
    }),
    { numRuns: 400 },
  );
});

test('no process is used again after an info', () => {
  fc.assert(
    fc.property(tree, outcomes, settings, (generator, answers, options) => {
      const ended = new Set<Process>();
      for (const { process, type } of historyOf(generator, answers, options)) {
        expect(ended.has(process)).toBe(false);
        if (type === 'info' && process !== 'nemesis') ended.add(process);
      }
    }),
    { numRuns: 200 },
  );
});

test('the same seed gives the same history', () => {
  fc.assert(
    fc.property(tree, outcomes, settings, (generator, answers, options) => {
      expect(historyOf(generator, answers, options)).toEqual(historyOf(generator, answers, options));
    }),
    { numRuns: 100 },
  );
});

test('asking a generator twice gives the same answer', () => {
  const asTwice = (inner: Generator): Generator => ({
    next(context: Context) {
      const first = inner.next(context);
      const second = inner.next(context);
      expect(second.kind).toBe(first.kind);
      if (first.kind === 'operation' && second.kind === 'operation') expect(second.operation).toEqual(first.operation);
      if (first.kind === 'done') return first;
      if (first.kind === 'pending') return { kind: 'pending', rest: asTwice(first.rest) };
      return { ...first, rest: first.rest && asTwice(first.rest) };
    },
    update: (context, event) => asTwice(inner.update(context, event)),
  });
  fc.assert(
    fc.property(tree, outcomes, settings, (generator, answers, options) => {
      historyOf(asTwice(lift(generator)), answers, options);
    }),
    { numRuns: 100 },
  );
});

test('limit, processLimit and timeLimit hold', () => {
  fc.assert(
    fc.property(tree, outcomes, settings, fc.nat({ max: 10 }), (generator, answers, options, bound) => {
      expect(invocations(historyOf(limit(bound, generator), answers, options)).length).toBeLessThanOrEqual(bound);

      const limited = historyOf(processLimit(bound, generator), answers, options);
      expect(new Set(limited.map(({ process }) => process)).size).toBeLessThanOrEqual(bound);

      const timed = invocations(historyOf(timeLimit(bound * 1e-8, generator), answers, options));
      // A sleep that comes first starts the time as well: count from the start of the test, where it began at 0 at the latest.
      const last = timed.at(-1)?.time ?? 0;
      const first = timed[0]?.time ?? 0;
      expect(last - first).toBeLessThanOrEqual(bound * 10);
    }),
    { numRuns: 200 },
  );
});

test('untilOk stops at the first ok', () => {
  fc.assert(
    fc.property(outcomes, settings, (answers, options) => {
      const history = historyOf(clients(limit(50, untilOk(repeat({ f: 'a' })))), answers, options);
      const firstOk = history.findIndex(({ type }) => type === 'ok');
      if (firstOk >= 0) expect(invocations(history.slice(firstOk))).toEqual([]);
      else expect(invocations(history)).toHaveLength(50);
    }),
    { numRuns: 200 },
  );
});
