/**
 * States of a model as small numbers, and what each class of operations does to each: every step is asked of the model
 * once. Tables hold `next + 2`: 0 is not known yet, 1 impossible.
 *
 * As long as states times classes are few, `dense[state * classes + class]`; beyond that an open-addressing table of
 * triples (state, class, next + 2), of which those whose last is 0 are free.
 */

import { impossible, type CompleteModel, type Identity } from '../../models/model.ts';
import type { Classes } from './classes.ts';
import { mixed } from './hash.ts';

export interface Transitions<State> {
  readonly initial: number;
  /** How many classes there are. */
  readonly classes: number;
  /** Whether the model says more to `admits` than yes. */
  readonly looksAhead: boolean;
  /** How many states are known. */
  states(): number;
  value(state: number): State;
  /** The state after an operation of class `cls`, or -1 where that is impossible. */
  after(state: number, cls: number): number;
  /** `Model.admits`. */
  admits(state: number, cls: number): boolean;
  /** How often the model was asked: what takes the time if its functions are slow. */
  asked(): number;
  bytes(): number;
}

/** A map holds 2 ** 24 entries; between two questions whether to stop, fewer come up than this is less. */
const mapMax = 2 ** 24 - 2 ** 20;

/** What a state takes besides its key, about. */
const stateBytes = 160;

export function transitions<State>(
  model: CompleteModel<State>,
  identity: Identity<State>,
  classes: Classes,
  denseMax: number,
): Transitions<State> {
  const width = Math.max(1, classes.count);
  const values: State[] = [];
  const numbers = new Map<string | number, number>();
  let heldBytes = 0;
  let asked = 0;
  let isDense = width <= denseMax;
  let dense = new Int32Array(
    !isDense ? 0 : width < denseMax / 8 ? Math.min(8, Math.ceil(4096 / width)) * width : width,
  );
  let sparse = new Int32Array(0);
  let sparseCount = 0;
  const admitted = new Map<number, boolean>();

  const add = (state: State): number => {
    const number = values.push(state) - 1;
    heldBytes += stateBytes;
    if (isDense && values.length * width > dense.length) widen();
    return number;
  };
  const numberOf = (state: State): number => {
    if (identity.kind === 'equal') {
      for (let i = 0; i < values.length; i++) if (identity.equal(values[i] as State, state)) return i;
      return add(state);
    }
    const key = identity.key(state);
    let number = numbers.get(key);
    if (number === undefined) {
      number = add(state);
      numbers.set(key, number);
      // The text itself, and what the state holds, of which it is the text.
      if (typeof key === 'string') heldBytes += 3 * key.length;
    }
    return number;
  };
  const widen = (): void => {
    const old = dense;
    if (2 * old.length <= denseMax) {
      dense = new Int32Array(2 * old.length);
      dense.set(old);
      return;
    }
    isDense = false;
    dense = new Int32Array(0);
    old.forEach((next, at) => {
      if (next !== 0) put(Math.floor(at / width), at % width, next);
    });
  };
  const slotOf = (state: number, cls: number): number => {
    const mask = sparse.length / 4 - 1;
    let slot = mixed(state, cls) & mask;
    while (sparse[4 * slot + 2] !== 0 && (sparse[4 * slot] !== state || sparse[4 * slot + 1] !== cls)) {
      slot = (slot + 1) & mask;
    }
    return 4 * slot;
  };
  const put = (state: number, cls: number, next: number): void => {
    if (8 * sparseCount >= sparse.length) {
      const old = sparse;
      sparse = new Int32Array(Math.max(1 << 12, 2 * old.length));
      for (let at = 0; at < old.length; at += 4) {
        if (old[at + 2] !== 0) sparse.set(old.subarray(at, at + 3), slotOf(old[at] as number, old[at + 1] as number));
      }
    }
    const at = slotOf(state, cls);
    sparse[at] = state;
    sparse[at + 1] = cls;
    sparse[at + 2] = next;
    sparseCount++;
  };
  const ask = (state: number, cls: number): number => {
    const before = values[state] as State;
    asked++;
    const after = model.step(before, classes.operation(cls));
    const next = after === impossible ? 1 : after === before ? state + 2 : numberOf(after) + 2;
    if (isDense) dense[state * width + cls] = next;
    else put(state, cls, next);
    return next - 2;
  };
  const initial = numberOf(model.init);

  return {
    initial,
    classes: classes.count,
    looksAhead: model.admits !== undefined,
    states: () => values.length,
    value: (state) => values[state] as State,
    after(state, cls) {
      if (isDense) {
        const known = dense[state * width + cls] as number;
        return known !== 0 ? known - 2 : ask(state, cls);
      }
      if (sparse.length > 0) {
        const known = sparse[slotOf(state, cls) + 2] as number;
        if (known !== 0) return known - 2;
      }
      return ask(state, cls);
    },
    admits(state, cls) {
      if (model.admits === undefined) return true;
      const at = state * width + cls;
      let answer = admitted.get(at);
      if (answer === undefined) {
        asked++;
        answer = model.admits(values[state] as State, classes.operation(cls));
        if (admitted.size === mapMax) admitted.clear();
        admitted.set(at, answer);
      }
      return answer;
    },
    asked: () => asked,
    // More states than a map can hold are too many for any budget.
    bytes: () =>
      numbers.size >= mapMax ? Infinity : heldBytes + dense.byteLength + sparse.byteLength + 48 * admitted.size,
  };
}
