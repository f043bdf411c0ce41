import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../../src/store/plan.ts';
import { planOf, systemNamed } from './plans.ts';

const seeds = Array.from({ length: 300 }, (_, index) => index + 1);
const plansOf = (system: string): readonly RunPlan[] => seeds.map((seed) => planOf(system, null, seed));
const kindsOf = ({ course }: RunPlan): ReadonlySet<string> =>
  new Set(course.kind === 'drawn' ? course.schedule.map(({ kind }) => kind) : []);

describe('plans drawn for many seeds', () => {
  it('differ in how many nodes and clients there are, in the workload, its mix and the settings', () => {
    const plans = plansOf('raft');
    const values = (of: (plan: RunPlan) => unknown): number =>
      new Set(plans.map((plan) => JSON.stringify(of(plan)))).size;
    expect([...new Set(plans.map(({ nodes }) => nodes.length))].sort()).toEqual([3, 4, 5, 6, 7]);
    expect(values(({ concurrency }) => concurrency)).toBeGreaterThan(10);
    expect(values(({ workload }) => workload)).toBe(systemNamed('raft').workloads.length);
    expect(values(({ course }) => (course.kind === 'drawn' ? course.mix : null))).toBeGreaterThan(50);
    expect(values(({ settings }) => settings)).toBeGreaterThan(100);
  });

  it('leave whole kinds of fault out, each in many of them, and all in some', () => {
    const plans = plansOf('raft');
    for (const kind of systemNamed('raft').survives) {
      const having = plans.filter((plan) => kindsOf(plan).has(kind)).length;
      expect([kind, having > 60 && having < 240]).toEqual([kind, true]);
    }
    expect(plans.some((plan) => kindsOf(plan).size === 0)).toBe(true);
  });

  it('have a client at home at every node where nodes are compared, and sometimes not where they are not', () => {
    const isShort = ({ concurrency, nodes }: RunPlan): boolean => concurrency < nodes.length;
    expect(plansOf('causal-store').filter(isShort)).toEqual([]);
    expect(plansOf('raft').some(isShort)).toBe(true);
  });
});
