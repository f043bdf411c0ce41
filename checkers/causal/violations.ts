/** Violations as they are found, in great numbers, and as they are reported: one for each cause, the earliest first. */

import { NEVER, type HistoryColumns } from '../../src/history/columns.ts';
import { violationsMax, type Violation } from './patterns.ts';

/** The occurrences of one cause. */
export interface Occurrences {
  /** Position in the history at which the earliest one shows: where what came last in it completed. */
  readonly at: number;
  readonly repeats: number;
  /** Describes the earliest one. */
  violation(): Omit<Violation, 'repeats'>;
}

/** At most `violationsMax` causes, the earliest first, and how many occurrences there were in all. */
export function reported(causes: readonly Occurrences[]): { violations: readonly Violation[]; found: number } {
  const earliest = causes.toSorted((a, b) => a.at - b.at).slice(0, violationsMax);
  let found = 0;
  for (const { repeats } of causes) found += repeats;
  return { violations: earliest.map((cause) => ({ ...cause.violation(), repeats: cause.repeats })), found };
}

/** Where in the history an operation shows: where it completed, or where it was invoked if that is not known. */
export function shownAt({ invoked, completed }: HistoryColumns, row: number): number {
  const end = completed[row] as number;
  return end === NEVER ? (invoked[row] as number) : end;
}

/** Groups `count` findings by cause: of each cause the finding that shows first, and how many there are. */
export function byCause(
  count: number,
  causeOf: (finding: number) => number,
  at: (finding: number) => number,
  violation: (finding: number) => Omit<Violation, 'repeats'>,
): readonly Occurrences[] {
  const groups = new Map<number, { finding: number; at: number; repeats: number }>();
  for (let finding = 0; finding < count; finding++) {
    const cause = causeOf(finding);
    const shows = at(finding);
    const group = groups.get(cause);
    if (group === undefined) groups.set(cause, { finding, at: shows, repeats: 1 });
    else {
      group.repeats++;
      if (shows < group.at) Object.assign(group, { finding, at: shows });
    }
  }
  return Array.from(groups.values(), ({ finding, at: shows, repeats }) => ({
    at: shows,
    repeats,
    violation: () => violation(finding),
  }));
}
