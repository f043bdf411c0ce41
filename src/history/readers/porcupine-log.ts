/**
 * Lines of Jepsen's log, as Porcupine's tests have them and as Jepsen's `history.txt` has them without what comes before
 * the process. After the process, separated by white space: type, `f`, value, and for some an error.
 *
 *     INFO  jepsen.util - 3	:invoke	:cas	[1 2]
 *     INFO  jepsen.util - 3	:info	:cas	:timed-out
 *
 * A keyword instead of the value of a completion that is not `:ok` is its error. Nil read is absent; a failed cas
 * compared and found a difference. Lines of the log that report anything else than an operation are read over.
 */

import type { Json } from '../operation.ts';
import { form, skipSpace, type Cursor } from './edn-forms.ts';
import { OK, types, type Intake } from './intake.ts';
import { NEMESIS, processMax } from './operation-line.ts';
import { SyntaxProblem, foundAt, problemAt } from './problem.ts';
import type { ScanOptions, Scanner } from './scanner.ts';

const NEWLINE = 10;

/** What the logger puts before an operation. */
const logged = /^[A-Z]{4,5}\s+\S+\s+-\s+/;
const operation = /^(\d+|:nemesis)(\s+)(:\S*)(\s+)(:\S*)\s*/;

export function porcupineLog(intake: Intake, { source, tolerateCut, note }: ScanOptions): Scanner {
  const { builder } = intake;
  let line = 1;

  const readLine = (text: string): void => {
    const prefix = logged.exec(text)?.[0] ?? '';
    const rest = text.slice(prefix.length);
    if (prefix !== '' && !/^(?:\d+|:nemesis)\s+:/.test(rest)) return;
    const match = operation.exec(rest);
    if (match === null) {
      // Up to which part it is one.
      const known = /^(?:(?:\d+|:nemesis)(?:\s+(?::\S*\s*)?)?)?/.exec(rest)?.[0] ?? '';
      const expected = ['a process', 'a type as a keyword', 'the name of an operation as a keyword'];
      const parts = known.trim() === '' ? 0 : known.trim().split(/\s+/).length;
      throw new SyntaxProblem(prefix.length + known.length, expected[parts] ?? 'an operation');
    }
    const [whole, who = '', gap = '', typed = '', gap2 = '', named = ''] = match;
    const typeAt = prefix.length + who.length + gap.length;
    const fAt = typeAt + typed.length + gap2.length;
    const type = types.findIndex((name) => typed === `:${name}`);
    if (type < 0) throw new SyntaxProblem(typeAt, ':invoke, :ok, :fail or :info');
    const process = who === ':nemesis' ? NEMESIS : Number(who);
    if (process > processMax) throw new SyntaxProblem(prefix.length, `a process from 0 to ${processMax}`);
    if (named === ':') throw new SyntaxProblem(fAt, 'the name of an operation as a keyword');
    const forms = formsOf(text, prefix.length + whole.length);
    intake.onLine(line);
    if (process === NEMESIS) {
      intake.nemesis(type, null, NaN, -1);
      return;
    }
    const [first, second] = forms;
    const isError = type > OK && second === undefined && first?.isKeyword === true;
    const value = isError ? null : (first?.value ?? null);
    const error = isError ? first.value : (second?.value ?? null);
    const f = builder.name(named.slice(1));
    const problem = intake.client(
      process,
      type,
      f,
      -1,
      builder.value(value),
      NaN,
      -1,
      error === null ? undefined : typeof error === 'string' ? error : JSON.stringify(error),
    );
    if (problem !== null) {
      throw new SyntaxProblem(problem.field === 'f' ? fAt : typeAt, problem.expected, problem.found);
    }
  };

  /** A line, and false when the end of the history cuts it off and it may be. */
  const read = (text: string, isLast: boolean): void => {
    try {
      readLine(text);
    } catch (thrown) {
      if (!(thrown instanceof SyntaxProblem)) throw thrown;
      const cut = isLast && thrown.found === undefined;
      if (cut && tolerateCut) {
        note(`${source}:${line}: the last line is cut off and was left out.`);
        return;
      }
      const found = thrown.found ?? foundAt(text, thrown.at);
      throw problemAt(source, line, thrown.at + 1, { expected: thrown.expected, found, cut });
    }
  };

  return {
    scan(bytes, from, to, last) {
      let at = from;
      for (;;) {
        const newline = bytes.indexOf(NEWLINE, at);
        if (newline < 0 || newline >= to) break;
        read(bytes.toString('utf8', at, newline), false);
        line++;
        at = newline + 1;
      }
      if (last && at < to) {
        read(bytes.toString('utf8', at, to), true);
        at = to;
      }
      return at;
    },
    place: () => ({ line, column: 1 }),
  };
}

interface Form {
  readonly value: Json;
  readonly isKeyword: boolean;
}

/** The forms in `text` from offset `from` on. */
function formsOf(text: string, from: number): readonly Form[] {
  const bytes = Buffer.from(text.slice(from));
  const cursor: Cursor = { bytes, at: 0, end: bytes.length, last: true };
  const found: Form[] = [];
  try {
    for (;;) {
      skipSpace(cursor);
      if (cursor.at === cursor.end) return found;
      const isKeyword = bytes[cursor.at] === 0x3a;
      found.push({ value: form(cursor, 'a value', 0), isKeyword });
    }
  } catch (thrown) {
    if (!(thrown instanceof SyntaxProblem)) throw thrown;
    const at = from + bytes.toString('utf8', 0, thrown.at).length;
    throw new SyntaxProblem(at, thrown.expected, thrown.found);
  }
}
