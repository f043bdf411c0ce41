/**
 * Tries all ways to settle loose operations on blocks, one after the other: those first that have the fewest. It is
 * exact, because every order has each loose operation in some block, but may take long: it stops at a limit.
 */

import { candidates } from './candidates.ts';
import { NONE } from './operations.ts';
import { clashOf, tryToPlace, validBy, type Settled, type Task } from './task.ts';
import { unplaceable } from './unplaceable.ts';

export interface ExhaustLimits {
  readonly attemptsMax: number;
  /** Blocks looked at. */
  readonly workMax: number;
}

/** About half a second. */
const limitsOfExhaust: ExhaustLimits = { attemptsMax: 4000, workMax: 3e7 };
/** As many blocks arranging one operation counts. */
const arranged = 5;
/** Loose operations among which the one with the fewest blocks is taken. */
const compared = 12;

/** Forgets what is settled. `first` is tried before others, unless it is -1. */
export function exhaust(task: Task, first: number, limits = limitsOfExhaust): Settled {
  const { operations, loose, told, source, chains } = task;
  source.set(told);
  let attempts = 0;
  let work = 0;
  const answer: { found: Settled | null } = { found: null };
  let root = -1;

  /** True if it has come to an answer: one found, or that there is no order. */
  const attempt = (depth: number): boolean => {
    if (++attempts > limits.attemptsMax || work > limits.workMax) return false;
    work += arranged * operations.count;
    if (clashOf(task) !== null) return true;
    const tried = tryToPlace(task);
    if (tried.placement.failing.length === 0) {
      answer.found = validBy(task, tried);
      return true;
    }
    const fits = candidates(operations, source, chains);
    let chosen = -1;
    let blocks: readonly number[] = [];
    const consider = (i: number): void => {
      work += operations.count;
      const all = fits.all(i, chosen < 0 ? operations.count + 1 : blocks.length);
      if (chosen >= 0 && all.length >= blocks.length) return;
      chosen = i;
      blocks = all;
    };
    if (depth === 0 && first >= 0) consider(first);
    for (const number of tried.placement.failing.slice(0, compared)) consider(loose[number] as number);
    if (depth === 0) root = chosen;
    let complete = true;
    for (const block of blocks) {
      source[chosen] = block;
      if (!attempt(depth + 1)) complete = false;
      if (answer.found !== null) return true;
      if (!complete) break;
    }
    source[chosen] = NONE;
    return complete;
  };

  const isComplete = attempt(0);
  if (answer.found !== null) return answer.found;
  return isComplete ? unplaceable(task, root) : { kind: 'open' };
}
