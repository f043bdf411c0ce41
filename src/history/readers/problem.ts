/** What is wrong with a history, where, and how it is said: `file:line:column: expected …, found …`. */

import { UsageError } from '../../errors.ts';

/** Something that does not read. Caught by whoever knows the line. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem';
  /** Offset in what was read: in characters of a text, or in bytes of a buffer. */
  readonly at: number;
  readonly expected: string;
  /** What is there instead, in words; undefined: what the text shows at that place. */
  readonly found: string | undefined;

  constructor(at: number, expected: string, found?: string) {
    super(`expected ${expected}`);
    this.at = at;
    this.expected = expected;
    this.found = found;
  }
}

/** The error for a place in a file; lines and columns count from 1. */
export function problemAt(
  source: string,
  line: number,
  column: number,
  { expected, found, cut = false }: { expected: string; found: string; cut?: boolean },
): UsageError {
  const what = cut ? 'the history is cut off: ' : '';
  return new UsageError(`${source}:${line}:${column}: ${what}expected ${expected}, found ${found}`);
}

const shownMax = 24;

/** What `text` shows at offset `at`, in words. */
export function foundAt(text: string, at: number, end = 'the end of the line'): string {
  if (at >= text.length || text[at] === '\n' || (text[at] === '\r' && at + 1 >= text.length)) return end;
  const rest = text.slice(at, at + 4 * shownMax);
  const string = /^"[^"\n\r]*"?/.exec(rest)?.[0];
  if (string !== undefined) return string.length > shownMax ? `${string.slice(0, shownMax - 4)}..."` : string;
  return quoted(/^(?:[\p{L}\p{N}_.:+*/!?<>=-]+|[^])/u.exec(rest)?.[0] ?? '');
}

/** A text in quotes, never longer than a few words. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > shownMax ? `${text.slice(0, shownMax - 3)}...` : text);
}
