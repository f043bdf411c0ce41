import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/fuzz/explain/explain.ts';
import { score } from '../../../src/fuzz/explain/score.ts';
import { toExplain } from '../../../src/fuzz/explain/subject.ts';
import { classOf } from '../../../src/fuzz/failures.ts';
import { simulate } from '../../../src/fuzz/simulate.ts';
import { shareOf } from '../../../src/store/explanation.ts';
import type { RunPlan } from '../../../src/store/plan.ts';
import { planOf, subjectOf } from '../plans.ts';

/** A write is acknowledged by a leader that has not synced it, and all nodes lose their power. */
const lost: RunPlan = {
  ...planOf('raft', 'ack-before-sync', 1, { nodes: 3 }),
  settings: {},
  simulator: {},
  progress: null,
  concurrency: 1,
  course: {
    kind: 'listed',
    operations: [
      { atMs: 3000, thread: 0, f: 'append', key: 'k1', value: 1 },
      { atMs: 8000, thread: 0, f: 'read', key: 'k1', value: null },
    ],
    faults: (['n1', 'n2', 'n3'] as const).map((node) => ({ kind: 'kill', node, atMs: 3100, untilMs: 3200 })),
    healMs: [],
  },
};

async function failing(plan: RunPlan): Promise<string> {
  const { failures } = await simulate(plan, subjectOf(plan));
  const [failure] = failures.map(classOf);
  if (failure === undefined) throw new Error('the plan does not fail');
  return failure;
}

describe('the score of a run', () => {
  it('tells clients, faults and nodes in the order of what happened, and ends where a promise is broken', async () => {
    const { lines, text } = await score(lost, subjectOf(lost));
    const times = lines.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(lines.at(-1)?.kind).toBe('⚡');
    const told = text();
    expect(told).toMatch(/ is leader\n/);
    expect(told).toMatch(/3000\.0 {2}p0 +\? +k1: append 1, at n1\n/);
    expect(lines.filter(({ kind }) => kind === '▲')).toHaveLength(3);
  });

  it('is the same run as without it', async () => {
    const { outcome } = await score(lost, subjectOf(lost));
    expect(outcome.hash).toBe((await simulate(lost, subjectOf(lost))).hash);
  });

  it('puts a note before what happened at its time', async () => {
    const { text } = await score(lost, subjectOf(lost));
    expect(text([{ atMs: 3000, text: 'look here' }])).toMatch(/\n\n +3000\.0 +§ +look here\n +3000\.0 {2}p0 /);
  });
});

describe('an explanation', () => {
  const options = { futures: 20, budgetMs: 60_000, now: () => performance.now() };

  it('names the event at which the failure became likely, and is the same every time', async () => {
    // All start anew at 400 ms, and only where n1 wins the election then is it the leader that is cut off later.
    const plan = planOf('raft', 'stale-read', 1, { nodes: 3 });
    const cut: RunPlan = {
      ...plan,
      settings: {},
      simulator: {},
      progress: null,
      concurrency: 3,
      course: {
        kind: 'listed',
        operations: [
          { atMs: 2000, thread: 0, f: 'write', key: 'k1', value: 1 },
          { atMs: 5000, thread: 1, f: 'write', key: 'k1', value: 2 },
          { atMs: 8500, thread: 0, f: 'read', key: 'k1', value: null },
        ],
        faults: [
          ...(['n1', 'n2', 'n3'] as const).map((node) => ({ kind: 'kill' as const, node, atMs: 300, untilMs: 400 })),
          {
            kind: 'partition',
            edges: [
              ['n1', 'n2'],
              ['n2', 'n1'],
              ['n1', 'n3'],
              ['n3', 'n1'],
            ],
            atMs: 3000,
            untilMs: 9000,
          },
        ],
        healMs: [],
      },
    };
    let seed = 1;
    while ((await simulate({ ...cut, seed }, subjectOf(cut))).failures.length === 0) seed++;
    const failed = { ...cut, seed };
    const failure = await failing(failed);
    expect(failure).toBe('linearizable');
    const record = await explain(failed, subjectOf(failed), failure, options);
    expect(shareOf(record.likelihoods[0] ?? { atMs: 0, futures: 1, failed: 1 })).toBeLessThan(0.7);
    expect(record.jump).not.toBeNull();
    expect(record.jump?.atMs).toBeLessThan(2000);
    expect(record.jump?.after).toBeGreaterThan(0.8);
    expect(record.transcript).toContain('here the failure becomes likely');
    expect(await explain(failed, subjectOf(failed), failure, options)).toEqual(record);
  });

  it('says so where the schedule alone leads to the failure', async () => {
    const record = await explain(lost, subjectOf(lost), await failing(lost), options);
    expect(record.jump).toBeNull();
    expect(record.why).toContain('whatever chance does');
  });

  it('refuses what does not fail so', async () => {
    await expect(explain(lost, subjectOf(lost), 'progress: no-progress', options)).rejects.toThrow(
      'does not fail with',
    );
    const right = { ...lost, mutant: null };
    await expect(toExplain(right, subjectOf(right), 1000, () => undefined)).rejects.toThrow('nothing to explain');
  });

  it('shrinks a long run first and keeps a short one', async () => {
    const short = await toExplain(lost, subjectOf(lost), 1000, () => undefined);
    expect(short).toMatchObject({ plan: lost, isShrunk: false });
    const drawn = planOf('raft', 'ack-before-sync', 5);
    const long = await toExplain(drawn, subjectOf(drawn), 20_000, () => undefined);
    expect(long.isShrunk).toBe(true);
    expect(long.plan.course.kind === 'listed' && long.plan.course.operations.length).toBeLessThan(10);
    expect(long.plan.found?.failure).toBe(long.failure);
  });
});
