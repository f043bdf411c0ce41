/** What a campaign leaves: what was asked for, what each seed came to, and the sum of it. */

import type { Json } from '../history/operation.ts';

export const campaignFiles = {
  campaign: 'campaign.json',
  results: 'results.jsonl',
  timing: 'timing.json',
  report: 'report.html',
} as const;

/** What a campaign runs, for as many seeds as asked. */
export interface CampaignAsked {
  /** A bundled system's name, or the path of a module that exports `system`. */
  readonly system: string;
  readonly mutant: string | null;
  /** Null: drawn for each run. */
  readonly workload: string | null;
  readonly nodes: number | null;
  /** Null: those that the system says that it survives. */
  readonly faults: readonly string[] | null;
  readonly beyondBudget: boolean;
  readonly settings: Readonly<Record<string, Json>>;
  readonly firstSeed: number;
  readonly lastSeed: number;
}

/** One line of `results.jsonl`: what the run of one seed came to. No times of this machine: it is the same anywhere. */
export interface SeedResult {
  readonly seed: number;
  /** The most telling first. */
  readonly failures: readonly { readonly failure: string; readonly reason: string }[];
  /** Why it can't be said whether everything held; null where it can. */
  readonly unknown: string | null;
  readonly hash: string;
  readonly events: number;
  readonly operations: number;
  readonly virtualMs: number;
  readonly coverage: Readonly<Record<string, number>>;
}

/** How often one probe was reached. */
export interface Reached {
  readonly probe: string;
  /** Runs that reached it. */
  readonly runs: number;
  readonly times: number;
}

/** The smallest schedule that was found for a class of failure. */
export interface Smallest {
  /** The run that shrinking began with. */
  readonly seed: number;
  /** Of the smallest run; relative to the campaign's directory. */
  readonly directory: string;
  readonly operations: number;
  readonly faults: number;
  readonly nodes: number;
  readonly isMinimal: boolean;
}

/** Failures that look the same from outside. */
export interface FailureClass {
  readonly failure: string;
  /** At most the first hundred. */
  readonly seeds: readonly number[];
  readonly count: number;
  /** Of the first seed. */
  readonly reason: string;
  readonly smallest: Smallest | null;
}

/** `campaign.json`. */
export interface CampaignRecord {
  readonly version: 1;
  readonly clew: string;
  readonly asked: CampaignAsked;
  /** Runs that came to an end. */
  readonly runs: number;
  readonly failed: number;
  readonly unknown: number;
  readonly events: number;
  readonly operations: number;
  readonly virtualMs: number;
  /** Most frequent first. */
  readonly failures: readonly FailureClass[];
  /** All probes that were reached, and those which the system says should be, in the order of their names. */
  readonly coverage: readonly Reached[];
}

/** `timing.json`: how long it took on this machine, over all sittings. */
export interface CampaignTiming {
  readonly startedAt: string;
  readonly seconds: number;
  readonly jobs: number;
  /** What the workers spent on runs, in s, all together. */
  readonly busySeconds: number;
}
