/**
 * The values of a key that strings are appended to, as a tree: each one begins with what was put, or was there at
 * first, and grows by the strings that were appended. A value that somebody got is cut into these strings, where that
 * can be done in one way only; it shows what the value was before each of these appends.
 */

import { ABSENT, outcomes } from '../../../../src/history/columns.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { kvCalls } from '../../../models/vocabulary.ts';
import type { Part } from '../../part.ts';

/** What was said of a key: places in the part. Gets that tell nothing are left out. */
export interface Calls {
  readonly part: Part;
  readonly initial: string | null;
  readonly gets: readonly number[];
  readonly appends: readonly number[];
  /** Puts and deletes. */
  readonly puts: readonly number[];
}

/** A string says why the method does not apply. */
export function callsOf(part: Part, initial: Json): Calls | string {
  if (initial !== null && typeof initial !== 'string')
    return 'it holds something at first that nothing can be appended to';
  const gets: number[] = [];
  const appends: number[] = [];
  const puts: number[] = [];
  for (let i = 0; i < part.count; i++) {
    const call = kvCalls.known(part.columns.names[part.f[i] as number] as string);
    if (call === 'append') appends.push(i);
    else if (call === 'get') {
      if (part.outcome[i] === outcomes.ok) gets.push(i);
    } else if (call === 'cas') return 'it has compare-and-set besides appends';
    else {
      if (call === 'put' && part.input[i] !== ABSENT && typeof inputOf(part, i) !== 'string') {
        return 'something was put that nothing can be appended to';
      }
      puts.push(i);
    }
  }
  return { part, initial, gets, appends, puts };
}

export const outputOf = ({ columns, output }: Part, i: number): Json => columns.values[output[i] as number] as Json;
/** What was put or appended; a delete puts null, which is its input. */
export const inputOf = ({ columns, input }: Part, i: number): Json => columns.values[input[i] as number] as Json;

/** No value: of what nobody can have put or appended. */
export const NOWHERE = -1;

/** Values are numbered; 0 is the initial one. */
export interface Values {
  readonly kind: 'values';
  /** By value: the one that it was before its last append; `NOWHERE` for one that was put. */
  readonly before: readonly number[];
  /** By value: the string that was appended last; of one that was put, all of it. */
  readonly last: readonly (string | null)[];
  /** By value: a get that shows it or one that it has grown to; -1 if none does. */
  readonly shownBy: readonly number[];
  /** By string that was appended: the values that end with it. */
  readonly endingWith: ReadonlyMap<string, readonly number[]>;
  /** The value of what was put. */
  readonly put: ReadonlyMap<string | null, number>;
  /** The value to which nothing was appended yet, or `NOWHERE` if it never was there. */
  readonly empty: number;
  /** Values that were seen and put, but could also have been appended to the empty one. */
  readonly appendedOrPut: ReadonlySet<number>;
  /** By place in `gets`: its value. */
  readonly got: Int32Array;
}

/** `get` shows something that can't have come about; it begins with `strings`, and goes on with none that was appended. */
export interface Strange {
  readonly kind: 'strange';
  readonly get: number;
  readonly strings: readonly (string | null)[];
}

/** Characters looked through for strings of one length. */
const cutsMax = 1e8;

export function valuesOf({ part, initial, gets, appends, puts }: Calls): Values | Strange | string {
  const before: number[] = [];
  const last: (string | null)[] = [];
  const shownBy: number[] = [];
  const grown: Map<string, number>[] = [];
  const endingWith = new Map<string, number[]>();
  const put = new Map<string | null, number>();
  const add = (from: number, string: string | null): number => {
    last.push(string);
    shownBy.push(-1);
    grown.push(new Map());
    return before.push(from) - 1;
  };
  put.set(initial, add(NOWHERE, initial));
  for (const i of puts) {
    const value = inputOf(part, i) as string | null;
    if (!put.has(value)) put.set(value, add(NOWHERE, value));
  }
  const strings = new Set(appends.map((i) => inputOf(part, i) as string));
  if (strings.has('')) return 'an empty string was appended';
  const appendLengths = lengthsOf(strings);
  const putLengths = lengthsOf([...put.keys()].filter((value) => value !== null && value !== ''));
  const empty = put.get('') ?? put.get(null) ?? NOWHERE;
  const appendedOrPut = new Set<number>();
  const isEmptyClear = !(put.has('') && put.has(null));

  const grow = (from: number, string: string): number => {
    const known = grown[from]?.get(string);
    if (known !== undefined) return known;
    const value = add(from, string);
    grown[from]?.set(string, value);
    const alike = endingWith.get(string);
    if (alike === undefined) endingWith.set(string, [value]);
    else alike.push(value);
    return value;
  };
  const matching = (text: string, at: number, lengths: readonly number[], all: { has(string: string): boolean }) =>
    lengths
      .filter((length) => at + length <= text.length)
      .map((length) => text.slice(at, at + length))
      .filter((string) => all.has(string));

  let cuts = 0;
  const ambiguous = 'what was appended can be told from its values in several ways';
  const tooLong = 'its values are too long';
  /** By what they begin with, the longest value cut so far: most others go on from there. */
  const latest = new Map<number, { readonly text: string; readonly value: number }>();
  /** The value of a text, which is not empty; as far as it could be cut if that is not `complete`. */
  const cut = (text: string): { readonly value: number; readonly complete: boolean } | string => {
    const heads = matching(text, 0, putLengths, put);
    const firsts = empty === NOWHERE ? [] : matching(text, 0, appendLengths, strings);
    const [head] = heads;
    const [first] = firsts;
    const isEither = head !== undefined && head === first;
    if (heads.length > 1 || firsts.length > 1 || (firsts.length > 0 && !isEmptyClear)) return ambiguous;
    if (head !== undefined && first !== undefined && !isEither) return ambiguous;
    if (head === undefined && first === undefined) return { value: NOWHERE, complete: false };
    const start = head === undefined ? empty : (put.get(head) as number);
    if (isEither) appendedOrPut.add(start);
    let value = start;
    let at = head?.length ?? 0;
    const known = latest.get(start);
    if (known !== undefined && text.startsWith(known.text)) {
      ({ value } = known);
      at = known.text.length;
    }
    while (at < text.length) {
      cuts += appendLengths.length;
      if (cuts > cutsMax) return tooLong;
      const [string, ...others] = matching(text, at, appendLengths, strings);
      if (string === undefined) return { value, complete: false };
      if (others.length > 0) return ambiguous;
      value = grow(value, string);
      at += string.length;
    }
    latest.set(start, { text, value });
    return { value, complete: true };
  };

  const got = new Int32Array(gets.length);
  const byNumber = new Map<number, number>();
  const textLength = (place: number): number => {
    const value = outputOf(part, gets[place] as number);
    return typeof value === 'string' ? value.length : 0;
  };
  const places = [...gets.keys()].sort((a, b) => textLength(a) - textLength(b));
  for (const place of places) {
    const get = gets[place] as number;
    const number = part.output[get] as number;
    let value = byNumber.get(number);
    if (value === undefined) {
      const text = outputOf(part, get);
      if (text === null || text === '') value = put.get(text) ?? NOWHERE;
      else if (typeof text !== 'string') value = NOWHERE;
      else {
        const result = cut(text);
        if (typeof result === 'string') return result;
        if (!result.complete) {
          const strings: (string | null)[] = [];
          for (let of = result.value; of !== NOWHERE; of = before[of] as number) strings.push(last[of] ?? null);
          return { kind: 'strange', get, strings };
        }
        ({ value } = result);
      }
      if (value === NOWHERE) return { kind: 'strange', get, strings: [] };
      byNumber.set(number, value);
      for (let of = value; of !== NOWHERE && shownBy[of] === -1; of = before[of] as number) shownBy[of] = get;
    }
    got[place] = value;
  }
  return { kind: 'values', before, last, shownBy, endingWith, put, empty, appendedOrPut, got };
}

function lengthsOf(strings: Iterable<string | null>): readonly number[] {
  const lengths = new Set<number>();
  for (const string of strings) if (string !== null) lengths.add(string.length);
  return [...lengths].sort((a, b) => a - b);
}
