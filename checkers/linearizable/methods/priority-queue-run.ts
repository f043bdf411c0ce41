/**
 * Runs a priority queue through the moments of a history: a value is inserted when its insertion returns, or just before
 * it is removed; and removed as soon as no smaller value is inside after its removal was invoked.
 *
 * What is stored where: `what` and `who` hold, by moment, what happens and to which value, removal that found nothing, or
 * removal of unknown outcome. Three heaps hold values, smallest priority on top: `wanted` those whose removal was invoked,
 * `known` those inside that have a known removal (and some that were removed already, `gone`), `left` those inside that
 * have none.
 */

import type { Contents } from './containers/contents.ts';
import { heap } from './containers/heap.ts';

/**
 * How removals of unknown outcome are used: as soon as what they remove is in the way of something, or at the last moment
 * at which it may be; `unlimited` is the former, with no limit to what the first of them can remove.
 */
export type Supply = 'eager' | 'late' | 'unlimited';

/** The value whose removal returned, or the removal that found nothing, before it could have happened; the other is -1. */
export interface Stuck {
  readonly kind: 'stuck';
  readonly value: number;
  readonly empty: number;
}

export type Run = { readonly kind: 'order'; readonly order: Int32Array } | Stuck;

const INSERTED = 1;
const WANTED = 2;
const DUE = 3;
const EMPTY = 4;
const EMPTY_DUE = 5;
const UNKNOWN = 6;

export function runQueue(contents: Contents, ranks: Int32Array, supply: Supply): Run {
  const { size, end, insertion, removal, empty, unknown } = contents;
  const { what, who } = schedule(contents);
  const wanted = heap(size, ranks);
  const known = heap(size, ranks);
  const left = heap(size, ranks);
  const gone = new Uint8Array(size);
  const isInside = new Uint8Array(size);
  const waiting: number[] = [];
  const found = new Uint8Array(empty.length);
  const order = new Int32Array(2 * size + empty.length);
  let placed = 0;
  let available = 0;
  let used = 0;

  const place = (operation: number): void => {
    if (operation !== -1) order[placed++] = operation;
  };
  const smallestKnown = (): number => {
    while (known.top() >= 0 && gone[known.top()] === 1) known.pop();
    return known.top();
  };
  /** Removes what has no known removal and a rank less than `rank`, as far as it may; whether nothing of it is left. */
  const clear = (rank: number, mayUse: boolean): boolean => {
    for (let v = left.top(); v >= 0 && (ranks[v] as number) < rank; v = left.top()) {
      if (!mayUse || available === 0 || (supply !== 'unlimited' && used === available)) return false;
      left.pop();
      if (supply !== 'unlimited') place(unknown[used++] as number);
    }
    return true;
  };
  /** Lets happen what can, until `target` is removed; all of it without one. */
  const advance = (mayUse: boolean, target: number): void => {
    for (let v = wanted.top(); v >= 0; v = wanted.top()) {
      const smallest = smallestKnown();
      if (smallest >= 0 && (ranks[smallest] as number) < (ranks[v] as number)) return;
      if (!clear(ranks[v] as number, mayUse)) return;
      wanted.pop();
      gone[v] = 1;
      if (isInside[v] === 0) place(insertion[v] as number);
      place(removal[v] as number);
      if (v === target) return;
    }
    if (waiting.length === 0 || smallestKnown() >= 0 || !clear(Infinity, mayUse)) return;
    for (const i of waiting) {
      found[i] = 1;
      place(empty[i] as number);
    }
    waiting.length = 0;
  };

  for (let moment = 0; moment < end; moment++) {
    const it = who[moment] as number;
    switch (what[moment]) {
      case INSERTED:
        if (gone[it] === 1) break;
        isInside[it] = 1;
        place(insertion[it] as number);
        (removal[it] === -1 ? left : known).push(it);
        break;
      case WANTED:
        wanted.push(it);
        advance(supply !== 'late', -1);
        break;
      case DUE:
        if (gone[it] === 0 && supply === 'late') advance(true, it);
        if (gone[it] === 0) return { kind: 'stuck', value: it, empty: -1 };
        if (supply === 'late') advance(false, -1);
        break;
      case EMPTY:
        waiting.push(it);
        advance(supply !== 'late', -1);
        break;
      case EMPTY_DUE:
        if (found[it] === 0 && supply === 'late') advance(true, -1);
        if (found[it] === 0) return { kind: 'stuck', value: -1, empty: it };
        break;
      case UNKNOWN:
        available++;
        if (supply !== 'late') advance(true, -1);
        break;
      default:
    }
  }
  return { kind: 'order', order: order.slice(0, placed) };
}

function schedule(contents: Contents): { what: Uint8Array; who: Int32Array } {
  const { size, end, insertBy, removal, removeFrom, removeBy, emptyFrom, emptyBy, unknownFrom } = contents;
  const what = new Uint8Array(end);
  const who = new Int32Array(end);
  const at = (moment: number, kind: number, it: number): void => {
    what[moment] = kind;
    who[moment] = it;
  };
  for (let v = 0; v < size; v++) {
    at(insertBy[v] as number, INSERTED, v);
    if (removal[v] === -1) continue;
    at(removeFrom[v] as number, WANTED, v);
    // In place of the insertion where that was not seen to return before: it is in time if the removal is.
    at(removeBy[v] as number, DUE, v);
  }
  emptyFrom.forEach((moment, i) => {
    at(moment, EMPTY, i);
  });
  emptyBy.forEach((moment, i) => {
    at(moment, EMPTY_DUE, i);
  });
  unknownFrom.forEach((moment, i) => {
    at(moment, UNKNOWN, i);
  });
  return { what, who };
}
