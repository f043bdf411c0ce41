/** What the general search is asked and what it answers. */

import type { CompleteModel } from '../../models/model.ts';
import type { Part } from '../part.ts';

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

export type StartSearch = <State>(model: CompleteModel<State>, part: Part) => Search;
export type StartFinalsSearch = <State>(
  model: CompleteModel<State>,
  part: Part,
  options: { readonly statesMax: number },
) => FinalsSearch<State>;
