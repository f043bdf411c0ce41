/** The run directory: what is written, where, and in which form. */

import type { Composed } from '../../checkers/verdict.ts';
import type { ScheduledFault } from '../../nemesis/fault.ts';
import type { ClusterKind } from '../cluster/cluster.ts';
import type { Json } from '../history/operation.ts';
import type { RunPlan } from './plan.ts';

/** The names of the files in a run directory. */
export const runFiles = {
  test: 'test.json',
  history: 'history.jsonl',
  trace: 'trace.jsonl',
  results: 'results.json',
  schedule: 'schedule.json',
  failing: 'failing.jsonl',
  explanation: 'explanation.json',
  report: 'report.html',
  junit: 'junit.xml',
} as const;

/** `test.json`: what was asked for; enough to run it again. Written before anything starts. */
export interface TestRecord {
  readonly version: 1;
  readonly clew: string;
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly system: string;
  readonly mutant: string | null;
  readonly workload: string;
  readonly cluster: ClusterKind;
  /** Why this cluster, when it was chosen by `auto`. */
  readonly clusterReason: string;
  readonly nodes: readonly string[];
  readonly concurrency: number;
  /** Operations per second over all clients; 0 is as fast as they can. */
  readonly rate: number;
  readonly timeLimitS: number;
  readonly seed: number;
  readonly faults: readonly string[];
  readonly faultIntervalS: number;
  readonly schedule: readonly ScheduledFault[];
  readonly settings: Readonly<Record<string, Json>>;
  /** Colours of the fault kinds. */
  readonly colours: Readonly<Record<string, string>>;
  /** Whether the run ends with its first violation. Absent: no. */
  readonly failFast?: boolean;
  /** Whether the history was placed among the models of consistency, and which one had to hold. Absent: it was not. */
  readonly consistency?: { readonly atLeast: string | null };
  /** For a run of a campaign: the plan that it did, as it stands in `schedule.json`. It says all; the rest is for the eye. */
  readonly plan?: RunPlan;
  /** One command line that does the same run again. */
  readonly command: string;
  readonly host: { readonly node: string; readonly platform: string; readonly cpus: number };
}

/** `results.json`: the verdicts and, where runs are exact, the hash of every event. */
export interface ResultsRecord extends Composed {
  readonly version: 1;
  /** How long the parts of the run took, ms of real time. */
  readonly tookMs: Readonly<Record<string, number>>;
  readonly hash: string | null;
}

/** One line of `trace.jsonl`. `time` is in ns since the test started, and may be negative while nodes start. */
export interface TraceRecord {
  readonly time: number;
  readonly node: string;
  readonly kind: string;
  readonly name: string;
  readonly detail?: Json;
}
