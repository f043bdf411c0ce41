/**
 * Looks for ways in which a part can end: dives for one, and where the dive gets stuck tries to show that there is none
 * from there on (`refutation.ts`). Both get the same work, so that neither a part without an end nor one whose end is hard
 * to find takes more than twice as long as it has to.
 */

import type { CompleteModel } from '../../models/model.ts';
import type { Part } from '../part.ts';
import { explorer } from './explorer.ts';
import { reachable } from './reachable.ts';
import { refutation, type Refutation } from './refutation.ts';
import { settingOf } from './setting.ts';
import type { Tuning } from './tuning.ts';

export interface Pursuit<State> {
  /** After `found` the next call looks for another one. */
  advance(stop: () => boolean): 'found' | 'none' | 'stopped';
  /** After `found`: the state at the end, its number, and an order that leads to it (places in the part). */
  state(): State;
  stateNumber(): number;
  order(): Int32Array;
  /** How many returns some order explains. */
  explained(): number;
  visited(): number;
  bytes(): number;
}

export interface Wanted {
  /** Whether only one end matters, whatever its state: what can't help to find one may be left out. */
  readonly any: boolean;
  /** Whether an end in that state is wanted. */
  readonly accepts: (state: number) => boolean;
}

export function pursuit<State>(
  model: CompleteModel<State>,
  part: Part,
  { any, accepts }: Wanted,
  tuning: Tuning,
): Pursuit<State> {
  const { patience } = tuning;
  const setting = settingOf(model, part, tuning, any);
  const { timeline, transitions, tries } = setting;
  const end = timeline.returns.length;
  const states = reachable(timeline, transitions);
  const dive = explorer(setting, { position: end, accepts });
  let isGoal = dive.enter(0, transitions.initial, 0, 0, 0) === 'goal';

  let reached = 0;
  /** Work of the dive when it last made progress, and where it has to stand back for the refutation. */
  let progressAt = 0;
  let diveUntil = patience;
  let refuting: Refutation | null = null;
  let isPowerless = false;

  const progress = (): void => {
    reached = dive.furthest();
    progressAt = dive.work();
    diveUntil = progressAt + patience;
    refuting = null;
    isPowerless = false;
  };
  const startRefuting = (): Refutation => {
    const position = Math.min(reached + 1, end);
    return refutation(setting, states, { position, accepts: position < end ? () => true : accepts });
  };

  return {
    advance(stop) {
      if (isGoal) {
        isGoal = false;
        return 'found';
      }
      let isStopped = false;
      const asked = (): boolean => (isStopped = stop());
      const wasStopped = (): boolean => isStopped;
      for (;;) {
        const dived = dive.advance(() => {
          if (dive.furthest() > reached) progress();
          return asked() || (!isPowerless && dive.work() >= diveUntil);
        });
        if (dived === 'goal') {
          progress();
          return 'found';
        }
        if (dived === 'exhausted') return 'none';
        if (wasStopped()) return 'stopped';
        refuting ??= startRefuting();
        const current = refuting;
        const until = dive.work() - progressAt;
        const refuted = current.advance(() => asked() || current.work() >= until);
        if (refuted === 'refuted') return 'none';
        if (refuted === 'powerless') isPowerless = true;
        if (wasStopped()) return 'stopped';
        diveUntil = dive.work() + until;
      }
    },
    state: () => transitions.value(dive.state()),
    stateNumber: dive.state,
    order: () => Int32Array.from(dive.order()),
    explained: dive.furthest,
    visited: dive.visited,
    bytes: () => dive.bytes() + (refuting?.bytes() ?? 0) + transitions.bytes() + timeline.bytes() + tries.bytes(),
  };
}
