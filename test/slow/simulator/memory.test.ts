import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { linearizable } from '../../../checkers/linearizable/linearizable.ts';
import { register as model } from '../../../checkers/models/register.ts';
import { nemesisTarget } from '../../../nemesis/target.ts';
import { simulatedCluster } from '../../../src/cluster/simulator/cluster.ts';
import { drawKnobs } from '../../../src/cluster/simulator/swarm.ts';
import { clients, stagger, timeLimit } from '../../../src/generator/index.ts';
import { random } from '../../../src/random.ts';
import { interpret } from '../../../src/runner/interpreter.ts';
import { recorder } from '../../../src/runner/recorder.ts';
import { register } from '../../../src/workloads/register.ts';
import { raft } from '../../../systems/raft/system.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is left in memory once everything that nobody holds is collected, in MB. */
function heldMb(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** A second of a Raft with clients and some faults, checked. Returns how many events there were. */
async function shortRun(seed: number): Promise<number> {
  const nodes = ['n1', 'n2', 'n3'];
  const cluster = simulatedCluster({
    deployment: { system: raft, module: '', mutant: null, settings: {} },
    runId: 'memory',
    nodes,
    seed,
    directory: null,
    simulator: { ...drawKnobs(seed), freeze: false },
  });
  const { clock } = cluster;
  const dice = random(seed, 'memory');
  const log = recorder(() => undefined);
  await cluster.drive(async () => {
    await cluster.start();
    const target = nemesisTarget(cluster.faults);
    clock.after(300, () => {
      void target.holdDead(dice.pick(nodes)).then((release) => clock.after(100, () => void release()));
      void target.addClog([['n1', 'n2']]);
      void target.addDiskTrouble(dice.pick(nodes), { kind: 'torn' });
      void target.holdPaused(dice.pick(nodes)).then((release) => clock.after(50, () => void release()));
    });
    await interpret({
      clock,
      generator: clients(timeLimit(1, stagger(0.05, register.generator({ seed, concurrency: 4, nodes })))),
      concurrency: 4,
      open: (thread, process) => ({ client: register.open(cluster, nodes[thread % 3] ?? '', process) }),
      nemesis: { invoke: () => Promise.resolve({ type: 'info', value: null }) },
      seed,
      record: log,
      log: () => undefined,
    });
  });
  expect(linearizable(model, { budgetMs: 10_000 }).check(log.history).valid).not.toBe(false);
  return cluster.events();
}

it('memory is flat over 10,000 short runs in one process', { timeout: 600_000 }, async () => {
  const at = new Map<number, number>();
  let events = 0;
  for (let seed = 1; seed <= 10_000; seed++) {
    events += await shortRun(seed);
    if (seed === 1000 || seed === 5000 || seed === 10_000) at.set(seed, heldMb());
  }
  expect(events).toBeGreaterThan(1_000_000);
  // A leak of a hundred bytes a run would be a megabyte.
  expect((at.get(10_000) ?? Infinity) - (at.get(1000) ?? 0)).toBeLessThan(1);
  expect((at.get(10_000) ?? Infinity) - (at.get(5000) ?? 0)).toBeLessThan(0.7);
});
