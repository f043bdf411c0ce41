/** What a test is asked to do, checked and completed: every mistake is found here, before anything starts. */

import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { SpectrumModel } from '../../checkers/spectrum/lattice.ts';
import { spectrumModelNamed, spectrumNames } from '../../checkers/spectrum/names.ts';
import { faultKinds } from '../../nemesis/index.ts';
import type { FaultKind } from '../../nemesis/fault.ts';
import { systems } from '../../systems/index.ts';
import type { Json, System } from '../../systems/protocol.ts';
import type { ClusterKind, Deployment } from '../cluster/cluster.ts';
import { messageOf, unknownName, UsageError } from '../errors.ts';
import { workloads } from '../workloads/index.ts';
import type { Workload } from '../workloads/workload.ts';
import { clusterKinds } from './select-cluster.ts';

/** As asked for; everything but the system has a default. */
export interface TestOptions {
  /** The name of a bundled system, or the path of a module that exports `system`. */
  readonly system: string;
  readonly workload?: string;
  /** Fault kinds, `['all']` or `['none']`. The default is all, for a mutant those that it needs. */
  readonly faults?: readonly string[];
  readonly faultIntervalS?: number;
  readonly cluster?: ClusterKind | 'auto';
  readonly nodes?: number;
  /** A number of client threads, or `'3n'` for so many per node. */
  readonly concurrency?: number | string;
  /** Operations per second over all clients; 0 is as fast as they can. */
  readonly rate?: number;
  readonly timeLimitS?: number;
  readonly seed?: number;
  readonly mutant?: string;
  readonly runs?: number;
  readonly failFast?: boolean;
  readonly storeDirectory?: string;
  /** Places the history among the models of consistency besides. */
  readonly consistency?: boolean;
  /** The model of consistency that must hold. */
  readonly atLeast?: string;
  /** Overrides the protocol's own settings. */
  readonly settings?: Readonly<Record<string, Json>>;
}

export interface ResolvedOptions {
  readonly deployment: Deployment;
  /** As it was asked for: a name or a path. */
  readonly systemArgument: string;
  readonly workload: Workload;
  readonly faults: readonly FaultKind[];
  /** `all` leaves out what the cluster can't do; a named fault that it can't do is an error. */
  readonly faultsNamed: boolean;
  readonly faultIntervalS: number;
  readonly cluster: ClusterKind | 'auto';
  readonly nodes: readonly string[];
  readonly concurrency: number;
  readonly rate: number;
  readonly timeLimitS: number;
  readonly seed: number;
  readonly runs: number;
  readonly failFast: boolean;
  readonly storeDirectory: string;
  /** Null: the history is not placed among the models of consistency. */
  readonly consistency: { readonly atLeast: SpectrumModel | null } | null;
}

export const defaults = {
  nodes: 5,
  concurrency: '2n',
  rate: 100,
  timeLimitS: 50,
  faultIntervalS: 4,
  runs: 1,
  storeDirectory: 'store',
} as const;

const limits = { nodes: 50, concurrency: 1000, rate: 1_000_000, timeLimitS: 86_400, runs: 1_000_000 } as const;

function within(what: string, value: number, low: number, high: number, whole: boolean): number {
  if (Number.isFinite(value) && value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
  throw new UsageError(`${what} must be a ${whole ? 'whole ' : ''}number from ${low} to ${high}, not ${value}`);
}

function concurrencyOf(asked: number | string, nodes: number): number {
  const match = /^(\d+)(n?)$/.exec(String(asked));
  if (match === null) throw new UsageError(`concurrency must be a number or a number per node like 2n, not ${asked}`);
  return within('concurrency', Number(match[1]) * (match[2] === 'n' ? nodes : 1), 1, limits.concurrency, true);
}

function isSystem(value: unknown): value is System {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'create' in value &&
    'workloads' in value &&
    typeof value.name === 'string' &&
    typeof value.create === 'function' &&
    Array.isArray(value.workloads)
  );
}

/** A bundled system by name, or one from a module of the user's. */
export async function loadSystem(argument: string): Promise<{ readonly system: System; readonly module: string }> {
  if (!/[\\/]|\.[cm]?[jt]s$/.test(argument)) {
    const system = systems.find(({ name }) => name === argument);
    if (system === undefined)
      throw unknownName(
        'system',
        argument,
        systems.map(({ name }) => name),
      );
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    return {
      system,
      module: fileURLToPath(new URL(`../../systems/${system.name}/system.${extension}`, import.meta.url)),
    };
  }
  const module = resolve(argument);
  await access(module).catch(() => {
    throw new UsageError(`no such system file: ${module}`);
  });
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(pathToFileURL(module).href)) as Record<string, unknown>;
  } catch (thrown) {
    throw new UsageError(`cannot load ${module}: ${messageOf(thrown)}`);
  }
  const system = loaded['system'];
  if (!isSystem(system)) {
    throw new UsageError(
      `${module} must export a System as "system" (name, description, workloads, survives, create, mutants)`,
    );
  }
  return { system, module };
}

function chooseFaults(asked: readonly string[], system: System): { kinds: readonly FaultKind[]; named: boolean } {
  const survived = faultKinds.filter(({ name }) => system.survives.includes(name));
  if (asked.length === 1 && asked[0] === 'all') return { kinds: survived, named: false };
  if (asked.length === 1 && asked[0] === 'none') return { kinds: [], named: true };
  const names = faultKinds.map(({ name }) => name);
  const kinds = [...new Set(asked)].map((name) => {
    const kind = faultKinds.find((known) => known.name === name);
    if (kind === undefined) throw unknownName('fault', name, [...names, 'all', 'none']);
    return kind;
  });
  return { kinds, named: true };
}

function consistencyOf({ consistency, atLeast }: TestOptions): ResolvedOptions['consistency'] {
  if (atLeast === undefined) return consistency === true ? { atLeast: null } : null;
  const model = spectrumModelNamed(atLeast);
  if (model === null) throw unknownName('model of consistency', atLeast, spectrumNames);
  return { atLeast: model };
}

/** Checks and completes what was asked for. Throws a UsageError that says what is wrong and what is near. */
export async function resolveOptions(asked: TestOptions): Promise<ResolvedOptions> {
  const { system, module } = await loadSystem(asked.system);

  const mutant = asked.mutant === undefined ? null : system.mutants.find(({ name }) => name === asked.mutant);
  if (mutant === undefined) {
    throw unknownName(
      `mutant of ${system.name}`,
      asked.mutant ?? '',
      system.mutants.map(({ name }) => name),
    );
  }

  const workloadName = asked.workload ?? mutant?.workload ?? system.workloads[0];
  const workload = workloads.find(({ name }) => name === workloadName);
  if (workload === undefined)
    throw unknownName(
      'workload',
      workloadName ?? '',
      workloads.map(({ name }) => name),
    );
  if (!system.workloads.includes(workload.name)) {
    throw new UsageError(`${system.name} has no workload ${workload.name} (it has: ${system.workloads.join(', ')})`);
  }

  const cluster = asked.cluster ?? 'auto';
  if (cluster !== 'auto' && !clusterKinds.includes(cluster))
    throw unknownName('cluster', cluster, ['auto', ...clusterKinds]);

  const count = within('nodes', asked.nodes ?? defaults.nodes, 1, limits.nodes, true);
  const needed = mutant?.faults ?? [];
  const { kinds, named } = chooseFaults(asked.faults ?? (needed.length > 0 ? needed : ['all']), system);
  const seed = asked.seed ?? Math.floor(Math.random() * 2 ** 32);
  return {
    deployment: { system, module, mutant: mutant?.name ?? null, settings: asked.settings ?? {} },
    systemArgument: asked.system,
    workload,
    faults: kinds,
    faultsNamed: named && asked.faults !== undefined,
    faultIntervalS: within('fault interval', asked.faultIntervalS ?? defaults.faultIntervalS, 0.1, 3600, false),
    cluster,
    nodes: Array.from({ length: count }, (_, i) => `n${i + 1}`),
    concurrency: concurrencyOf(asked.concurrency ?? defaults.concurrency, count),
    rate: within('rate', asked.rate ?? defaults.rate, 0, limits.rate, false),
    timeLimitS: within('time limit', asked.timeLimitS ?? defaults.timeLimitS, 1, limits.timeLimitS, false),
    seed: within('seed', seed, 0, Number.MAX_SAFE_INTEGER, true),
    runs: within('runs', asked.runs ?? defaults.runs, 1, limits.runs, true),
    failFast: asked.failFast ?? false,
    storeDirectory: resolve(asked.storeDirectory ?? defaults.storeDirectory),
    consistency: consistencyOf(asked),
  };
}
