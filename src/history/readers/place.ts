/** Lines and columns in bytes that come in blocks. */

import type { Place } from './scanner.ts';

export interface PlaceKeeper {
  /** A block begins, whose first byte is at `from`: the byte after the one that ended the last block. */
  begin(from: number): void;
  /** The line of `bytes[at]`. Calls within a block go up. */
  line(bytes: Buffer, at: number): number;
  /** Line and column, in characters, of `bytes[at]`. */
  at(bytes: Buffer, at: number): Place;
  /** The block was read up to `at`. */
  end(bytes: Buffer, at: number): void;
  /** The place of the next byte. */
  next(): Place;
}

const NEWLINE = 10;

export function placeKeeper(): PlaceKeeper {
  /** The line at `lineFrom`, and how many characters of it came before that. */
  let line = 1;
  let before = 0;
  let lineFrom = 0;
  /** The next newline from `lineFrom` on, -1 before it is looked for. */
  let newline = -1;

  const advance = (bytes: Buffer, to: number): number => {
    for (;;) {
      if (newline < 0) {
        newline = bytes.indexOf(NEWLINE, lineFrom);
        if (newline < 0) newline = Infinity;
      }
      if (newline >= to) return line;
      line++;
      before = 0;
      lineFrom = newline + 1;
      newline = -1;
    }
  };
  const at = (bytes: Buffer, to: number): Place => {
    advance(bytes, to);
    return { line, column: before + bytes.toString('utf8', lineFrom, to).length + 1 };
  };
  return {
    begin(from) {
      lineFrom = from;
      newline = -1;
    },
    line: advance,
    at,
    end(bytes, to) {
      before = at(bytes, to).column - 1;
    },
    next: () => ({ line, column: before + 1 }),
  };
}
