/**
 * The forms of EDN (github.com/edn-format/edn) as JSON, from bytes of UTF-8 that may go on later.
 *
 * | EDN | JSON |
 * |---|---|
 * | `nil`, `true`, `false`, strings, vectors, lists | the same |
 * | integers, also with `N` or as `0x1f` | numbers, or `{"integer": "…"}` where those would round |
 * | `1.5`, `1.5M`, `22/7` | numbers, `{"decimal": "…"}` where those would round, `{"ratio": "22/7"}` |
 * | `##Inf`, `##-Inf`, `##NaN` | `{"float": "Inf"}` |
 * | `:name`, `name`, `:of.a/name`, `\c` | strings: `"name"`, `"of.a/name"`, `"c"` |
 * | maps, records | objects; keys that are no text become their JSON text |
 * | sets | arrays in one order, so that equal sets are equal |
 * | `#tag form` | the form |
 *
 * A keyword and a string of the same text are the same value.
 */

import { canonical } from '../json.ts';
import type { Json } from '../operation.ts';
import { exactDecimal, exactInteger } from './exact.ts';
import { depthMax } from './json-text.ts';
import { SyntaxProblem } from './problem.ts';

/** Thrown where the bytes end within a form and more may come. */
export const needMore = new Error('the bytes end within a form');

/** Where forms are read: `bytes[at, end)`. With `last`, nothing comes after `end`. */
export interface Cursor {
  bytes: Buffer;
  at: number;
  end: number;
  last: boolean;
}

export const OPEN_MAP = 0x7b;
export const CLOSE_MAP = 0x7d;
export const OPEN_VECTOR = 0x5b;
export const CLOSE_VECTOR = 0x5d;
export const OPEN_LIST = 0x28;
export const CLOSE_LIST = 0x29;
export const KEYWORD = 0x3a;
export const STRING = 0x22;
export const TAG = 0x23;
const COMMENT = 0x3b;
const CHARACTER = 0x5c;
const NEWLINE = 10;

/** By byte: 1 is white space, 2 ends a token in another way. */
const classes = new Uint8Array(256);
for (const byte of Buffer.from(' \t\n\r\f\v,')) classes[byte] = 1;
for (const byte of Buffer.from('()[]{}";')) classes[byte] = 2;

/** The end of the token at `from`. Throws `needMore` where it may go on. */
export function tokenEnd(cursor: Cursor, from: number): number {
  const { bytes, end } = cursor;
  let at = from;
  while (at < end && classes[bytes[at] as number] === 0) at++;
  if (at === end && !cursor.last) throw needMore;
  return at;
}

/** Goes to the next form or closing bracket, over white space, comments and what `#_` discards; or to the end. */
export function skipSpace(cursor: Cursor, depth = 0): void {
  const { bytes, end } = cursor;
  for (;;) {
    while (cursor.at < end && classes[bytes[cursor.at] as number] === 1) cursor.at++;
    if (cursor.at === end) return;
    const byte = bytes[cursor.at];
    if (byte === COMMENT) {
      const newline = bytes.indexOf(NEWLINE, cursor.at);
      const inside = newline >= 0 && newline < end;
      if (!inside && !cursor.last) throw needMore;
      cursor.at = inside ? newline + 1 : end;
    } else if (byte === TAG) {
      if (cursor.at + 1 === end && !cursor.last) throw needMore;
      if (bytes[cursor.at + 1] !== 0x5f) return;
      cursor.at += 2;
      form(cursor, 'a form after #_', depth + 1);
    } else return;
  }
}

/** As `skipSpace`, inside of a form: throws where the bytes end. `expected` says what is missing then. */
export function toNext(cursor: Cursor, expected: string, depth = 0): number {
  skipSpace(cursor, depth);
  if (cursor.at < cursor.end) return cursor.bytes[cursor.at] as number;
  if (!cursor.last) throw needMore;
  throw new SyntaxProblem(cursor.at, expected);
}

const digitsMax = 15;

/** The whole number at the cursor, which goes behind it; NaN, and the cursor stays, if there is no plain one. */
export function smallInteger(cursor: Cursor): number {
  const { bytes, end } = cursor;
  let at = cursor.at;
  const isNegative = bytes[at] === 0x2d;
  if (isNegative) at++;
  const from = at;
  let whole = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) break;
    whole = whole * 10 + digit;
  }
  const digits = at - from;
  if (at === end || digits === 0 || digits > digitsMax || classes[bytes[at] as number] === 0) return NaN;
  if (digits > 1 && bytes[from] === 0x30) return NaN;
  cursor.at = at;
  return isNegative ? 0 - whole : whole;
}

/** Reads the next form. `expected` says what is missing when there is none. Throws a SyntaxProblem or `needMore`. */
export function form(cursor: Cursor, expected: string, depth: number): Json {
  if (depth > depthMax) throw new SyntaxProblem(cursor.at, `at most ${depthMax} forms in each other`);
  const first = toNext(cursor, expected, depth);
  switch (first) {
    case OPEN_VECTOR:
      return sequence(cursor, CLOSE_VECTOR, ']', depth);
    case OPEN_LIST:
      return sequence(cursor, CLOSE_LIST, ')', depth);
    case OPEN_MAP:
      return map(cursor, depth, '');
    case STRING:
      return string(cursor);
    case TAG:
      return tagged(cursor, depth);
    case CHARACTER:
      return character(cursor);
    case CLOSE_MAP:
    case CLOSE_VECTOR:
    case CLOSE_LIST:
      throw new SyntaxProblem(cursor.at, expected);
    default:
      return atom(cursor);
  }
}

/** The forms between the bracket at the cursor and `close`. */
function sequence(cursor: Cursor, close: number, bracket: string, depth: number): Json[] {
  const items: Json[] = [];
  cursor.at++;
  for (;;) {
    const next = toNext(cursor, `"${bracket}"`);
    if (next === close) break;
    items.push(form(cursor, `a form or "${bracket}"`, depth + 1));
  }
  cursor.at++;
  return items;
}

/** The map at the cursor. Keywords without a namespace get `namespace`. */
function map(cursor: Cursor, depth: number, namespace: string): Json {
  const entries: [string, Json][] = [];
  cursor.at++;
  for (;;) {
    const next = toNext(cursor, '"}"');
    if (next === CLOSE_MAP) break;
    const key = form(cursor, 'a key or "}"', depth + 1);
    const name = typeof key === 'string' ? key : canonical(key);
    if (toNext(cursor, 'a value for the last key') === CLOSE_MAP) {
      throw new SyntaxProblem(cursor.at, `a value for the key ${name}`);
    }
    const qualified = namespace !== '' && next === KEYWORD && !name.includes('/') ? `${namespace}/${name}` : name;
    entries.push([qualified, form(cursor, 'a value', depth + 1)]);
  }
  cursor.at++;
  return Object.fromEntries(entries);
}

/** The name after the `#` at the cursor, which goes behind it. */
export function tag(cursor: Cursor): string {
  const end = tokenEnd(cursor, cursor.at + 1);
  const name = cursor.bytes.toString('utf8', cursor.at + 1, end);
  if (!/^:?\p{L}/u.test(name)) throw new SyntaxProblem(cursor.at, 'a tag, a set or a discarded form after "#"');
  cursor.at = end;
  return name;
}

function tagged(cursor: Cursor, depth: number): Json {
  const { bytes, at, end, last } = cursor;
  if (at + 1 === end && !last) throw needMore;
  if (bytes[at + 1] === OPEN_MAP) {
    cursor.at++;
    const items = sequence(cursor, CLOSE_MAP, '}', depth).map((item): [string, Json] => [canonical(item), item]);
    return items.sort(([a, x], [b, y]) => order(x, y) || (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item);
  }
  if (bytes[at + 1] === TAG) {
    const tokenAt = at + 2;
    const name = bytes.toString('utf8', tokenAt, tokenEnd(cursor, tokenAt));
    if (!['Inf', '-Inf', 'NaN'].includes(name)) throw new SyntaxProblem(at, '##Inf, ##-Inf or ##NaN');
    cursor.at = tokenAt + name.length;
    return { float: name };
  }
  const name = tag(cursor);
  if (!name.startsWith(':')) return form(cursor, `a form after the tag #${name}`, depth + 1);
  if (toNext(cursor, 'a map') !== OPEN_MAP) throw new SyntaxProblem(cursor.at, `a map after #${name}`);
  return map(cursor, depth, name.slice(1));
}

const order = (x: Json, y: Json): number => (typeof x === 'number' && typeof y === 'number' ? x - y : 0);

const escapes: Readonly<Record<string, string>> = {
  t: '\t',
  r: '\r',
  n: '\n',
  b: '\b',
  f: '\f',
  '"': '"',
  '\\': '\\',
};

/** The string whose opening quote is at the cursor. */
export function string(cursor: Cursor): string {
  const { bytes, end } = cursor;
  const from = cursor.at + 1;
  let at = from;
  let isPlain = true;
  for (; at < end && bytes[at] !== STRING; at++) {
    if (bytes[at] !== CHARACTER) continue;
    isPlain = false;
    at++;
  }
  if (at >= end) {
    if (!cursor.last) throw needMore;
    throw new SyntaxProblem(end, 'a closing double quote');
  }
  const text = bytes.toString('utf8', from, at);
  cursor.at = at + 1;
  if (isPlain) return text;
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|([^]))/gu,
    (whole, code: string | undefined, letter: string, offset: number) => {
      if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
      const character = escapes[letter];
      if (character !== undefined) return character;
      const wrongAt = from + Buffer.byteLength(text.slice(0, offset));
      throw new SyntaxProblem(wrongAt, 'an escape such as \\n, \\" or \\u00e9', JSON.stringify(whole));
    },
  );
}

const characters: Readonly<Record<string, string>> = {
  newline: '\n',
  return: '\r',
  space: ' ',
  tab: '\t',
  formfeed: '\f',
  backspace: '\b',
};

function character(cursor: Cursor): string {
  const { bytes, at } = cursor;
  // The first character may be any, also one that ends tokens.
  const next = tokenEnd(cursor, Math.min(at + 2, cursor.end));
  const name = bytes.toString('utf8', at + 1, next);
  const code = /^u([0-9a-fA-F]{4})$/.exec(name)?.[1];
  const text = code === undefined ? (characters[name] ?? name) : String.fromCharCode(parseInt(code, 16));
  if (!/^[^]$/u.test(text)) throw new SyntaxProblem(at, 'a character such as \\a, \\newline or \\u00e9');
  cursor.at = next;
  return text;
}

const integerToken = /^([+-]?(?:0|[1-9]\d*))N?$/;
const hexadecimalToken = /^([+-]?)0[xX]([0-9a-fA-F]+)N?$/;
const decimalToken = /^[+-]?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?(M?)$/;
const ratioToken = /^[+-]?\d+\/[1-9]\d*$/;
const symbolToken = /^(?:\/|[\p{L}.*+!\-_?$%&=<>|][\p{L}\p{N}.*+!\-_?$%&=<>|:#'/^~@`]*)$/u;
const keywordToken = /^:[\p{L}\p{N}.*+!\-_?$%&=<>|:#'/^~@`]+$/u;

/** A number, a keyword or a symbol. */
function atom(cursor: Cursor): Json {
  const small = smallInteger(cursor);
  if (!Number.isNaN(small)) return small === 0 ? 0 : small;
  const { bytes, at } = cursor;
  const end = tokenEnd(cursor, at);
  if (end - at === 3 && bytes[at] === 0x6e && bytes[at + 1] === 0x69 && bytes[at + 2] === 0x6c) {
    cursor.at = end;
    return null;
  }
  const token = bytes.toString('utf8', at, end);
  cursor.at = end;
  switch (token) {
    case 'true':
      return true;
    case 'false':
      return false;
    default:
  }
  if (token.startsWith(':')) {
    if (keywordToken.test(token)) return token.slice(1);
    throw new SyntaxProblem(at, 'a keyword');
  }
  if (!/^[+-]?\d/.test(token) && symbolToken.test(token)) return token;
  return numberOf(token, at);
}

function numberOf(token: string, at: number): Json {
  const integer = integerToken.exec(token)?.[1];
  if (integer !== undefined) return exactInteger(integer);
  const [, sign = '', hexadecimal] = hexadecimalToken.exec(token) ?? [];
  if (hexadecimal !== undefined) return exactInteger(`${sign}${BigInt(`0x${hexadecimal}`)}`);
  const decimal = decimalToken.exec(token);
  if (decimal !== null) {
    const value = Number(token.replace('M', ''));
    if (decimal[1] === 'M') return exactDecimal(token.slice(0, -1));
    if (Number.isFinite(value)) return value === 0 ? 0 : value;
    throw new SyntaxProblem(at, 'a number of at most 1.8e308');
  }
  if (ratioToken.test(token)) return { ratio: token };
  throw new SyntaxProblem(at, 'a form of EDN');
}
