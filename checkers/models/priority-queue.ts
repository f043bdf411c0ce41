/**
 * A priority queue: what comes out is an element of the smallest priority. It is empty at first.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `insert` (`enqueue`, `add`, `offer`, `push`) | a number, or `[priority, element]` | `ok` |
 * | `delete-min` (`dequeue`, `poll`, `extract-min`, `remove-min`, `pop`) | null | `ok`: what was inserted, or null if it was empty |
 *
 * A number is its own priority. Of several elements of the smallest priority any may come out. A delete-min that failed
 * tells nothing. One of unknown outcome may have removed any element of the smallest priority.
 */

import { isList, shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import {
  added,
  bagHash,
  countOf,
  elementOf,
  entriesOf,
  equalBags,
  leastOf,
  removed,
  valuesOf,
  type Bag,
} from './bag.ts';
import {
  containerObjection,
  describeContainerOperation,
  foundEmpty,
  isInsert,
  neededInContainer,
  type ContainerWords,
} from './container.ts';
import { explainContainer, overtaken } from './container-explanation.ts';
import { byKey, type Model, type ModelOperation } from './model.ts';
import { nondeterministic, type NondeterministicModel, type States } from './nondeterministic.ts';
import { priorityQueueCalls } from './vocabulary.ts';

const words: ContainerWords = {
  what: 'a priority queue',
  calls: priorityQueueCalls,
  insert: 'insert',
  remove: 'delete-min',
  inserted: 'inserted',
  removed: 'removed',
};

/** The priority of an element as it is inserted, or undefined if it has none. */
export function priorityOf(element: Json): number | undefined {
  const priority = isList(element) && element.length === 2 ? element[0] : element;
  return typeof priority === 'number' ? priority : undefined;
}

function queueFrom(init: Bag): NondeterministicModel<Bag> {
  return {
    name: 'priority-queue',
    init,
    objection: priorityObjection,
    observes: (operation) => foundEmpty(words, operation),
    step(bag, operation) {
      const { input, output, outcome } = operation;
      if (isInsert(words, operation)) return [added(bag, elementOf(input, priorityOf(input)))];
      const least = leastOf(bag);
      if (outcome === 'info') return least === null ? [bag] : withoutOneOf(bag, least.rank);
      if (output === null || least === null) return output === null && least === null ? [bag] : [];
      const element = elementOf(output, priorityOf(output));
      return element.rank !== least.rank || countOf(bag, element) === 0 ? [] : [removed(bag, element)];
    },
    neededAmong: (operations) => neededInContainer(words, operations, valuesOf(init)),
    partition: byKey,
    family: 'priority-queue',
    from: (json) =>
      isList(json) && json.every((element) => priorityOf(element) !== undefined)
        ? queueFrom(json.reduce<Bag>((bag, value) => added(bag, elementOf(value, priorityOf(value))), null))
        : 'a list of numbers or [priority, element]',
    equal: equalBags,
    hash: bagHash,
    describe: (bag) => shown(valuesOf(bag)),
    describeOperation: (operation) => describeContainerOperation(words, operation),
    explain: (failed, others) =>
      explainContainer(words, valuesOf(init), failed, others, overtaken.byLarger(priorityOf)),
  };
}

function priorityObjection(operation: ModelOperation): string | null {
  const objection = containerObjection(words, operation);
  if (objection !== null || !isInsert(words, operation) || priorityOf(operation.input) !== undefined) return objection;
  return `an insert takes a number or [priority, element], not ${shown(operation.input)}`;
}

/** What remains when one element of the smallest priority is taken out, for each of them. */
function withoutOneOf(bag: Bag, rank: number): readonly Bag[] {
  const result: Bag[] = [];
  for (const { element } of entriesOf(bag)) {
    if (element.rank !== rank) break;
    result.push(removed(bag, element));
  }
  return result;
}

export const priorityQueue: Model<States<Bag>> = nondeterministic(queueFrom(null));
