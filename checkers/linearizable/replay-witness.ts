/**
 * Confirms a witness: that an order of a part's operations is what linearizability asks for (Herlihy & Wing 1990). It
 * shares nothing with the methods that find such orders, and is short enough to be checked by reading it.
 */

import { outcomes } from '../../src/history/columns.ts';
import { impossible, type CompleteModel, type TimedOperation } from '../models/model.ts';
import { operationAt, type Part } from './part.ts';

/**
 * Null if `order` (places in `part`) holds every operation that returned once and every one of unknown outcome at most
 * once, none after one that was invoked after it had returned, and each can happen in the state that those before it
 * leave behind. Else the first reason why it is no witness, in one sentence. Takes one step of the model an operation.
 */
export function replayWitness<State>(model: CompleteModel<State>, part: Part, order: ArrayLike<number>): string | null {
  const called = (place: number): string => {
    const operation: TimedOperation = operationAt(part, place);
    return `operation ${operation.invoked} (process ${operation.process} ${model.describeOperation(operation)})`;
  };
  const placed = new Uint8Array(part.count);
  let state = model.init;
  /** Of those placed so far, the one that was invoked last. */
  let latest = -1;
  for (const place of Array.from(order)) {
    if (!Number.isInteger(place) || place < 0 || place >= part.count) return `there is no operation at place ${place}`;
    if (placed[place] === 1) return `${called(place)} is in it twice`;
    placed[place] = 1;
    const { [place]: returned = 0 } = part.returned;
    if (latest >= 0 && returned < (part.invoked[latest] as number)) {
      return `${called(place)} comes after ${called(latest)}, which was invoked after it had returned`;
    }
    if (latest < 0 || (part.invoked[place] as number) > (part.invoked[latest] as number)) latest = place;
    const next = model.step(state, operationAt(part, place));
    if (next === impossible) return `${called(place)} can't happen when the state is ${model.describe(state)}`;
    state = next;
  }
  for (let place = 0; place < part.count; place++) {
    if (placed[place] === 0 && part.outcome[place] !== outcomes.info) return `${called(place)} is not in it`;
  }
  return null;
}
