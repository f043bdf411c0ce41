import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/history/operation.ts';
import { classOf } from '../../src/fuzz/failures.ts';
import type { ListedCourse, RunPlan } from '../../src/store/plan.ts';
import { simulate } from '../../src/fuzz/simulate.ts';
import { planOf, subjectOf, systemNamed } from './plans.ts';

/** Everything that happens at nodes, and what clients saw, without the nemesis's own words. */
async function course(plan: RunPlan) {
  const nodes: string[] = [];
  const clients: string[] = [];
  const outcome = await simulate(plan, subjectOf(plan), {
    trace: 'full',
    onEvent: ({ node, kind, name, detail }, atMs) => nodes.push(JSON.stringify([atMs, node, kind, name, detail])),
    onOperation({ index: _index, ...operation }: Operation) {
      if (operation.process !== 'nemesis') clients.push(JSON.stringify(operation));
    },
  });
  return { nodes, clients, outcome };
}

describe('a plan', () => {
  it('is the same run every time, also after it was written and read', async () => {
    const plan = planOf('raft', null, 3);
    const first = await simulate(plan, subjectOf(plan));
    const again = await simulate(JSON.parse(JSON.stringify(plan)) as RunPlan, subjectOf(plan));
    expect(again.hash).toBe(first.hash);
    expect(first.events).toBeGreaterThan(1000);
    expect((await simulate({ ...plan, seed: 4 }, subjectOf(plan))).hash).not.toBe(first.hash);
  });

  it('lists, after the run, every operation and every fault, so that the list is the same run event by event', async () => {
    let faults = 0;
    for (const [system, mutant, seed] of [
      ['raft', null, 1],
      ['raft', null, 2],
      ['raft', 'stale-read', 11],
      ['raft', 'ack-before-sync', 2],
      ['raft', 'no-session', 9],
      ['causal-store', null, 5],
      ['causal-store', 'fifo-only', 6],
    ] as const) {
      const drawn = await course(planOf(system, mutant, seed));
      const listed = await course(JSON.parse(JSON.stringify(drawn.outcome.listed)) as RunPlan);
      // The list goes on until the time for progress is over.
      expect(listed.nodes.slice(0, drawn.nodes.length)).toEqual(drawn.nodes);
      // What two clients did in the same instant has no order.
      expect(listed.clients.toSorted()).toEqual(drawn.clients.toSorted());
      expect(listed.outcome.failures.map(classOf)).toEqual(drawn.outcome.failures.map(classOf));
      faults += (drawn.outcome.listed.course as ListedCourse).faults.length;
    }
    expect(faults).toBeGreaterThan(50);
  });

  it('leaves everything else as it was when one fault is taken out that did nothing', async () => {
    const plan = planOf('raft', null, 1);
    const { listed } = (await course(plan)).outcome;
    const listedCourse = listed.course as ListedCourse;
    const idle = { kind: 'partition', edges: [['n1', 'n1']], atMs: 500, untilMs: 700 } as const;
    const more = { ...listed, course: { ...listedCourse, faults: [idle, ...listedCourse.faults] } };
    expect((await course(more)).nodes).toEqual((await course(listed)).nodes);
  });
});

describe('progress', () => {
  /** Three nodes of which two are dead for good: nobody can be served. */
  const hopeless = (): RunPlan => {
    const plan = planOf('raft', null, 1, { nodes: 3, faults: ['kill'] });
    if (plan.course.kind !== 'drawn' || plan.progress === null) throw new Error('expected a drawn plan');
    const lasting = ['n2', 'n3'].map((node) => ({ kind: 'kill', node }) as const);
    return { ...plan, course: { ...plan.course, lasting } };
  };

  it('fails where nobody is served though a quorum was promised', async () => {
    const plan = hopeless();
    const { failures } = await simulate(plan, subjectOf(plan));
    expect(failures.map(classOf)).toEqual(['progress: no-progress']);
    expect(failures[0]?.reason).toMatch(/^none of \d+ operations succeeded from 10 s to 20 s after .* were healed: /);
    // Who waits for whom.
    expect(failures[0]?.reason).toMatch(/n1 is (pre-)?candidate without a leader in term \d+, n2 is down, n3 is down$/);
  });

  it('fails as well when the run is done from its list', async () => {
    const plan = hopeless();
    const { listed } = await simulate(plan, subjectOf(plan));
    expect((await simulate(listed, subjectOf(plan))).failures.map(classOf)).toEqual(['progress: no-progress']);
  });

  it('holds with as many nodes broken for good as the system says that it survives', async () => {
    for (let seed = 100; seed < 110; seed++) {
      const plan = planOf('raft', null, seed);
      const { failures, unknown } = await simulate(plan, subjectOf(plan));
      expect([seed, failures, unknown]).toEqual([seed, [], null]);
    }
  });

  it('fails where somebody else leads all the time', async () => {
    const raft = systemNamed('raft');
    const plan = planOf('raft', null, 2, { nodes: 3, faults: [] });
    const restless = {
      ...raft,
      create: (env: Parameters<typeof raft.create>[0]) => {
        const inner = raft.create(env);
        return {
          start: (image: Parameters<typeof inner.start>[0]) => inner.start(image),
          onMessage: (from: string, message: Parameters<typeof inner.onMessage>[1]) => inner.onMessage(from, message),
          onTimer(name: string) {
            env.probe('role', env.random() < 0.5 ? 'leader' : 'follower');
            inner.onTimer(name);
          },
          onRequest: (id: number, request: Parameters<typeof inner.onRequest>[1]) => inner.onRequest(id, request),
          onSynced: (ticket: number) => inner.onSynced(ticket),
        };
      },
    };
    const { failures } = await simulate(plan, subjectOf(plan, restless));
    expect(failures.map(classOf)).toEqual(['progress: no-stable-leader']);
    expect(failures[0]?.reason).toMatch(/roles changed \d+ times .* led by turns/);
  });
});
