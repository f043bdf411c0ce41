/** What the clients of a run did, in numbers: counts by f and type, latencies, throughput. */

import type { Pair } from '../src/history/pairs.ts';

/** A client's operation; `completion` is null when none was recorded. */
export type Call = Pair;

/** `open` has no completion: the history ends before it. */
export const outcomes = ['ok', 'fail', 'info', 'open'] as const;
export type Outcome = (typeof outcomes)[number];

export function outcomeOf(call: Call): Outcome {
  const type = call.completion?.type ?? 'open';
  return type === 'invoke' ? 'open' : type;
}

/** Nanoseconds from invocation to completion; null without one. */
export function latencyNs(call: Call): number | null {
  return call.completion === null ? null : call.completion.time - call.invocation.time;
}

export type Counts = Readonly<Record<Outcome, number>>;

export function tally(all: readonly Call[]): Counts {
  const counts = { ok: 0, fail: 0, info: 0, open: 0 };
  for (const call of all) counts[outcomeOf(call)]++;
  return counts;
}

/** The smallest element that at least the share `q` of a sorted list is not above (nearest rank); NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

/** One row of the table of operations. Latencies are those of `ok` operations, in ns; NaN when there are none. */
export interface Row {
  readonly f: string;
  readonly counts: Counts;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const sortedLatencies = (all: readonly Call[]): Float64Array =>
  Float64Array.from(all.filter((call) => outcomeOf(call) === 'ok').map((call) => latencyNs(call) ?? 0)).sort();

function row(f: string, all: readonly Call[]): Row {
  const latencies = sortedLatencies(all);
  const [p50, p99, max] = [quantile(latencies, 0.5), quantile(latencies, 0.99), quantile(latencies, 1)];
  return { f, counts: tally(all), p50, p99, max };
}

/** A row for each f, the most frequent first. */
export function rows(all: readonly Call[]): readonly Row[] {
  const byF = Map.groupBy(all, (call) => call.invocation.f);
  return [...byF].sort((a, b) => b[1].length - a[1].length).map(([f, some]) => row(f, some));
}

/** One slice of the test's time. Quantiles are over `ok` operations completed in it, in ns; NaN when there are none. */
export interface Slice {
  readonly fromNs: number;
  readonly toNs: number;
  /** Completions, by outcome. */
  readonly counts: Counts;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const niceSliceS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

/** The shortest round length, in ns, that cuts `endNs` into at most `slicesMax` slices. */
export function sliceLength(endNs: number, slicesMax: number): number {
  const seconds = niceSliceS.find((s) => endNs / 1e9 / s <= slicesMax) ?? endNs / 1e9 / slicesMax;
  return seconds * 1e9;
}

/** The completions of a run in slices of `lengthNs`, all operations counted exactly. */
export function slices(all: readonly Call[], endNs: number, lengthNs: number): readonly Slice[] {
  const total = Math.max(1, Math.ceil(endNs / lengthNs));
  const cells = Array.from({ length: total }, () => [] as Call[]);
  for (const call of all) {
    if (call.completion === null) continue;
    cells[Math.min(total - 1, Math.floor(call.completion.time / lengthNs))]?.push(call);
  }
  return cells.map((some, i) => {
    const latencies = sortedLatencies(some);
    return {
      fromNs: i * lengthNs,
      toNs: (i + 1) * lengthNs,
      counts: tally(some),
      p50: quantile(latencies, 0.5),
      p95: quantile(latencies, 0.95),
      p99: quantile(latencies, 0.99),
      max: quantile(latencies, 1),
    };
  });
}

/**
 * At most about `max` of the completed calls, every n-th of each outcome with the same n; outcomes that are rare enough
 * (a tenth of `max`) are kept whole, since they are what a reader looks for.
 */
export function sample(all: readonly Call[], max: number): readonly Call[] {
  const completed = all.filter((call) => call.completion !== null);
  if (completed.length <= max) return completed;
  const byOutcome = Map.groupBy(completed, outcomeOf);
  const rare = [...byOutcome.values()].filter((some) => some.length <= max / 10);
  const frequent = [...byOutcome.values()].filter((some) => some.length > max / 10);
  const room = max - rare.reduce((sum, some) => sum + some.length, 0);
  const every = Math.ceil(frequent.reduce((sum, some) => sum + some.length, 0) / room);
  return [...rare.flat(), ...frequent.flatMap((some) => some.filter((_, i) => i % every === 0))];
}
