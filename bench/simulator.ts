/**
 * How fast the simulator is: five Raft nodes under load, with every operation recorded, in events per second and in
 * virtual seconds per real second. The same number of empty events through the same heap gives the scale.
 *
 * `node bench/simulator.ts [virtual seconds]`
 */

import { performance } from 'node:perf_hooks';
import { system } from '../systems/raft/system.ts';
import { simulatedCluster } from '../src/cluster/simulator/cluster.ts';
import { rollingHash } from '../src/cluster/simulator/hash.ts';
import { timeline } from '../src/cluster/simulator/timeline.ts';
import { clients, stagger, timeLimit } from '../src/generator/index.ts';
import { interpret } from '../src/runner/interpreter.ts';
import { recorder } from '../src/runner/recorder.ts';
import { register } from '../src/workloads/register.ts';

const virtualS = Number(process.argv[2] ?? 60);
const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];

/** One run without faults; `rate` in operations per second, 0 for as fast as clients can. */
async function raft(rate: number) {
  const cluster = simulatedCluster({
    deployment: { system, module: '', mutant: null, settings: {} },
    runId: 'bench',
    nodes,
    seed: 1,
    directory: null,
  });
  const log = recorder(() => undefined);
  const began = performance.now();
  await cluster.drive(async () => {
    await cluster.start();
    const operations = register.generator({ seed: 1, concurrency: 10, nodes });
    await interpret({
      clock: cluster.clock,
      generator: clients(timeLimit(virtualS, rate > 0 ? stagger(1 / rate, operations) : operations)),
      concurrency: 10,
      open: (thread, process) => ({ client: register.open(cluster, nodes[thread % nodes.length] ?? '', process) }),
      nemesis: { invoke: () => Promise.resolve({ type: 'info', value: null }) },
      seed: 1,
      record: log,
      log: () => undefined,
    });
  });
  const tookS = (performance.now() - began) / 1000;
  return { events: cluster.events(), operations: log.history.length / 2, tookS };
}

/** As many events that do nothing. */
async function empty(events: number): Promise<number> {
  const time = timeline({ hash: rollingHash(), perform: () => true });
  const began = performance.now();
  await time.drive(async () => {
    for (let i = 0; i < 20; i++) time.push({ kind: 'pings' }, i);
    let left = events;
    await new Promise<void>((resolve) => {
      const next = (): void => {
        if (left-- <= 0) resolve();
        else time.control(1, next);
      };
      next();
    });
  });
  return (performance.now() - began) / 1000;
}

console.log(`five Raft nodes, 10 clients, ${virtualS} s of virtual time`);
for (const rate of [100, 1000, 0]) {
  const { events, operations, tookS } = await raft(rate);
  console.log(
    `rate ${rate === 0 ? 'unbounded' : String(rate)}: ${events} events and ${operations} operations in ${tookS.toFixed(2)} s: ` +
      `${Math.round(events / tookS)} events/s, ${Math.round(virtualS / tookS)} times real time`,
  );
}
const scale = 200_000;
console.log(`${scale} empty events of the control side: ${Math.round(scale / (await empty(scale)))} events/s`);
