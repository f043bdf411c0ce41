/**
 * The general search for a linearization: Wing & Gong (1993) with Lowe's memoization (2017), for any model.
 *
 * A configuration is a way to explain the history up to some completion: how many returns it has passed, which of the
 * operations that are open there have taken effect already, and the state that results. An operation is made to take
 * effect only when a return needs it ("just in time", Lowe's section 5), so that the rest of the history depends on the
 * configuration alone and one that was seen before need not be followed again. What keeps the number of configurations
 * down besides:
 *
 * - An open operation that only observes takes effect at once where it can: it has to sooner or later, and taking it out
 *   of a later place in an order changes nothing for the others. (That the operation changes nothing here is not enough:
 *   a write of the value that is there may be needed later, after a write of another.)
 * - An operation that never returned need not take effect. Of two configurations that differ only in those, the one that
 *   has used fewer can do all that the other can, so the other is left out. Alike ones are taken in the order of their
 *   invocations and only counted: an earlier one can stand wherever a later one can.
 *
 * - A model may know that a read which is still to come can't be reached from a state. In a list every read fixes the
 *   order of the appends before it; without looking ahead to it all orders would be tried.
 *
 * Keys are compared exactly; nothing is decided by a hash alone. There is no recursion.
 */

import { impossible, type CompleteModel, type ModelOperation, type TimedOperation } from '../../models/model.ts';
import { keyOf, type Part, type Returned } from './part.ts';

/** Operations in the order in which they take effect, the last first. */
export interface Path {
  readonly operation: TimedOperation;
  readonly before: Path | null;
}

/** A state that is possible at some point of the history, and an order that leads to it. */
export interface Reached<State> {
  readonly state: State;
  readonly path: Path | null;
}

/** How far a search has come: some order explains everything before `part.returns[position]`. */
export interface Frontier<State> {
  readonly position: number;
  /** States that are possible there before that operation: all that there are once the search is over. */
  readonly reached: readonly Reached<State>[];
}

export interface Search<State> {
  /** Goes on until there is an answer or `stop` says so; after `stopped` it may be called again. */
  advance(stop: () => boolean): 'valid' | 'invalid' | 'stopped';
  /** How far any order has come; of an invalid part, the return that no order passes. */
  frontier(): Frontier<State>;
  /** Configurations in memory. */
  size(): number;
}

/** What of a part is to be explained. */
export interface Extent {
  /** How many of the returns. Operations that return later are known to have their outcomes, but need no place. */
  readonly returns: number;
  /**
   * How many of the returns the search may look ahead to, to leave out states that one of them does not admit. Fewer
   * than `returns` where the states before the others are of interest.
   */
  readonly foreseen: number;
}

interface Configuration {
  /** How many returns have been passed: the next is `returns[position]`. */
  readonly position: number;
  readonly state: number;
  /** Slots of the open operations that have taken effect. */
  readonly linearized: bigint;
  /** How many of each class of pending operations have taken effect. */
  readonly used: readonly number[];
  readonly path: Path | null;
  /** The next candidate to try: first the open operations, then the pending classes. */
  candidate: number;
}

/** How many candidates are tried between two questions whether to stop. */
const stepsPerQuestion = 64;

export function search<State>(model: CompleteModel<State>, part: Part, extent: Extent): Search<State> {
  const { returns, open, pending } = part;
  const states = stateTable(model);
  /** By position, then by state and open operations: the counts of pending operations used, none above another. */
  const visited: Map<string, (readonly number[])[]>[] = [];
  let size = 0;
  let furthest = 0;
  let reached = new Map<number, Path | null>();
  let valid = false;
  const stack: Configuration[] = [];

  const nextObserver = observersAhead(returns.slice(0, extent.foreseen));

  /** Lets everything happen that needs no choice, and puts what comes of it on the stack unless it is known. */
  const enter = (entered: Omit<Configuration, 'candidate'>): void => {
    const { state, used } = entered;
    let { position, linearized, path } = entered;
    for (;;) {
      const here = open[position];
      const [returning] = here ?? [];
      if (position >= extent.returns || here === undefined || returning === undefined) {
        valid = true;
        return;
      }
      for (const other of here) {
        const { operation, bit, observes } = other;
        if (!observes || (linearized & bit) !== 0n || states.after(state, operation) !== state) continue;
        linearized |= bit;
        path = { operation, before: path };
      }
      if ((linearized & returning.bit) === 0n) break;
      linearized &= ~returning.bit;
      position++;
    }
    if (!isPromising(position, state, linearized)) return;
    if (position > furthest) {
      furthest = position;
      reached = new Map();
    }
    if (position === furthest && !reached.has(state)) reached.set(state, path);
    if (isNew(position, `${state} ${linearized}`, used)) {
      stack.push({ position, state, linearized, used, path, candidate: 0 });
    }
  };

  /** Whether the next observer that has not taken effect, if there is one, can do so yet. */
  const isPromising = (position: number, state: number, linearized: bigint): boolean => {
    if (model.admits === undefined) return true;
    for (let next = nextObserver[position]; next !== undefined; next = nextObserver[next + 1]) {
      const { operation, bit } = returns[next] as Returned;
      const isOpen = operation.invoked < (returns[position] as Returned).operation.completed;
      if (!isOpen || (linearized & bit) === 0n) return model.admits(states.value(state), operation);
    }
    return true;
  };

  const isNew = (position: number, key: string, used: readonly number[]): boolean => {
    const known = (visited[position] ??= new Map<string, (readonly number[])[]>());
    const sparing = known.get(key);
    if (sparing === undefined) {
      known.set(key, [used]);
      size++;
      return true;
    }
    if (sparing.some((other) => isWithin(other, used))) return false;
    const kept = sparing.filter((other) => !isWithin(used, other));
    kept.push(used);
    known.set(key, kept);
    size += kept.length - sparing.length;
    return true;
  };

  const tryPending = (from: Configuration, index: number, returning: Returned): void => {
    const used = from.used[index] ?? 0;
    const next = pending[index]?.members[used];
    // Only what was invoked before the completion that is being explained can help to explain it.
    if (next === undefined || next.invoked > returning.operation.completed) return;
    const state = states.after(from.state, next);
    if (state === null || state === from.state) return;
    enter({ ...from, state, used: from.used.with(index, used + 1), path: { operation: next, before: from.path } });
  };

  enter({ position: 0, state: states.initial, linearized: 0n, used: pending.map(() => 0), path: null });

  return {
    size: () => size,
    frontier: () => ({
      position: furthest,
      reached: [...reached].map(([state, path]) => ({ state: states.value(state), path })),
    }),
    advance(stop) {
      for (let steps = 1; ; steps++) {
        if (valid) return 'valid';
        const top = stack.at(-1);
        if (top === undefined) return 'invalid';
        if (steps % stepsPerQuestion === 0 && stop()) return 'stopped';
        const here = open[top.position] ?? [];
        const candidate = top.candidate++;
        const next = here[candidate];
        if (next !== undefined) {
          const { operation, bit, observes } = next;
          // An observer that was possible here has taken effect on entering.
          if (observes || (top.linearized & bit) !== 0n) continue;
          const state = states.after(top.state, operation);
          if (state === null) continue;
          enter({ ...top, state, linearized: top.linearized | bit, path: { operation, before: top.path } });
        } else if (candidate < here.length + pending.length) {
          tryPending(top, candidate - here.length, returns[top.position] as Returned);
        } else {
          stack.pop();
        }
      }
    },
  };
}

/** `result[i]` is the first at or after `i` that is an observer. */
function observersAhead(returns: readonly Returned[]): readonly (number | undefined)[] {
  const result: (number | undefined)[] = [];
  let next: number | undefined;
  for (let i = returns.length - 1; i >= 0; i--) {
    if (returns[i]?.observes === true) next = i;
    result[i] = next;
  }
  return result;
}

/** Whether `a` has used no more of any class than `b`. */
function isWithin(a: readonly number[], b: readonly number[]): boolean {
  return a.every((count, i) => count <= (b[i] ?? 0));
}

interface StateTable<State> {
  readonly initial: number;
  value(state: number): State;
  /** The state after `operation`, or null where that is impossible. */
  after(state: number, operation: ModelOperation): number | null;
}

/** Numbers a model's states as they come up, and remembers what each operation does to each. */
function stateTable<State>(model: CompleteModel<State>): StateTable<State> {
  const numbers = new Map<string | number, number>();
  const values: State[] = [];
  const steps: Map<ModelOperation, number | null>[] = [];
  const numberOf = (state: State): number => {
    const key = keyOf(model, state);
    let number = numbers.get(key);
    if (number === undefined) {
      number = values.push(state) - 1;
      steps.push(new Map());
      numbers.set(key, number);
    }
    return number;
  };
  const value = (state: number): State => values[state] as State;
  return {
    initial: numberOf(model.init),
    value,
    after(state, operation) {
      const known = steps[state];
      let next = known?.get(operation);
      if (next === undefined) {
        const before = value(state);
        const after = model.step(before, operation);
        next = after === impossible ? null : after === before ? state : numberOf(after);
        known?.set(operation, next);
      }
      return next;
    },
  };
}
