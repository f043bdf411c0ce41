/** A workload: what clients do to one kind of data, and what must hold of it. */

import type { Checker } from '../../checkers/verdict.ts';
import type { NodeId } from '../../systems/protocol.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Generator, Invocation } from '../generator/generator.ts';
import type { Json } from '../history/operation.ts';

/** What became of an operation. The recorder adds index, process, f, key and time. */
export interface Completion {
  readonly type: 'ok' | 'fail' | 'info';
  readonly value: Json;
  readonly error?: string;
  /** The node that answered, when it may be another than the one that was to be asked. */
  readonly node?: NodeId;
}

/**
 * One process's client, bound to one node; an operation may name another that is to be asked. Called by one worker, one `invoke` at a time. `invoke` never rejects for what the
 * system did: a definite refusal is `fail`, doubt is `info`. If it does reject, the operation is recorded as `info`.
 */
export interface Client {
  /** Once per run, by the first client only, before any `invoke`. */
  setup?(): Promise<void>;
  invoke(operation: Invocation): Promise<Completion>;
  /** Once per run, by the last client only. */
  teardown?(): Promise<void>;
  close(): void;
}

/** How a workload mixes its operations; what is absent is as the workload has it. */
export interface WorkloadMix {
  /** Share of reads, in [0, 1]. */
  readonly reads?: number;
  /** Share of threads that only read, in [0, 1]. */
  readonly readers?: number;
  /** Keys in use at a time. */
  readonly activeKeys?: number;
  /** Operations on one key before a fresh one takes its place. */
  readonly operationsPerKey?: number;
}

export interface WorkloadOptions {
  readonly seed: number;
  /** Client threads. */
  readonly concurrency: number;
  readonly nodes: readonly NodeId[];
  readonly mix?: WorkloadMix;
}

export interface Workload {
  readonly name: string;
  readonly description: string;
  /** Its checkers compare all nodes: it can't be decided with fewer client threads than nodes. */
  readonly comparesNodes?: boolean;
  /** Endless; the runner bounds it in time and rate. */
  generator(options: WorkloadOptions): Generator;
  /** After healing: reads of `keys` (all that were used) that show what survived. Ends by itself. */
  finalGenerator(options: WorkloadOptions, keys: readonly string[]): Generator;
  /** A new client for `process`, bound to `node`. */
  open(cluster: Cluster, node: NodeId, process: number): Client;
  /** Within a time budget in ms; beyond it the verdict is unknown. */
  checkers(budgetMs: number): readonly Checker[];
}
