/** The verdict over a history, from what became of its parts. */

import type { Verdict } from '../verdict.ts';
import { detailedMax, type PartsReport } from './check-parts.ts';
import { generalSearch } from './decision.ts';
import type { Split } from './part.ts';
import type { Failure, LinearizableVerdict, Undecided } from './verdict.ts';

/** Of a history with an operation that the model does not know. */
export function objected(
  model: string,
  { position, objection }: Extract<Split, { kind: 'objection' }>,
): LinearizableVerdict {
  const parts = { valid: 0, invalid: 0, unknown: 0 };
  const nothing = { method: generalSearch, methods: {}, operations: 0, parts, failures: [], undecided: [] };
  const reason = `operation ${position} can't be checked: ${objection}`;
  return { valid: 'unknown', reason, model, ...nothing };
}

/** `reports` are of different parts of the history, which has `operations` of clients in all. */
export function conclusion(model: string, operations: number, reports: readonly PartsReport[]): LinearizableVerdict {
  const methods = summed(reports.map((report) => report.methods));
  const failures = reports
    .flatMap((report) => report.failures)
    .sort((a, b) => a.brief.completion - b.brief.completion)
    .map(({ brief, detailed }, i) => (i < detailedMax ? (detailed ?? brief) : brief));
  const undecided = reports.flatMap((report) => report.undecided).sort((a, b) => byText(a.key ?? '', b.key ?? ''));
  const refuted = reports.flatMap((report) => report.refuted).sort(byText);
  const confirmed = sum(reports.map((report) => report.confirmed));
  const skipped = sum(reports.map((report) => report.skipped));
  return {
    ...answer(failures, undecided, skipped, refuted),
    model,
    method: Object.keys(methods).join(', ') || generalSearch,
    methods,
    operations,
    parts: {
      valid: sum(reports.map((report) => report.valid)),
      invalid: failures.length,
      unknown: undecided.length,
      ...(skipped === 0 ? {} : { skipped }),
    },
    failures,
    undecided,
    ...(confirmed === 0 && refuted.length === 0 ? {} : { witnesses: { confirmed, refuted } }),
  };
}

function answer(
  failures: readonly Failure[],
  undecided: readonly Undecided[],
  skipped: number,
  refuted: readonly string[],
): Pick<Verdict, 'valid' | 'reason'> {
  const [failed] = failures;
  if (failed !== undefined) {
    const others = failures.length - 1;
    const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'key fails' : 'keys fail'})`;
    return { valid: false, reason: `not linearizable: ${failed.explanation}${more}` };
  }
  const [wrong] = refuted;
  if (wrong !== undefined)
    return { valid: 'unknown', reason: `an order that was found is none, an error of Clew: ${wrong}` };
  const [open] = undecided;
  if (open !== undefined) {
    const where = open.key === null ? '' : ` for key ${open.key}`;
    const others = undecided.length - 1;
    const more = others === 0 ? '' : ` (and for ${others} more)`;
    const reason = `linearizability is not decided${where}${more}: ${open.reason}; ${open.raise} allows more`;
    return { valid: 'unknown', reason };
  }
  if (skipped > 0) return { valid: 'unknown', reason: `the check was called off with ${skipped} parts to go` };
  return { valid: true };
}

/** The most used first. */
function summed(counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const [name, count] of counts.flatMap((each) => Object.entries(each))) {
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return Object.fromEntries([...sums].sort(([a, n], [b, m]) => m - n || byText(a, b)));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
