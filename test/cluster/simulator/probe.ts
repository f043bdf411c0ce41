/** A simulated cluster of the probe system, whose nodes do exactly what a test asks. */

import type { Json, NodeId } from '../../../systems/protocol.ts';
import type { NodeEvent } from '../../../src/cluster/cluster.ts';
import { simulatedCluster } from '../../../src/cluster/simulator/cluster.ts';
import type { SimulatorKnobs } from '../../../src/cluster/simulator/options.ts';
import { system, type ProbeWrite } from '../probe-system.ts';

export const nodes = ['n1', 'n2', 'n3'] as const;

export function probeCluster(simulator: SimulatorKnobs = {}, seed = 1) {
  const cluster = simulatedCluster({
    deployment: { system, module: '', mutant: null, settings: {} },
    runId: 'test',
    nodes,
    seed,
    directory: null,
    simulator: { ...simulator, client: { latencyUs: [1], ...simulator.client } },
  });
  const events: NodeEvent[] = [];
  cluster.onEvent((event) => events.push(event));
  const { clock, faults } = cluster;
  const lines = new Map(nodes.map((node) => [node as NodeId, cluster.connect(node, 'test')]));

  const ask = async (node: NodeId, f: string, key = '-', value: Json = null): Promise<Json> => {
    const response = await lines.get(node)?.request({ f, key, value }, 60_000);
    if (response?.type !== 'ok') throw new Error(`${node} ${f}: ${JSON.stringify(response)}`);
    return response.value ?? null;
  };
  return {
    cluster,
    clock,
    faults: faults as Required<typeof faults>,
    events,
    ask,
    write: (node: NodeId, ...writes: readonly ProbeWrite[]) => ask(node, 'write', '-', writes),
    /** Makes `record` durable as a record of its own. */
    async store(node: NodeId, record: Json): Promise<void> {
      await ask(node, 'write', '-', [['append', 'log', record]]);
      await ask(node, 'sync');
    },
    /** Sends numbers from one node to another, in their order. */
    async say(from: NodeId, to: NodeId, numbers: readonly number[]): Promise<void> {
      for (const number of numbers) await ask(from, 'send', to, number);
    },
    async heard(node: NodeId): Promise<readonly Json[]> {
      return ((await ask(node, 'inbox')) as readonly (readonly [NodeId, Json])[]).map(([, payload]) => payload);
    },
    async observe(node: NodeId) {
      const seen = await faults.observe(node);
      if (seen?.monotonicMs === undefined || seen.lateMs === undefined || seen.disk === undefined) {
        throw new Error(`${node} can't be observed`);
      }
      return { ...seen, monotonicMs: seen.monotonicMs, lateMs: seen.lateMs, disk: seen.disk };
    },
    /** Drives `body` after all nodes have started. */
    run: <T>(body: () => Promise<T>): Promise<T> =>
      cluster.drive(async () => {
        await cluster.start();
        return body();
      }),
  };
}

export const upTo = (count: number, from = 1): readonly number[] => Array.from({ length: count }, (_, i) => from + i);
