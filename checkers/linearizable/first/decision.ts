/** Decides one part, and finds where exactly it fails if it does. */

import { impossible, type CompleteModel } from '../../models/model.ts';
import { keyOf, type Part } from './part.ts';
import { search, type Frontier, type Reached, type Search } from './search.ts';

export type Answer<State> =
  { readonly kind: 'valid' } | ({ readonly kind: 'invalid' } & Shortfall<State>) | { readonly kind: 'stopped' };

/** No order explains everything up to `part.returns[position]`, and some order explains everything before it. */
export interface Shortfall<State> extends Frontier<State> {
  /** Whether `reached` holds all states that are possible there. */
  readonly complete: boolean;
}

export interface Decision<State> {
  readonly part: Part;
  /** Goes on until there is an answer or `stop` says so; after `stopped` it may be called again. */
  advance(stop: () => boolean): Answer<State>;
  /** How many returns are known to be explained. */
  explained(): number;
  /** What is to be answered when there is no more time: null as long as the part may be valid. */
  known(): Shortfall<State> | null;
  /** Configurations in memory. */
  size(): number;
}

/** How many of the states that are possible before a failure are asked for, where there may be very many. */
const statesWanted = 11;

/**
 * A search that looks ahead (`Model.admits`) says at once whether there is an order, but fails before the operation that
 * is at fault. The shortest failing prefix is then found by bisection: a prefix of a history that can be explained can
 * be explained. One more search, which does not look ahead to the last return of that prefix, finds the states there.
 */
export function decision<State>(model: CompleteModel<State>, part: Part): Decision<State> {
  const all = part.returns.length;
  /** The longest prefix known to be explained and the shortest known not to be. */
  let explained = 0;
  let unexplained = Infinity;
  let current: Search<State> = search(model, part, { returns: all, foreseen: all });
  let length = all;
  let isLast = false;

  const shortfall = (complete: boolean): Shortfall<State> => {
    const { position, reached } = current.frontier();
    return { position, reached: withIdle(model, part, position, reached), complete };
  };
  const next = (): void => {
    isLast = unexplained - explained === 1;
    length = isLast ? unexplained : Math.floor((explained + unexplained) / 2);
    current = search(model, part, { returns: length, foreseen: isLast ? length - 1 : length });
  };
  return {
    part,
    size: () => current.size(),
    explained: () => (unexplained === Infinity ? current.frontier().position : explained),
    known() {
      if (unexplained === Infinity) return null;
      const { position, reached } = current.frontier();
      const isThere = isLast && position === unexplained - 1;
      return { position: unexplained - 1, reached: isThere ? reached : [], complete: false };
    },
    advance(stop) {
      for (;;) {
        const isEnough = (): boolean => isLast && current.frontier().reached.length >= statesWanted;
        const outcome = current.advance(() => stop() || isEnough());
        if (outcome === 'stopped') {
          const { position } = current.frontier();
          if (!isLast || position !== unexplained - 1 || !isEnough()) return { kind: 'stopped' };
          return { kind: 'invalid', ...shortfall(false) };
        }
        if (outcome === 'valid') {
          if (unexplained === Infinity) return { kind: 'valid' };
          explained = length;
        } else {
          if (isLast || model.admits === undefined) return { kind: 'invalid', ...shortfall(true) };
          unexplained = length;
        }
        next();
      }
    },
  };
}

/** The states in `reached`, and those to which operations that were not tried lead from them. */
function withIdle<State>(
  model: CompleteModel<State>,
  part: Part,
  position: number,
  reached: readonly Reached<State>[],
): readonly Reached<State>[] {
  const end = part.returns[position]?.operation.completed ?? Infinity;
  const idle = part.idle.filter(({ invoked }) => invoked < end);
  const known = new Set(reached.map(({ state }) => keyOf(model, state)));
  const result = [...reached];
  for (const { state, path } of result) {
    for (const operation of idle) {
      const next = model.step(state, operation);
      if (next === impossible || known.has(keyOf(model, next))) continue;
      known.add(keyOf(model, next));
      result.push({ state: next, path: { operation, before: path } });
    }
  }
  return result;
}
