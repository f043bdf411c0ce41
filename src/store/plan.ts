/**
 * What one simulated run of a campaign does, decided before it begins. A plan is JSON; the same plan is the same run,
 * event by event. Drawn from a seed it leaves operations and faults to their generators; listed, every operation and
 * every fault stands in it by itself, so that it means the same after any change of the code that draws.
 */

import type { FaultRecord, Trouble } from '../../nemesis/records.ts';
import type { ScheduledFault } from '../../nemesis/fault.ts';
import type { Json, NodeId } from '../../systems/protocol.ts';
import type { SimulatorKnobs } from '../cluster/simulator/options.ts';
import type { WorkloadMix } from '../workloads/workload.ts';

/** One call of a client. Made by `thread` at `atMs` after the test's start, or as soon after that as it is free. */
export interface OperationRecord {
  readonly atMs: number;
  readonly thread: number;
  readonly f: string;
  readonly key?: string;
  readonly value: Json;
  readonly node?: NodeId;
}

/**
 * The last part of a run: everything is healed but what is to stay broken for good, and there must be progress among
 * the nodes of `quorum`.
 */
export interface ProgressPhase {
  /** From here on, ms after the test's start. */
  readonly fromMs: number;
  /** So long may they take to settle, and for as long again they must serve. */
  readonly settleMs: number;
  readonly quorum: readonly NodeId[];
}

export interface DrawnCourse {
  readonly kind: 'drawn';
  /** Operations per second over all clients; 0 is as fast as they can. */
  readonly rate: number;
  readonly mix: WorkloadMix;
  readonly schedule: readonly ScheduledFault[];
  /** What stays broken from `progress.fromMs` on. */
  readonly lasting: readonly Trouble[];
}

export interface ListedCourse {
  readonly kind: 'listed';
  readonly operations: readonly OperationRecord[];
  readonly faults: readonly FaultRecord[];
  /** When everything is healed, dead nodes started and clocks set right. */
  readonly healMs: readonly number[];
}

export interface RunPlan {
  readonly format: 'clew-schedule';
  readonly version: 1;
  /** The version of Clew that wrote it. */
  readonly clew: string;
  /** A bundled system's name, or the path of a module that exports `system`. */
  readonly system: string;
  readonly mutant: string | null;
  readonly workload: string;
  readonly nodes: readonly NodeId[];
  /** Client threads; thread t is at home at node t modulo their number. */
  readonly concurrency: number;
  /** Decides latencies, timeouts and whatever else is left to chance. */
  readonly seed: number;
  readonly settings: Readonly<Record<string, Json>>;
  /** Knobs of the simulated network, disks and clocks; what is not named has its default. */
  readonly simulator: Omit<SimulatorKnobs, 'trace'>;
  readonly progress: ProgressPhase | null;
  readonly course: DrawnCourse | ListedCourse;
  /** What the run is kept for: the class of its failure, and the sentence that it came with. */
  readonly found?: { readonly failure: string; readonly reason: string };
}
