/** The operations of a set, element by element, in typed arrays. */

import { ABSENT, NEVER, outcomes } from '../../../src/history/columns.ts';
import { isList } from '../../../src/history/json.ts';
import type { Json } from '../../../src/history/operation.ts';
import { valuesOf, type Bag } from '../../models/bag.ts';
import { setCalls } from '../../models/vocabulary.ts';
import type { Part } from '../part.ts';
import { elementNumbers, type Elements } from './elements.ts';

/** What an operation says of its element; a read speaks of all. */
export const kinds = { add: 0, remove: 1, has: 2, lacks: 3, read: 4, nothing: 5 } as const;

/** Before the history; what the set holds at first was added between these two positions. */
export const INVOKED_BEFORE = -2;
export const RETURNED_BEFORE = -1;
/** The place of what is in no place of the part. */
export const NOWHERE = -1;

export interface SetOperations {
  readonly part: Part;
  /** By place: one of `kinds`. */
  readonly kind: Uint8Array;
  /** By place: the number of the element, or -1. */
  readonly element: Int32Array;
  /** By place: the position at which it has to have taken effect; `NEVER` for unknown outcomes. That of the part. */
  readonly returned: Int32Array;
  readonly elements: Elements;
  /** The elements 0 to `initial - 1` are in the set at first. */
  readonly initial: number;
  /** How many there are of each of `kinds`. */
  readonly counts: Int32Array;
}

/**
 * Null if there is something that neither happened nor may have. An answer that no set gives is told by its place: a
 * read of what is no list, a membership test that was answered otherwise than true or false.
 */
export function setOperations(part: Part, init: unknown): SetOperations | { readonly strange: number } | null {
  const { count, columns, f, input, output, outcome, returned } = part;
  const calls = columns.names.map((name) => setCalls.of(name));
  const kind = new Uint8Array(count);
  const element = new Int32Array(count).fill(-1);
  const elements = elementNumbers(2 * count);
  for (const value of valuesOf(init as Bag)) elements.numberOf(value);
  const initial = elements.count();
  const counts = new Int32Array(Object.keys(kinds).length);
  for (let i = 0; i < count; i++) {
    if (outcome[i] === outcomes.mismatch) return null;
    const call = calls[f[i] as number];
    const happened = outcome[i] === outcomes.ok;
    let what: number = kinds.nothing;
    if (call === 'add' || call === 'remove') what = kinds[call];
    else if (happened) {
      const answer = columns.values[output[i] as number] as Json;
      if (call === 'read') {
        if (output[i] !== ABSENT && !isList(answer)) return { strange: i };
        what = kinds.read;
      } else {
        if (typeof answer !== 'boolean') return { strange: i };
        what = answer ? kinds.has : kinds.lacks;
      }
    }
    kind[i] = what;
    counts[what] = (counts[what] as number) + 1;
    if (what < kinds.read) element[i] = elements.numberOf(columns.values[input[i] as number] as Json);
  }
  return { part, kind, element, returned, elements, initial, counts };
}

/** The list that a read shows: an empty set may be shown as absent. */
export function shownBy({ columns, output }: Part, place: number): readonly Json[] {
  return (columns.values[output[place] as number] ?? []) as readonly Json[];
}

/**
 * Of each element, the limits between which it has come into the set, as far as the operations on it alone tell:
 * after somebody had begun to add it; before an add of it returned, or a test that found it. Positions, and the places
 * that set them (`NOWHERE` for what was there at first).
 */
export interface Arrivals {
  readonly adds: Int32Array;
  readonly firstAdd: Int32Array;
  readonly begun: Int32Array;
  /** `NEVER` if it need not have come at all. */
  readonly due: Int32Array;
  readonly dueBy: Int32Array;
}

export function arrivalsOf({ part, kind, element, returned, elements, initial }: SetOperations): Arrivals {
  const { count, invoked } = part;
  const size = elements.count();
  const adds = new Int32Array(size);
  const firstAdd = new Int32Array(size).fill(NOWHERE);
  const begun = new Int32Array(size).fill(NEVER);
  const due = new Int32Array(size).fill(NEVER);
  const dueBy = new Int32Array(size).fill(NOWHERE);
  for (let e = 0; e < initial; e++) {
    adds[e] = 1;
    begun[e] = INVOKED_BEFORE;
    due[e] = RETURNED_BEFORE;
  }
  for (let i = 0; i < count; i++) {
    const what = kind[i];
    if (what !== kinds.add && what !== kinds.has) continue;
    const e = element[i] as number;
    if (what === kinds.add) {
      if (adds[e] === 0) {
        begun[e] = invoked[i] as number;
        firstAdd[e] = i;
      }
      adds[e] = (adds[e] as number) + 1;
    }
    if ((returned[i] as number) < (due[e] as number)) {
      due[e] = returned[i] as number;
      dueBy[e] = i;
    }
  }
  return { adds, firstAdd, begun, due, dueBy };
}

/** Real places among `places`, in increasing order, with all operations `alongside` that are on one of `elements`. */
export function coreOf(
  { part, kind, element }: SetOperations,
  places: readonly number[],
  elements: ReadonlySet<number>,
  alongside: readonly number[],
): readonly number[] {
  const chosen = new Set(places.filter((place) => place !== NOWHERE));
  for (let i = 0; i < part.count; i++) {
    if (alongside.includes(kind[i] as number) && elements.has(element[i] as number)) chosen.add(i);
  }
  return [...chosen].sort((a, b) => a - b);
}

/**
 * When an operation takes effect: right after position `gap`, and by `rank` (below `ranks`) among those of that gap.
 * One number, such that earlier is less.
 */
export function instant(gap: number, rank: number, ranks: number): number {
  return (gap - INVOKED_BEFORE) * ranks + rank;
}

/** The places of which `instants` is not NaN, by their instants. */
export function byInstant(instants: Float64Array): Int32Array {
  const places = Int32Array.from(instants.keys()).filter((place) => !Number.isNaN(instants[place]));
  return places.sort((a, b) => (instants[a] as number) - (instants[b] as number));
}
