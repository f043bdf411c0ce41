/**
 * Clew's own form, one operation a line as JSON, straight from bytes into columns.
 *
 * Lines of the usual shape are read without making any object: fields in any order, white space allowed; whole numbers
 * of up to 15 digits, strings without escapes, values that have come before. Every other line, and every wrong one, is
 * read again by `operationLine`, which knows all of JSON and says what is wrong.
 *
 * In the loop, `at` is the place in `bytes` and the line ends with a newline, which no token contains: every inner loop
 * stops there. What a field holds is kept as its extent `[from, to)` and hash until the line is known to be whole.
 */

import { ABSENT } from '../columns.ts';
import { hashByte, hashBytes, hashStart, textTable, type TextTable } from '../text-table.ts';
import type { Json } from '../operation.ts';
import { FAIL, INFO, INVOKE, OK, type Intake } from './intake.ts';
import { depthMax, parseJson } from './json-text.ts';
import { SyntaxProblem } from './problem.ts';
import type { ScanOptions, Scanner } from './scanner.ts';
import { takeLine } from './whole-line.ts';

const NEWLINE = 10;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COLON = 0x3a;

/** Names with the quote that ends them. */
const named = (name: string): Uint8Array => Buffer.from(`${name}"`);
const PROCESS = named('process');
const TYPE = named('type');
const TIME = named('time');
const F = named('f');
const KEY = named('key');
const VALUE = named('value');
const INDEX = named('index');
const ERROR = named('error');
const NODE = named('node');
const INVOKE_NAME = named('invoke');
const OK_NAME = named('ok');
const FAIL_NAME = named('fail');
const INFO_NAME = named('info');
const NULL: Uint8Array = Buffer.from('null');

/** More digits than this may not be exact. */
const digitsMax = 15;

const kinds = { none: 0, null: 1, integer: 2, text: 3 } as const;

export function jsonLines(intake: Intake, options: ScanOptions): Scanner {
  const { builder } = intake;
  const names = textTable();
  const keys = textTable();
  const values = textTable();
  const errors = textTable();
  const errorTexts: string[] = [];
  let line = 1;

  /** The number of the text `bytes[from, to)`; `make` gives it one when it is new. */
  const numberOf = (
    table: TextTable,
    bytes: Buffer,
    from: number,
    to: number,
    hash: number,
    make: (text: string) => number,
  ): number => {
    const known = table.find(bytes, from, to, hash);
    return known >= 0 ? known : table.add(bytes, from, to, hash, make(bytes.toString('utf8', from, to)));
  };
  const newError = (text: string): number => errorTexts.push(text) - 1;
  const newValue = (text: string): number => builder.text(text, parseValue);

  /** Any line, also a wrong one. */
  const anyLine = (bytes: Buffer, from: number, to: number, isLast: boolean): void => {
    takeLine(intake, { text: bytes.toString('utf8', from, to), line, isLast }, options);
  };

  /** Reads whole lines up to `to`, where the last of them ends. */
  const lines = (bytes: Buffer, from: number, to: number): void => {
    let at = from;
    while (at < to) {
      const start = at;
      let process = -1;
      let type = -1;
      let fFrom = 0;
      let fTo = -1;
      let fHash = 0;
      let keyFrom = 0;
      let keyTo = -1;
      let keyHash = 0;
      let kind: number = kinds.none;
      let integer = 0;
      let valueFrom = 0;
      let valueTo = 0;
      let valueHash = 0;
      let errorFrom = 0;
      let errorTo = -1;
      let errorHash = 0;
      let time = NaN;
      let index = -1;

      usual: {
        if (bytes[at] !== OPEN_OBJECT) break usual;
        at++;
        for (;;) {
          while (isSpace(bytes[at] as number)) at++;
          if (bytes[at] !== QUOTE) break usual;
          at++;
          const name = nameAt(bytes, at);
          if (name === null) break usual;
          at += name.length;
          while (isSpace(bytes[at] as number)) at++;
          if (bytes[at] !== COLON) break usual;
          at++;
          while (isSpace(bytes[at] as number)) at++;
          const first = bytes[at] as number;

          if (name === PROCESS || name === TIME || name === INDEX) {
            const digitsFrom = at;
            let whole = 0;
            for (let digit = first; digit >= ZERO && digit <= NINE; digit = bytes[++at] as number) {
              whole = whole * 10 + (digit - ZERO);
            }
            const digits = at - digitsFrom;
            if (digits === 0 || (first === ZERO && digits > 1) || digits > (name === PROCESS ? 9 : digitsMax)) {
              break usual;
            }
            if (name === PROCESS) process = whole;
            else if (name === TIME) time = whole;
            else index = whole;
          } else if (name === TYPE) {
            if (first !== QUOTE) break usual;
            at++;
            const word = typeAt(bytes, at);
            if (word === null) break usual;
            type = word === INVOKE_NAME ? INVOKE : word === OK_NAME ? OK : word === FAIL_NAME ? FAIL : INFO;
            at += word.length;
          } else if (first === QUOTE && name !== VALUE) {
            const textFrom = ++at;
            let hash = hashStart;
            let byte = bytes[at] as number;
            while (byte !== QUOTE) {
              if (byte === BACKSLASH || byte < 0x20) break usual;
              hash = hashByte(hash, byte);
              byte = bytes[++at] as number;
            }
            if (name === F) {
              fFrom = textFrom;
              fTo = at;
              fHash = hash;
            } else if (name === KEY) {
              keyFrom = textFrom;
              keyTo = at;
              keyHash = hash;
            } else if (name === ERROR) {
              errorFrom = textFrom;
              errorTo = at;
              errorHash = hash;
            }
            at++;
          } else if (name === KEY && first >= ZERO && first <= NINE) {
            keyFrom = at;
            let hash = hashStart;
            for (let digit = first; digit >= ZERO && digit <= NINE; digit = bytes[++at] as number) {
              hash = hashByte(hash, digit);
            }
            if ((first === ZERO && at - keyFrom > 1) || at - keyFrom > digitsMax) break usual;
            keyTo = at;
            keyHash = hash;
          } else if (name === VALUE && spells(bytes, at, NULL)) {
            kind = kinds.null;
            at += NULL.length;
          } else if (name === VALUE) {
            valueFrom = at;
            const isNegative = first === MINUS;
            if (isNegative) at++;
            const digitsFrom = at;
            let whole = 0;
            for (let digit = bytes[at] as number; digit >= ZERO && digit <= NINE; digit = bytes[++at] as number) {
              whole = whole * 10 + (digit - ZERO);
            }
            const next = bytes[at] as number;
            const digits = at - digitsFrom;
            if (digits > 0 && digits <= digitsMax && (digits === 1 || bytes[digitsFrom] !== ZERO) && endsValue(next)) {
              kind = kinds.integer;
              integer = isNegative ? 0 - whole : whole;
            } else {
              valueTo = valueEnd(bytes, valueFrom);
              if (valueTo < 0) break usual;
              at = valueTo;
              kind = kinds.text;
              valueHash = hashBytes(bytes, valueFrom, valueTo);
            }
          } else break usual;

          while (isSpace(bytes[at] as number)) at++;
          const separator = bytes[at++];
          if (separator === CLOSE_OBJECT) break;
          if (separator !== COMMA) break usual;
        }
        while (isSpace(bytes[at] as number)) at++;
        if (bytes[at++] !== NEWLINE) break usual;
        if (process < 0 || type < 0 || fTo < 0 || kind === kinds.none) break usual;

        let value = ABSENT;
        if (kind === kinds.integer) value = builder.integer(integer);
        else if (kind === kinds.text) {
          value = values.find(bytes, valueFrom, valueTo, valueHash);
          if (value < 0) {
            try {
              value = numberOf(values, bytes, valueFrom, valueTo, valueHash, newValue);
            } catch (thrown) {
              if (thrown instanceof SyntaxProblem) break usual;
              throw thrown;
            }
          }
        }
        const f = numberOf(names, bytes, fFrom, fTo, fHash, builder.name);
        const key = keyTo < 0 ? -1 : numberOf(keys, bytes, keyFrom, keyTo, keyHash, builder.key);
        const error =
          errorTo < 0 ? undefined : errorTexts[numberOf(errors, bytes, errorFrom, errorTo, errorHash, newError)];
        if (intake.client(process, type, f, key, value, time, index, error) !== null) break usual;
        line++;
        continue;
      }

      const end = bytes.indexOf(NEWLINE, start);
      anyLine(bytes, start, end, false);
      line++;
      at = end + 1;
    }
  };

  return {
    scan(bytes, from, to, last) {
      const end = bytes.lastIndexOf(NEWLINE, to - 1) + 1;
      if (end > from) lines(bytes, from, end);
      const rest = Math.max(from, end);
      if (!last || rest === to) return rest;
      anyLine(bytes, rest, to, true);
      return to;
    },
    place: () => ({ line, column: 1 }),
  };
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

const endsValue = (byte: number): boolean => byte === COMMA || byte === CLOSE_OBJECT || isSpace(byte);

/** The name that begins at `at`, its closing quote included, or null for one that has no meaning here. */
function nameAt(bytes: Buffer, at: number): Uint8Array | null {
  let name: Uint8Array;
  switch (bytes[at]) {
    case 0x66:
      name = F;
      break;
    case 0x69:
      name = INDEX;
      break;
    case 0x6b:
      name = KEY;
      break;
    case 0x6e:
      name = NODE;
      break;
    case 0x70:
      name = PROCESS;
      break;
    case 0x74:
      name = bytes[at + 1] === 0x79 ? TYPE : TIME;
      break;
    case 0x76:
      name = VALUE;
      break;
    case 0x65:
      name = ERROR;
      break;
    default:
      return null;
  }
  return spells(bytes, at, name) ? name : null;
}

function typeAt(bytes: Buffer, at: number): Uint8Array | null {
  const first = bytes[at];
  const name = first === 0x6f ? OK_NAME : first === 0x66 ? FAIL_NAME : bytes[at + 2] === 0x76 ? INVOKE_NAME : INFO_NAME;
  return spells(bytes, at, name) ? name : null;
}

function spells(bytes: Buffer, at: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}

/** Where the value that begins at `at` ends, or -1. It need not be a valid one. */
function valueEnd(bytes: Buffer, at: number): number {
  let depth = 0;
  for (let i = at; ; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) {
      for (i++; bytes[i] !== QUOTE; i++) {
        if (bytes[i] === BACKSLASH) i++;
        if ((bytes[i] as number) < 0x20) return -1;
      }
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > depthMax) return -1;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (depth === 0) return i;
      if (--depth === 0) return i + 1;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return i;
    else if (byte < 0x20 && byte !== 0x09 && byte !== 0x0d) return -1;
    if (depth === 0 && byte === QUOTE) return i + 1;
  }
}

/** `JSON.parse` where nothing can be lost: it is several times as fast. */
function parseValue(text: string): Json {
  if (!/\d{16}|\d[eE]/.test(text)) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      // What is wrong is found below.
    }
  }
  return parseJson(text);
}
