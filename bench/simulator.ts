/**
 * How fast the simulator is: a Raft under load, with every operation recorded, in events per second and in virtual seconds
 * per second of one core. Each row is one load, each column one way to run it:
 *
 * - `bare`: nodes and clients, and nothing that watches them.
 * - `checked`: as in a campaign: the system's invariants after every event, the history checked for linearizability.
 * - `watched`: as in tests: besides, messages are frozen, hosts ping each other, and everything goes to a listener.
 *
 * They are measured in turns, and medians taken, of this thread's CPU time: other work on the machine disturbs less. A run
 * has at least some 300,000 events, and the first round of each load does not count: what is measured is code that is
 * compiled, as it is in a campaign after its first seconds.
 *
 * `npm run bench:simulator -- [--nodes 5] [--write]`
 */

import { parseArgs } from 'node:util';
import { linearizable } from '../checkers/linearizable/linearizable.ts';
import { register as model } from '../checkers/models/register.ts';
import { simulatedCluster } from '../src/cluster/simulator/cluster.ts';
import { rollingHash } from '../src/cluster/simulator/hash.ts';
import type { SimulatorKnobs } from '../src/cluster/simulator/options.ts';
import { timeline } from '../src/cluster/simulator/timeline.ts';
import { clients, stagger, timeLimit } from '../src/generator/index.ts';
import { interpret } from '../src/runner/interpreter.ts';
import { recorder } from '../src/runner/recorder.ts';
import { register } from '../src/workloads/register.ts';
import { system } from '../systems/raft/system.ts';
import { figure, line, markdown, median, megabytes, writeSection } from './performance-page.ts';

const { values: asked } = parseArgs({
  options: {
    nodes: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
});
const nodes = Array.from({ length: Number(asked.nodes) }, (_, i) => `n${i + 1}`);
/** Operations per second, 0 for none, and for how many seconds of virtual time. */
const loads = [
  { rate: 0, virtualS: 3600 },
  { rate: 10, virtualS: 1200 },
  { rate: 20, virtualS: 900 },
  { rate: 100, virtualS: 240 },
  { rate: 1000, virtualS: 60 },
] as const;
type Load = (typeof loads)[number];
const rounds = 5;

interface Way {
  readonly name: string;
  readonly knobs: SimulatorKnobs;
  readonly checks: boolean;
  readonly listens: boolean;
}

const quiet: SimulatorKnobs = { freeze: false, pingEveryUs: null };
const ways: readonly Way[] = [
  { name: 'bare', knobs: quiet, checks: false, listens: false },
  { name: 'checked', knobs: quiet, checks: true, listens: false },
  { name: 'watched', knobs: { trace: 'full' }, checks: true, listens: true },
];

interface Measured {
  readonly events: number;
  readonly operations: number;
  readonly cpuS: number;
  readonly heapMb: number;
}

const cpuS = (): number => {
  const { user, system: kernel } = process.threadCpuUsage();
  return (user + kernel) / 1e6;
};

/** One run without faults. */
async function raft({ rate, virtualS }: Load, { knobs, checks, listens }: Way): Promise<Measured> {
  const { invariants = [], ...unwatched } = system;
  const cluster = simulatedCluster({
    deployment: { system: checks ? { ...unwatched, invariants } : unwatched, module: '', mutant: null, settings: {} },
    runId: 'bench',
    nodes,
    seed: 1,
    directory: null,
    simulator: knobs,
  });
  let told = 0;
  if (listens) cluster.onEvent(() => told++);
  const log = recorder(() => undefined);
  const began = cpuS();
  await cluster.drive(async () => {
    await cluster.start();
    if (rate === 0) {
      await cluster.clock.sleep(virtualS * 1000);
      return;
    }
    await interpret({
      clock: cluster.clock,
      generator: clients(
        timeLimit(virtualS, stagger(1 / rate, register.generator({ seed: 1, concurrency: 10, nodes }))),
      ),
      concurrency: 10,
      open: (thread, process) => ({ client: register.open(cluster, nodes[thread % nodes.length] ?? '', process) }),
      nemesis: { invoke: () => Promise.resolve({ type: 'info', value: null }) },
      seed: 1,
      record: log,
      log: () => undefined,
    });
  });
  if (checks) {
    const { valid, reason } = linearizable(model, { budgetMs: 60_000 }).check(log.history);
    if (valid !== true) throw new Error(`the history is ${String(valid)}: ${reason ?? ''}`);
  }
  return {
    events: cluster.events(),
    operations: log.history.length / 2,
    cpuS: cpuS() - began,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
  };
}

/** Events of the control side that do nothing: the least that anything costs which a promise waits for. */
async function controlEvents(count: number): Promise<number> {
  const time = timeline({ hash: rollingHash(), perform: () => true });
  const began = cpuS();
  await time.drive(async () => {
    for (let i = 0; i < count; i++) await time.sleep(1);
  });
  return count / (cpuS() - began);
}

/** Events of nodes that do nothing, a hundred of them under way at a time. */
async function nodeEvents(count: number): Promise<number> {
  let left = count;
  const time = timeline({
    hash: rollingHash(),
    perform(_, nowUs) {
      if (left-- > 0) time.push({ kind: 'pings' }, 1 + (nowUs % 97));
      return true;
    },
  });
  const began = cpuS();
  await time.drive(async () => {
    for (let i = 0; i < 100; i++) time.push({ kind: 'pings' }, i);
    await time.sleep(1_000_000_000).catch(() => undefined);
  });
  return count / (cpuS() - began);
}

console.log(`${nodes.length} Raft nodes, 10 clients, no faults, Node ${process.version}\n`);
const columns = ['load', 'virtual time', 'events', 'operations', 'events/s', 'times real time', 'heap'];
const rows: (readonly string[])[] = [];
console.log(markdown({ columns, rows }));
for (const load of loads) {
  const { rate, virtualS } = load;
  const measured = new Map<Way, Measured[]>(ways.map((way) => [way, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [way, results] of measured) {
      const result = await raft(load, way);
      // The first round warms up.
      if (round > 0) results.push(result);
    }
  }
  for (const [{ name }, results] of measured) {
    const cpu = median(results.map((result) => result.cpuS));
    const { events, operations } = results[0] ?? { events: 0, operations: 0 };
    const heapMb = Math.max(...results.map((result) => result.heapMb));
    const row = [
      `${rate === 0 ? 'idle' : `${rate} operations/s`}, ${name}`,
      `${figure(virtualS)} s`,
      figure(events),
      figure(operations),
      figure(events / cpu),
      figure(virtualS / cpu),
      megabytes(heapMb),
    ];
    rows.push(row);
    console.log(line(row));
  }
}
for (const [what, measure] of [
  ['control side', controlEvents],
  ['nodes', nodeEvents],
] as const) {
  await measure(100_000);
  console.log(`\nempty events of the ${what}: ${figure(await measure(500_000))}/s`);
}
if (asked.write) writeSection('simulator', 'npm run bench:simulator', { columns, rows });
