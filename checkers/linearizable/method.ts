/** What every way to decide a part has in common. */

import type { CompleteModel } from '../models/model.ts';
import type { Part } from './part.ts';

/**
 * A way to decide parts of one family of models without a search, in nearly linear time. It is exact where it answers:
 * operations of unknown outcome may have happened at any time after their invocation, or never.
 */
export interface Method {
  /** As results name it: `register-zones`. */
  readonly name: string;
  decide(model: CompleteModel<unknown>, part: Part): MethodAnswer;
}

export type MethodAnswer =
  | {
      readonly kind: 'valid';
      /**
       * An order that explains the part: places in it, every operation that returned once, and those of unknown outcome
       * that took effect. Made when asked for.
       */
      witness(): Int32Array;
    }
  | {
      readonly kind: 'invalid';
      /**
       * Places of operations that can't be explained even without all others, in increasing order: where the reason is
       * at hand, a good start for making the history small. It need not be minimal.
       */
      readonly core?: readonly number[];
    }
  /** It can't tell, e.g. because a value was written twice: the general search has to. */
  | { readonly kind: 'inapplicable'; readonly why: string };
