/** Tasks of the register's method, for tests of its pieces: what is told by the values, and what is loose. */

import {
  registerOperations,
  type RegisterCall,
} from '../../../../checkers/linearizable/methods/register/operations.ts';
import { sources } from '../../../../checkers/linearizable/methods/register/sources.ts';
import { clashOf, taskOf, type Task } from '../../../../checkers/linearizable/methods/register/task.ts';
import type { Part } from '../../../../checkers/linearizable/part.ts';
import { complete, type CompleteModel } from '../../../../checkers/models/model.ts';
import { registerCalls } from '../../../../checkers/models/vocabulary.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { onlyPart, type Trial } from './judge-method.ts';

export interface Case {
  readonly seed: number;
  readonly model: CompleteModel<unknown>;
  readonly part: Part;
  readonly task: Task;
}

/** The histories of `trial` in which something is loose and the rest has no clash: it is arranged. */
export function* cases(trial: Trial<Json>, count: number, purpose: string): Generator<Case> {
  const model = complete(trial.model) as CompleteModel<unknown>;
  for (let seed = 0; seed < count; seed++) {
    const part = onlyPart(model, trial.make(random(seed, purpose), seed));
    const task = part === null ? null : taskFor(model, part);
    if (part !== null && task !== null) yield { seed, model, part, task };
  }
}

/** Null where no operation is loose, or where the others clash already. */
export function taskFor(model: CompleteModel<unknown>, part: Part): Task | null {
  const callOf = (f: string): RegisterCall => (f === 'delete' ? f : registerCalls.known(f));
  const operations = registerOperations(part, model.init as Json, callOf);
  if (operations === null) throw new Error('no register');
  const task = taskOf(operations, sources(operations));
  return task.loose.length === 0 || clashOf(task) !== null ? null : task;
}
