/**
 * What has come to a node and waits for its turn: while the node stands still, and while a slow one is at something else.
 *
 * A node whose handlers take time does one thing after another, each in that time, and what a handler asks for takes effect
 * at its end. On a node that is fast and runs nothing waits, and nothing here costs anything.
 */

import { choose, type Chance } from './chance.ts';
import type { NodeDuty } from './events.ts';
import type { ProcessOptions } from './options.ts';
import type { Timeline } from './timeline.ts';

export interface Backlog {
  /** True when `duty` is to be done at once; else it waits, or is lost for want of room. */
  admit(duty: NodeDuty): boolean;
  /** A `work` event has come up: what is to be done now, if anything is. */
  next(backlog: number): NodeDuty | null;
  paused(): boolean;
  pause(): void;
  resume(): void;
  /** From now on each thing takes so much longer, in µs. */
  slow(perEventUs: number): void;
  /** The process has ended: everything that waited is lost, and it runs again when it starts. Returns what was lost. */
  empty(): readonly NodeDuty[];
  /** How long what was done last had waited and taken, in µs. */
  lateUs(): number;
}

export function backlog(
  timeline: Timeline,
  chance: Chance,
  node: number,
  family: number,
  { handlerUs, backlogMax }: ProcessOptions,
): Backlog {
  const isFast = handlerUs.every((us) => us === 0);
  let handled = 0;
  let extraUs = 0;
  let isPaused = false;
  /** What waits is from `first` on; `sinceUs` says since when. */
  let waiting: NodeDuty[] = [];
  let sinceUs: number[] = [];
  let first = 0;
  let working = false;
  /** Which backlog this is: `work` events for an earlier one mean nothing. */
  let number = 0;
  let lateUs = 0;

  const costUs = (): number => extraUs + (isFast ? 0 : choose(handlerUs, chance.draw(family, handled++)));
  const work = (): void => {
    if (working || isPaused || first === waiting.length) return;
    working = true;
    timeline.push({ kind: 'work', node, backlog: number, taken: null }, costUs());
  };

  return {
    admit(duty) {
      if (isFast && extraUs === 0 && !isPaused && first === waiting.length) {
        lateUs = 0;
        return true;
      }
      if (duty.kind === 'deliver' && waiting.length - first >= backlogMax) return false;
      waiting.push(duty);
      sinceUs.push(timeline.nowUs());
      work();
      return false;
    },
    next(of) {
      if (of !== number) return null;
      working = false;
      const duty = waiting[first];
      if (isPaused || duty === undefined) return null;
      lateUs = timeline.nowUs() - (sinceUs[first] ?? 0);
      first++;
      if (first === waiting.length) {
        waiting = [];
        sinceUs = [];
        first = 0;
      } else {
        work();
      }
      return duty;
    },
    paused: () => isPaused,
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      work();
    },
    slow(perEventUs) {
      extraUs = perEventUs;
    },
    empty() {
      const lost = waiting.slice(first);
      waiting = [];
      sinceUs = [];
      first = 0;
      working = false;
      isPaused = false;
      number++;
      lateUs = 0;
      return lost;
    },
    lateUs: () => lateUs,
  };
}
