/** Operations at given times, for faults that are planned before the test starts. */

import type { Generator } from './generator.ts';
import { done, lift, type Template } from './lift.ts';

export interface ScheduledOperation {
  /** Since the test started. */
  readonly atMs: number;
  readonly template: Template;
}

/** Each template at its time, in the order of the times; as soon after it as a process is free. */
export function scheduled(entries: readonly ScheduledOperation[]): Generator {
  return from(
    entries.toSorted((a, b) => a.atMs - b.atMs),
    0,
  );
}

function from(entries: readonly ScheduledOperation[], at: number): Generator {
  const entry = entries[at];
  const self: Generator = {
    next(context) {
      if (entry === undefined) return done;
      const step = lift({ ...entry.template, time: Math.round(entry.atMs * 1e6) }).next(context);
      if (step.kind === 'pending') return { kind: 'pending', rest: self };
      return step.kind === 'done' ? done : { ...step, rest: at + 1 < entries.length ? from(entries, at + 1) : null };
    },
    update: () => self,
  };
  return self;
}
