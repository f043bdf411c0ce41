/** Faults as data. A fault kind draws plans from a seed; a plan is JSON and says all that is needed to do it again. */

import type { Json, NodeId } from '../systems/protocol.ts';
import type { Capability, FaultControl } from '../src/cluster/faults.ts';
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
  /** Measures the effect; called once, shortly before `undo`. */
  observe(): Promise<Evidence>;
  /** Ends the fault. */
  undo(): Promise<void>;
}

/** One kind of fault. */
export interface FaultKind {
  readonly name: string;
  readonly description: string;
  /** CSS colour of its intervals in reports. */
  readonly colour: string;
  readonly needs: readonly Capability[];
  /** Draws what to do: a shape and, where it is not decided by the moment ("the leader"), its targets. */
  draw(random: Random, nodes: readonly NodeId[]): FaultPlan;
  apply(plan: FaultPlan, target: NemesisTarget): Promise<Applied>;
}

/** What to do, before it is done. `shape` names the variant (`one`, `minority`, `primaries`, `jump`, …). */
export interface FaultPlan {
  readonly shape: string;
  readonly [parameter: string]: Json;
}

/**
 * What a fault works on: the cluster's own control, with cuts, packet rules and process states of several faults that
 * overlap merged, so that ending one fault leaves the others in force.
 */
export interface NemesisTarget extends Omit<FaultControl, 'cut' | 'shape'> {
  /** Adds silent edges; the returned function takes them back. */
  addCut(edges: readonly (readonly [NodeId, NodeId])[]): Promise<() => Promise<void>>;
  addShape(rules: Parameters<FaultControl['shape']>[0]): Promise<() => Promise<void>>;
  /** The nodes that say they lead now, the one with the highest term first; empty when none does. */
  leaders(): Promise<readonly NodeId[]>;
}

/** One entry of a schedule: a fault that begins at `atMs` after the test's start and lasts `forMs`. */
export interface ScheduledFault {
  readonly id: number;
  readonly kind: string;
  readonly plan: FaultPlan;
  readonly atMs: number;
  readonly forMs: number;
}
