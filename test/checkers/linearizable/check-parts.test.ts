import { expect, test } from 'vitest';
import { checkParts, type PartsOptions } from '../../../checkers/linearizable/check-parts.ts';
import { checkDefaults } from '../../../checkers/linearizable/linearizable.ts';
import { counter } from '../../../checkers/models/counter.ts';
import { complete, type Model } from '../../../checkers/models/model.ts';
import { register } from '../../../checkers/models/register.ts';
import { columnsOf } from '../../../src/history/columns-builder.ts';
import { history, type Line } from '../build.ts';
import { partsOf } from './general/trial.ts';
import { subsetSum, wrongRead } from './hard.ts';

const counters = complete(counter as Model<unknown>);
const registers = complete(register as Model<unknown>);
const parts = (model: typeof counters, ...lines: readonly (readonly Line[])[]) =>
  partsOf(model, columnsOf(history(...lines.flat())));

/** A clock that is a millisecond later each time. */
function options(more: Partial<PartsOptions> = {}): PartsOptions {
  let time = 0;
  return { ...checkDefaults, timeBudgetMs: 1000, now: () => time++, ...more };
}

const fine = (key: string): Line[] => [
  [0, 'invoke', 'write', 1, { key }],
  [0, 'ok', 'write', 1, { key }],
];
/** Fails with its second line. */
const begins = (key: string): Line => [700, 'invoke', 'read', null, { key }];
const fails = (key: string): Line => [700, 'ok', 'read', 7, { key }];

test('each part that fails is told of at once, by its part; orders of the others are confirmed if that is wanted', () => {
  const all = parts(registers, fine('a'), [begins('b'), fails('b')], fine('c'));
  const invalid: (string | null)[] = [];
  const told = options({ replayWitnesses: true, onInvalid: ({ key }) => invalid.push(key) });
  expect(checkParts(registers, all, told)).toMatchObject({
    parts: 3,
    methods: { 'register-zones': 3 },
    valid: 2,
    skipped: 0,
    failures: [{ brief: { key: 'b' } }],
    undecided: [],
    confirmed: 2,
    refuted: [],
    left: [],
  });
  expect(invalid).toEqual(['b']);
  expect(checkParts(registers, all, options())).toMatchObject({ confirmed: 0 });
});

test('what is not decided when it is time to hand over is left to others; without others it is undecided', () => {
  const all = parts(counters, wrongRead('a'), subsetSum('hard'), wrongRead('b'));
  const handedOver = checkParts(counters, all, options({ evidence: false }), 1000, 100);
  expect(handedOver).toMatchObject({ left: [1], undecided: [], valid: 0, skipped: 0 });
  expect(handedOver.failures).toHaveLength(2);
  for (const handOver of [Infinity, 1000]) {
    const own = checkParts(counters, all, options({ evidence: false }), 1000, handOver);
    expect(own).toMatchObject({ left: [], undecided: [{ key: 'hard', raise: '--time-budget' }] });
  }
  // Want of memory is not handed over.
  const full = options({ evidence: false, memoryBudgetBytes: 1_000_000, timeBudgetMs: 1e9 });
  expect(checkParts(counters, all, full, 1e9, 1e8)).toMatchObject({
    left: [],
    undecided: [
      {
        key: 'hard',
        raise: '--memory-budget',
        reason: 'the memory budget of 1 MB was used up after 1 of 42 completions',
      },
    ],
  });
});

test('where it got to is told by completions: those that never returned do not count', () => {
  const pending = subsetSum('x').slice(0, -40);
  const [undecided] = checkParts(counters, parts(counters, pending), options({ timeBudgetMs: 300 })).undecided;
  expect(undecided).toEqual({
    key: 'x',
    reason: 'the time budget of 0.3 s was used up after 1 of 2 completions',
    reached: 1,
    explained: 1,
    completions: 2,
    raise: '--time-budget',
  });
  expect(checkParts(counters, parts(counters, pending), options({ timeBudgetMs: 0 })).undecided).toMatchObject([
    { reached: -1, explained: 0 },
  ]);
});

test('failures come as they end in the history, the first ten in detail', () => {
  const keys = Array.from({ length: 12 }, (_, i) => `k${i}`);
  // The one that begins first fails last.
  const all = parts(
    registers,
    keys.map((key, i): Line => [700 + i, 'invoke', 'read', null, { key }]),
    [...keys.map((key, i): Line => [700 + i, 'ok', 'read', 7, { key }]).toReversed()],
  );
  const { failures } = checkParts(registers, all, options({ timeBudgetMs: 60_000 }));
  expect(failures.map(({ brief }) => brief.key)).toEqual(keys.toReversed());
  expect(failures.map(({ detailed }) => detailed !== null)).toEqual(keys.map((_, i) => i < 10));
  const without = checkParts(registers, all, options({ timeBudgetMs: 60_000, evidence: false })).failures;
  expect(without.map(({ detailed }) => detailed)).toEqual(keys.map(() => null));
});

test('where deciding has used up the time, finding out why takes a twentieth more, and no more', () => {
  const all = parts(counters, subsetSum('hard'), wrongRead('a'), wrongRead('b'));
  let time = 0;
  const now = (): number => (time += 0.5);
  const { failures } = checkParts(counters, all, options({ now }));
  expect(time).toBeGreaterThan(1000);
  expect(time).toBeLessThan(1060);
  expect(failures.map(({ brief, detailed }) => [brief.key, detailed !== null])).toEqual([
    ['a', true],
    ['b', true],
  ]);
});

test('called off, it tells only what it has found, without looking for more', () => {
  const all = parts(counters, wrongRead('a'), subsetSum('hard'));
  let found = 0;
  const cancelled = (): boolean => found > 0;
  const report = checkParts(counters, all, options({ cancelled, onInvalid: () => found++ }));
  expect(report).toMatchObject({ skipped: 1, left: [], undecided: [] });
  expect(report.failures.map(({ brief, detailed }) => [brief.key, detailed])).toEqual([['a', null]]);
});
