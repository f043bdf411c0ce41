/** What a run tells those who watch it. Observers only look: nothing that they do changes a run. */

import type { Valid } from '../../checkers/verdict.ts';

/** The parts of a run's life, in their order. */
export const phases = ['cluster', 'start', 'run', 'heal', 'check', 'report'] as const;

export type Phase = (typeof phases)[number];

/** Where a run stands. Counts are of client operations since the run began. */
export interface Tick {
  readonly kind: 'tick';
  /** Seconds of the cluster's clock since the test started. */
  readonly timeS: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** Completed operations per second, over about the last second. */
  readonly rate: number;
  /** Kinds of the faults in force now. */
  readonly faults: readonly string[];
  /** The node that says it leads, with the highest term when several do; null when none does. */
  readonly leader: string | null;
  /** Runs that are over, and how many were asked for. */
  readonly done: number;
  readonly total: number;
}

export type RunEvent =
  /** One run of several begins (`number` counts from 1). */
  | { readonly kind: 'run'; readonly number: number; readonly total: number; readonly seed: number }
  /** `detail` is for a person, e.g. `docker (engine 20.10.24 answers)`. */
  | { readonly kind: 'phase'; readonly phase: Phase; readonly detail?: string }
  /** About every 100 ms of the cluster's clock. */
  | Tick
  /** A fault begins or ends; `text` says what was done in words. */
  | { readonly kind: 'fault'; readonly action: 'start' | 'stop'; readonly fault: string; readonly text: string }
  /** Something that a person should read now. */
  | { readonly kind: 'message'; readonly level: 'info' | 'warning'; readonly text: string }
  /** A run is over. `directory` is null when none was written. */
  | {
      readonly kind: 'done';
      readonly number: number;
      readonly total: number;
      readonly valid: Valid;
      readonly reason: string | null;
      readonly directory: string | null;
    };

export interface RunObserver {
  onEvent(event: RunEvent): void;
}

/** Watches nothing. */
export const silentObserver: RunObserver = { onEvent: () => undefined };
