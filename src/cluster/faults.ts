/** What a cluster lets the nemesis do to it, and what it lets the nemesis see of the effect. */

import type { NodeId } from '../../systems/protocol.ts';
import type { Clock } from './clock.ts';

/** What a cluster may be able to do. `true`, or the reason why not, for a person. */
export type Capability =
  'cut' | 'loss' | 'delay' | 'duplicate' | 'reorder' | 'clog' | 'kill' | 'pause' | 'slow' | 'clock' | 'timers' | 'disk';
export type Capabilities = Readonly<Record<Capability, true | string>>;

const simulated = 'only simulated so far';

/** What no cluster of real processes can do. */
export const simulatedOnly = {
  duplicate: simulated,
  reorder: simulated,
  clog: simulated,
  slow: simulated,
  timers: simulated,
  disk: simulated,
} as const satisfies Partial<Capabilities>;

/** One direction of one link: what `from` sends to `to`. */
export type Edge = readonly [from: NodeId, to: NodeId];

/**
 * Trouble on some edges. Delay is added to each packet, plus up to `jitterMs`. The others are shares of packets, in
 * [0, 1]: lost, delivered twice, held back so that later ones overtake them.
 */
export interface PacketRule {
  readonly edges: readonly Edge[];
  readonly loss?: number;
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly duplicate?: number;
  readonly reorder?: number;
}

/** A node's wall clock reads `real + offsetMs + (rate - 1) * (time since set)`. `{ offsetMs: 0, rate: 1 }` is true time. */
export interface Skew {
  readonly offsetMs: number;
  readonly rate: number;
}

/** What goes wrong between a node and its disk, as long as it holds. */
export type DiskTrouble =
  /** Each sync takes so much longer. */
  | { readonly kind: 'slow'; readonly syncMs: number }
  /** No sync completes until it is over; then all do, in their order. */
  | { readonly kind: 'stall' }
  /** The next sync fails, and each after it: the process ends, and what was on its way may or may not have arrived. */
  | { readonly kind: 'io-error' }
  /** A crash leaves half of a record where the power failed, if anything was on its way. */
  | { readonly kind: 'torn' };

/**
 * What happens to a record that was durable, for good. Checksums find it out when the node starts next, and it refuses
 * to. `place`, a number in [0, 1), says which record.
 */
export interface DiskDamage {
  /** A bit of it flips; or another record is written over it. */
  readonly kind: 'bit-flip' | 'misdirected';
  readonly place: number;
}

/** Why a node does not start, now or ever: its disk holds what no crash explains. */
export class RefusedToStart extends Error {
  override readonly name = 'RefusedToStart';
}

/** A node's disk as its host sees it. */
export interface DiskObservation {
  /** Syncs that completed in this process. */
  readonly syncs: number;
  /** How long the last of them took, in ms; null before the first. */
  readonly lastSyncMs: number | null;
  /** For how long the oldest sync under way has been waited for, in ms; 0 when none is. */
  readonly waitingMs: number;
  /** Bytes of an unfinished record that recovery dropped when this process started. */
  readonly droppedBytes: number;
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
  /** The node's own monotonic clock in ms; where the cluster can make it run fast or slow. */
  readonly monotonicMs?: number;
  /** How long what the node handled last had waited for it and taken, in ms; where the cluster can make it slow. */
  readonly lateMs?: number;
  /** Where the cluster can make trouble with disks. */
  readonly disk?: DiskObservation;
}

/**
 * The only door through which faults come into a cluster. Everything idempotent; every promise settles within seconds.
 * Methods that may be absent are there where `capabilities` says so.
 */
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
  /** Starts the node's process on the disk it left and returns once it answers. Rejects with a RefusedToStart for good. */
  start(node: NodeId): Promise<void>;
  pause(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;
  skew(node: NodeId, skew: Skew): Promise<void>;
  /** `clog`: lets messages on exactly these edges wait; what waits on another comes out, in order. `[]` lets all out. */
  clog?(edges: readonly Edge[]): Promise<void>;
  /** `slow`: everything that the node handles takes so much longer, and what comes meanwhile waits. 0 is no trouble. */
  slow?(node: NodeId, perEventMs: number): Promise<void>;
  /** `timers`: the node's monotonic clock, and with it its timers, run at this rate. 1 is true time. */
  timers?(node: NodeId, rate: number): Promise<void>;
  /** `disk`: makes exactly these troubles hold, until others are asked for; also through restarts. */
  disk?(node: NodeId, troubles: readonly DiskTrouble[]): Promise<void>;
  /** `disk`: damages a durable record of the node; false when it has none that could be damaged and found out. */
  damage?(node: NodeId, damage: DiskDamage): Promise<boolean>;
  /** Null when the node does not answer within about half a second: dead, paused or unreachable. */
  observe(node: NodeId): Promise<Observation | null>;
  /**
   * Packets or messages that cuts, clogs and rules have dropped, delayed, doubled or held back since the cluster started;
   * null where it can't tell.
   */
  dropped(): Promise<number | null>;
}
