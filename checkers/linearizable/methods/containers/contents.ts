/**
 * What went in and out of a container: the values of a part, each with the moments between which it was inserted and
 * removed. For containers whose values are distinct.
 *
 * - An insertion of unknown outcome happened if an `ok` removal gave its value, and before that removal returned. If
 *   none did, it is left out: taking a value that no other operation has seen out of an order, together with the removal
 *   of unknown outcome that may have got it, leaves an order that is as possible as before.
 * - What a removal of unknown outcome removed, if anything, is for the caller to find.
 */

import { ABSENT, outcomes } from '../../../../src/history/columns.ts';
import { canonical } from '../../../../src/history/json.ts';
import type { Json } from '../../../../src/history/operation.ts';
import type { MethodAnswer } from '../../method.ts';
import type { Part } from '../../part.ts';
import { momentsOf } from './moments.ts';

/** Values are numbered from 0 in the order of their insertions' invocations. `v` takes effect in gaps, see `Moments`. */
export interface Contents {
  readonly size: number;
  /** All moments are before it. */
  readonly end: number;
  /** The value itself, as a number in the values of the columns, or -1 for one that was there at first. */
  readonly value: Int32Array;
  /** Place of the insertion, or -1 for a value that was there at first. */
  readonly insertion: Int32Array;
  /** Place of the removal, or -1. */
  readonly removal: Int32Array;
  /** The insertion took effect in a gap of [insertFrom, insertBy). */
  readonly insertFrom: Int32Array;
  readonly insertBy: Int32Array;
  /**
   * The removal took effect in a gap of [removeFrom, removeBy), where `removeFrom` is at least `insertFrom` and `removeBy`
   * at least `insertBy`. Without a removal they are `end + 1` and `end + 2`.
   */
  readonly removeFrom: Int32Array;
  readonly removeBy: Int32Array;
  /** Removals that found nothing: place, and the gaps [emptyFrom, emptyBy). */
  readonly empty: Int32Array;
  readonly emptyFrom: Int32Array;
  readonly emptyBy: Int32Array;
  /** Removals of unknown outcome, in the order of their invocations: place, and the first gap. */
  readonly unknown: Int32Array;
  readonly unknownFrom: Int32Array;
}

export type Reading =
  { readonly kind: 'contents'; readonly contents: Contents } | Exclude<MethodAnswer, { kind: 'valid' }>;

/** `initial` is what the container holds at first, in the order in which it could have been inserted. */
export function readContents(part: Part, isInsertion: (f: string) => boolean, initial: readonly Json[]): Reading {
  const { count, columns, f, input, output, outcome } = part;
  const inserts = columns.names.map(isInsertion);
  const initialNumbers = numbersOf(part, initial);
  if (initialNumbers === null) return { kind: 'inapplicable', why: 'a value is there twice at first' };
  /** By number of the value: its insertion's place; `-2 - i` for the initial element `i`; -1 for none. */
  const insertionOf = sparseArray(columns.values.length, count);
  initialNumbers.forEach((number, i) => {
    if (number >= 0) insertionOf.set(number, -2 - i);
  });
  for (let i = 0; i < count; i++) {
    if (outcome[i] === outcomes.mismatch) return { kind: 'inapplicable', why: 'it has operations that failed' };
    if (inserts[f[i] as number] !== true) continue;
    const number = input[i] as number;
    if (number === ABSENT) return { kind: 'inapplicable', why: 'null was inserted' };
    if (insertionOf.get(number) !== -1) return { kind: 'inapplicable', why: 'a value was inserted twice' };
    insertionOf.set(number, i);
  }

  /** By place of the insertion: that of the removal, or -1. */
  const removalOf = new Int32Array(count).fill(-1);
  const removalOfInitial = new Int32Array(initial.length).fill(-1);
  const empty: number[] = [];
  const unknown: number[] = [];
  for (let i = 0; i < count; i++) {
    if (inserts[f[i] as number] === true) continue;
    if (outcome[i] === outcomes.info) {
      unknown.push(i);
      continue;
    }
    const number = output[i] as number;
    if (number === ABSENT) {
      empty.push(i);
      continue;
    }
    const place = insertionOf.get(number);
    if (place === -1) return { kind: 'invalid', core: [i] };
    const known = place < 0 ? (removalOfInitial[-2 - place] as number) : (removalOf[place] as number);
    if (known >= 0) return { kind: 'invalid', core: inOrder([place, known, i]) };
    if (place < 0) removalOfInitial[-2 - place] = i;
    else removalOf[place] = i;
  }
  return assembled(part, { inserts, initialNumbers, removalOf, removalOfInitial, empty, unknown });
}

interface Found {
  readonly inserts: readonly boolean[];
  readonly initialNumbers: readonly number[];
  readonly removalOf: Int32Array;
  readonly removalOfInitial: Int32Array;
  readonly empty: readonly number[];
  readonly unknown: readonly number[];
}

function assembled(part: Part, found: Found): Reading {
  const { count, f, input, outcome } = part;
  const { inserts, initialNumbers, removalOf, removalOfInitial } = found;
  const initially = initialNumbers.length;
  const { invoked, returned, end } = momentsOf(part, 2 * initially);
  let size = initially;
  const took = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (inserts[f[i] as number] !== true || (outcome[i] === outcomes.info && removalOf[i] === -1)) continue;
    took[i] = 1;
    size++;
  }
  const column = (): Int32Array => new Int32Array(size);
  const [value, insertion, removal] = [column(), column(), column()];
  const [insertFrom, insertBy, removeFrom, removeBy] = [column(), column(), column(), column()];
  /** Values that were removed before they were inserted. */
  const early: number[] = [];
  const add = (v: number, number: number, place: number, from: number, by: number, removedAt: number): void => {
    const removedFrom = removedAt < 0 ? end + 1 : (invoked[removedAt] as number);
    const removedBy = removedAt < 0 ? end + 2 : (returned[removedAt] as number);
    if (removedBy < from) early.push(v);
    value[v] = number;
    insertion[v] = place;
    removal[v] = removedAt;
    insertFrom[v] = from;
    insertBy[v] = Math.min(by, removedBy);
    removeFrom[v] = Math.max(removedFrom, from);
    removeBy[v] = removedBy;
  };
  initialNumbers.forEach((number, i) => {
    add(i, number, -1, 2 * i, 2 * i + 1, removalOfInitial[i] as number);
  });
  for (let i = 0, v = initially; i < count; i++) {
    if (took[i] === 0) continue;
    add(v++, input[i] as number, i, invoked[i] as number, returned[i] as number, removalOf[i] as number);
  }
  const [clash] = early;
  if (clash !== undefined) {
    return { kind: 'invalid', core: inOrder([insertion[clash] as number, removal[clash] as number]) };
  }
  const empty = Int32Array.from(found.empty);
  const unknown = Int32Array.from(found.unknown);
  return {
    kind: 'contents',
    contents: {
      size,
      end,
      value,
      insertion,
      removal,
      insertFrom,
      insertBy,
      removeFrom,
      removeBy,
      empty,
      emptyFrom: empty.map((place) => invoked[place] as number),
      emptyBy: empty.map((place) => returned[place] as number),
      unknown,
      unknownFrom: unknown.map((place) => invoked[place] as number),
    },
  };
}

/** The places of all operations on `values`, and `others`, as a core. */
export function coreOf({ insertion, removal }: Contents, values: Iterable<number>, others: Iterable<number> = []) {
  const places = [...others];
  for (const v of values) places.push(insertion[v] as number, removal[v] as number);
  return inOrder(places);
}

function inOrder(places: readonly number[]): readonly number[] {
  return [...new Set(places)].filter((place) => place >= 0).sort((a, b) => a - b);
}

/** The numbers of `elements` among the values of the columns, -1 for those that no operation names; null if two are equal. */
function numbersOf({ columns: { values } }: Part, elements: readonly Json[]): readonly number[] | null {
  if (elements.length === 0) return [];
  const texts = elements.map(canonical);
  if (new Set(texts).size < texts.length) return null;
  const numbers = new Map(values.map((value, number) => [canonical(value), number]));
  return texts.map((text) => numbers.get(text) ?? -1);
}

interface Sparse {
  get(index: number): number;
  set(index: number, value: number): void;
}

/** Numbers by index below `length`, -1 at first, about `expected` of which will be set. */
function sparseArray(length: number, expected: number): Sparse {
  if (length <= 8 * expected) {
    const values = new Int32Array(length).fill(-1);
    return {
      get: (index) => values[index] as number,
      set(index, value) {
        values[index] = value;
      },
    };
  }
  const values = new Map<number, number>();
  return { get: (index) => values.get(index) ?? -1, set: (index, value) => void values.set(index, value) };
}
