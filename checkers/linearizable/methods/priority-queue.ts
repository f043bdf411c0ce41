/**
 * Priority queues whose values are distinct; their priorities need not be.
 *
 * A value can be removed in a gap in which no value of smaller priority is certainly inside. So removals can be tried out
 * in time, each as early as it can be, see `runQueue`: what is removed early is in nobody's way, and what is inserted as
 * late as it can be is neither. (The condition is that of Bouajjani, Enea and Wang, "Checking linearizability of
 * concurrent priority queues", CONCUR 2017.)
 *
 * Removals of unknown outcome: a value that is still inside is removed by one of them once it is in the way of something
 * else. Where there are too few to remove all that is in the way at once, there is a choice; two ways are tried. If both
 * fail, but it would be fine if the first removal of unknown outcome could remove everything, there is no answer.
 *
 * n log n.
 */

import type { Json } from '../../../src/history/operation.ts';
import { valuesOf, type Bag } from '../../models/bag.ts';
import type { States } from '../../models/nondeterministic.ts';
import { priorityOf } from '../../models/priority-queue.ts';
import { priorityQueueCalls } from '../../models/vocabulary.ts';
import type { Method, MethodAnswer } from '../method.ts';
import type { Part } from '../part.ts';
import { numbersBelow } from './containers/by-moment.ts';
import { coreOf, readContents, type Contents } from './containers/contents.ts';
import { leastLater } from './containers/least-later.ts';
import { chain, presence } from './containers/presence.ts';
import { assignUnknown, hastened, NO_DEADLINE } from './containers/unknown-removals.ts';
import { runQueue, type Stuck } from './priority-queue-run.ts';

export const priorityQueueInTime: Method = {
  name: 'priority-queue-in-time',
  decide(model, part) {
    // The family promises this kind of state, and the initial one is one bag.
    const [bag = null] = model.init as States<Bag>;
    const initial = valuesOf(bag);
    const reading = readContents(part, (f) => priorityQueueCalls.of(f) === 'insert', initial);
    if (reading.kind !== 'contents') return reading;
    return decide(reading.contents, ranksOf(part, reading.contents, initial));
  },
};

function decide(contents: Contents, ranks: Int32Array): MethodAnswer {
  const { removal, unknown } = contents;
  const eager = runQueue(contents, ranks, 'eager');
  if (eager.kind === 'order') return { kind: 'valid', witness: () => eager.order };
  // Where nothing is left open, another run would get stuck as this one did.
  if (unknown.length === 0) return { kind: 'invalid', core: whyStuck(contents, ranks, eager) };
  const relaxed = runQueue(contents, ranks, 'unlimited');
  if (relaxed.kind !== 'order') return { kind: 'invalid', core: whyStuck(hastened(contents), ranks, relaxed) };
  const inside = presence(contents, (v) => removal[v] !== -1);
  if (assignUnknown(contents, deadlines(contents, ranks), inside) === null) return { kind: 'invalid' };
  const late = runQueue(contents, ranks, 'late');
  if (late.kind === 'order') return { kind: 'valid', witness: () => late.order };
  return { kind: 'inapplicable', why: 'what removals of unknown outcome removed is not clear' };
}

/** Values of smaller priority, one of which is certainly inside at any time at which the removal can have happened. */
function whyStuck(contents: Contents, ranks: Int32Array, { value, empty }: Stuck): readonly number[] {
  const { removeFrom, removeBy, emptyFrom, emptyBy } = contents;
  if (value === -1) {
    const values = chain(contents, emptyFrom[empty] as number, emptyBy[empty] as number) ?? [];
    return coreOf(contents, values, [contents.empty[empty] as number]);
  }
  const rank = ranks[value] as number;
  const isBefore = (v: number): boolean => (ranks[v] as number) < rank;
  const values = chain(contents, removeFrom[value] as number, removeBy[value] as number, isBefore) ?? [];
  return coreOf(contents, [value, ...values]);
}

/** By value: how many have a smaller priority. */
function ranksOf({ columns }: Part, { value }: Contents, initial: readonly Json[]): Int32Array {
  const priorities = Float64Array.from(value, (number, v) => {
    const element = number === -1 ? initial[v] : columns.values[number];
    return priorityOf(element ?? null) ?? Infinity;
  });
  const sorted = priorities.slice().sort();
  return Int32Array.from(priorities, (priority) => {
    let low = 0;
    for (let high = sorted.length; low < high;) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] as number) < priority) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

/**
 * By value without a known removal: the last gap in which it may be inside, because a value of greater priority is removed
 * certainly after it was inserted.
 */
function deadlines({ size, end, insertBy, removal, removeFrom, removeBy }: Contents, ranks: Int32Array): Int32Array {
  const deadline = new Int32Array(size).fill(NO_DEADLINE);
  const byRank = numbersBelow(size);
  byRank.sort((a, b) => (ranks[b] as number) - (ranks[a] as number));
  const returns = leastLater(end, NO_DEADLINE);
  let next = 0;
  for (const v of byRank) {
    if (removal[v] !== -1) continue;
    for (; next < size; next++) {
      const other = byRank[next] as number;
      if ((ranks[other] as number) <= (ranks[v] as number)) break;
      if (removal[other] !== -1) returns.add(removeFrom[other] as number, removeBy[other] as number);
    }
    const until = returns.after(insertBy[v] as number);
    if (until !== NO_DEADLINE) deadline[v] = until - 1;
  }
  return deadline;
}
