/**
 * Shows that no order comes past some return without going through all that comes before it.
 *
 * A window begins some way before that return, with more than can be there: every state that the model can ever be in
 * and, of the open mutators of each class, any number done. If nothing of that comes past the return, nothing real does.
 * A window that is too short lets something through; then one that begins earlier is tried.
 *
 * Windows come in two kinds. In the first, which are cheap, a pending operation may take effect any number of times; only
 * when none of these is enough it may do so once.
 *
 * To begin with, all open observers have taken effect, no pending operation has been used, and of the mutators of a class
 * those are done that return first: whatever can be there could do no more than one of these.
 */

import { explorer, type Explorer, type Goal } from './explorer.ts';
import type { Reachable } from './reachable.ts';
import type { Setting } from './setting.ts';
import type { Timeline } from './timeline.ts';
import type { Tries } from './tries.ts';

export interface Refutation {
  /** `refuted`: there is no way to the goal. `powerless`: windows can't tell. */
  advance(pause: () => boolean): 'refuted' | 'powerless' | 'paused';
  work(): number;
  bytes(): number;
}

/** More beginnings than these are not worth it. */
const beginningsMax = 1 << 17;
/** Where more mutators are open than these, no window begins. */
const openMax = 1 << 10;
/** Returns in the longest window of the cheap kind. */
const unlimitedMax = 1 << 12;
/** How many places to begin a window at are compared. */
const placesCompared = 64;

export function refutation<State>(setting: Setting<State>, states: Reachable, goal: Goal): Refutation {
  const { timeline, transitions, tries, tuning } = setting;
  const statesBefore = states.work();
  let size = tuning.windowAtFirst;
  let isUnlimited = timeline.pending.count > 0;
  let window: Explorer | null = null;
  let beginnings: Beginnings = none;
  let workBefore = 0;

  /** Begins the next window; null if there is none that is worth it. */
  const open = (): Explorer | null => {
    if (window !== null) workBefore += window.work();
    window = null;
    while (window === null) {
      if (isUnlimited && (size >= goal.position || size > unlimitedMax)) {
        isUnlimited = false;
        size = tuning.windowAtFirst;
      }
      if (size >= goal.position) return null;
      const from = Math.max(1, goal.position - 2 * size);
      beginnings = bestBeginnings(timeline, tries, from, goal.position - size, states.states());
      if (beginnings.count <= beginningsMax) window = explorer(setting, goal, isUnlimited);
      size *= 2;
    }
    return window;
  };

  /** Whether the last return before the goal is of an operation that no state allows. */
  const isPossibleNowhere = (): boolean => {
    const cls = timeline.cls[goal.position - 1];
    return cls !== undefined && states.states().every((state) => transitions.after(state, cls) < 0);
  };

  return {
    advance(pause) {
      const known = states.advance(pause);
      if (known !== 'known') return known === 'paused' ? 'paused' : 'powerless';
      if (isPossibleNowhere()) return 'refuted';
      for (let current = window ?? open(); current !== null; current = open()) {
        for (let answer = current.advance(pause); answer !== 'goal';) {
          if (answer === 'paused') return 'paused';
          const next = beginnings.next();
          if (next === null) return 'refuted';
          const { position, state, done, seen } = next;
          answer = current.enter(position, state, done, seen, 0) === 'goal' ? 'goal' : current.advance(pause);
        }
      }
      return 'powerless';
    },
    work: () => workBefore + (window?.work() ?? 0) + states.work() - statesBefore,
    bytes: () => window?.bytes() ?? 0,
  };
}

interface Beginnings {
  readonly count: number;
  next(): { readonly position: number; readonly state: number; readonly done: number; readonly seen: number } | null;
}

const none: Beginnings = { count: Infinity, next: () => null };

/** Those at the place from `from` to `to` that has the fewest. */
function bestBeginnings(
  timeline: Timeline,
  tries: Tries,
  from: number,
  to: number,
  states: readonly number[],
): Beginnings {
  const step = Math.max(1, Math.floor((to - from) / placesCompared));
  let best = Infinity;
  let at = to;
  for (let position = to; position >= from; position -= step) {
    let count = states.length;
    if (openCount(timeline, tries, position) > openMax) continue;
    for (const { length } of openByClass(timeline, tries, position)) count *= length + 1;
    if (count >= best) continue;
    best = count;
    at = position;
  }
  return best === Infinity ? none : beginningsAt(timeline, tries, at, states);
}

function openCount({ mutators }: Timeline, tries: Tries, position: number): number {
  let count = 0;
  for (let word = 0; word < mutators.words; word++) {
    for (let left = tries.at(mutators.open[position] as number, mutators.depth, word); left !== 0; left &= left - 1) {
      count++;
    }
  }
  return count;
}

/** Slots of the open mutators of each class, those that return first coming first. */
function openByClass({ mutators, cls }: Timeline, tries: Tries, position: number): readonly (readonly number[])[] {
  const open: { readonly slot: number; readonly returning: number }[] = [];
  for (let word = 0; word < mutators.words; word++) {
    let left = tries.at(mutators.open[position] as number, mutators.depth, word);
    while (left !== 0) {
      const slot = (word << 5) + 31 - Math.clz32(left & -left);
      left &= left - 1;
      open.push({ slot, returning: mutators.returnIn(slot, position) });
    }
  }
  open.sort((a, b) => a.returning - b.returning);
  const byClass = new Map<number, number[]>();
  for (const { slot, returning } of open) {
    const its = cls[returning] as number;
    const alike = byClass.get(its);
    if (alike === undefined) byClass.set(its, [slot]);
    else alike.push(slot);
  }
  return [...byClass.values()];
}

function beginningsAt(timeline: Timeline, tries: Tries, position: number, states: readonly number[]): Beginnings {
  const { mutators, observers } = timeline;
  const classes = openByClass(timeline, tries, position);
  const counts = classes.map(() => 0);
  let nextState = 0;
  let isOver = false;
  /** The next combination of counts. */
  const advance = (): void => {
    for (let i = 0; i < counts.length; i++) {
      const count = (counts[i] as number) + 1;
      if (count <= (classes[i] as readonly number[]).length) {
        counts[i] = count;
        return;
      }
      counts[i] = 0;
    }
    isOver = true;
  };
  const doneNow = (): number => {
    let done = 0;
    classes.forEach((slots, i) => {
      for (const slot of slots.slice(0, counts[i])) {
        const word = tries.at(done, mutators.depth, slot >>> 5) | (1 << (slot & 31));
        done = tries.with(done, mutators.depth, slot >>> 5, word);
      }
    });
    return done;
  };
  let done = doneNow();
  return {
    count: classes.reduce((product, { length }) => product * (length + 1), states.length),
    next() {
      if (nextState === states.length) {
        nextState = 0;
        advance();
        done = doneNow();
      }
      if (isOver) return null;
      return { position, state: states[nextState++] as number, done, seen: observers.open[position] as number };
    },
  };
}
