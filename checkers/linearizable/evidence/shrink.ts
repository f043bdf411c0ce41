/**
 * Makes a failing prefix small: the result can't be explained by itself, and can be as soon as any one operation is
 * taken out of it, together with those that it alone made possible (delta debugging, Zeller & Hildebrandt 2002).
 *
 * Without more, every history would shrink to one orphaned read. So an operation that stays keeps at least one of those
 * that made what it saw; and what was taken away must not be what is missing: with all that could have mattered added
 * back as operations of unknown outcome the rest must stay unexplained. Nor may anything be wrong with the rest but the
 * operation at fault: with that of unknown outcome it can be explained.
 */

import { NEVER, outcomes } from '../../../src/history/columns.ts';
import type { CompleteModel } from '../../models/model.ts';
import { decide, decision, type MethodChoice } from '../decision.ts';
import { subPart, type Part } from '../part.ts';
import type { Dependence } from './dependence.ts';
import type { FailingPrefix } from './prefix.ts';
import { takenAway } from './taken-away.ts';

export interface Shrunk {
  /** Places in the prefix's part, in increasing order. */
  readonly places: readonly number[];
  /** Whether it is known that nothing more can be taken out. */
  readonly minimal: boolean;
}

/** The first attempts take what returned last, this many operations and then ever more. */
const firstWindow = 1;
const windowGrowth = 4;
/** Milliseconds after which an attempt counts as one that failed. */
const attemptMs = 100;

export interface ShrinkOptions {
  /** When `now` says so, the smallest that is known is the result. */
  readonly deadline: number;
  now(): number;
  readonly methods?: MethodChoice;
}

/** `depends` is of the prefix's part. Null when there was no time to find any smaller than that. */
export function shrink(
  model: CompleteModel<unknown>,
  { part, failed }: FailingPrefix,
  depends: Dependence,
  { deadline, now, methods = 'best' }: ShrinkOptions,
): Shrunk | null {
  const isOver = (): boolean => now() >= deadline;
  /** Attempts without an answer. */
  let open = 0;
  const is = (kind: 'valid' | 'invalid', candidate: Part): boolean => {
    const until = Math.min(deadline, now() + attemptMs);
    const answer = decide(model, candidate, () => now() >= until, methods);
    if (answer === null) open++;
    return answer?.kind === kind;
  };
  const isToBlame = (kept: readonly number[]): boolean => {
    if (!is('invalid', subPart(part, kept))) return false;
    const others = takenAway(part, depends, kept);
    if (others.length > 0 && !is('invalid', withUnknown(part, kept, others))) return false;
    const innocent = kept.filter((place) => place !== failed);
    return is('valid', withUnknown(part, innocent, [failed]));
  };

  const core = decision(model, part, methods).quick();
  const found = start(part, failed, depends, core?.kind === 'invalid' ? core.core : null, isToBlame, isOver);
  if (found === null) return null;
  let places = found;
  for (let size = places.length >> 1; size >= 1 && !isOver();) {
    const length = places.length;
    const openBefore = open;
    for (let from = 0; from < places.length && !isOver();) {
      const candidate = supported(part, depends, places.toSpliced(from, size));
      if (candidate.length > 0 && candidate.includes(failed) && isToBlame(candidate)) {
        // What came before `from` may have gone with it.
        from = candidate.findIndex((place) => place >= (places[from] as number));
        places = candidate;
        if (from === -1) break;
      } else from += size;
    }
    if (size > 1) size >>= 1;
    else if (places.length === length) return { places, minimal: open === openBefore && !isOver() };
  }
  return { places, minimal: places.length === 1 };
}

/** Something that is to blame and most likely much smaller than the whole. */
function start(
  part: Part,
  failed: number,
  depends: Dependence,
  core: readonly number[] | null,
  isToBlame: (kept: readonly number[]) => boolean,
  isOver: () => boolean,
): readonly number[] | null {
  if (core !== null) {
    const candidate = withMakers(part, depends, [...core, failed]);
    if (isToBlame(candidate)) return candidate;
  }
  const replaced = replacing(part, depends);
  const everything = Array.from({ length: part.count }, (_, place) => place);
  const latestFirst = everything.toSorted((a, b) => (part.returned[b] as number) - (part.returned[a] as number));
  const returned = latestFirst.filter((place) => part.returned[place] !== NEVER);
  for (let size = firstWindow; size < part.count && !isOver(); size *= windowGrowth) {
    const candidate = withMakers(part, depends, [...returned.slice(0, size), failed], replaced);
    if (isToBlame(candidate)) return candidate;
  }
  return isOver() ? null : everything;
}

/**
 * For a place of a part of one value: the write that surely had replaced the most by the time it began, if there is any.
 * Without it all that was ever written might be what it saw.
 */
function replacing(part: Part, { kind, shows, effects }: Dependence): (place: number) => readonly number[] {
  if (kind !== 'cell') return () => [];
  const writes: number[] = [];
  for (let place = 0; place < part.count; place++) {
    if (effects[place] === 1 && shows[place]?.length === 0 && part.returned[place] !== NEVER) writes.push(place);
  }
  writes.sort((a, b) => (part.returned[a] as number) - (part.returned[b] as number));
  let last = -1;
  const latest = writes.map((place) => (last = Math.max(last, place)));
  return (place) => {
    if (shows[place]?.length === 0 && part.outcome[place] !== outcomes.mismatch) return [];
    const invoked = part.invoked[place] as number;
    let low = 0;
    for (let high = writes.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((part.returned[writes[middle] as number] as number) < invoked) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? [] : [latest[low - 1] as number];
  };
}

/**
 * `places`, and for each value that one of them saw the latest that made it, if none of them did; and with each the
 * places that `also` says.
 */
function withMakers(
  part: Part,
  { shows, makers }: Dependence,
  places: readonly number[],
  also: (place: number) => readonly number[] = () => [],
): readonly number[] {
  const kept = new Set(places);
  const queue = [...kept];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    for (const other of also(place)) {
      if (kept.has(other)) continue;
      kept.add(other);
      queue.push(other);
    }
    for (const value of shows[place] ?? []) {
      const made = makers[value] ?? [];
      const isMaker = (maker: number): boolean => isBefore(part, maker, place);
      if (made.some((maker) => kept.has(maker) && isMaker(maker))) continue;
      const latest = made.findLast(isMaker);
      if (latest === undefined) continue;
      kept.add(latest);
      queue.push(latest);
    }
  }
  return [...kept].sort((a, b) => a - b);
}

/** `places` without those that saw a value whose makers are all gone. */
function supported(part: Part, { shows, makers }: Dependence, places: readonly number[]): readonly number[] {
  const kept = new Set(places);
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const place of kept) {
      const isOrphan = (shows[place] ?? []).some((value) => {
        const made = (makers[value] ?? []).filter((maker) => isBefore(part, maker, place));
        return made.length > 0 && !made.some((maker) => kept.has(maker));
      });
      if (!isOrphan) continue;
      kept.delete(place);
      isSettled = false;
    }
  }
  return kept.size === places.length ? places : places.filter((place) => kept.has(place));
}

/** Whether what `maker` made can be what `place` saw. */
const isBefore = (part: Part, maker: number, place: number): boolean =>
  maker !== place && (part.invoked[maker] as number) < (part.returned[place] as number);

/** The operations `kept`, and `others` as operations of unknown outcome. */
function withUnknown(part: Part, kept: readonly number[], others: readonly number[]): Part {
  const isOther = new Set(others);
  const places = [...kept, ...others].sort((a, b) => a - b);
  const result = subPart(part, places);
  places.forEach((place, i) => {
    if (!isOther.has(place)) return;
    result.output[i] = 0;
    result.outcome[i] = outcomes.info;
    result.returned[i] = NEVER;
  });
  return result;
}
