/** What a cluster lets the nemesis do to it, and what it lets the nemesis see of the effect. */

import type { NodeId } from '../../systems/protocol.ts';
import type { Clock } from './clock.ts';

/** What a cluster may be able to do. `true`, or the reason why not, for a person. */
export type Capability = 'cut' | 'loss' | 'delay' | 'kill' | 'pause' | 'clock';
export type Capabilities = Readonly<Record<Capability, true | string>>;

/** One direction of one link: what `from` sends to `to`. */
export type Edge = readonly [from: NodeId, to: NodeId];

/** Trouble on some edges. Loss is a share of packets in [0, 1]; delay is added to each packet, plus up to `jitterMs`. */
export interface PacketRule {
  readonly edges: readonly Edge[];
  readonly loss?: number;
  readonly delayMs?: number;
  readonly jitterMs?: number;
}

/** A node's wall clock reads `real + offsetMs + (rate - 1) * (time since set)`. `{ offsetMs: 0, rate: 1 }` is true time. */
export interface Skew {
  readonly offsetMs: number;
  readonly rate: number;
}

/** What one node says of itself. */
export interface Observation {
  /** Differs after every start of the node's process. */
  readonly incarnation: string;
  /** The node's wall clock minus the true one, in ms. */
  readonly skewMs: number;
  /** For each peer: ms since anything of it arrived here. Links that are idle are kept busy by the host's own pings. */
  readonly heardMs: Readonly<Record<NodeId, number>>;
  /** For each peer: the last measured round trip in ms, where there was one. */
  readonly rttMs: Readonly<Record<NodeId, number>>;
  /** The last value of each state probe: role, term, leader, commit, …. */
  readonly probes: Readonly<Record<string, unknown>>;
}

/** The only door through which faults come into a cluster. Everything idempotent; every promise settles within seconds. */
export interface FaultControl {
  readonly nodes: readonly NodeId[];
  readonly clock: Clock;
  readonly capabilities: Capabilities;
  /** Makes exactly these edges silent, in one step as far as the cluster can; `[]` heals all. */
  cut(edges: readonly Edge[]): Promise<void>;
  /** Makes exactly these packet rules hold; `[]` heals all. */
  shape(rules: readonly PacketRule[]): Promise<void>;
  /** Ends the node's process at once, with the loss of everything it had not synced. Killing a dead node does nothing. */
  kill(node: NodeId): Promise<void>;
  /** Starts the node's process on the disk it left and returns once it answers. */
  start(node: NodeId): Promise<void>;
  pause(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;
  skew(node: NodeId, skew: Skew): Promise<void>;
  /** Null when the node does not answer within about half a second: dead, paused or unreachable. */
  observe(node: NodeId): Promise<Observation | null>;
  /** Packets or messages that rules and cuts have dropped or delayed since the cluster started; null where it can't tell. */
  dropped(): Promise<number | null>;
}
