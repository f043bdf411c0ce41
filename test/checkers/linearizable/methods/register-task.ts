/** Tasks of the register's method, for tests of its pieces: what is told by the values, and what is loose. */

import { expect } from 'vitest';
import { search } from '../../../../checkers/linearizable/general/search.ts';
import { arrange, emptyChains } from '../../../../checkers/linearizable/methods/register/chains.ts';
import {
  registerOperations,
  type RegisterCall,
} from '../../../../checkers/linearizable/methods/register/operations.ts';
import { sources } from '../../../../checkers/linearizable/methods/register/sources.ts';
import { clashOf, taskOf, type Settled, type Task } from '../../../../checkers/linearizable/methods/register/task.ts';
import { subPart, type Part } from '../../../../checkers/linearizable/part.ts';
import { replayWitness } from '../../../../checkers/linearizable/replay-witness.ts';
import { complete, type CompleteModel } from '../../../../checkers/models/model.ts';
import { registerCalls } from '../../../../checkers/models/vocabulary.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { onlyPart, type Trial } from './judge-method.ts';
import { registerTrial } from './register-trial.ts';

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

/** What the operations of all these histories are called. */
export const callOf = (f: string): RegisterCall => (f === 'delete' ? f : registerCalls.known(f));

/** Null where no operation is loose, or where the others clash already. */
export function taskFor(model: CompleteModel<unknown>, part: Part): Task | null {
  const operations = registerOperations(part, model.init as Json, callOf);
  if (operations === null) throw new Error('no register');
  const task = taskOf(operations, sources(operations));
  return task.loose.length === 0 || clashOf(task) !== null ? null : task;
}

/** An order is confirmed; that there is none, and that its core has none, the general search finds as well. */
export function expectRight({ seed, model, part }: Case, settled: Settled): void {
  if (settled.kind === 'open') return;
  const searched = (of: Part): string => search(model, of).advance(() => false);
  if (settled.kind === 'valid') expect([seed, replayWitness(model, part, settled.witness())]).toEqual([seed, null]);
  else {
    expect([seed, searched(part)]).toEqual([seed, 'invalid']);
    if (settled.core !== null) expect([seed, searched(subPart(part, settled.core))]).toEqual([seed, 'invalid']);
  }
}

const real = { lies: 0, moves: 0 };

/** What a real register answered, where much has to be moved until all that is loose has a place. */
export const tangled = {
  'reads of values that come up again': registerTrial(
    { calls: ['read', 'read', 'write', 'rewrite'], recent: 4, init: null },
    [{ operations: 300, processes: 30, unknown: 0.02, ...real }],
  ),
  'cas of values that come up again': registerTrial(
    { calls: ['read', 'write', 'rewrite', 'rewrite', 'cas', 'cas'], recent: 4, init: null },
    [{ operations: 150, processes: 12, unknown: 0.02, ...real }],
  ),
  'few at a time': registerTrial({ calls: ['read', 'write', 'write', 'rewrite', 'cas'], recent: 6, init: null }, [
    { operations: 400, processes: 8, unknown: 0.01, ...real },
    { operations: 250, processes: 16, unknown: 0.02, ...real },
  ]),
} as const;

/** Loose operations that clash with the rest whatever they saw. */
export const nowhere = ({ operations, loose, source }: Task): readonly number[] =>
  [...loose].filter((i) => {
    const { count, writes, initial, found, denied } = operations;
    const certain = operations.certain.with(i, 1);
    return Array.from({ length: count + 1 }, (_, block) => block).every((block) => {
      const value = block === count ? initial : (writes[block] as number);
      const suits = (denied[i] as number) >= 0 ? value !== denied[i] : value === found[i];
      if (value < 0 || !suits) return true;
      return arrange({ ...operations, certain }, source.with(i, block), emptyChains(count)) !== null;
    });
  });
