/**
 * Models: sequential specifications. A model says what one operation after the other would do; a checker asks whether
 * the operations of a history could have happened in some such order. A model is a value and its functions are pure.
 *
 * `name`, `init` and `step` are enough. The rest makes the check faster or its answers easier to read, and `complete`
 * fills in what a model does not say.
 */

import { canonical, shown } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';

/**
 * An operation with what became of it.
 * - `ok`: it happened and gave `output`.
 * - `fail`: it was executed, compared, and found a difference; other failures did not happen and no model sees them.
 * - `info`: if it happened, it happened with an unknown output: a model must allow whatever it may have been.
 */
export interface ModelOperation {
  readonly f: string;
  /** Null for operations without a key. */
  readonly key: string | null;
  /** The value of the invocation. */
  readonly input: Json;
  /** The value of the completion; null where there is none. */
  readonly output: Json;
  readonly outcome: 'ok' | 'fail' | 'info';
  /** Who called. Only a model that `distinguishesProcesses` may look at it. */
  readonly process: number;
}

/** The answer of `step` when the operation can't happen in that state with that outcome. */
export const impossible: unique symbol = Symbol('impossible');

/** What the methods that know one kind of data know a model as. */
export type Family = 'register' | 'kv' | 'append-list' | 'set' | 'fifo-queue' | 'stack' | 'priority-queue';

/** As a method's type, so that models of any state go where models are taken. */
export type StateKey<State> = { key(state: State): string | number }['key'];

export interface Model<State> {
  readonly name: string;
  readonly init: State;
  /** The state after `operation`, or `impossible`. `state` itself where the operation leaves it as it is. */
  step(state: State, operation: ModelOperation): State | typeof impossible;
  /** Operations of different parts don't affect each other. Absent: all operations are one part. See `byKey`. */
  partition?(operation: ModelOperation): string | null;
  /** The same for two states exactly if every operation does the same to both. Absent: the state as JSON. */
  key?(state: State): string | number;
  /** For states that have no such key: whether every operation does the same to both. States are then compared in turn. */
  equal?(a: State, b: State): boolean;
  /**
   * With `equal`, the same 32-bit integer for equal states, in little time: for states so large that a key would take
   * too long or too much memory. Only states of the same number are compared.
   */
  hash?(state: State): number;
  /**
   * As `key`, but only as far as `operations`, those of one part, can tell: the same for two states, too, between which
   * none of them sees a difference, now or after any others of them. A text that no read shows the beginning of is like
   * any other such text. The fewer states there are, the less has to be searched. Absent: as `key`.
   */
  keyAmong?(operations: readonly ModelOperation[]): StateKey<State>;
  /** The state in a sentence for a person. Absent: as JSON. */
  describe?(state: State): string;
  /** What the operation did, in the past: `read x = 4`. Absent: `f(input) -> output`. */
  describeOperation?(operation: ModelOperation): string;
  /** Why this is no operation of the model, or null. No other function is asked about an operation that is none. */
  objection?(operation: ModelOperation): string | null;
  /**
   * Whether the operation can change the state or tells anything of it. Others are left out of the check. Absent: all
   * but those that compared and differed.
   */
  matters?(operation: ModelOperation): boolean;
  /**
   * Whether the operation leaves every state in which it is possible as it is. A write of the value that is there does
   * so in that state only, and is no observer: elsewhere in an order it would make a difference. Absent: never.
   */
  observes?(operation: ModelOperation): boolean;
  /**
   * Whether `later`, which only observes, can still happen in `state` or in any state that comes of it. May be true when
   * in doubt. Absent: always true. It lets the search see in time that it has lost its way.
   */
  admits?(state: State, later: ModelOperation): boolean;
  /**
   * Which of the operations of one part that never returned have to be tried: all but those without which any order of
   * the others that is possible with them is possible, too. Absent: all of them.
   */
  neededAmong?(operations: readonly ModelOperation[]): (pending: ModelOperation) => boolean;
  /**
   * Why `failed` could not have happened, as a clause that follows "but": something that every reader can verify in the
   * history. Null when there is no simple reason. `others` holds the other operations of the part that were invoked
   * before `failed` completed, in the order of their invocations.
   */
  explain?(failed: TimedOperation, others: readonly TimedOperation[]): Explanation | null;
  /**
   * Whether `step` looks at the process that calls, as a lock does that knows its owner. Absent: it does not, and what
   * two processes call alike is the same operation.
   */
  readonly distinguishesProcesses?: true;
  /**
   * The same model from another initial state, which a person gives as JSON, or a clause that says what that has to be:
   * `a list of elements`. Absent: there is only one initial state. See `withInit`.
   */
  from?(init: Json): Model<State> | string;
  /** For a model that does exactly what the built-in one of that family does, from the same kind of `init`. */
  readonly family?: Family;
}

/** A model of which nothing is left open. */
export type CompleteModel<State> = Model<State> &
  Required<Pick<Model<State>, 'describe' | 'describeOperation' | 'objection' | 'matters' | 'observes'>> & {
    readonly identity: Identity<State>;
  };

/** How equal states are found: by a key, or by comparing them. */
export type Identity<State> =
  | { readonly kind: 'key'; key(state: State): string | number }
  | { readonly kind: 'equal'; equal(a: State, b: State): boolean };

/** `model` with everything that it does not say itself. */
export function complete<State>(model: Model<State>): CompleteModel<State> {
  return {
    describe: (state) => shown(state as Json),
    describeOperation,
    objection: () => null,
    matters: ({ outcome }) => outcome !== 'fail',
    observes: () => false,
    ...model,
    identity: identityOf(model),
  };
}

function identityOf<State>(model: Model<State>): Identity<State> {
  const { key, equal, hash } = model;
  if (key !== undefined) return { kind: 'key', key: (state) => key.call(model, state) };
  if (equal === undefined) return { kind: 'key', key: (state) => canonical(state as Json) };
  const isEqual = (a: State, b: State): boolean => equal.call(model, a, b);
  if (hash === undefined) return { kind: 'equal', equal: isEqual };
  return { kind: 'key', key: numbering((state) => hash.call(model, state), isEqual) };
}

/** Numbers states in the order in which they come up, equal ones alike. It keeps them as long as it is kept itself. */
function numbering<State>(
  hash: (state: State) => number,
  isEqual: (a: State, b: State) => boolean,
): (state: State) => number {
  const states: State[] = [];
  /** By hash; several numbers only where hashes collide. */
  const numbers = new Map<number, number | number[]>();
  const holds = (number: number, state: State): boolean => {
    const known = states[number] as State;
    return known === state || isEqual(known, state);
  };
  return (state) => {
    const hashed = hash(state);
    const known = numbers.get(hashed);
    if (known === undefined) {
      numbers.set(hashed, states.length);
    } else if (typeof known === 'number') {
      if (holds(known, state)) return known;
      numbers.set(hashed, [known, states.length]);
    } else {
      const found = known.find((number) => holds(number, state));
      if (found !== undefined) return found;
      known.push(states.length);
    }
    return states.push(state) - 1;
  };
}

function describeOperation({ f, key, input, output, outcome }: ModelOperation): string {
  const call = `${key === null ? '' : `${key}.`}${f}(${input === null ? '' : shown(input)})`;
  if (outcome === 'fail') return `${call}, which failed`;
  return outcome === 'ok' ? `${call} -> ${shown(output)}` : call;
}

/** The partition of models in which operations on different keys don't affect each other. */
export const byKey = ({ key }: ModelOperation): string | null => key;

/** A model operation and its place in the history. */
export interface TimedOperation extends ModelOperation {
  /** Index of the invocation. */
  readonly invoked: number;
  /** Index of the completion; infinite for an operation that was not seen to complete, and for `info`. */
  readonly completed: number;
}

export interface Explanation {
  readonly clause: string;
  /** The operations that it speaks of. */
  readonly witnesses: readonly TimedOperation[];
}

/** `key = value` or, without a key, the value alone. */
export function named(key: string | null, text: string): string {
  return key === null ? text : `${key} = ${text}`;
}
