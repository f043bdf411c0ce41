/**
 * Immutable sequences that share what they have in common: adding at the new end takes constant time and memory,
 * looking at or removing either end logarithmic time at most, whatever the length.
 *
 * Elements hang on a chain from the newest to the oldest that was ever added. A sequence is the newest `length` of them;
 * so what was removed at the old end is still on the chain, and only counted out. Besides its predecessor each link
 * knows one link far below, such that any depth is reached in logarithmically many jumps (Myers, "An applicative
 * random-access stack", 1983).
 */

import { canonical } from '../../src/history/json.ts';
import type { Json } from '../../src/history/operation.ts';
import { textHash } from './text-hash.ts';

interface Link {
  readonly value: Json;
  readonly text: string;
  /** How many links there are from the first to this one. */
  readonly depth: number;
  /** Polynomial hash of all elements from the first to this one. */
  readonly hash: number;
  readonly before: Link;
  readonly far: Link;
}

export interface Sequence {
  readonly length: number;
  readonly newest: Link;
}

/** Below every first link. */
const ground: Link = (() => {
  const link = { value: null, text: '', depth: 0, hash: 0 } as { -readonly [Field in keyof Link]: Link[Field] };
  link.before = link;
  link.far = link;
  return link;
})();

export const emptySequence: Sequence = { length: 0, newest: ground };

const base = 0x01000193;

export function appended({ length, newest: before }: Sequence, value: Json): Sequence {
  const text = canonical(value);
  const { far } = before;
  const isEven = before.depth - far.depth === far.depth - far.far.depth;
  const newest: Link = {
    value,
    text,
    depth: before.depth + 1,
    hash: (Math.imul(before.hash, base) + textHash(text)) | 0,
    before,
    far: isEven ? far.far : before,
  };
  return { length: length + 1, newest };
}

export function sequenceOf(values: readonly Json[]): Sequence {
  return values.reduce(appended, emptySequence);
}

/** The element at the new end; the sequence must not be empty. */
export function newestOf({ newest }: Sequence): Json {
  return newest.value;
}

/** The element at the old end; the sequence must not be empty. */
export function oldestOf(sequence: Sequence): Json {
  return linkAt(sequence, 0).value;
}

export function withoutNewest({ length, newest }: Sequence): Sequence {
  return length <= 1 ? emptySequence : { length: length - 1, newest: newest.before };
}

export function withoutOldest({ length, newest }: Sequence): Sequence {
  return length <= 1 ? emptySequence : { length: length - 1, newest };
}

/** From the oldest to the newest. */
export function elementsOf({ length, newest }: Sequence): readonly Json[] {
  const result = new Array<Json>(length);
  for (let i = length - 1, link = newest; i >= 0; i--, link = link.before) result[i] = link.value;
  return result;
}

/** Linear only as far as the two don't share their links. */
export function equalSequences(a: Sequence, b: Sequence): boolean {
  if (a.length !== b.length) return false;
  let left = a.newest;
  let right = b.newest;
  for (let i = a.length; i > 0 && left !== right; i--) {
    if (left.text !== right.text) return false;
    left = left.before;
    right = right.before;
  }
  return true;
}

/** The same for equal sequences, whatever had been removed from them. */
export function sequenceHash(sequence: Sequence): number {
  const { length, newest } = sequence;
  const removed = linkAt(sequence, -1);
  return (newest.hash - Math.imul(removed.hash, power(length))) | 0;
}

/** Whether the sequence has just the elements of `list`. */
export function isSequenceOf({ length, newest }: Sequence, list: readonly Json[]): boolean {
  if (list.length !== length) return false;
  let link = newest;
  for (let i = length - 1; i >= 0; i--) {
    const value = list[i] as Json;
    if (value !== link.value && canonical(value) !== link.text) return false;
    link = link.before;
  }
  return true;
}

/** The link of the element `place`, counted from the oldest; -1 for the last one removed. */
function linkAt({ length, newest }: Sequence, place: number): Link {
  const depth = newest.depth - length + 1 + place;
  let link = newest;
  while (link.depth > depth) link = link.far.depth >= depth ? link.far : link.before;
  return link;
}

function power(exponent: number): number {
  let result = 1;
  for (let rest = exponent, square = base; rest > 0; rest >>>= 1, square = Math.imul(square, square)) {
    if ((rest & 1) === 1) result = Math.imul(result, square);
  }
  return result;
}
