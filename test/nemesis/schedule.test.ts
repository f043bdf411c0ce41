import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FaultKind } from '../../nemesis/fault.ts';
import { faultKinds } from '../../nemesis/index.ts';
import { simulatedOnly } from '../../src/cluster/faults.ts';
import { damagedBy, schedule, type ScheduleOptions } from '../../nemesis/schedule.ts';
import { simulatorCapabilities as able } from '../../src/cluster/simulator/fault-control.ts';

const nodesOf = (n: number) => Array.from({ length: n }, (_, i) => `n${i + 1}`);
const usual: ScheduleOptions = {
  seed: 1,
  faults: faultKinds,
  intervalMs: 4000,
  timeLimitMs: 55_000,
  nodes: nodesOf(5),
  capabilities: able,
  damageMax: 2,
};

const anyOptions = fc
  .record({
    seed: fc.nat(),
    faults: fc.subarray([...faultKinds], { minLength: 1 }),
    intervalMs: fc.integer({ min: 100, max: 20_000 }),
    timeLimitMs: fc.integer({ min: 5000, max: 300_000 }),
    nodes: fc.integer({ min: 2, max: 9 }).map(nodesOf),
    damageMax: fc.integer({ min: 1, max: 4 }),
  })
  .map((options): ScheduleOptions => ({ ...options, capabilities: able }));

const countsOf = (names: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts.values()];
};

describe('any schedule', () => {
  test('lets every kind come up, starts late enough, ends before the limit, and leaves each fault time', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const faults = schedule(options);
        expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(options.faults.map(({ name }) => name)));
        for (const { atMs, forMs } of faults) {
          expect(atMs).toBeGreaterThanOrEqual(1000);
          expect(forMs).toBeGreaterThanOrEqual(400);
          expect(atMs + forMs).toBeLessThanOrEqual(options.timeLimitMs - 400);
        }
        expect(faults.map(({ id }) => id)).toEqual(faults.map((_, i) => i));
        expect(faults.map(({ atMs }) => atMs)).toEqual(faults.map(({ atMs }) => atMs).sort((a, b) => a - b));
      }),
    );
  });

  test('lets each kind be alone the first time', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const faults = schedule(options);
        for (const [i, { atMs, forMs }] of faults.slice(0, options.faults.length).entries()) {
          expect(atMs + forMs).toBeLessThanOrEqual(faults[i + 1]?.atMs ?? options.timeLimitMs);
        }
      }),
    );
  });

  test('is the same for the same options, and can be written down', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const faults = schedule(options);
        expect(schedule(options)).toEqual(faults);
        expect(JSON.parse(JSON.stringify(faults))).toEqual(faults);
      }),
      { numRuns: 30 },
    );
  });

  test('lets no kind come again before all have come, nor a shape, of those aimed at the leader and of the others', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const faults = schedule(options);
        const counts = countsOf(faults.map(({ kind }) => kind));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        for (const { name, shapes, aimed = [] } of options.faults) {
          const drawn = faults.filter(({ kind }) => kind === name).map(({ plan }) => plan.shape);
          const all = shapes(options.nodes, able);
          for (const isAimed of [true, false]) {
            const of = (list: readonly string[]) => list.filter((shape) => aimed.includes(shape) === isAimed);
            if (of(drawn).length === 0) continue;
            expect(Math.max(...countsOf(of(drawn)))).toBeLessThanOrEqual(Math.ceil(of(drawn).length / of(all).length));
          }
        }
      }),
    );
  });

  test('aims every second fault of a kind that can at whoever leads', () => {
    const faults = schedule({ ...usual, timeLimitMs: 300_000 });
    for (const { name, aimed } of faultKinds.filter((kind) => kind.aimed !== undefined)) {
      const drawn = faults.filter(({ kind }) => kind === name);
      const share = drawn.filter(({ plan }) => aimed?.includes(plan.shape)).length / drawn.length;
      expect(share).toBeGreaterThan(0.4);
      expect(share).toBeLessThan(0.6);
    }
  });

  test('damages durable data on no more nodes than it may, over the whole run', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const damageMax = options.damageMax ?? 0;
        expect(damagedBy(schedule(options), options.faults).length).toBeLessThanOrEqual(damageMax);
      }),
    );
    // And on as many, when there is time.
    for (const damageMax of [1, 2, 5]) {
      const faults = schedule({ ...usual, damageMax, timeLimitMs: 2_000_000 });
      expect(damagedBy(faults, faultKinds)).toHaveLength(damageMax);
    }
  });

  test('damages nothing for good unless it may', () => {
    const { damageMax: _, ...careful } = { ...usual, timeLimitMs: 1_000_000 };
    for (const options of [careful, { ...careful, damageMax: 0 }]) {
      const faults = schedule(options);
      expect(damagedBy(faults, faultKinds)).toEqual([]);
      const shapes = new Set(faults.filter(({ kind }) => kind === 'disk').map(({ plan }) => plan.shape));
      expect(shapes).toEqual(new Set(['slow', 'stall', 'io-error', 'torn']));
    }
  });

  test('keeps the plans and the order of the other kinds when one is left out', () => {
    const plansOf = (faults: readonly FaultKind[], seed: number, kind: string) =>
      schedule({ ...usual, seed, faults, timeLimitMs: 120_000 })
        .filter((fault) => fault.kind === kind)
        .map(({ plan }) => plan);
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...faultKinds), (seed, left) => {
        const rest = faultKinds.filter((kind) => kind !== left);
        for (const { name } of rest) {
          const all = plansOf(faultKinds, seed, name);
          expect(plansOf(rest, seed, name).slice(0, all.length)).toEqual(all);
        }
        const firstRound = (faults: readonly FaultKind[]) => {
          const names = schedule({ ...usual, seed, faults, timeLimitMs: 120_000 }).map(({ kind }) => kind);
          return [...new Set(names)];
        };
        expect(firstRound(rest)).toEqual(firstRound(faultKinds).filter((name) => name !== left.name));
      }),
      { numRuns: 50 },
    );
  });
});

test('all shapes of all kinds come up when there is time', () => {
  const faults = schedule({ ...usual, timeLimitMs: 600_000 });
  for (const { name, shapes } of faultKinds) {
    const seen = new Set(faults.filter(({ kind }) => kind === name).map(({ plan }) => plan.shape));
    expect(seen).toEqual(new Set(shapes(usual.nodes, able)));
  }
});

test('seeds differ', () => {
  expect(schedule({ ...usual, seed: 2 })).not.toEqual(schedule(usual));
});

test('starts are an interval apart on the average, and some faults overlap but not all', () => {
  const faults = schedule({ ...usual, timeLimitMs: 400_000 });
  const gaps = faults.slice(1).map(({ atMs }, i) => atMs - (faults[i]?.atMs ?? 0));
  expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(4000, -2);
  const overlaps = faults.slice(1).filter(({ atMs }, i) => {
    const before = faults[i];
    return before !== undefined && atMs < before.atMs + before.forMs;
  });
  expect(overlaps.length / faults.length).toBeGreaterThan(0.1);
  expect(overlaps.length / faults.length).toBeLessThan(0.7);
});

test('a short test gets each kind once, closer together', () => {
  const faults = schedule({ ...usual, intervalMs: 10_000, timeLimitMs: 9000 });
  expect(faults.map(({ kind }) => kind).sort()).toEqual(['clock', 'disk', 'kill', 'packet', 'partition', 'pause']);
});

test('no faults make an empty schedule', () => {
  expect(schedule({ ...usual, faults: [], timeLimitMs: 100 })).toEqual([]);
});

describe('what can not be', () => {
  test('is too little time for every kind', () => {
    expect(() => schedule({ ...usual, timeLimitMs: 3000 })).toThrow(
      '6 kinds of faults, each once needs 5.0 s, and there are 3 s: raise the time limit or ask for fewer faults',
    );
    expect(schedule({ ...usual, timeLimitMs: 5000 })).toHaveLength(6);
  });

  test('is an interval of nothing', () => {
    expect(() => schedule({ ...usual, intervalMs: 0 })).toThrow('more than 0 s');
    expect(() => schedule({ ...usual, intervalMs: Number.NaN })).toThrow('more than 0 s');
  });

  test('is a kind that the cluster can not do', () => {
    const capabilities = { ...able, ...simulatedOnly, loss: 'nft is not installed', delay: 'the kernel has no netem' };
    expect(() => schedule({ ...usual, capabilities })).toThrow(
      "the fault packet can't be had here: loss: nft is not installed; delay: the kernel has no netem; duplicate: only",
    );
    expect(() => schedule({ ...usual, nodes: ['n1'] })).toThrow(
      "partition can't be had here: it needs more than 1 node",
    );
  });
});
