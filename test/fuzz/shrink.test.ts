import { describe, expect, it } from 'vitest';
import { classOf } from '../../src/fuzz/failures.ts';
import { simulate } from '../../src/fuzz/simulate.ts';
import { renumbered, withNodes, type ListedPlan } from '../../src/fuzz/shrink/candidates.ts';
import { shrink } from '../../src/fuzz/shrink/shrink.ts';
import { roundedTimes, shorterPauses } from '../../src/fuzz/shrink/times.ts';
import type { RunPlan } from '../../src/store/plan.ts';
import { planOf, subjectOf } from './plans.ts';

const never = (): boolean => false;

async function classesOf(plan: RunPlan): Promise<readonly string[]> {
  return (await simulate(plan, subjectOf(plan))).failures.map(classOf);
}

/** The run of the first seed that fails by faults alone. */
async function firstFailing(system: string, mutant: string) {
  for (let seed = 1; ; seed++) {
    const plan = planOf(system, mutant, seed);
    if ((plan.simulator.buggify?.live ?? 0) > 0) continue;
    const { listed, failures } = await simulate(plan, subjectOf(plan));
    const [failure] = failures.map(classOf);
    if (failure !== undefined) return { listed, failure };
  }
}

async function shrunk(system: string, mutant: string) {
  const { listed, failure } = await firstFailing(system, mutant);
  const now = () => performance.now();
  return { failure, ...(await shrink(listed, { classesOf, failure, budgetMs: 60_000, now })) };
}

describe('shrinking a run that fails', () => {
  it.each([
    ['raft', 'ack-before-sync', 6],
    ['raft', 'no-session', 8],
    ['raft', 'stale-read', 12],
    ['causal-store', 'fifo-only', 6],
  ])(
    'of %s with %s leaves at most %i operations and faults, none of which can be left out',
    async (system, mutant, most) => {
      const { plan, failure, isMinimal } = await shrunk(system, mutant);
      const { operations, faults } = plan.course;
      expect(isMinimal).toBe(true);
      expect(operations.length + faults.length).toBeLessThanOrEqual(most);
      expect(await classesOf(plan)).toContain(failure);
      for (const left of operations) {
        const rest = operations.filter((other) => other !== left);
        expect(await classesOf({ ...plan, course: { ...plan.course, operations: rest } })).not.toContain(failure);
      }
      for (const left of faults) {
        const rest = faults.filter((other) => other !== left);
        expect(await classesOf({ ...plan, course: { ...plan.course, faults: rest } })).not.toContain(failure);
      }
    },
  );

  it('keeps to the class of the failure and refuses a plan that does not show it', async () => {
    const plan = planOf('raft', null, 1);
    const { listed } = await simulate(plan, subjectOf(plan));
    const asked = { classesOf, failure: 'linearizable', budgetMs: 1000, now: () => performance.now() };
    await expect(shrink(listed, asked)).rejects.toThrow('the plan does not fail with "linearizable"');
    await expect(shrink(plan, asked)).rejects.toThrow('only a listed plan');
  });

  it('stops when its time is up, with something that still fails', async () => {
    const { listed, failure } = await firstFailing('raft', 'ack-before-sync');
    let clock = 0;
    const result = await shrink(listed, { classesOf, failure, budgetMs: 10, now: () => clock++ });
    expect(result.isMinimal).toBe(false);
    expect(await classesOf(result.plan)).toContain(failure);
  });
});

const small: ListedPlan = {
  ...planOf('raft', null, 1, { nodes: 3 }),
  concurrency: 9,
  progress: null,
  course: {
    kind: 'listed',
    operations: [
      { atMs: 1003.7, thread: 4, f: 'write', key: 'k29', value: 871 },
      { atMs: 2504.2, thread: 8, f: 'cas', key: 'k29', value: [871, 902] },
      { atMs: 2504.3, thread: 4, f: 'read', key: 'k7', value: null },
    ],
    faults: [
      {
        kind: 'partition',
        edges: [
          ['n1', 'n2'],
          ['n2', 'n3'],
        ],
        atMs: 1500.5,
        untilMs: 2600.25,
      },
      { kind: 'kill', node: 'n3', atMs: 1700, untilMs: null },
    ],
    healMs: [2700],
  },
};

describe('simpler plans', () => {
  it('number threads, keys and values by when they come up', () => {
    const { concurrency, course } = renumbered(small, { threads: true });
    expect(concurrency).toBe(2);
    expect(course.operations.map(({ thread, key, value }) => [thread, key, value])).toEqual([
      [0, 'k1', 1],
      [1, 'k1', [1, 2]],
      [0, 'k2', null],
    ]);
    expect(renumbered(small, { threads: false }).course.operations.map(({ thread }) => thread)).toEqual([4, 8, 4]);
  });

  it('without a node have no fault that touches it', () => {
    const { nodes, course } = withNodes(small, ['n1', 'n2']);
    expect(nodes).toEqual(['n1', 'n2']);
    expect(course.faults).toEqual([{ kind: 'partition', edges: [['n1', 'n2']], atMs: 1500.5, untilMs: 2600.25 }]);
  });

  it('have round times', () => {
    const [coarsest] = roundedTimes(small);
    expect(coarsest?.course.faults.map(({ atMs, untilMs }) => [atMs, untilMs])).toEqual([
      [2000, 3000],
      [2000, null],
    ]);
  });

  it('have pauses as short as it takes, and keep the order', async () => {
    // The failure takes 200 ms between the kill and the second operation.
    const fails = async ({ course: { operations, faults } }: ListedPlan): Promise<boolean> =>
      (operations[1]?.atMs ?? 0) - (faults[1]?.atMs ?? 0) >= 200;
    const { course } = await shorterPauses(small, fails, never);
    const at = [course.operations[0]?.atMs, course.faults[0]?.atMs, course.faults[1]?.atMs, course.operations[1]?.atMs];
    expect(at.map(Number)).toEqual(at.map(Number).toSorted((a, b) => a - b));
    expect(Number(at[3]) - Number(at[2])).toBeCloseTo(200, -1);
    expect(at[0]).toBeLessThan(5);
    expect(Number(at[2]) - Number(at[0])).toBeLessThan(6);
  });
});
