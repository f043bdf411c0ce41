/**
 * A queue that gives its elements back in any order (a bag), or many under different keys. It is empty at first.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `enqueue` (`enq`, `offer`, `add`, `push`) | the element, which can't be null | `ok` |
 * | `dequeue` (`deq`, `poll`, `take`, `pop`) | null | `ok`: an element, or null if it was empty |
 *
 * A dequeue that failed tells nothing. One of unknown outcome may have removed any element that was there.
 */

import { isList, shown } from '../../src/history/json.ts';
import { added, bagHash, countOf, elementOf, entriesOf, equalBags, removed, valuesOf, type Bag } from './bag.ts';
import {
  containerObjection,
  describeContainerOperation,
  foundEmpty,
  isInsert,
  neededInContainer,
  type ContainerWords,
} from './container.ts';
import { explainContainer } from './container-explanation.ts';
import { byKey, type Model, type ModelOperation } from './model.ts';
import { nondeterministic, type NondeterministicModel, type States } from './nondeterministic.ts';
import { queueCalls } from './vocabulary.ts';

const words: ContainerWords = {
  what: 'a queue',
  calls: queueCalls,
  insert: 'enqueue',
  remove: 'dequeue',
  inserted: 'enqueued',
  removed: 'dequeued',
};

function bagFrom(init: Bag): NondeterministicModel<Bag> {
  return {
    name: 'unordered-queue',
    init,
    objection: (operation) => containerObjection(words, operation),
    observes: (operation) => foundEmpty(words, operation),
    step(bag, operation) {
      const { input, output, outcome } = operation;
      if (isInsert(words, operation)) return [added(bag, elementOf(input))];
      if (outcome === 'info') {
        return bag === null ? [bag] : Array.from(entriesOf(bag), ({ element }) => removed(bag, element));
      }
      if (output === null) return bag === null ? [bag] : [];
      const element = elementOf(output);
      return countOf(bag, element) === 0 ? [] : [removed(bag, element)];
    },
    neededAmong: (operations) => neededInBag(operations, init),
    partition: byKey,
    from: (json) =>
      isList(json) && !json.includes(null)
        ? bagFrom(json.reduce<Bag>((bag, value) => added(bag, elementOf(value)), null))
        : 'a list of elements',
    equal: equalBags,
    hash: bagHash,
    describe: (bag) => shown(valuesOf(bag)),
    describeOperation: (operation) => describeContainerOperation(words, operation),
    explain: (failed, others) => explainContainer(words, valuesOf(init), failed, others, null),
  };
}

/**
 * Besides what holds for all containers: that an element is gone helps nobody but a dequeue that found the queue empty.
 * Where there is none, dequeues of unknown outcome need not be tried.
 */
function neededInBag(operations: readonly ModelOperation[], init: Bag): (pending: ModelOperation) => boolean {
  const isNeeded = neededInContainer(words, operations, valuesOf(init));
  const isFoundEmpty = operations.some((operation) => foundEmpty(words, operation));
  return (pending) => (isFoundEmpty || isInsert(words, pending)) && isNeeded(pending);
}

export const unorderedQueue: Model<States<Bag>> = nondeterministic(bagFrom(null));
