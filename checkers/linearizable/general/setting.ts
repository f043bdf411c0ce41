/** What is the same for all that is done about one part. */

import type { CompleteModel, Identity } from '../../models/model.ts';
import type { Part } from '../part.ts';
import { classesOf, operationsOf, pendingOf, type Classes } from './classes.ts';
import { timelineOf, type Timeline } from './timeline.ts';
import { transitions, type Transitions } from './transitions.ts';
import { tries, type Tries } from './tries.ts';
import type { Tuning } from './tuning.ts';

export interface Setting<State> {
  readonly timeline: Timeline;
  readonly transitions: Transitions<State>;
  readonly tries: Tries;
  readonly marks: ClassMarks;
  readonly tuning: Tuning;
}

/** By class: in which listing of candidates it was listed last, and where. One for all explorers, which take turns. */
export interface ClassMarks {
  readonly listedIn: Int32Array;
  readonly listedAt: Int32Array;
  listings: number;
}

/** `any`: whether the states in which the part can end do not matter, only whether there is one. */
export function settingOf<State>(
  model: CompleteModel<State>,
  part: Part,
  tuning: Tuning,
  any: boolean,
): Setting<State> {
  const sets = tries();
  const classes = classesOf(model, part);
  const marks = { listedIn: new Int32Array(classes.count), listedAt: new Int32Array(classes.count), listings: 0 };
  const identity = any ? identityAmong(model, classes) : model.identity;
  return {
    timeline: timelineOf(part, classes, pendingOf(model, part, classes, !any), sets),
    transitions: transitions(model, identity, classes, tuning.denseMax),
    tries: sets,
    marks,
    tuning,
  };
}

/** States that no operation of the part can tell apart are one. */
function identityAmong<State>(model: CompleteModel<State>, classes: Classes): Identity<State> {
  const key = model.keyAmong?.(operationsOf(classes));
  return key === undefined ? model.identity : { kind: 'key', key };
}
