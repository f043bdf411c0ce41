/** Where nodes live: one interface over the simulator, network namespaces and containers. */

import type { Json, NodeId, Request, Response, System } from '../../systems/protocol.ts';
import type { Clock } from './clock.ts';
import type { FaultControl } from './faults.ts';

export type ClusterKind = 'sim' | 'netns' | 'docker';

/** Which system a cluster is to run. `module` is where `system` can be imported from by a node's own process. */
export interface Deployment {
  readonly system: System;
  /** Absolute path of the module that exports `system` (named export). */
  readonly module: string;
  readonly mutant: string | null;
  readonly settings: Readonly<Record<string, Json>>;
}

export interface ClusterOptions {
  readonly deployment: Deployment;
  /** Short and unique; labels everything that the cluster makes outside this process. `[a-z0-9-]+`. */
  readonly runId: string;
  readonly nodes: readonly NodeId[];
  readonly seed: number;
  /** Where node logs go (`<directory>/<node>/log.jsonl`). Null keeps none. */
  readonly directory: string | null;
}

export { gaugeProbes } from '../node/config.ts';

/** Something that happened at a node, for the trace, the progress line and the report. */
export interface NodeEvent {
  readonly node: NodeId;
  /** On the cluster's clock, ms. */
  readonly at: number;
  /**
   * `crash` is an exception in the protocol, `violation` an invariant of the system that is broken: always findings.
   * `exit` is any end of the process, asked for or not.
   */
  readonly kind:
    'probe' | 'start' | 'exit' | 'crash' | 'violation' | 'log' | 'send' | 'deliver' | 'drop' | 'timer' | 'sync';
  readonly name: string;
  readonly detail?: Json;
}

/**
 * Why a request has no answer. `sent: false`: it never reached the node (connection refused), so it definitely did not
 * happen. `sent: true`: nobody knows.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly sent: boolean;
  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

/** A client's line to one node. */
export interface Connection {
  readonly node: NodeId;
  /** The node's answer, or a `NoAnswer` (always within about `timeoutMs`). */
  request(request: Request, timeoutMs: number): Promise<Response>;
  close(): void;
}

export interface Cluster {
  readonly kind: ClusterKind;
  readonly nodes: readonly NodeId[];
  readonly clock: Clock;
  readonly faults: FaultControl;
  /** Starts every node and returns when all answer; a RunError with the node's last words otherwise. */
  start(): Promise<void>;
  connect(node: NodeId): Connection;
  /** Calls `listener` for every node event from now on. The order is that of the cluster's clock per node. */
  onEvent(listener: (event: NodeEvent) => void): void;
  /** Runs the control side's work to its end; in the simulator this is what makes time pass. */
  drive<T>(work: () => Promise<T>): Promise<T>;
  /** Hash of every event so far, where runs are exact; null elsewhere. */
  hash(): string | null;
  /** Ends and removes everything that this cluster made. Safe to call twice, and after a failed start. */
  stop(): Promise<void>;
}
