/** The general search for a linearization (Wing & Gong 1993, Lowe 2017), for any model. How it goes: `explorer.ts`. */

import type { CompleteModel } from '../../models/model.ts';
import type { Part } from '../part.ts';
import { pursuit } from './pursuit.ts';
import { defaultTuning } from './tuning.ts';

/** A search for an order of a part's operations, for any model. */
export interface Search {
  /** Goes on until there is an answer or `stop` says so, which is asked often; after `stopped` it may be called again. */
  advance(stop: () => boolean): 'valid' | 'invalid' | 'stopped';
  /** After `valid`: an order that explains the part (places in it), as `MethodAnswer.witness`. */
  witness(): Int32Array;
  /** Completions that some order explains, from the first on: how far it has come. */
  explained(): number;
  /** Bytes that its tables take. */
  bytes(): number;
  /** Configurations visited so far. */
  visited(): number;
}

/** A state that is possible after all operations of a part that returned, and an order that leads to it. */
export interface Final<State> {
  readonly state: State;
  readonly order: Int32Array;
}

/** A search for the states in which a part can end. */
export interface FinalsSearch<State> {
  /** Goes on until all are found, or `statesMax` of them, or `stop` says so. */
  advance(stop: () => boolean): 'all' | 'enough' | 'stopped';
  found(): readonly Final<State>[];
}

/** Looks for an order that explains the part. */
export function search<State>(model: CompleteModel<State>, part: Part, tuning = defaultTuning): Search {
  const way = pursuit(model, part, { any: true, accepts: () => true }, tuning);
  let answer: 'valid' | 'invalid' | 'stopped' = 'stopped';
  let order: Int32Array | null = null;
  return {
    advance(stop) {
      if (answer !== 'stopped') return answer;
      const came = way.advance(stop);
      answer = came === 'found' ? 'valid' : came === 'none' ? 'invalid' : 'stopped';
      return answer;
    },
    witness() {
      if (answer !== 'valid') throw new RangeError('there is no witness of a part that is not known to be valid');
      order ??= way.order();
      return order;
    },
    explained: way.explained,
    bytes: way.bytes,
    visited: way.visited,
  };
}

/** Looks for every state in which the part can end. */
export function finals<State>(
  model: CompleteModel<State>,
  part: Part,
  { statesMax }: { readonly statesMax: number },
  tuning = defaultTuning,
): FinalsSearch<State> {
  const found = new Map<number, Final<State>>();
  const way = pursuit(model, part, { any: false, accepts: (state) => !found.has(state) }, tuning);
  let answer: 'all' | 'stopped' = 'stopped';
  return {
    advance(stop) {
      while (found.size < statesMax) {
        if (answer === 'all') return 'all';
        const came = way.advance(stop);
        if (came === 'stopped') return 'stopped';
        if (came === 'none') answer = 'all';
        else found.set(way.stateNumber(), { state: way.state(), order: way.order() });
      }
      return 'enough';
    },
    found: () => [...found.values()],
  };
}
