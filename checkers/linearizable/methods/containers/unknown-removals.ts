/**
 * What removals of unknown outcome removed. A value that nobody else removed may have to be gone by some deadline, or
 * because the container was found empty; each removal of unknown outcome can account for one such value.
 *
 * Let C(T) be how many such removals were invoked by gap T. A choice of gaps in which the container is empty, and of
 * deadlines, can be met exactly if at most C(T) values have to be gone by T, for every T (Hall's theorem; intervals that
 * are open to the right are matched in the order of the deadlines). By a gap t in which the container is empty all values
 * inserted by then must be gone, so the emptiness at t demands, for every T from t on,
 *
 *     (values inserted by t) + (values inserted after t that have a deadline by T) <= C(T).
 *
 * A later empty gap demands more than an earlier one from where both demand something. So each gap meets its demands or
 * not, whatever the others are, and each removal that found nothing can choose for itself.
 */

import { byMoment, numbersBelow } from './by-moment.ts';
import type { Contents } from './contents.ts';
import { leastTree } from './least-tree.ts';

/** The deadline of a value that need not be removed. */
export const NO_DEADLINE = 0x3fffffff;

/**
 * For each value the removal of unknown outcome (number in `unknown`) that removes it, or -1. Null if there are not enough
 * removals for the deadlines, or there is no gap left in which the container can have been found empty.
 *
 * `deadline[v]` is the last gap in which a value without removal may be inside, or `NO_DEADLINE`; `inside` the presence
 * of the values that have a removal. A removal invoked by the deadline meets it. `wishes` are deadlines that are met as
 * far as those allow.
 */
export function assignUnknown(
  contents: Contents,
  deadline: Int32Array,
  inside: Int32Array,
  wishes: Int32Array = deadline,
): Int32Array | null {
  const { size, end, insertBy, removal, empty, unknown, unknownFrom } = contents;
  const until = deadline.slice();
  const left = numbersBelow(size).filter((v) => removal[v] === -1);
  const staying = byMoment(left, insertBy, end);
  if (empty.length > 0) {
    const gaps = gapsOfEmptiness(contents, deadline, inside, staying);
    if (gaps === null) return null;
    let next = gaps.length - 1;
    for (let i = staying.length - 1; i >= 0; i--) {
      const v = staying[i] as number;
      while (next >= 0 && (gaps[next] as number) >= (insertBy[v] as number)) next--;
      until[v] = Math.min(until[v] as number, gaps[next + 1] ?? NO_DEADLINE);
    }
  }
  grant(contents, staying, until, wishes);
  const result = new Int32Array(size).fill(-1);
  const due = staying.filter((v) => (until[v] as number) < end);
  due.sort((a, b) => (until[a] as number) - (until[b] as number));
  if (due.length > unknown.length) return null;
  for (const [i, v] of due.entries()) {
    if ((unknownFrom[i] as number) > (until[v] as number)) return null;
    result[v] = i;
  }
  return result;
}

/** Brings `until` forward to the `wishes`, the earliest first, each if there are enough removals for it. */
function grant({ end, unknownFrom }: Contents, staying: Int32Array, until: Int32Array, wishes: Int32Array): void {
  const wishing = staying.filter((v) => (wishes[v] as number) < (until[v] as number));
  if (wishing.length === 0) return;
  wishing.sort((a, b) => (wishes[a] as number) - (wishes[b] as number));
  const spare = new Int32Array(end);
  for (const from of unknownFrom) spare[from] = (spare[from] as number) + 1;
  for (const v of staying) {
    const at = until[v] as number;
    if (at < end) spare[at] = (spare[at] as number) - 1;
  }
  for (let gap = 1; gap < end; gap++) spare[gap] = (spare[gap] as number) + (spare[gap - 1] as number);
  const tree = leastTree(spare);
  for (const v of wishing) {
    const from = wishes[v] as number;
    const to = Math.min(until[v] as number, end);
    if (tree.leastIn(from, to) < 1) continue;
    tree.add(from, to, -1);
    until[v] = from;
  }
}

/** A gap for each removal that found nothing, in increasing order, or null. */
function gapsOfEmptiness(
  { end, insertBy, empty, emptyFrom, emptyBy, unknownFrom }: Contents,
  deadline: Int32Array,
  inside: Int32Array,
  staying: Int32Array,
): Int32Array | null {
  /** By gap T: C(T) less the values inserted after the gap that is looked at and due by T. */
  const spare = new Int32Array(end + 1);
  for (const from of unknownFrom) spare[from] = (spare[from] as number) + 1;
  for (let gap = 1; gap <= end; gap++) spare[gap] = (spare[gap] as number) + (spare[gap - 1] as number);
  const tree = leastTree(spare);
  /** By gap: the first from it on in which the container can be empty. */
  const next = new Int32Array(end + 1);
  let possible = NO_DEADLINE;
  let inserted = staying.length;
  next[end] = possible;
  for (let gap = end - 1; gap >= 0; gap--) {
    for (; inserted > 0; inserted--) {
      const v = staying[inserted - 1] as number;
      if ((insertBy[v] as number) <= gap) break;
      if ((deadline[v] as number) < end) tree.add(deadline[v] as number, end + 1, -1);
    }
    if (inside[gap] === 0 && tree.leastIn(gap, end) >= inserted) possible = gap;
    next[gap] = possible;
  }
  const gaps = empty.map((_, i) => next[emptyFrom[i] as number] as number);
  return gaps.some((gap, i) => gap >= (emptyBy[i] as number)) ? null : gaps.sort();
}

/**
 * `contents` with the removals of unknown outcome that were found for its values. They may still happen after the end,
 * where nothing that is left inside is in their way.
 */
export function withRemovals(contents: Contents, assigned: Int32Array): Contents {
  const { end, insertFrom, unknown, unknownFrom } = contents;
  const removal = contents.removal.slice();
  const removeFrom = contents.removeFrom.slice();
  const removeBy = contents.removeBy.slice();
  assigned.forEach((number, v) => {
    if (number < 0) return;
    removal[v] = unknown[number] as number;
    removeFrom[v] = Math.max(unknownFrom[number] as number, insertFrom[v] as number);
    removeBy[v] = end + 2;
  });
  return { ...contents, removal, removeFrom, removeBy };
}

/**
 * `contents` with every value that nobody is known to have removed gone as early as any removal of unknown outcome could
 * have removed it. If that can't be explained, nothing can that these removals may have done.
 */
export function hastened(contents: Contents): Contents {
  const { size, end, insertFrom, removal, unknownFrom } = contents;
  const removeFrom = contents.removeFrom.slice();
  for (let v = 0; v < size; v++) {
    if (removal[v] === -1) removeFrom[v] = Math.max(unknownFrom[0] ?? end + 1, insertFrom[v] as number);
  }
  return { ...contents, removeFrom };
}
