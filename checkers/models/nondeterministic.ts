/** Models in which an operation can lead to more than one state. */

import { canonical, shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { impossible, type Model, type ModelOperation } from './model.ts';

/** A model whose `step` gives all states that may come of the operation: none where it is impossible. */
export interface NondeterministicModel<State> extends Omit<Model<State>, 'step' | 'from' | 'admits' | 'keyAmong'> {
  step(state: State, operation: ModelOperation): readonly State[];
  /** As `Model.from`. */
  from?(init: Json): NondeterministicModel<State> | string;
}

/** All states that may be there: in any order, none twice, never none. */
export type States<State> = readonly State[];

/**
 * `model` as one of which each operation has one result: its states are sets of states of `model`, all that are possible
 * after the same operations (the power set construction of automata). Some order of a history is possible with
 * `model` exactly if it is with this one.
 *
 * Nothing only observes here: what does so in `model` narrows down which states are possible. The cost of a step is that
 * of all states in the set.
 */
export function nondeterministic<State>(model: NondeterministicModel<State>): Model<States<State>> {
  const { observes: _observes, key: _key, equal: _equal, hash: _hash, from: _from, ...rest } = model;
  const { distinct, ...identity } = sets(model);
  return {
    ...rest,
    ...identity,
    init: [model.init],
    step(states, operation) {
      const [first] = states;
      const next =
        states.length === 1 && first !== undefined
          ? model.step(first, operation)
          : states.flatMap((state) => model.step(state, operation));
      if (next.length === 0) return impossible;
      if (next.length === 1 && states.length === 1 && next[0] === first) return states;
      return next.length === 1 ? next : distinct(next);
    },
    // An observer of unknown outcome tells nothing and changes nothing.
    matters: (operation) =>
      (model.matters?.(operation) ?? operation.outcome !== 'fail') &&
      !(operation.outcome === 'info' && model.observes?.(operation) === true),
    describe: (states) => states.map((state) => model.describe?.(state) ?? shown(state as Json)).join(' or '),
    ...(model.from === undefined
      ? {}
      : {
          from(init) {
            const other = model.from?.(init) ?? model;
            return typeof other === 'string' ? other : nondeterministic(other);
          },
        }),
  };
}

type SetIdentity<State> = Pick<Model<States<State>>, 'key' | 'equal' | 'hash'> & {
  /** Each state once. */
  readonly distinct: (states: States<State>) => States<State>;
};

/** How sets of the model's states are told apart: as its states are. */
function sets<State>({ key, equal, hash }: NondeterministicModel<State>): SetIdentity<State> {
  if (key !== undefined || equal === undefined) {
    const textOf =
      key === undefined ? (state: State) => canonical(state as Json) : (state: State) => shownKey(key(state));
    return {
      distinct: (states) => [...new Map(states.map((state) => [textOf(state), state])).values()],
      key: (states) => states.map(textOf).sort().join(),
    };
  }
  const holds = (states: States<State>, wanted: State): boolean =>
    states.some((state) => state === wanted || (hash?.(state) === hash?.(wanted) && equal(state, wanted)));
  return {
    distinct: (states) => states.filter((state, i) => !holds(states.slice(0, i), state)),
    equal: (a, b) => a.length === b.length && a.every((state) => holds(b, state)),
    ...(hash === undefined
      ? {}
      : { hash: (states) => states.reduce((sum, state) => (sum + Math.imul(hash(state) | 1, 0x9e3779b1)) | 0, 0) }),
  };
}

const shownKey = (key: string | number): string => JSON.stringify(key);
