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
   *
   * Only a full trace has what follows. `send` is followed by `deliver`s and `drop`s of the same message on the same link;
   * its copies make more than one of them. `request` is taken by the node from the client `name`, `reply` is the node's
   * answer to it, and `refuse` says that no process was there to take one. `gauge` is a probe whose value changes with
   * nearly every event.
   */
  readonly kind:
    | 'probe'
    | 'start'
    | 'exit'
    | 'crash'
    | 'violation'
    | 'log'
    | 'send'
    | 'deliver'
    | 'drop'
    | 'timer'
    | 'sync'
    | 'request'
    | 'reply'
    | 'refuse'
    | 'gauge';
  readonly name: string;
  readonly detail?: Json;
}

/**
 * The detail of a `request`, `reply` or `refuse`: what was asked or answered, and how long it is on its way, which is
 * before the event for what was asked, and after it for an answer.
 */
export type ClientMessage = { readonly body: Json; readonly latencyMs: number };

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
