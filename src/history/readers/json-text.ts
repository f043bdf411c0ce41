/** JSON from text, strictly (RFC 8259), with the place of what is wrong and without losing digits of integers. */

import type { Json } from '../operation.ts';
import { exactInteger } from './exact.ts';
import { SyntaxProblem } from './problem.ts';

/** A field of an object at the top, and where its value begins. */
export interface Field {
  readonly value: Json;
  readonly at: number;
}

/** Deeper nesting than this is refused. */
export const depthMax = 500;

/** The value that `text` is, with white space around it. Throws a SyntaxProblem. */
export function parseJson(text: string): Json {
  const cursor = { text, at: 0 };
  const value = valueAt(cursor, 0);
  atEnd(cursor);
  return value;
}

/** The fields of the object that `text` is; of those with the same name the last. Throws a SyntaxProblem. */
export function parseFields(text: string): ReadonlyMap<string, Field> {
  const cursor = { text, at: 0 };
  const fields = new Map<string, Field>();
  space(cursor);
  if (text[cursor.at] !== '{') throw new SyntaxProblem(cursor.at, 'an operation as a JSON object');
  members(cursor, (name) => {
    space(cursor);
    const { at } = cursor;
    fields.set(name, { at, value: valueAt(cursor, 1) });
  });
  atEnd(cursor);
  return fields;
}

interface Cursor {
  readonly text: string;
  at: number;
}

function atEnd(cursor: Cursor): void {
  space(cursor);
  if (cursor.at < cursor.text.length) throw new SyntaxProblem(cursor.at, 'the end of the line');
}

function space(cursor: Cursor): void {
  const { text } = cursor;
  for (;;) {
    const code = text.charCodeAt(cursor.at);
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
    cursor.at++;
  }
}

function valueAt(cursor: Cursor, depth: number): Json {
  space(cursor);
  const { text, at } = cursor;
  if (depth > depthMax) throw new SyntaxProblem(at, `at most ${depthMax} lists and objects in each other`);
  switch (text[at]) {
    case '{': {
      const entries: [string, Json][] = [];
      members(cursor, (name) => entries.push([name, valueAt(cursor, depth + 1)]));
      return Object.fromEntries(entries);
    }
    case '[': {
      const items: Json[] = [];
      list(cursor, ']', 'a value or "]"', () => items.push(valueAt(cursor, depth + 1)));
      return items;
    }
    case '"':
      return string(cursor);
    case 't':
      return literal(cursor, 'true', true);
    case 'f':
      return literal(cursor, 'false', false);
    case 'n':
      return literal(cursor, 'null', null);
    default:
      return number(cursor);
  }
}

function members(cursor: Cursor, member: (name: string) => void): void {
  list(cursor, '}', 'a field name in double quotes or "}"', () => {
    space(cursor);
    if (cursor.text[cursor.at] !== '"') throw new SyntaxProblem(cursor.at, 'a field name in double quotes');
    const name = string(cursor);
    space(cursor);
    if (cursor.text[cursor.at] !== ':') throw new SyntaxProblem(cursor.at, '":"');
    cursor.at++;
    member(name);
  });
}

/** What lies between the bracket at the cursor and `close`, separated by commas. */
function list(cursor: Cursor, close: string, first: string, element: () => void): void {
  const { text } = cursor;
  cursor.at++;
  space(cursor);
  if (text[cursor.at] === close) {
    cursor.at++;
    return;
  }
  if (cursor.at >= text.length) throw new SyntaxProblem(cursor.at, first);
  for (;;) {
    element();
    space(cursor);
    const next = text[cursor.at];
    if (next === undefined || (next !== ',' && next !== close)) {
      throw new SyntaxProblem(cursor.at, `"," or "${close}"`);
    }
    cursor.at++;
    if (next === close) return;
  }
}

const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const cutEscape = /\\(?:u[0-9a-fA-F]{0,3})?$/y;

function string(cursor: Cursor): string {
  const { text, at } = cursor;
  let end = at + 1;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code === 0x22) break;
    if (code === 0x5c) {
      escape.lastIndex = cutEscape.lastIndex = end;
      if (cutEscape.test(text)) throw new SyntaxProblem(text.length, 'a closing double quote');
      if (!escape.test(text)) throw new SyntaxProblem(end, 'an escape such as \\n, \\" or \\u00e9');
      end = escape.lastIndex;
    } else if (code >= 0x20) end++;
    else if (end >= text.length) throw new SyntaxProblem(end, 'a closing double quote');
    else throw new SyntaxProblem(end, 'no control characters in a string but as escapes');
  }
  cursor.at = end + 1;
  return JSON.parse(text.slice(at, end + 1)) as string;
}

function literal(cursor: Cursor, word: string, value: Json): Json {
  const { text, at } = cursor;
  if (!text.startsWith(word, at)) throw wrong(cursor, word);
  cursor.at = at + word.length;
  return value;
}

const numberToken = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

function number(cursor: Cursor): Json {
  const { text, at } = cursor;
  numberToken.lastIndex = at;
  const match = numberToken.exec(text);
  if (match === null) throw wrong(cursor);
  const [token, fraction, exponent] = match;
  const follows = text[at + token.length];
  if (follows !== undefined && !',]} \t\r\n'.includes(follows)) {
    throw new SyntaxProblem(at + token.length, 'the end of a number');
  }
  cursor.at = at + token.length;
  if (fraction === undefined && exponent === undefined) return exactInteger(token);
  const value = Number(token);
  if (!Number.isFinite(value)) throw new SyntaxProblem(at, 'a number of at most 1.8e308');
  return value;
}

/** No value begins here; at the end of the text it may be one that is cut off. */
function wrong({ text, at }: Cursor, word?: string): SyntaxProblem {
  const rest = text.slice(at);
  const cut = word === undefined ? /^-?$/.test(rest) : word.startsWith(rest);
  return new SyntaxProblem(cut ? text.length : at, 'a value');
}
