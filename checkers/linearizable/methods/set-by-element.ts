/**
 * Sets that are only asked for single elements. Each element is an object of its own, and linearizability is local
 * (Herlihy & Wing 1990): an order exists exactly if one exists for each element.
 *
 * An element that is added once is in the set from one instant `a` to another `d`: that of the first remove that comes
 * after the add, or never. All that has to hold is:
 *   (1) a is within the add, and d within a remove, or never;
 *   (2) a test that found it is not over before a, and does not begin after d;
 *   (3) a test that missed it, or another remove, does not lie between a and d.
 * The later a, the easier is (3), and (2) and (1) say how late it can be: `due`, when the add or a test that found it
 * first returns. So only two ways have to be tried. Either a is just before `due` and d after it: then d must be before
 * the return of all that (3) speaks of and that was invoked after `due` (`limit`). Or d comes before `due`: then a may be
 * right before d, and (3) is no matter any more. An element that is never removed may be added many times: d is never,
 * a comes after the first add was invoked, and the other adds change nothing.
 *
 * What is added many times and removed is left to a search, element by element (`set-searched.ts`).
 *
 * Takes time linear in the operations, but for that; arrays are indexed by the number of the element, or by place.
 */

import { NEVER, outcomes } from '../../../src/history/columns.ts';
import type { CompleteModel } from '../../models/model.ts';
import type { MethodAnswer } from '../method.ts';
import {
  arrivalsOf,
  byInstant,
  coreOf,
  instant,
  INVOKED_BEFORE,
  kinds,
  NOWHERE,
  type Arrivals,
  type SetOperations,
} from './set-operations.ts';
import { searchElements } from './set-searched.ts';

/** Departures: what there is to know of each element's remove. Positions, and the places that set them. */
interface Departures {
  readonly removes: Int32Array;
  /** The last invocation of a test that found the element. */
  readonly wanted: Int32Array;
  readonly wantedBy: Int32Array;
  readonly limit: Int32Array;
  readonly limitBy: Int32Array;
  /** The remove that ends it after `due` (0) or before (1), or `NOWHERE`, and the position right after which it does. */
  readonly remove: readonly [after: Int32Array, before: Int32Array];
  readonly gap: readonly [after: Int32Array, before: Int32Array];
}

/**
 * A search that goes well asks once in about a thousand operations whether it may go on. One that takes much longer is
 * better left to whoever minds the time.
 */
const asksMin = 300;
const operationsPerAsk = 500;

/** Reads of the whole set are left aside. */
export function decideByElement(model: CompleteModel<unknown>, operations: SetOperations): MethodAnswer {
  const arrivals = arrivalsOf(operations);
  const departures = departuresOf(operations, arrivals);
  const size = operations.elements.count();
  /** Elements that come again, each to be searched. */
  const open = new Set<number>();
  for (let e = 0; e < size; e++) {
    if (arrivals.due[e] === NEVER) continue;
    const comesAgain = (arrivals.adds[e] as number) > 1 && departures.removes[e] !== 0;
    if (isFoundTooEarly(arrivals, e) || (!comesAgain && !canLeave(departures, e))) {
      return { kind: 'invalid', core: core(operations, arrivals, departures, e) };
    }
    if (comesAgain) open.add(e);
  }
  const searched = searchElements(model, operations, open, asksMin + operations.part.count / operationsPerAsk);
  if (searched.kind === 'stopped') return { kind: 'inapplicable', why: 'an element was added and removed many times' };
  if (searched.kind === 'invalid') return { kind: 'invalid', core: searched.places };
  return {
    kind: 'valid',
    witness() {
      const orders = searched.orders();
      const rankCount = Math.max(ranks.after + 1, ...orders.map(({ length }) => length));
      const instants = new Float64Array(operations.part.count).fill(NaN);
      setInstants(instants, rankCount, operations, arrivals, departures, open);
      for (const order of orders) setInstantsBy(instants, rankCount, operations, order);
      return byInstant(instants);
    },
  };
}

function departuresOf({ part, kind, element, returned, elements }: SetOperations, arrivals: Arrivals): Departures {
  const { count, invoked } = part;
  const { begun, due } = arrivals;
  const size = elements.count();
  const removes = new Int32Array(size);
  const wanted = new Int32Array(size).fill(INVOKED_BEFORE);
  const wantedBy = new Int32Array(size).fill(NOWHERE);
  const limit = new Int32Array(size).fill(NEVER);
  const limitBy = new Int32Array(size).fill(NOWHERE);
  for (let i = 0; i < count; i++) {
    const e = element[i] as number;
    if (kind[i] === kinds.has) {
      wanted[e] = invoked[i] as number;
      wantedBy[e] = i;
    } else if (kind[i] === kinds.remove || kind[i] === kinds.lacks) {
      if (kind[i] === kinds.remove) removes[e] = (removes[e] as number) + 1;
      const comesAfter = (invoked[i] as number) > (due[e] as number);
      if (comesAfter && (returned[i] as number) < (limit[e] as number)) {
        limit[e] = returned[i] as number;
        limitBy[e] = i;
      }
    }
  }
  const after = new Int32Array(size).fill(NOWHERE);
  const before = new Int32Array(size).fill(NOWHERE);
  const gapAfter = new Int32Array(size);
  const gapBefore = new Int32Array(size);
  for (let i = 0; i < count; i++) {
    if (kind[i] !== kinds.remove) continue;
    const e = element[i] as number;
    const end = returned[i] as number;
    const from = Math.max(invoked[i] as number, wanted[e] as number);
    const late = Math.max(from, due[e] as number);
    if (late < Math.min(end, limit[e] as number)) {
      after[e] = i;
      gapAfter[e] = late;
    }
    const early = Math.max(from, begun[e] as number);
    if (early < Math.min(end, due[e] as number)) {
      before[e] = i;
      gapBefore[e] = early;
    }
  }
  return { removes, wanted, wantedBy, limit, limitBy, remove: [after, before], gap: [gapAfter, gapBefore] };
}

/** Whether there is a time for it to leave, or no need to. */
function canLeave({ limit, remove: [after, before] }: Departures, e: number): boolean {
  return limit[e] === NEVER || after[e] !== NOWHERE || before[e] !== NOWHERE;
}

function isFoundTooEarly({ begun, due }: Arrivals, e: number): boolean {
  return (begun[e] as number) > (due[e] as number);
}

/** The element was found before it was added, or missed in between; for the latter all removes have to come too late. */
function core(operations: SetOperations, arrivals: Arrivals, departures: Departures, e: number): readonly number[] {
  const alone = [arrivals.firstAdd[e] as number, arrivals.dueBy[e] as number];
  if (isFoundTooEarly(arrivals, e)) return coreOf(operations, alone, new Set(), []);
  const clashing = [...alone, departures.wantedBy[e] as number, departures.limitBy[e] as number];
  return coreOf(operations, clashing, new Set([e]), [kinds.remove]);
}

/** The ranks of an element's operations that take effect right after the same position. */
const ranks = { before: 0, add: 1, inside: 2, remove: 3, after: 4 } as const;

function setInstants(
  instants: Float64Array,
  rankCount: number,
  { part, kind, element }: SetOperations,
  { due }: Arrivals,
  { limit, remove, gap }: Departures,
  open: ReadonlySet<number>,
): void {
  const { count, invoked, outcome } = part;
  for (let i = 0; i < count; i++) {
    const e = element[i] as number;
    if (e < 0 || open.has(e)) continue;
    const at = (from: number, rank: number): number => instant(Math.max(from, invoked[i] as number), rank, rankCount);
    const happened = outcome[i] === outcomes.ok;
    if (due[e] === NEVER) {
      if (happened) instants[i] = at(INVOKED_BEFORE, ranks.before);
      continue;
    }
    const way = limit[e] === NEVER || remove[0][e] !== NOWHERE ? 0 : 1;
    const ending = remove[way][e] as number;
    const leaves = ending === NOWHERE ? NEVER : (gap[way][e] as number);
    const arrives = way === 0 ? (due[e] as number) - 1 : leaves;
    if (kind[i] === kinds.add) instants[i] = at(arrives, ranks.add);
    else if (kind[i] === kinds.has) instants[i] = at(arrives, ranks.inside);
    else if (i === ending) instants[i] = at(leaves, ranks.remove);
    else if (happened) {
      const isBefore = (invoked[i] as number) <= arrives;
      instants[i] = isBefore ? at(INVOKED_BEFORE, ranks.before) : at(leaves, ranks.after);
    }
  }
}

/** Each as early as `order` and the invocations before it allow: no operation has returned by then, or it is no order. */
function setInstantsBy(instants: Float64Array, rankCount: number, { part }: SetOperations, order: Int32Array): void {
  let gap = INVOKED_BEFORE;
  order.forEach((place, rank) => {
    gap = Math.max(gap, part.invoked[place] as number);
    instants[place] = instant(gap, rank, rankCount);
  });
}
