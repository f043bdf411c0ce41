/**
 * Histories as Jepsen writes them: operations as maps of EDN, one after the other or in one vector or list, with tags
 * (`#jepsen.history.Op{…}`) or without.
 *
 * Keys of `jepsen.independent` are the first of a pair `[key value]`. Jepsen writes such a pair like any vector, so that
 * it takes the option `keyed` to know it; where it has a tag that ends in `tuple` it is known by itself.
 *
 * The nemesis of Jepsen invokes with `:info`: its operations are counted and not looked at.
 */

import { ABSENT } from '../columns.ts';
import { canonical, isList } from '../json.ts';
import type { Json } from '../operation.ts';
import {
  CLOSE_LIST,
  CLOSE_VECTOR,
  OPEN_LIST,
  OPEN_MAP,
  OPEN_VECTOR,
  TAG,
  needMore,
  skipSpace,
  tag,
  toNext,
  type Cursor,
} from './edn-forms.ts';
import { operationReader, type EdnOperation } from './edn-operation.ts';
import { INVOKE, OK, type Intake } from './intake.ts';
import { lateNames } from './late-names.ts';
import { NEMESIS } from './operation-line.ts';
import { placeKeeper } from './place.ts';
import { SyntaxProblem, foundAt, problemAt } from './problem.ts';
import type { ScanOptions, Scanner } from './scanner.ts';

export interface EdnOptions extends ScanOptions {
  /** Whether every value of a client is a pair `[key value]`. */
  readonly keyed: boolean;
  /** Whether `""` as a value stands for a key that was never put, and appending it is nothing at all. */
  readonly emptyIsAbsent: boolean;
}

export function edn(intake: Intake, options: EdnOptions): Scanner {
  const { source, tolerateCut, note, keyed, emptyIsAbsent } = options;
  const { builder } = intake;
  const cursor: Cursor = { bytes: Buffer.alloc(0), at: 0, end: 0, last: false };
  const places = placeKeeper();
  const names = lateNames(builder.name);
  const keys = lateNames(builder.key);
  const readOperation = operationReader(cursor, names, keys);
  /** The bracket that closes the whole history: 0 before it is known whether there is one, -1 where there is none. */
  let closing = 0;
  let isClosed = false;
  /** What is before this in the present block is read. */
  let done = 0;

  /** Key and value of a client's operation whose value is a pair. A completion may have lost its pair. */
  const pairOf = ({ process, type, value, at }: EdnOperation): readonly [key: number, value: Json] => {
    if (isPair(value)) {
      const [key, rest] = value;
      return [key === null ? -1 : builder.key(typeof key === 'string' ? key : canonical(key)), rest];
    }
    if (type === INVOKE || (type === OK && value !== null)) {
      throw new SyntaxProblem(at.value, 'a pair [key value] as :value, as --key says');
    }
    const open = builder.open(process);
    return [open < 0 ? -1 : builder.keyOf(open), value];
  };

  const take = (start: number, operation: EdnOperation): void => {
    const { process, type, time, index, error, at } = operation;
    intake.onLine(places.line(cursor.bytes, start));
    let problem;
    if (process === NEMESIS) problem = intake.nemesis(type, null, time, index);
    else {
      const f = names.number(operation.f);
      let key = operation.key < 0 ? -1 : keys.number(operation.key);
      let { value } = operation;
      if (keyed || operation.isTuple) [key, value] = pairOf(operation);
      const empty = emptyIsAbsent && value === '';
      problem = intake.client(process, type, f, key, empty ? ABSENT : builder.value(value), time, index, error);
      if (problem === null && empty && type === INVOKE && builder.names[f] === 'append') intake.leaveOut();
    }
    if (problem !== null) throw new SyntaxProblem(at[problem.field], problem.expected, problem.found);
  };

  /** Reads what is whole. */
  const readAll = (): void => {
    for (;;) {
      skipSpace(cursor);
      done = cursor.at;
      if (cursor.at === cursor.end) return;
      const first = cursor.bytes[cursor.at];
      if (isClosed) throw new SyntaxProblem(cursor.at, 'nothing after the history');
      if (closing === 0 && (first === OPEN_VECTOR || first === OPEN_LIST)) {
        closing = first === OPEN_VECTOR ? CLOSE_VECTOR : CLOSE_LIST;
        cursor.at++;
      } else if (first === closing) {
        isClosed = true;
        cursor.at++;
      } else {
        if (closing === 0) closing = -1;
        if (first === TAG) {
          tag(cursor);
          toNext(cursor, 'an operation as a map');
        }
        if (cursor.bytes[cursor.at] !== OPEN_MAP) throw new SyntaxProblem(done, `an operation as a map${orBracket()}`);
        take(done, readOperation());
        done = cursor.at;
      }
    }
  };
  const orBracket = (): string => (closing > 0 ? ` or "${String.fromCharCode(closing)}"` : '');

  /** Says what is wrong, or notes that the end of the history is left out. */
  const refuse = ({ at, expected, found }: SyntaxProblem): void => {
    const { bytes, end, last } = cursor;
    // A token that the end of the history touches may have been going to be right.
    const isCut = last && found === undefined && (at >= end || (at > done && reachesEnd(bytes, at, end)));
    if (isCut && tolerateCut) {
      const what = done < end ? 'the last operation is cut off and was left out' : 'the history is not closed';
      note(`${source}:${places.line(bytes, done)}: ${what}.`);
      done = end;
      return;
    }
    const rest = bytes.toString('utf8', at, Math.min(end, at + 200));
    const { line, column } = places.at(bytes, at);
    throw problemAt(source, line, column, {
      expected,
      found: found ?? foundAt(rest, 0, at >= end ? 'the end of the file' : 'the end of the line'),
      cut: isCut,
    });
  };

  return {
    scan(bytes, from, to, last) {
      Object.assign(cursor, { bytes, at: from, end: to, last });
      places.begin(from);
      done = from;
      try {
        readAll();
        if (last && closing > 0 && !isClosed) throw new SyntaxProblem(to, `an operation${orBracket()}`);
      } catch (thrown) {
        if (thrown instanceof SyntaxProblem) refuse(thrown);
        else if (thrown !== needMore) throw thrown;
      }
      places.end(bytes, done);
      return done;
    },
    place: places.next,
  };
}

/** Whether the history ends at `at` or within the token there. */
const reachesEnd = (bytes: Buffer, at: number, end: number): boolean =>
  at >= end || /^[^\s,()[\]{}";]*$/.test(bytes.toString('latin1', at, Math.min(end, at + 1000)));

const isPair = (value: Json): value is readonly [Json, Json] =>
  typeof value === 'object' && value !== null && isList(value) && value.length === 2;
