import { describe, expect, it } from 'vitest';
import type { Evidence, FaultPlan, NemesisTarget } from '../../nemesis/fault.ts';
import { faultKinds } from '../../nemesis/index.ts';
import { nemesis, type Ended } from '../../nemesis/nemesis.ts';
import { damagedBy, schedule } from '../../nemesis/schedule.ts';
import { nemesisTarget } from '../../nemesis/target.ts';
import { simulatedCluster, type SimulatedCluster } from '../../src/cluster/simulator/cluster.ts';
import { simulatorCapabilities } from '../../src/cluster/simulator/fault-control.ts';
import type { SimulatorKnobs } from '../../src/cluster/simulator/options.ts';
import { random } from '../../src/random.ts';
import { protocolClient } from '../../src/workloads/protocol-client.ts';
import { raft } from '../../systems/raft/system.ts';

const nodesOf = (n: number) => Array.from({ length: n }, (_, i) => `n${i + 1}`);

const kindOf = (name: string) => {
  const kind = faultKinds.find((known) => known.name === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
};

interface Inflicted {
  readonly observed: Evidence;
  readonly evidence: Evidence;
  readonly lost: readonly string[];
  /** How many writes of so many succeeded after healing. */
  readonly served: number;
}

/** A fault on a Raft whose clients write all the time, from its beginning to its end and a while beyond. */
async function inflict(
  name: string,
  plan: FaultPlan,
  options: {
    readonly nodes?: number;
    readonly forMs?: number;
    readonly simulator?: SimulatorKnobs;
    readonly during?: (target: NemesisTarget, cluster: SimulatedCluster) => Promise<void>;
  } = {},
): Promise<Inflicted> {
  const { nodes = 5, forMs = 1500 } = options;
  const cluster = simulatedCluster({
    deployment: { system: raft, module: '', mutant: null, settings: { snapshotEvery: 50 } },
    runId: 'test',
    nodes: nodesOf(nodes),
    seed: 7,
    directory: null,
    simulator: options.simulator ?? {},
  });
  const { clock } = cluster;
  return cluster.drive(async () => {
    await cluster.start();
    let writing = true;
    const write = async (home: string): Promise<void> => {
      const client = protocolClient(cluster, home);
      for (let value = 1; writing; value++) {
        await client.command({ f: 'write', key: 'k', value });
        await clock.sleep(20);
      }
    };
    const writers = cluster.nodes.map(write);
    await clock.sleep(2000);
    const target = nemesisTarget(cluster.faults);
    const applied = await kindOf(name).apply(plan, target);
    await options.during?.(target, cluster);
    await clock.sleep(forMs);
    const observed = await applied.observe();
    const last = await applied.undo();
    await clock.sleep(300);
    for (const node of cluster.nodes) {
      const isUp = (await cluster.faults.observe(node)) !== null;
      expect([node, isUp]).toEqual([node, target.state(node).status !== 'lost']);
    }
    const { silent, errors, lost = [] } = await target.clear(5000);
    expect({ silent, errors }).toEqual({ silent: [], errors: [] });
    writing = false;
    await Promise.all(writers);
    await clock.sleep(2000);
    const client = protocolClient(cluster, 'n1');
    let served = 0;
    for (let value = 0; value < 10; value++) {
      if ((await client.command({ f: 'write', key: 'after', value })).type === 'ok') served++;
    }
    return { observed, evidence: last ?? observed, lost, served };
  });
}

const everyShape = [3, 5].flatMap((n) =>
  faultKinds.flatMap(({ name, shapes }) =>
    shapes(nodesOf(n), simulatorCapabilities).map((shape) => ({ name, shape, n })),
  ),
);

describe('every shape of every fault, on a simulated Raft', () => {
  it.each(everyShape)('$name $shape on $n nodes is seen to bite and leaves nothing', async ({ name, shape, n }) => {
    for (const seed of n === 5 ? [1, 2, 3] : [1]) {
      const plan = kindOf(name).draw(random(seed), nodesOf(n), shape);
      expect(JSON.parse(JSON.stringify(plan)), 'a plan survives being written down').toEqual(plan);
      const { evidence, lost, served } = await inflict(name, plan, { nodes: n });
      expect([seed, evidence]).toMatchObject([seed, { bit: true }]);
      expect(lost).toEqual(kindOf(name).damaging?.includes(shape) === true ? [plan['node']] : []);
      expect(served).toBe(10);
    }
  });

  it.each(everyShape.filter(({ n, shape }) => n === 5 && shape !== 'unseat'))(
    '$name $shape is waited for when it is brief',
    async ({ name, shape }) => {
      const plan = kindOf(name).draw(random(4), nodesOf(5), shape);
      expect((await inflict(name, plan, { forMs: 0 })).evidence).toMatchObject({ bit: true });
    },
  );
});

it.each([1, 2, 3])('a long schedule with everything overlapping bites, and leaves nothing (seed %d)', async (seed) => {
  const cluster = simulatedCluster({
    deployment: { system: raft, module: '', mutant: null, settings: { snapshotEvery: 50 } },
    runId: 'test',
    nodes: nodesOf(5),
    seed,
    directory: null,
  });
  const { nodes, clock } = cluster;
  const { capabilities } = cluster.faults;
  const faults = schedule({
    seed,
    faults: faultKinds,
    intervalMs: 1500,
    timeLimitMs: 60_000,
    nodes,
    capabilities,
    damageMax: 2,
  });
  const evidence: Ended[] = [];
  await cluster.drive(async () => {
    await cluster.start();
    const startMs = clock.now();
    let writing = true;
    const writers = nodes.map(async (home) => {
      const client = protocolClient(cluster, home);
      for (let value = 1; writing; value++) {
        await client.command({ f: 'write', key: 'k', value });
        await clock.sleep(20);
      }
    });
    const made = nemesis(nemesisTarget(cluster.faults), faultKinds, faults);
    const operations = faults
      .flatMap(({ id, kind, atMs, forMs }) => [
        { at: atMs, f: `start-${kind}`, value: { id } },
        { at: atMs + forMs, f: `stop-${kind}`, value: { id } },
      ])
      .sort((a, b) => a.at - b.at);
    for (const { at, f, value } of operations) {
      await clock.sleep(Math.max(0, startMs + at - clock.now()));
      const done = await made.invoke({ f, value });
      expect([f, value, done.error]).toEqual([f, value, undefined]);
      if (f.startsWith('stop')) evidence.push(done.value as Ended);
    }
    const healed = await made.heal();
    expect(healed).toMatchObject({ silent: [], errors: [] });
    expect(healed.lost ?? []).toEqual(damagedBy(faults, faultKinds).toSorted());
    writing = false;
    await Promise.all(writers);
  });
  expect(evidence).toHaveLength(faults.length);
  expect(evidence.filter((ended) => ended.evidence.bit === false)).toEqual([]);
  expect(evidence.filter((ended) => ended.evidence.bit === true).length / evidence.length).toBeGreaterThan(0.6);
});
