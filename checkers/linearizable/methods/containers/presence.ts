/**
 * When a container can be empty: a value is certainly inside from the moment its insertion returned until its removal was
 * invoked, and in no other gap. In any gap in which no value is certainly inside, the container can be empty, for queues,
 * stacks and priority queues alike: what is not certainly inside can be removed before, or inserted later (the bad
 * pattern VWit of Henzinger, Sezgin and Vafeiadis, "Aspect-oriented linearizability proofs", CONCUR 2013).
 */

import type { Contents } from './contents.ts';

/** By gap: how many of the values that `counts` are certainly inside. The last element is 0. */
export function presence(
  { size, end, insertBy, removeFrom }: Contents,
  counts: (v: number) => boolean = () => true,
): Int32Array {
  const inside = new Int32Array(end + 1);
  for (let v = 0; v < size; v++) {
    const from = insertBy[v] as number;
    const until = Math.min(removeFrom[v] as number, end);
    if (from >= until || !counts(v)) continue;
    inside[from] = (inside[from] as number) + 1;
    inside[until] = (inside[until] as number) - 1;
  }
  for (let gap = 1; gap <= end; gap++) inside[gap] = (inside[gap] as number) + (inside[gap - 1] as number);
  return inside;
}

/** By gap: the first gap from it on in which nothing is `inside`. */
export function nextEmpty(inside: Int32Array): Int32Array {
  const next = new Int32Array(inside.length);
  let at = inside.length - 1;
  for (let gap = inside.length - 1; gap >= 0; gap--) {
    if (inside[gap] === 0) at = gap;
    next[gap] = at;
  }
  return next;
}

/**
 * Values of which one or the other is certainly inside in every gap of [from, until), each reaching further than the one
 * before; as few as possible. Null if there is a gap without. Only values that `counts` are considered.
 */
export function chain(
  { size, end, insertBy, removeFrom }: Contents,
  from: number,
  until: number,
  counts: (v: number) => boolean = () => true,
): readonly number[] | null {
  /** By gap: the value certainly inside from there on that stays longest, or -1; then, from any gap up to there. */
  const longest = new Int32Array(end + 1).fill(-1);
  const reach = (v: number): number => (v < 0 ? -1 : (removeFrom[v] as number));
  for (let v = 0; v < size; v++) {
    const at = insertBy[v] as number;
    if (at <= end && counts(v) && reach(v) > reach(longest[at] as number)) longest[at] = v;
  }
  for (let gap = 1; gap <= end; gap++) {
    if (reach(longest[gap - 1] as number) > reach(longest[gap] as number)) longest[gap] = longest[gap - 1] as number;
  }
  const result: number[] = [];
  for (let gap = from; gap < until;) {
    const v = longest[Math.min(gap, end)] as number;
    if (reach(v) <= gap) return null;
    result.push(v);
    gap = reach(v);
  }
  return result;
}
