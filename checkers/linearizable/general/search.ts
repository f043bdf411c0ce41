/** The general search for a linearization (Wing & Gong 1993, Lowe 2017), for any model. How it goes: `explorer.ts`. */

import type { CompleteModel } from '../../models/model.ts';
import type { Part } from '../part.ts';
import type { Final, FinalsSearch, Search } from './contract.ts';
import { pursuit } from './pursuit.ts';
import { defaultTuning } from './tuning.ts';

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
