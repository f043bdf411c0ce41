/** What a node's process is told when it starts: one JSON document in the environment variable `CLEW_NODE`. */

import type { Json, NodeId } from '../../systems/protocol.ts';

/** Where a TCP or Unix socket server listens, or is reached. */
export type Address = { readonly host: string; readonly port: number } | { readonly socketPath: string };

export interface HostConfig {
  readonly self: NodeId;
  /** Where this node hears its peers, and where each peer is (self left out). */
  readonly listen: { readonly host: string; readonly port: number };
  readonly peers: Readonly<Record<NodeId, { readonly host: string; readonly port: number }>>;
  /** Where clients and the control node reach this node. */
  readonly api: Address;
  readonly mutant: string | null;
  readonly settings: Readonly<Record<string, Json>>;
  /** Holds the node's disk; exists. */
  readonly dataDirectory: string;
}

/** State probes that change with every command: kept as the last value, never logged one by one. */
export const gaugeProbes: ReadonlySet<string> = new Set(['commit', 'applied']);
