/**
 * FIFO queues whose values are distinct.
 *
 * One value overtakes another if it was enqueued certainly later and dequeued certainly earlier. A history in which each
 * dequeue has its enqueue is linearizable exactly if no value overtakes another and each dequeue that found the queue
 * empty contains a gap in which no value was certainly inside (Henzinger, Sezgin and Vafeiadis, "Aspect-oriented
 * linearizability proofs", CONCUR 2013; Bouajjani et al., "On reducing linearizability to state reachability", ICALP
 * 2015). "Certainly earlier" orders both enqueues and dequeues by intervals, which is why pairs are enough: a longer circle
 * of such orders always has a shorter one in it.
 *
 * Dequeues of unknown outcome: a value that is still inside must have been dequeued by one of them before whatever was
 * enqueued certainly later was dequeued, and before the queue was found empty. Those deadlines are all that there is; see
 * `assignUnknown`.
 *
 * Takes linear time for the verdict, n log n for the witness and for dequeues of unknown outcome.
 */

import { elementsOf, type Sequence } from '../../models/sequence.ts';
import { queueCalls } from '../../models/vocabulary.ts';
import type { Method, MethodAnswer } from '../method.ts';
import { coreOf, readContents, type Contents } from './containers/contents.ts';
import { chain, nextEmpty, presence } from './containers/presence.ts';
import { assignUnknown, NO_DEADLINE, withRemovals } from './containers/unknown-removals.ts';
import { queueOrder } from './fifo-queue-order.ts';

export const fifoQueueOvertaking: Method = {
  name: 'fifo-queue-overtaking',
  decide(model, part) {
    // The family promises this kind of state.
    const initial = elementsOf(model.init as Sequence);
    const reading = readContents(part, (f) => queueCalls.of(f) === 'enqueue', initial);
    return reading.kind === 'contents' ? decide(reading.contents) : reading;
  },
};

function decide(contents: Contents): MethodAnswer {
  const { size, insertBy, removal, removeFrom, removeBy, unknown, unknownFrom, empty, emptyFrom, emptyBy } = contents;
  const overtaker = firstDequeuedOfLater(contents);
  const deadline = new Int32Array(size).fill(NO_DEADLINE);
  for (let v = 0; v < size; v++) {
    const other = overtaker[insertBy[v] as number] as number;
    if (other < 0) continue;
    const until = removeBy[other] as number;
    const from = removal[v] === -1 ? (unknownFrom[0] ?? until) : (removeFrom[v] as number);
    if (until <= from) return { kind: 'invalid', core: coreOf(contents, [v, other]) };
    if (removal[v] === -1) deadline[v] = until - 1;
  }

  let known = contents;
  if (unknown.length > 0) {
    const inside = presence(contents, (v) => removal[v] !== -1);
    const assigned = assignUnknown(contents, deadline, inside);
    if (assigned === null) return { kind: 'invalid' };
    known = withRemovals(contents, assigned);
  }
  const next = empty.length === 0 ? new Int32Array(0) : nextEmpty(presence(known));
  const gaps = empty.map((_, i) => next[emptyFrom[i] as number] as number);
  for (let i = 0; i < empty.length; i++) {
    if ((gaps[i] as number) < (emptyBy[i] as number)) continue;
    const values = chain(known, emptyFrom[i] as number, emptyBy[i] as number) ?? [];
    return { kind: 'invalid', core: coreOf(contents, values, [empty[i] as number]) };
  }
  return { kind: 'valid', witness: () => queueOrder(known, gaps) };
}

/** By moment: of all values enqueued after it, the one dequeued first, or -1; of those that are known to be dequeued. */
function firstDequeuedOfLater({ size, end, insertFrom, removal, removeBy }: Contents): Int32Array {
  const first = new Int32Array(end + 1).fill(-1);
  for (let v = 0; v < size; v++) if (removal[v] !== -1) first[insertFrom[v] as number] = v;
  for (let moment = end - 1; moment >= 0; moment--) {
    const later = first[moment + 1] as number;
    if (later < 0) continue;
    const own = first[moment] as number;
    if (own < 0 || (removeBy[later] as number) < (removeBy[own] as number)) first[moment] = later;
  }
  return first;
}
