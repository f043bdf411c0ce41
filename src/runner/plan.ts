/** What one run does, decided before it starts: the same plan is the same run. */

import { cpus } from 'node:os';
import type { Capabilities } from '../cluster/faults.ts';
import type { ClusterKind } from '../cluster/cluster.ts';
import { UsageError } from '../errors.ts';
import { packageVersion } from '../package.ts';
import { random } from '../random.ts';
import type { TestRecord } from '../store/run.ts';
import type { FaultKind, ScheduledFault } from '../../nemesis/fault.ts';
import { schedule } from '../../nemesis/schedule.ts';
import { defaults, type ResolvedOptions } from './options.ts';
import type { Selection } from './select-cluster.ts';
import { quote } from './shell.ts';

/** How long the last part of a run is, in which everything is healed and clients go on. */
export function recoveryMs(timeLimitS: number): number {
  return Math.min(5000, timeLimitS * 250);
}

/** The fault kinds that this cluster can do. A kind that was named and that it can't do is a UsageError. */
export function possibleFaults(
  options: ResolvedOptions,
  kind: ClusterKind,
  capabilities: Capabilities,
): readonly FaultKind[] {
  const possible = (fault: FaultKind): boolean => fault.shapes(options.nodes, capabilities).length > 0;
  const missing = options.faults.find((fault) => !possible(fault));
  if (missing !== undefined && options.faultsNamed) {
    const reasons = missing.needs.flatMap((need) => (capabilities[need] === true ? [] : [capabilities[need]]));
    const why =
      reasons.length > 0 ? [...new Set(reasons)].join('; ') : `it needs more than ${options.nodes.length} node`;
    throw new UsageError(`the ${kind} cluster can't do the fault ${missing.name} here: ${why}`);
  }
  return options.faults.filter(possible);
}

/** Draws the faults of a run from its seed. */
export function drawSchedule(
  options: ResolvedOptions,
  faults: readonly FaultKind[],
  capabilities: Capabilities,
  seed: number,
): readonly ScheduledFault[] {
  if (faults.length === 0) return [];
  return schedule({
    seed,
    faults,
    intervalMs: options.faultIntervalS * 1000,
    timeLimitMs: options.timeLimitS * 1000 - recoveryMs(options.timeLimitS),
    nodes: options.nodes,
    capabilities,
    damageMax: options.deployment.system.budget?.damage(options.nodes.length) ?? 0,
  });
}

/** The settings of a run: what was asked for, and in the simulator one of the system's own variations for the rest. */
export function drawSettings(options: ResolvedOptions, kind: ClusterKind, seed: number): TestRecord['settings'] {
  const { system, settings } = options.deployment;
  if (kind !== 'sim') return settings;
  const drawn = Object.entries(system.variations ?? {}).map(([name, values]) => {
    return [name, random(seed, 'setting', name).pick(values)] as const;
  });
  return { ...Object.fromEntries(drawn), ...settings };
}

/** The record of the run that is about to start. */
export function testRecord(
  options: ResolvedOptions,
  selection: Selection,
  run: {
    readonly runId: string;
    readonly startedAt: Date;
    readonly seed: number;
    readonly faults: readonly FaultKind[];
    readonly schedule: readonly ScheduledFault[];
    readonly settings: TestRecord['settings'];
  },
): TestRecord {
  return {
    version: 1,
    clew: packageVersion(),
    runId: run.runId,
    startedAt: run.startedAt.toISOString(),
    system: options.systemArgument,
    mutant: options.deployment.mutant,
    workload: options.workload.name,
    cluster: selection.kind,
    clusterReason: selection.reason,
    nodes: options.nodes,
    concurrency: options.concurrency,
    rate: options.rate,
    timeLimitS: options.timeLimitS,
    seed: run.seed,
    faults: run.faults.map(({ name }) => name),
    faultIntervalS: options.faultIntervalS,
    schedule: run.schedule,
    settings: run.settings,
    colours: Object.fromEntries(run.faults.map(({ name, colour }) => [name, colour])),
    ...(options.failFast ? { failFast: true } : {}),
    ...(options.consistency === null ? {} : { consistency: options.consistency }),
    command: commandOf(options, selection.kind, run.seed, run.faults),
    host: { node: process.version, platform: `${process.platform} ${process.arch}`, cpus: cpus().length },
  };
}

/** The command line that does the same run again. */
function commandOf(options: ResolvedOptions, kind: ClusterKind, seed: number, faults: readonly FaultKind[]): string {
  const clew = import.meta.url.endsWith('.ts') ? 'npm run test:jepsen --' : 'npx clew test';
  const words = [clew, options.systemArgument, '--cluster', kind, '--seed', String(seed)];
  const { mutant } = options.deployment;
  if (mutant !== null) words.push('--mutant', mutant);
  if (options.workload.name !== options.deployment.system.workloads[0]) words.push('--workload', options.workload.name);
  words.push('--faults', faults.length === 0 ? 'none' : faults.map(({ name }) => name).join(','));
  if (options.faultIntervalS !== defaults.faultIntervalS)
    words.push('--fault-interval', String(options.faultIntervalS));
  if (options.nodes.length !== defaults.nodes) words.push('--nodes', String(options.nodes.length));
  if (options.concurrency !== 2 * options.nodes.length) words.push('--concurrency', String(options.concurrency));
  if (options.rate !== defaults.rate) words.push('--rate', String(options.rate));
  if (options.timeLimitS !== defaults.timeLimitS) words.push('--time-limit', String(options.timeLimitS));
  if (options.failFast) words.push('--fail-fast');
  if (options.consistency !== null) {
    words.push('--consistency', 'spectrum');
    if (options.consistency.atLeast !== null) words.push('--at-least', options.consistency.atLeast);
  }
  return words.map((word, i) => (i === 0 ? word : quote(word))).join(' ');
}
