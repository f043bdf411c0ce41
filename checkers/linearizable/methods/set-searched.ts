/**
 * Elements that are added more than once and removed, for which there is no order at hand: each of them is searched by
 * itself, where it is nothing but in the set or not, and what happens to other elements does not multiply the states.
 */

import type { CompleteModel } from '../../models/model.ts';
import { search } from '../general/search.ts';
import { subPart } from '../part.ts';
import type { SetOperations } from './set-operations.ts';

export type Searched =
  | {
      readonly kind: 'valid';
      /** For each of the elements, places in an order that explains it. Made when asked for. */
      orders(): readonly Int32Array[];
    }
  /** All operations on an element that can't be explained. */
  | { readonly kind: 'invalid'; readonly places: readonly number[] }
  | { readonly kind: 'stopped' };

/** All searches together may ask `asksMax` times whether to go on; they do so every few milliseconds at most. */
export function searchElements(
  model: CompleteModel<unknown>,
  { part, element }: SetOperations,
  chosen: ReadonlySet<number>,
  asksMax: number,
): Searched {
  const placesOf = new Map([...chosen].map((e) => [e, [] as number[]]));
  for (let i = 0; i < part.count; i++) placesOf.get(element[i] as number)?.push(i);
  let asks = 0;
  const stop = (): boolean => ++asks > asksMax;
  const orders: (() => Int32Array)[] = [];
  for (const places of placesOf.values()) {
    const one = search(model, subPart(part, places));
    const answer = one.advance(stop);
    if (answer === 'invalid') return { kind: 'invalid', places };
    if (answer === 'stopped') return { kind: 'stopped' };
    orders.push(() => one.witness().map((place) => places[place] as number));
  }
  return { kind: 'valid', orders: () => orders.map((order) => order()) };
}
