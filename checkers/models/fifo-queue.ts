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

import { canonical, isList, shown } from '../../src/history/json.ts';
import {
  containerObjection,
  describeContainerOperation,
  foundEmpty,
  isInsert,
  neededInContainer,
  type ContainerWords,
} from './container.ts';
import { explainContainer, overtaken } from './container-explanation.ts';
import { byKey, impossible, type Model } from './model.ts';
import {
  appended,
  elementsOf,
  emptySequence,
  equalSequences,
  oldestOf,
  sequenceHash,
  sequenceOf,
  withoutOldest,
  type Sequence,
} from './sequence.ts';
import { queueCalls } from './vocabulary.ts';

const words: ContainerWords = {
  what: 'a queue',
  calls: queueCalls,
  insert: 'enqueue',
  remove: 'dequeue',
  inserted: 'enqueued',
  removed: 'dequeued',
};

export const fifoQueue: Model<Sequence> = fifoQueueFrom(emptySequence);

function fifoQueueFrom(init: Sequence): Model<Sequence> {
  return {
    name: 'fifo-queue',
    init,
    objection: (operation) => containerObjection(words, operation),
    observes: (operation) => foundEmpty(words, operation),
    step(state, operation) {
      const { input, output, outcome } = operation;
      if (isInsert(words, operation)) return appended(state, input);
      if (outcome === 'info') return state.length === 0 ? state : withoutOldest(state);
      if (state.length === 0) return output === null ? state : impossible;
      return canonical(oldestOf(state)) === canonical(output) ? withoutOldest(state) : impossible;
    },
    neededAmong: (operations) => neededInContainer(words, operations, elementsOf(init)),
    partition: byKey,
    family: 'fifo-queue',
    from: (json) =>
      isList(json) && !json.includes(null) ? fifoQueueFrom(sequenceOf(json)) : 'a list of elements, the oldest first',
    equal: equalSequences,
    hash: sequenceHash,
    describe: (state) => shown(elementsOf(state)),
    describeOperation: (operation) => describeContainerOperation(words, operation),
    explain: (failed, others) => explainContainer(words, elementsOf(init), failed, others, overtaken.byYounger),
  };
}
