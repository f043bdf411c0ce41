/** All states that the operations of a part lead to, in any order and any number: what can be there at any time, or more. */

import type { Timeline } from './timeline.ts';
import type { Transitions } from './transitions.ts';

export interface Reachable {
  /** Goes on until they are known or too many, or `pause` says so, which is asked at every step. */
  advance(pause: () => boolean): 'known' | 'too many' | 'paused';
  /** Numbers of states, once they are known. */
  states(): readonly number[];
  /** Steps so far. */
  work(): number;
}

const statesMax = 512;
const stepsMax = 1 << 16;

export function reachable<State>(timeline: Timeline, { initial, after }: Transitions<State>): Reachable {
  const states = [initial];
  const known = new Set(states);
  let classes: readonly number[] | null = null;
  /** The next step: what a class of mutators does to a state. */
  let at = 0;
  let next = 0;
  let work = 0;
  return {
    advance(pause) {
      classes ??= mutatorsOf(timeline);
      while (at < states.length) {
        if (classes.length * states.length > stepsMax || states.length > statesMax) return 'too many';
        const from = states[at] as number;
        while (next < classes.length) {
          work++;
          const state = after(from, classes[next++] as number);
          if (state >= 0 && !known.has(state)) {
            known.add(state);
            states.push(state);
          }
          if (pause()) return 'paused';
        }
        next = 0;
        at++;
      }
      return 'known';
    },
    states: () => states,
    work: () => work,
  };
}

function mutatorsOf({ cls, observes, pending }: Timeline): readonly number[] {
  const classes = new Set<number>(pending.cls);
  for (let p = 0; p < cls.length; p++) if (observes[p] === 0) classes.add(cls[p] as number);
  return [...classes];
}
