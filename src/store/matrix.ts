/** What a kill matrix leaves: how soon campaigns find each bug that is planted in a system, and that they find none in it. */

export interface MatrixRecord {
  readonly version: 1;
  readonly clew: string;
  readonly startedAt: string;
  readonly seconds: number;
  /** As it can be typed again. */
  readonly command: string;
  readonly host: MatrixHost;
  /** As it was asked for: a name or a path. */
  readonly system: string;
  readonly name: string;
  readonly description: string;
  readonly jobs: number;
  readonly campaigns: number;
  /** A campaign gives up after so much time of all its workers together. */
  readonly killBudgetS: number;
  /** In the order in which the system names them; those that were done. */
  readonly mutants: readonly MutantRecord[];
  /** Null: it was not done. */
  readonly control: ControlRecord | null;
  readonly notPlanted: readonly { readonly bug: string; readonly source: string; readonly why: string }[];
}

export interface MatrixHost {
  /** As the kernel calls it; empty where it says nothing. */
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly platform: string;
  /** Of the last minute, at the end. */
  readonly load: number;
}

export interface MutantRecord {
  readonly name: string;
  readonly broken: string;
  readonly source: string;
  /** Fault kinds that it needs. */
  readonly faults: readonly string[];
  /** The checker that should find it. */
  readonly killedBy: string;
  readonly hunts: readonly HuntRecord[];
  /** Null where nothing failed, or nothing was shrunk. */
  readonly smallest: SmallestKill | null;
}

/** One campaign against one mutant: seed after seed, until a run fails. */
export interface HuntRecord {
  readonly firstSeed: number;
  /** Up to the one that failed, or all that the time was enough for. The first is the same with any number of workers. */
  readonly seeds: number;
  /** By the clock, with all workers at it. */
  readonly seconds: number;
  /** The time that workers spent, all together. */
  readonly busySeconds: number;
  /** Null: none failed. */
  readonly kill: Kill | null;
}

export interface Kill {
  readonly seed: number;
  /** The checker that found the most telling failure. */
  readonly check: string;
  /** Classes of failure, the most telling first. */
  readonly failures: readonly string[];
  readonly reason: string;
}

/** The smallest schedule that was found for the failure which killed most campaigns. */
export interface SmallestKill {
  readonly failure: string;
  readonly seed: number;
  /** Of the smallest run, relative to the matrix's directory. */
  readonly directory: string;
  readonly operations: number;
  readonly faults: number;
  readonly nodes: number;
  readonly isMinimal: boolean;
  /** What it took to make it so small, other runs that were tried first included. By the clock, with one worker. */
  readonly seconds: number;
}

/** The system without a mutant, on seeds of the same campaigns. */
export interface ControlRecord {
  readonly runs: number;
  readonly unknown: number;
  /** At most the first twenty. */
  readonly failed: readonly { readonly seed: number; readonly failure: string; readonly reason: string }[];
  readonly failedRuns: number;
  readonly seconds: number;
}
