/** Faults as data. A fault kind draws plans from a seed; a plan is JSON and says all that is needed to do it again. */

import type { Json, NodeId } from '../systems/protocol.ts';
import type {
  Capabilities,
  Capability,
  DiskDamage,
  DiskTrouble,
  Edge,
  FaultControl,
  PacketRule,
  Skew,
} from '../src/cluster/faults.ts';
import type { Random } from '../src/random.ts';

/**
 * Whether a fault was seen to bite. `bit: true`: its effect was measured. `bit: false`: it was measured and there was
 * none. `'unobserved'`: nothing could be measured (the nodes to ask were down, say).
 */
export interface Evidence {
  readonly bit: boolean | 'unobserved';
  /** What was measured, in words for a person. */
  readonly detail: string;
}

/** A fault in force: how to see that it bites, and how to end it. */
export interface Applied {
  /** What was done in fact, e.g. which node the "leader" was; recorded in the history. */
  readonly done: Json;
  /** Measures the effect, waiting until there is enough of it to measure; called once, shortly before `undo`. */
  observe(): Promise<Evidence>;
  /** Ends the fault. Evidence that is complete only now (a killed node came back as another process) replaces `observe`'s. */
  undo(): Promise<Evidence | undefined>;
}

/** One kind of fault. */
export interface FaultKind {
  readonly name: string;
  readonly description: string;
  /** CSS colour of its intervals in reports. */
  readonly colour: string;
  /** What its shapes need of the cluster; the kind is available where at least one of these is. */
  readonly needs: readonly Capability[];
  /** The shapes that make sense with these nodes on such a cluster; none where the kind is not available. */
  shapes(nodes: readonly NodeId[], capabilities: Capabilities): readonly string[];
  /** The shapes that strike whoever leads: every second fault of the kind is one of them. */
  readonly aimed?: readonly string[];
  /** Shapes that strike again and again for as long as they last. */
  readonly restless?: readonly string[];
  /** The shapes that damage durable data for good: a schedule draws their targets from the few nodes that may be damaged. */
  readonly damaging?: readonly string[];
  /** Draws one of its `shapes` and, where it is not decided by the moment ("the leader"), its targets. */
  draw(random: Random, nodes: readonly NodeId[], shape: string): FaultPlan;
  /** Returns as soon as the fault is in force. When it rejects, nothing is left in force. */
  apply(plan: FaultPlan, target: NemesisTarget): Promise<Applied>;
}

/** What to do, before it is done. `shape` names the variant (`one`, `minority`, `primaries`, `jump`, …). */
export interface FaultPlan {
  readonly shape: string;
  readonly [parameter: string]: Json;
}

/** Takes one thing back; a second call does nothing. */
export type Release = () => Promise<void>;

/** Packet rules in force. */
export interface Shaping {
  readonly release: Release;
  /**
   * Packets dropped or delayed since these rules came: while they were the only trouble in the network (`alone`), and
   * while others were there too (`shared`). Null where the cluster can't count.
   */
  dropped(): Promise<{ readonly alone: number; readonly shared: number } | null>;
}

/** One fault's share in a node's clock. */
export interface Skewing {
  readonly release: Release;
  set(skew: Skew): Promise<void>;
  /** What this fault asks of the node's clock now, in ms. */
  shareMs(): number;
  /** How many of the node's `skewChanges` were of this fault's making. */
  changes(): number;
}

/**
 * A node's process as far as the nemesis decides it, and since when (on the cluster's clock). A `lost` one refuses to start
 * on a damaged disk: it is down for good, whatever is held or released.
 */
export interface NodeState {
  readonly status: 'running' | 'paused' | 'dead' | 'lost';
  readonly since: number;
}

/** What healing everything at once came to. */
export interface Cleared {
  /** Nodes that were dead and are running again. */
  readonly started: readonly NodeId[];
  /** Nodes that still do not answer. */
  readonly silent: readonly NodeId[];
  /** Nodes that are down for good; absent when there are none. */
  readonly lost?: readonly NodeId[];
  readonly errors: readonly string[];
}

/**
 * What a fault works on: the cluster's own control, with cuts, packet rules, process states and clocks of several faults
 * that overlap merged, so that ending one fault leaves the others in force.
 */
export interface NemesisTarget extends Pick<FaultControl, 'nodes' | 'clock' | 'capabilities' | 'observe'> {
  /** Adds silent edges; the returned function takes them back. */
  addCut(edges: readonly Edge[]): Promise<Release>;
  addShape(rules: readonly PacketRule[]): Promise<Shaping>;
  /** Lets what is sent on these edges wait until this and every other hold on them is released; it comes out in order. */
  addClog(edges: readonly Edge[]): Promise<Release>;
  /** Kills the node, and keeps it from starting until this and every other hold on it is released. */
  holdDead(node: NodeId): Promise<Release>;
  /** Pauses the node if it is alive; a dead one stays dead until released. */
  holdPaused(node: NodeId): Promise<Release>;
  /** Makes everything that the node handles take so much longer, on top of what other faults ask. */
  holdSlow(node: NodeId, perEventMs: number): Promise<Release>;
  /** Makes trouble with the node's disk, beside the troubles of other faults. An ended process stays down by itself. */
  addDiskTrouble(node: NodeId, trouble: DiskTrouble): Promise<Release>;
  /** Damages a durable record for good, which a restart brings to light; false when there is none to damage. */
  damage(node: NodeId, damage: DiskDamage): Promise<boolean>;
  /** Makes the node's monotonic clock and timers run at so many times the rate that they have. */
  addTimerRate(node: NodeId, rate: number): Promise<Release>;
  /** Adds to what other faults ask of the node's clock. On a node that is down it takes effect when the node is back. */
  addSkew(node: NodeId, skew: Skew): Promise<Skewing>;
  state(node: NodeId): NodeState;
  /** Whether any fault holds this edge silent now, cut or clogged. */
  isCut(edge: Edge): boolean;
  /** The delay that all faults together ask of this edge now: the least, and the jitter on top. */
  delayOf(edge: Edge): { readonly delayMs: number; readonly jitterMs: number };
  /** What all faults together ask of the node's clock now, in ms. */
  skewMs(node: NodeId): number;
  /** Counts up whenever what is asked of the node's clock changes, but for drifting on: before the node is told, and after. */
  skewChanges(node: NodeId): number;
  /** The rate that all faults together ask of the node's timers now, beside its own. */
  timerRate(node: NodeId): number;
  /** The nodes that say they lead now, the one with the highest term first; empty when none does. */
  leaders(): Promise<readonly NodeId[]>;
  /** Ends whatever is in force, starts what is down and waits up to `timeoutMs` until all nodes answer. Never rejects. */
  clear(timeoutMs: number): Promise<Cleared>;
}

/** One entry of a schedule: a fault that begins at `atMs` after the test's start and lasts `forMs`. */
export interface ScheduledFault {
  readonly id: number;
  readonly kind: string;
  readonly plan: FaultPlan;
  readonly atMs: number;
  readonly forMs: number;
}
