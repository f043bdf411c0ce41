/**
 * Registers whose values are distinct: each is written at most once and none is the initial one. Reads, writes,
 * successful and failed compare-and-set, operations of unknown outcome; see `register/chains.ts` for why it is right.
 *
 * A value that was written several times is no hindrance where nobody saw it; where reads saw it, they are placed like
 * failed compare-and-set (`register/settle.ts`), within a limit of work.
 */

import type { Json } from '../../../src/history/operation.ts';
import { registerCalls } from '../../models/vocabulary.ts';
import type { CompleteModel } from '../../models/model.ts';
import type { Method, MethodAnswer } from '../method.ts';
import type { Part } from '../part.ts';
import { registerOperations, type RegisterCall } from './register/operations.ts';
import { settle } from './register/settle.ts';
import { sources } from './register/sources.ts';

export const registerZones: Method = {
  name: 'register-zones',
  decide: (model, part) => decideRegister(model, part, registerCalls.known),
};

/** `callOf` is as for `registerOperations`. */
export function decideRegister(
  model: CompleteModel<unknown>,
  part: Part,
  callOf: (f: string) => RegisterCall | null,
): MethodAnswer {
  const operations = registerOperations(part, model.init as Json, callOf);
  if (operations === null) return inapplicable('it has operations that a register does not have');
  const settled = settle(operations, sources(operations));
  if (settled.kind === 'valid') return settled;
  if (settled.kind === 'invalid') {
    return settled.core === null ? { kind: 'invalid' } : { kind: 'invalid', core: settled.core };
  }
  return inapplicable('it would take too long to tell which writes were seen by operations that do not say so');
}

const inapplicable = (why: string): MethodAnswer => ({ kind: 'inapplicable', why });
