/**
 * A stack, last in first out, or many under different keys. It is empty at first.
 *
 * | operation | invocation | completion |
 * |---|---|---|
 * | `push` (`add`) | the element, which can't be null | `ok` |
 * | `pop` (`remove`, `take`) | null | `ok`: the element, or null if it was empty |
 *
 * A pop that failed tells nothing. One of unknown outcome may have removed the newest element, if there was one.
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
  newestOf,
  sequenceHash,
  sequenceOf,
  withoutNewest,
  type Sequence,
} from './sequence.ts';
import { stackCalls } from './vocabulary.ts';

const words: ContainerWords = {
  what: 'a stack',
  calls: stackCalls,
  insert: 'push',
  remove: 'pop',
  inserted: 'pushed',
  removed: 'popped',
};

export const stack: Model<Sequence> = stackFrom(emptySequence);

function stackFrom(init: Sequence): Model<Sequence> {
  return {
    name: 'stack',
    init,
    objection: (operation) => containerObjection(words, operation),
    observes: (operation) => foundEmpty(words, operation),
    step(state, operation) {
      const { input, output, outcome } = operation;
      if (isInsert(words, operation)) return appended(state, input);
      if (outcome === 'info') return state.length === 0 ? state : withoutNewest(state);
      if (state.length === 0) return output === null ? state : impossible;
      return canonical(newestOf(state)) === canonical(output) ? withoutNewest(state) : impossible;
    },
    neededAmong: (operations) => neededInContainer(words, operations, elementsOf(init)),
    partition: byKey,
    family: 'stack',
    from: (json) =>
      isList(json) && !json.includes(null) ? stackFrom(sequenceOf(json)) : 'a list of elements, the top last',
    equal: equalSequences,
    hash: sequenceHash,
    describe: (state) => shown(elementsOf(state)),
    describeOperation: (operation) => describeContainerOperation(words, operation),
    explain: (failed, others) => explainContainer(words, elementsOf(init), failed, others, overtaken.byOlder),
  };
}
