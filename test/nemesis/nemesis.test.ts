import { describe, expect, test } from 'vitest';
import type { FaultKind, ScheduledFault } from '../../nemesis/fault.ts';
import { faultKinds } from '../../nemesis/index.ts';
import { nemesis } from '../../nemesis/nemesis.ts';
import { schedule } from '../../nemesis/schedule.ts';
import { nemesisTarget } from '../../nemesis/target.ts';
import type { Context, Generator } from '../../src/generator/generator.ts';
import { fakeCluster, type FakeCluster } from './fake-cluster.ts';

const planned: readonly ScheduledFault[] = [
  { id: 0, kind: 'partition', plan: { shape: 'one-way-in', node: 'n1' }, atMs: 1000, forMs: 2000 },
  { id: 1, kind: 'kill', plan: { shape: 'one', nodes: ['n2'] }, atMs: 1500, forMs: 500 },
  { id: 2, kind: 'pause', plan: { shape: 'one', nodes: ['n3'] }, atMs: 1800, forMs: 500 },
];

function on(
  work: (cluster: FakeCluster, made: ReturnType<typeof nemesis>) => Promise<void>,
  kinds: readonly FaultKind[] = faultKinds,
) {
  return async () => {
    const cluster = fakeCluster();
    await cluster.clock.drive(async () => {
      await cluster.clock.sleep(500);
      await work(cluster, nemesis(nemesisTarget(cluster), kinds, planned));
    });
  };
}

const context = (time: number): Context => ({
  time,
  threads: ['nemesis'],
  free: ['nemesis'],
  processOf: (thread) => thread,
  seed: 1,
});

test('its operations come at the times of the schedule', () => {
  const operations = [];
  const cluster = fakeCluster();
  let generator: Generator | null = nemesis(nemesisTarget(cluster), faultKinds, planned).generator();
  while (generator !== null) {
    const step = generator.next(context(0));
    if (step.kind !== 'operation') break;
    operations.push([step.operation.time / 1e6, step.operation.f, step.operation.value]);
    generator = step.rest;
  }
  expect(operations).toEqual([
    [1000, 'start-partition', { id: 0 }],
    [1500, 'start-kill', { id: 1 }],
    [1800, 'start-pause', { id: 2 }],
    [2000, 'stop-kill', { id: 1 }],
    [2300, 'stop-pause', { id: 2 }],
    [3000, 'stop-partition', { id: 0 }],
  ]);
});

test(
  'completions say what was done, and whether it bit',
  on(async (cluster, { invoke }) => {
    expect(await invoke({ f: 'start-kill', value: { id: 1 } })).toEqual({
      type: 'info',
      value: { id: 1, kind: 'kill', shape: 'one', done: { nodes: ['n2'] } },
    });
    expect(cluster.node('n2').status).toBe('dead');
    expect(await invoke({ f: 'stop-kill', value: { id: 1 } })).toEqual({
      type: 'info',
      value: {
        id: 1,
        kind: 'kill',
        shape: 'one',
        evidence: { bit: true, detail: 'n2 fell silent and came back as another process' },
      },
    });
    expect(cluster.whole()).toBe(true);
    const healed = { ended: [], started: [], silent: [], errors: [] };
    expect(await invoke({ f: 'heal', value: null })).toEqual({ type: 'info', value: healed });
  }),
);

describe('errors are told, not thrown', () => {
  test(
    'while a fault begins: it is not in force, and did not bite',
    on(async (cluster, { invoke }) => {
      cluster.state.failing.add('cut');
      expect(await invoke({ f: 'start-partition', value: { id: 0 } })).toMatchObject({
        type: 'info',
        error: 'cut is out of order',
        value: { id: 0, done: null, error: 'cut is out of order' },
      });
      expect(await invoke({ f: 'stop-partition', value: { id: 0 } })).toMatchObject({
        value: { evidence: { bit: false, detail: 'could not be begun: cut is out of order' } },
      });
    }),
  );

  test(
    'while a fault ends: its evidence is kept, and healing ends it',
    on(async (cluster, { invoke }) => {
      await invoke({ f: 'start-kill', value: { id: 1 } });
      cluster.state.failing.add('start');
      expect(await invoke({ f: 'stop-kill', value: { id: 1 } })).toMatchObject({
        error: 'ending it: start is out of order',
        value: { evidence: { bit: true }, error: 'ending it: start is out of order' },
      });
      cluster.state.failing.clear();
      const healed = await invoke({ f: 'heal', value: null });
      expect(healed).toMatchObject({ value: { ended: [{ id: 1 }], silent: [], errors: [] } });
      expect(healed.error).toBeUndefined();
      expect(cluster.whole()).toBe(true);
    }),
  );

  test(
    'while a fault is measured: it ends all the same',
    on(
      async (cluster, { invoke }) => {
        await invoke({ f: 'start-kill', value: { id: 1 } });
        expect(await invoke({ f: 'stop-kill', value: { id: 1 } })).toMatchObject({
          error: 'measuring it: lost the glasses',
          value: { evidence: { bit: 'unobserved' } },
        });
        expect(cluster.whole()).toBe(true);
      },
      [
        {
          ...(faultKinds[2] as FaultKind),
          async apply(plan, target) {
            const applied = await (faultKinds[2] as FaultKind).apply(plan, target);
            return {
              ...applied,
              observe: () => Promise.reject(new Error('lost the glasses')),
              undo: () => applied.undo().then(() => undefined),
            };
          },
        },
      ],
    ),
  );

  test(
    'for what it does not know',
    on(async (_, { invoke }) => {
      expect((await invoke({ f: 'start-flood', value: { id: 0 } })).error).toContain('does not know');
      expect((await invoke({ f: 'start-kill', value: { id: 9 } })).error).toContain('does not know');
      expect((await invoke({ f: 'dance', value: null })).error).toBe(
        'the nemesis does not know the operation dance null',
      );
    }),
  );

  test(
    'for a kind that is in the schedule only',
    on(async (_, { invoke }) => {
      expect((await invoke({ f: 'start-kill', value: { id: 1 } })).error).toContain('knows no such kind');
    }, []),
  );
});

describe('healing', () => {
  test(
    'ends what is in force, with evidence, the last one first, and can be done again',
    on(async (cluster, { invoke, heal }) => {
      for (const { id, kind } of planned) await invoke({ f: `start-${kind}`, value: { id } });
      const { ended, ...rest } = await heal();
      expect(ended.map(({ id, evidence }) => [id, evidence.bit])).toEqual([
        [2, true],
        [1, true],
        [0, true],
      ]);
      expect(rest).toEqual({ started: [], silent: [], errors: [] });
      expect(cluster.whole()).toBe(true);
      expect(await heal()).toEqual({ ended: [], started: [], silent: [], errors: [] });
    }),
  );

  test(
    'waits for nodes to answer, and says which do not',
    on(async (cluster, { invoke }) => {
      await invoke({ f: 'start-pause', value: { id: 2 } });
      cluster.state.idle.add('resume').add('start');
      const healed = await invoke({ f: 'heal', value: null });
      expect(healed.value).toMatchObject({ silent: ['n3'] });
      expect(healed.error).toContain('n3 does not answer 15 s after healing');
    }),
  );
});

test('a long schedule with everything overlapping bites, and leaves nothing', async () => {
  for (const seed of [1, 2, 3, 4]) {
    const cluster = fakeCluster();
    const { capabilities, nodes, clock } = cluster;
    const possible = faultKinds.filter(({ shapes }) => shapes(nodes, capabilities).length > 0);
    const faults = schedule({ seed, faults: possible, intervalMs: 1500, timeLimitMs: 60_000, nodes, capabilities });
    const bits: unknown[] = [];
    await clock.drive(async () => {
      const made = nemesis(nemesisTarget(cluster), faultKinds, faults);
      let generator: Generator | null = made.generator();
      while (generator !== null) {
        const step = generator.next(context(clock.now() * 1e6));
        if (step.kind !== 'operation') break;
        await clock.sleep(step.operation.time / 1e6 - clock.now());
        const { error, value } = await made.invoke(step.operation);
        expect(error).toBeUndefined();
        const { evidence } = value as { evidence?: { bit: unknown } };
        if (evidence !== undefined) bits.push(evidence.bit);
        generator = step.rest;
      }
      expect(cluster.whole()).toBe(true);
    });
    expect(bits).toHaveLength(faults.length);
    expect(bits).not.toContain(false);
    expect(bits.filter((bit) => bit === true).length / bits.length).toBeGreaterThan(0.8);
  }
});
