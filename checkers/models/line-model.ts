/** Queues and stacks: elements in a line, of which removals take the one at one end. */

import { canonical, isList, shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import {
  containerObjection,
  describeContainerOperation,
  foundEmpty,
  isInsert,
  neededInContainer,
  type ContainerWords,
} from './container.ts';
import { explainContainer, type Precedence } from './container-explanation.ts';
import { byKey, impossible, type Model } from './model.ts';
import { appended, elementsOf, equalSequences, sequenceHash, sequenceOf, type Sequence } from './sequence.ts';

export interface Line {
  readonly name: 'fifo-queue' | 'stack';
  readonly words: ContainerWords;
  /** What an initial state is, in words. */
  readonly initial: string;
  /** The element that a removal takes, and what it leaves behind. Only asked of a line that is not empty. */
  readonly next: (state: Sequence) => Json;
  readonly without: (state: Sequence) => Sequence;
  readonly overtaken: Precedence;
}

/** The model of `line` that holds `init` at first. Insertions append. */
export function lineModel(line: Line, init: Sequence): Model<Sequence> {
  const { name, words, initial, next, without } = line;
  return {
    name,
    init,
    objection: (operation) => containerObjection(words, operation),
    observes: (operation) => foundEmpty(words, operation),
    step(state, operation) {
      const { input, output, outcome } = operation;
      if (isInsert(words, operation)) return appended(state, input);
      if (outcome === 'info') return state.length === 0 ? state : without(state);
      if (state.length === 0) return output === null ? state : impossible;
      return canonical(next(state)) === canonical(output) ? without(state) : impossible;
    },
    neededAmong: (operations) => neededInContainer(words, operations, elementsOf(init)),
    partition: byKey,
    family: name,
    from: (json) => (isList(json) && !json.includes(null) ? lineModel(line, sequenceOf(json)) : initial),
    equal: equalSequences,
    hash: sequenceHash,
    describe: (state) => shown(elementsOf(state)),
    describeOperation: (operation) => describeContainerOperation(words, operation),
    explain: (failed, others) => explainContainer(words, elementsOf(init), failed, others, line.overtaken),
  };
}
