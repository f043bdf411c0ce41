/** How long values that nobody is known to have popped may be on a stack. */

import { byMoment, numbersBelow } from './containers/by-moment.ts';
import type { Contents } from './containers/contents.ts';
import { leastLater } from './containers/least-later.ts';
import { NO_DEADLINE } from './containers/unknown-removals.ts';

/**
 * By value without a known pop: the last gap in which it may be inside, because of the values that it certainly lies on:
 * those whose push returned before its own was invoked, and whose pop was invoked after its own push returned.
 */
export function lyingDeadlines({
  size,
  end,
  insertFrom,
  insertBy,
  removal,
  removeFrom,
  removeBy,
}: Contents): Int32Array {
  const deadline = new Int32Array(size).fill(NO_DEADLINE);
  const all = numbersBelow(size);
  const known = all.filter((v) => removal[v] !== -1);
  const below = byMoment(known, insertBy, end);
  /** The returns of the pops, by the moments of their invocations. */
  const returns = leastLater(end, NO_DEADLINE);
  let next = 0;
  // Values are in the order of the invocations of their pushes.
  for (const v of all) {
    if (removal[v] !== -1) continue;
    for (; next < below.length; next++) {
      const other = below[next] as number;
      if ((insertBy[other] as number) >= (insertFrom[v] as number)) break;
      returns.add(removeFrom[other] as number, removeBy[other] as number);
    }
    const until = returns.after(insertBy[v] as number);
    if (until !== NO_DEADLINE) deadline[v] = until - 1;
  }
  return deadline;
}
