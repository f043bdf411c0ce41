/**
 * Moments: the places of a part's invocations and completions in one order, from 0. An operation can take effect in the
 * gaps from that of its invocation to the one before its completion, where gap `g` is the time just after moment `g`.
 */

import { NEVER } from '../../../../src/history/columns.ts';
import type { Part } from '../../part.ts';

export interface Moments {
  /** By place. */
  readonly invoked: Int32Array;
  /** By place; `end` where the operation may take effect at any time after its invocation. */
  readonly returned: Int32Array;
  /** All moments are before it, and the last gap is `end - 1`. */
  readonly end: number;
}

/** Positions of the history serve as moments if at most so many of them lie between two of the part's operations. */
const sparseness = 8;

/** The first `reserved` moments are left free. */
export function momentsOf(part: Part, reserved: number): Moments {
  const { count, invoked, returned } = part;
  const first = count === 0 ? 0 : (invoked[0] as number);
  let last = count === 0 ? -1 : (invoked[count - 1] as number);
  for (let i = 0; i < count; i++) {
    const at = returned[i] as number;
    if (at !== NEVER && at > last) last = at;
  }
  if (last - first > sparseness * count) return ranked(part, reserved);
  const end = last - first + 1 + reserved;
  const moment = (position: number): number => position - first + reserved;
  return {
    invoked: invoked.map(moment),
    returned: returned.map((position) => (position === NEVER ? end : moment(position))),
    end,
  };
}

function ranked({ invoked, returned }: Part, reserved: number): Moments {
  const completions = returned.filter((position) => position !== NEVER).sort();
  let before = 0;
  const ranks = invoked.map((position, i) => {
    while (before < completions.length && (completions[before] as number) < position) before++;
    return reserved + i + before;
  });
  return {
    invoked: ranks,
    returned: returned.map((position) =>
      position === NEVER
        ? reserved + invoked.length + completions.length
        : reserved + countBelow(completions, position) + countBelow(invoked, position),
    ),
    end: reserved + invoked.length + completions.length,
  };
}

/** How many of `sorted` are less than `bound`. */
function countBelow(sorted: Int32Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
