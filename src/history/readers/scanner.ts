/** What the readers of all forms have in common: bytes come in blocks, operations go to the intake. */

/** Reads one history. Throws a UsageError for what is wrong with it. */
export interface Scanner {
  /**
   * Reads what is complete in `bytes[from, to)`, which is UTF-8, and returns where it stopped: the next call begins with
   * what was left. With `last`, nothing follows, and nothing may be left.
   */
  scan(bytes: Buffer, from: number, to: number, last: boolean): number;
  /** Line and column (from 1) of the next byte, `bytes[from]` of the next call. */
  place(): Place;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface ScanOptions {
  /** Names the history in errors. */
  readonly source: string;
  /** Leave out an operation that the end of the history cuts off. */
  readonly tolerateCut: boolean;
  /** Told in a sentence when that happened. */
  readonly note: (note: string) => void;
}
