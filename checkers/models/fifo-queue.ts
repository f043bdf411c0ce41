/**
 * A queue, first in first out, or many under different keys. It is empty at first.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `enqueue` (`enq`, `offer`, `add`, `push`) | the element, which can't be null | `ok` |
 * | `dequeue` (`deq`, `poll`, `take`, `pop`) | null | `ok`: the element, or null if it was empty |
 *
 * A dequeue that failed tells nothing: clients fail for other reasons than an empty queue. One of unknown outcome may
 * have removed the oldest element, if there was one.
 */

import { overtaken } from './container-explanation.ts';
import { lineModel, type Line } from './line-model.ts';
import type { Model } from './model.ts';
import { emptySequence, oldestOf, withoutOldest, type Sequence } from './sequence.ts';
import { queueCalls } from './vocabulary.ts';

const line: Line = {
  name: 'fifo-queue',
  words: {
    what: 'a queue',
    calls: queueCalls,
    insert: 'enqueue',
    remove: 'dequeue',
    inserted: 'enqueued',
    removed: 'dequeued',
  },
  initial: 'a list of elements, the oldest first',
  next: oldestOf,
  without: withoutOldest,
  overtaken: overtaken.byYounger,
};

export const fifoQueue: Model<Sequence> = lineModel(line, emptySequence);
