/** Takes away what is not needed: in large parts first, whole operations before the reads and writes of transactions. */

import type { Piece, Pieces } from './pieces.ts';

/** What became of a try: it still violates the model, it does not, or there was no time to tell. */
export type Tried<T> = T | 'holds' | 'out of time';

export interface Shrunk<T> {
  readonly best: T;
  /** Whether nothing more can be taken away: no operation, and no single read or write, with what depends on it. */
  readonly minimal: boolean;
}

/**
 * `first` is what `trial` says of all pieces; `trial` answers with a T where pieces violate the model. Ends as soon as
 * `isOver` says so.
 */
export function shrunk<T extends object>(
  pieces: Pieces,
  first: T,
  trial: (pieces: readonly Piece[]) => Tried<T>,
  isOver: () => boolean,
): Shrunk<T> {
  let best = first;
  let kept = pieces.all;
  let isUndecided = false;

  /** Takes away `size` units at a time, wherever that can be; says whether anything was. */
  const pass = (unitsOf: (kept: readonly Piece[]) => readonly (readonly Piece[])[], size: number): boolean => {
    let hasShrunk = false;
    for (let from = 0, units = unitsOf(kept); from < units.length;) {
      if (isOver()) {
        isUndecided = true;
        return false;
      }
      const without = new Set(units.slice(from, from + size).flat());
      const rest = pieces.withoutOrphans(kept.filter((piece) => !without.has(piece)));
      const tried = rest.length === 0 ? 'holds' : trial(rest);
      if (tried === 'out of time') isUndecided = true;
      if (typeof tried === 'string') {
        from += size;
        continue;
      }
      best = tried;
      kept = rest;
      units = unitsOf(kept);
      hasShrunk = true;
    }
    return hasShrunk;
  };

  for (const units of [operations, single]) {
    const { length } = units(kept);
    if (units === single && length === operations(kept).length) break;
    for (let size = Math.ceil(length / 2); size > 1; size = Math.ceil(size / 2)) pass(units, size);
    pass(units, 1);
  }
  for (let goesOn = true; goesOn;) {
    isUndecided = false;
    goesOn = pass(operations, 1);
    if (operations(kept).length < kept.length) goesOn = pass(single, 1) || goesOn;
  }
  return { best, minimal: !isUndecided };
}

const operations = (kept: readonly Piece[]): readonly (readonly Piece[])[] => [
  ...Map.groupBy(kept, ({ row }) => row).values(),
];

const single = (kept: readonly Piece[]): readonly (readonly Piece[])[] => kept.map((piece) => [piece]);
