/** Sets, without a search of more than a single element. */

import type { CompleteModel } from '../../models/model.ts';
import { setCalls } from '../../models/vocabulary.ts';
import type { Method, MethodAnswer } from '../method.ts';
import type { Part } from '../part.ts';
import { decideByElement } from './set-by-element.ts';
import { decideGrowing } from './set-growing.ts';
import { kinds, setOperations, type SetOperations } from './set-operations.ts';

/** Sets from which nothing is removed: whatever else is called, in whatever number. */
export const setChain: Method = {
  name: 'set-chain',
  decide: ({ init }, part) =>
    isRemovedFrom(part)
      ? { kind: 'inapplicable', why: 'elements were removed' }
      : decided(setOperations(part, init), decideGrowing),
};

/** Sets that are asked for single elements only. With reads of the whole set it still may find what is wrong without. */
export const setByElement: Method = {
  name: 'set-by-element',
  decide: (model, part) => decided(setOperations(part, model.init), (operations) => withoutReads(model, operations)),
};

function decided(
  operations: ReturnType<typeof setOperations>,
  decide: (operations: SetOperations) => MethodAnswer,
): MethodAnswer {
  if (operations === null) return { kind: 'inapplicable', why: 'it has operations that failed' };
  return 'strange' in operations ? { kind: 'invalid', core: [operations.strange] } : decide(operations);
}

function withoutReads(model: CompleteModel<unknown>, operations: SetOperations): MethodAnswer {
  const answer = decideByElement(model, operations);
  // Reads of the whole set can't make possible what is not without them.
  if (answer.kind === 'invalid' || operations.counts[kinds.read] === 0) return answer;
  return { kind: 'inapplicable', why: 'elements were removed and the whole set was read' };
}

function isRemovedFrom({ count, columns, f }: Part): boolean {
  const isRemove = columns.names.map((name) => setCalls.of(name) === 'remove');
  for (let i = 0; i < count; i++) if (isRemove[f[i] as number] === true) return true;
  return false;
}
