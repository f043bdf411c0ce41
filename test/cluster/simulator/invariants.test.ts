import { describe, expect, it } from 'vitest';
import type { Invariant } from '../../../systems/protocol.ts';
import type { NodeEvent } from '../../../src/cluster/cluster.ts';
import { simulatedCluster } from '../../../src/cluster/simulator/cluster.ts';
import type { SimulatorOptions } from '../../../src/cluster/simulator/options.ts';
import { system as chatter } from './chatter.ts';

const nodes = ['n1', 'n2', 'n3'];

function cluster(invariants: readonly Invariant[], simulator: Partial<SimulatorOptions> = {}) {
  const made = simulatedCluster({
    deployment: { system: { ...chatter, invariants }, module: '', mutant: null, settings: {} },
    runId: 'test',
    nodes,
    seed: 1,
    directory: null,
    simulator,
  });
  const violations: NodeEvent[] = [];
  made.onEvent((event) => {
    if (event.kind === 'violation') violations.push(event);
  });
  return { made, violations };
}

const heardAtMost = (most: number): Invariant => ({
  name: 'quiet',
  promise: `nobody hears more than ${most} rumours`,
  watch: (state) => ({
    onEvent(node) {
      const inside = state.node(node) as { readonly heard: number } | null;
      const heard = inside?.heard ?? 0;
      return heard > most ? `${node} heard ${heard}` : null;
    },
  }),
});

describe('invariants', () => {
  it('are told once when they are broken, at the node and the moment at which it shows', async () => {
    const { made, violations } = cluster([heardAtMost(10), heardAtMost(1_000_000)]);
    await made.drive(async () => {
      await made.start();
      await made.clock.sleep(2000);
    });
    expect(violations.map(({ name, detail }) => [name, detail])).toEqual([
      ['quiet', `${violations[0]?.node ?? ''} heard 11`],
    ]);
    expect(violations[0]?.at).toBeLessThan(made.clock.now());
  });

  it('see a down node as null and, on its disk, what was durable when it fell', async () => {
    const seen: unknown[] = [];
    const { made } = cluster([
      {
        name: 'spy',
        promise: 'nothing',
        watch: (state) => ({
          onEvent() {
            if (state.node('n3') === null) seen.push(state.disk('n3').logs.get('heard')?.records.length);
            return null;
          },
        }),
      },
    ]);
    await made.drive(async () => {
      await made.start();
      await made.clock.sleep(1000);
      seen.length = 0;
      await made.faults.kill('n3');
      await made.clock.sleep(300);
    });
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).toBeGreaterThan(10);
  });

  it('see what was answered, after the handler that answered it', async () => {
    const answered: unknown[] = [];
    const { made } = cluster([
      {
        name: 'spy',
        promise: 'nothing',
        watch: () => ({
          onReply(node, request, response) {
            answered.push([node, request.f, response.type]);
            return null;
          },
        }),
      },
    ]);
    await made.drive(async () => {
      await made.start();
      await made.connect('n2').request({ f: 'sum' }, 500);
    });
    expect(answered).toEqual([['n2', 'sum', 'ok']]);
  });

  it('that throw are broken themselves, and the run goes on', async () => {
    const { made, violations } = cluster([
      {
        name: 'clumsy',
        promise: 'nothing',
        watch: () => ({
          onEvent() {
            throw new Error('no such node');
          },
        }),
      },
    ]);
    await made.drive(async () => {
      await made.start();
      await made.clock.sleep(500);
    });
    expect(violations.map(({ detail }) => detail)).toEqual(['the invariant itself failed: no such node']);
  });
});

describe('buggify', () => {
  const counts = async (live: number, perMille: number, untilMs: number | null = null): Promise<readonly number[]> => {
    const tally = new Map<string, number>();
    const made = simulatedCluster({
      deployment: {
        system: {
          ...chatter,
          create(env) {
            const points = Array.from({ length: 20 }, (_, i) => `point-${i}`);
            return {
              ...chatter.create(env),
              onTimer() {
                for (const point of points) if (env.buggify(point)) tally.set(point, (tally.get(point) ?? 0) + 1);
                env.setTimer('tell', 10);
              },
            };
          },
        },
        module: '',
        mutant: null,
        settings: {},
      },
      runId: 'test',
      nodes,
      seed: 1,
      directory: null,
      simulator: { buggify: { live, perMille, untilMs } },
    });
    await made.drive(async () => {
      await made.start();
      await made.clock.sleep(10_000);
    });
    return [...tally.values()];
  };

  it('lets some points live, and those be true now and then', async () => {
    const seen = await counts(0.4, 100);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.length).toBeLessThan(15);
    for (const times of seen) {
      // Three nodes ask 1,000 times each.
      expect(times).toBeGreaterThan(200);
      expect(times).toBeLessThan(400);
    }
  });

  it('ends when the run says so', async () => {
    for (const times of await counts(0.4, 100, 2000)) {
      // A fifth of the time.
      expect(times).toBeGreaterThan(30);
      expect(times).toBeLessThan(90);
    }
  });

  it('is never true unless the run asks for it', async () => {
    expect(await counts(0, 1000)).toEqual([]);
  });
});

it('draws the future anew from a moment on, and leaves the past as it was', async () => {
  const course = async (salt: number): Promise<readonly string[]> => {
    const { made } = cluster([]);
    const hashes: string[] = [];
    await made.drive(async () => {
      await made.start();
      for (let i = 0; i < 10; i++) {
        await made.clock.sleep(100);
        hashes.push(made.hash());
        if (i === 4) made.chance.anew(salt);
      }
    });
    return hashes;
  };
  const first = await course(0);
  const other = await course(7);
  expect(other.slice(0, 5)).toEqual(first.slice(0, 5));
  expect(other.slice(6)).not.toEqual(first.slice(6));
  expect(await course(7)).toEqual(other);
});
