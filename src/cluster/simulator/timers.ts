/** The timers of one incarnation of a node, on its monotonic clock. */

import { choose, type Chance } from './chance.ts';
import type { ProcessOptions } from './options.ts';

/** A timer may be set again to a later time while an event for its earlier time still waits. */
export interface Timer {
  readonly name: string;
  /** When it fires, in µs of virtual time; -1 when it is not set. */
  dueUs: number;
  /** Time of the only event for it that counts; -1 when none does. */
  waitingUs: number;
}

export interface Timers {
  set(name: string, afterMs: number): void;
  cancel(name: string): void;
  /** The event of `timer` at `atUs` has come up: whether it fires. */
  fires(timer: Timer, atUs: number): boolean;
  /** What was left of each timer at `oldRate` passes at the present rate. */
  rescale(oldRate: number): void;
}

export interface TimersOptions {
  readonly nowUs: () => number;
  /** The rate of the node's monotonic clock. */
  readonly rate: () => number;
  /** How much too late the next timer fires, in µs. */
  readonly lateUs: () => number;
  /** Lets an event for the timer come up at `atUs`. */
  readonly push: (timer: Timer, atUs: number) => void;
}

/** How much too late each timer fires that is set, one after the other. */
export function lateness(
  chance: Chance,
  family: number,
  { lateTimerPerMille, lateTimerUs }: ProcessOptions,
): () => number {
  if (lateTimerPerMille === 0) return () => 0;
  let set = 0;
  return () => {
    // Each setting of a timer owns two ordinals: whether it is late, by how much.
    const ordinal = 2 * set++;
    if (chance.draw(family, ordinal) * 1000 >= lateTimerPerMille) return 0;
    return choose(lateTimerUs, chance.draw(family, ordinal + 1));
  };
}

/** Timers that are not set stay known up to so many, since most protocols use few names again and again. */
const idleMax = 32;

export function timers({ nowUs, rate, lateUs, push }: TimersOptions): Timers {
  const byName = new Map<string, Timer>();

  const wait = (timer: Timer): void => {
    // An event that waits for an earlier time moves on by itself when it comes up.
    if (timer.waitingUs >= 0 && timer.waitingUs <= timer.dueUs) return;
    timer.waitingUs = timer.dueUs;
    push(timer, timer.dueUs);
  };

  return {
    set(name, afterMs) {
      let timer = byName.get(name);
      if (timer === undefined) byName.set(name, (timer = { name, dueUs: -1, waitingUs: -1 }));
      // Rounded up: a timer set again for what is left of its time must not stand still.
      timer.dueUs = nowUs() + Math.max(0, Math.ceil((afterMs * 1000) / rate())) + lateUs();
      wait(timer);
    },
    cancel(name) {
      const timer = byName.get(name);
      if (timer !== undefined) timer.dueUs = -1;
    },
    fires(timer, atUs) {
      if (timer.waitingUs !== atUs) return false;
      timer.waitingUs = -1;
      if (timer.dueUs < 0) return false;
      if (timer.dueUs > nowUs()) {
        wait(timer);
        return false;
      }
      timer.dueUs = -1;
      if (byName.size > idleMax) byName.delete(timer.name);
      return true;
    },
    rescale(oldRate) {
      const now = nowUs();
      for (const timer of byName.values()) {
        if (timer.dueUs <= now) continue;
        timer.dueUs = now + Math.ceil(((timer.dueUs - now) * oldRate) / rate());
        wait(timer);
      }
    },
  };
}
