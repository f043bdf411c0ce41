/**
 * Real clusters: how long until five nodes answer, how long a partition takes to be in force, how far apart its first
 * and its last edge fall silent, and how many operations a five-node Raft does without faults.
 *
 * `node bench/clusters.ts docker|netns [rounds]`
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cluster, ClusterKind, Deployment } from '../src/cluster/cluster.ts';
import type { Edge } from '../src/cluster/faults.ts';
import { readHistory } from '../src/history/reader.ts';
import { pairs } from '../src/history/pairs.ts';
import { silentObserver } from '../src/runner/observer.ts';
import { runTest } from '../src/runner/run.ts';
import { makeCluster } from '../src/runner/select-cluster.ts';
import { system } from './ticker.ts';

const kind: ClusterKind = process.argv[2] === 'netns' ? 'netns' : 'docker';
const rounds = Number(process.argv[3] ?? 10);
const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];
const deployment: Deployment = {
  system,
  module: fileURLToPath(new URL('./ticker.ts', import.meta.url)),
  mutant: null,
  settings: {},
};

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;
const told = (what: string, values: readonly number[]): void => {
  const [least, median, most] = [0, 0.5, 1].map((share) => quantile(values, share).toFixed(1));
  console.log(`${what}: median ${median ?? ''} ms, from ${least ?? ''} to ${most ?? ''} (${values.length} times)`);
};

const make = (round: number): Promise<Cluster> =>
  makeCluster(kind, { deployment, runId: `bench-${process.pid}-${round}`, nodes, seed: round, directory: null }, false);

async function starts(): Promise<void> {
  const ready: number[] = [];
  const gone: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const cluster = await make(round);
    const began = performance.now();
    await cluster.start();
    ready.push(performance.now() - began);
    const ended = performance.now();
    await cluster.stop();
    gone.push(performance.now() - ended);
  }
  told('five nodes ready', ready);
  told('stopped', gone);
}

/** {n1, n2} | {n3, n4, n5}, both ways. */
const halves: readonly Edge[] = nodes.slice(0, 2).flatMap((a) =>
  nodes.slice(2).flatMap((b): readonly Edge[] => [
    [a, b],
    [b, a],
  ]),
);

async function partitions(): Promise<void> {
  const cluster = await make(rounds);
  const applied: number[] = [];
  const apart: number[] = [];
  try {
    await cluster.start();
    for (let round = 0; round < rounds; round++) {
      await cluster.clock.sleep(1500);
      const began = performance.now();
      await cluster.faults.cut(halves);
      applied.push(performance.now() - began);
      await cluster.clock.sleep(200);
      const heard = new Map<string, Readonly<Record<string, number>>>();
      for (const node of nodes) {
        const answer = await cluster.connect(node).request({ f: 'heard' }, 1000);
        if (answer.type === 'ok') heard.set(node, answer.value as Readonly<Record<string, number>>);
      }
      const last = halves.map(([from, to]) => heard.get(to)?.[from] ?? Number.NaN);
      apart.push(Math.max(...last) - Math.min(...last));
      await cluster.faults.cut([]);
    }
  } finally {
    await cluster.stop();
  }
  told('partition in force', applied);
  told('first to last edge silent, with a message a millisecond', apart);
}

async function raft(): Promise<void> {
  const storeDirectory = await mkdtemp(join(tmpdir(), 'clew-bench-'));
  try {
    const { runs } = await runTest(
      {
        system: 'raft',
        cluster: kind,
        faults: ['none'],
        rate: 0,
        concurrency: 10,
        timeLimitS: 15,
        seed: 1,
        storeDirectory,
      },
      silentObserver,
      new AbortController().signal,
    );
    const [run] = runs;
    if (run === undefined) return;
    const path = join(run.directory, 'history.jsonl');
    const history = readHistory(await readFile(path, 'utf8'), path);
    const done = pairs(history).flatMap(({ invocation, completion }) =>
      completion === null || completion.type === 'info'
        ? []
        : [{ ok: completion.type === 'ok', ms: (completion.time - invocation.time) / 1e6 }],
    );
    const seconds = (history.at(-1)?.time ?? 0) / 1e9;
    const latencies = done.map(({ ms }) => ms);
    const ok = done.filter((one) => one.ok).length;
    console.log(
      `raft, 10 clients, no faults, ${String(run.valid)}: ${Math.round(done.length / seconds)} operations/s ` +
        `(${Math.round(ok / seconds)} ok), p50 ${quantile(latencies, 0.5).toFixed(1)} ms, p99 ${quantile(latencies, 0.99).toFixed(1)} ms`,
    );
  } finally {
    await rm(storeDirectory, { recursive: true, force: true });
  }
}

console.log(`${kind}, ${rounds} rounds`);
await starts();
await partitions();
await raft();
