/** Figures of a kill matrix: medians and worst cases of campaigns, some of which may have found nothing. */

import type { HuntRecord, MatrixRecord, MutantRecord } from '../src/store/matrix.ts';
import { quantile } from './operations.ts';

/** A number that a campaign came to, or that it gave up at. */
export interface Measured {
  readonly value: number;
  /** Whether the campaign ended before it had found anything: the number is more than that. */
  readonly isMore: boolean;
}

export interface KillFigures {
  readonly killed: number;
  readonly campaigns: number;
  /** Checks that found it, the most frequent first. */
  readonly checks: readonly { readonly check: string; readonly count: number }[];
  readonly seeds: Spread;
  readonly seconds: Spread;
}

export interface Spread {
  /** The lower one where there are two in the middle. */
  readonly p50: Measured;
  readonly worst: Measured;
}

export function killFigures({ hunts }: Pick<MutantRecord, 'hunts'>): KillFigures {
  return {
    killed: hunts.filter(({ kill }) => kill !== null).length,
    campaigns: hunts.length,
    checks: tally(hunts.flatMap(({ kill }) => (kill === null ? [] : [kill.check]))),
    seeds: spread(hunts, ({ seeds }) => seeds),
    seconds: spread(hunts, ({ seconds }) => seconds),
  };
}

export const isKilled = ({ hunts }: MutantRecord): boolean => hunts.every(({ kill }) => kill !== null);

/** Seconds that shrinking took, in the middle of all mutants; null where nothing was shrunk. */
export function shrinkMedian(mutants: readonly MutantRecord[]): number | null {
  const times = mutants.flatMap(({ smallest }) => (smallest === null ? [] : [smallest.seconds])).sort((a, b) => a - b);
  return times.length === 0 ? null : quantile(times, 0.5);
}

/** Of the control, if it failed at all, this is the answer; otherwise of the mutants that were left alive. */
export function matrixAnswer({ mutants, control }: MatrixRecord): 'valid' | 'invalid' | 'unknown' {
  if (control === null) return 'unknown';
  if (control.failedRuns > 0) return 'invalid';
  return mutants.every(isKilled) ? 'valid' : 'unknown';
}

function tally(checks: readonly string[]): KillFigures['checks'] {
  const counts = new Map<string, number>();
  for (const check of checks) counts.set(check, (counts.get(check) ?? 0) + 1);
  return [...counts]
    .map(([check, count]) => ({ check, count }))
    .sort((a, b) => b.count - a.count || (a.check < b.check ? -1 : 1));
}

/** Campaigns that found nothing count as longer than all others. */
function spread(hunts: readonly HuntRecord[], of: (hunt: HuntRecord) => number): Spread {
  const sorted = hunts
    .map((hunt): Measured => ({ value: of(hunt), isMore: hunt.kill === null }))
    .sort((a, b) => Number(a.isMore) - Number(b.isMore) || a.value - b.value);
  const none = { value: 0, isMore: true };
  return { p50: sorted[Math.ceil(sorted.length / 2) - 1] ?? none, worst: sorted.at(-1) ?? none };
}
