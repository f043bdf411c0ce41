/** Judges a method on small random histories by the definition of linearizability, tried out. */

import { expect } from 'vitest';
import { search } from '../../../../checkers/linearizable/general/search.ts';
import type { Method } from '../../../../checkers/linearizable/method.ts';
import { operationAt, split, type Part } from '../../../../checkers/linearizable/part.ts';
import { replayWitness } from '../../../../checkers/linearizable/replay-witness.ts';
import { complete, type CompleteModel, type Model } from '../../../../checkers/models/model.ts';
import { columnsOf } from '../../../../src/history/columns-builder.ts';
import { isList } from '../../../../src/history/json.ts';
import type { History } from '../../../../src/history/operation.ts';
import { formatOperation } from '../../../../src/history/writer.ts';
import { random, type Random } from '../../../../src/random.ts';
import { isLinearizable, type Step } from '../../brute-force.ts';

export interface Trial<State> {
  readonly method: Method;
  readonly model: Model<State>;
  readonly step: Step;
  /** A history of one key; `seed` counts from 0 and may choose its shape. */
  readonly make: (random: Random, seed: number) => History;
}

export interface Tally {
  valid: number;
  invalid: number;
  inapplicable: number;
  /** Invalid ones that came with a core. */
  cores: number;
}

/**
 * Each answer is that of brute force and of the general search, each witness is confirmed, and each core is invalid by
 * itself. Says how the answers were split.
 */
export function judge<State>(trial: Trial<State>, count: number, purpose: string): Tally {
  const tally: Tally = { valid: 0, invalid: 0, inapplicable: 0, cores: 0 };
  for (let seed = 0; seed < count; seed++) {
    const history = trial.make(random(seed, purpose), seed);
    try {
      judgeOne(trial, history, tally);
    } catch (thrown) {
      throw new Error(`${purpose}, seed ${seed}\n${history.map(formatOperation).join('')}`, { cause: thrown });
    }
  }
  process.stdout.write(`${trial.method.name}, ${purpose}: ${JSON.stringify(tally)}\n`);
  return tally;
}

function judgeOne<State>({ method, model, step }: Trial<State>, history: History, tally: Tally): void {
  const known = complete(model);
  const part = onlyPart(known, history);
  if (part === null) return;
  const answer = method.decide(known, part);
  tally[answer.kind]++;
  if (answer.kind === 'inapplicable') return;
  const expected = isLinearizable(step, history);
  expect(answer.kind).toBe(expected ? 'valid' : 'invalid');
  expect(search(known, part).advance(() => false)).toBe(answer.kind);
  if (answer.kind === 'valid') {
    expect(replayWitness(known, part, answer.witness())).toBeNull();
  } else if (answer.core !== undefined) {
    tally.cores++;
    const { core } = answer;
    expect(core).toEqual([...new Set(core)].sort((a, b) => a - b));
    expect(isLinearizable(step, subHistory(history, part, core))).toBe(false);
    expect(producers(part, core).filter((place) => !core.includes(place))).toEqual([]);
  }
}

/** The part of a history of one key, or null if nothing in it matters. */
export function onlyPart<State>(model: CompleteModel<State>, history: History): Part | null {
  const divided = split(model, columnsOf(history));
  if (divided.kind === 'objection') throw new Error(divided.objection);
  expect(divided.parts.length).toBeLessThanOrEqual(1);
  return divided.parts[0] ?? null;
}

/** Places of the operations that put in what the reads at `places` show. */
function producers(part: Part, places: readonly number[]): readonly number[] {
  const at = (place: number) => operationAt(part, place);
  const shown = places
    .map(at)
    .flatMap(({ f, output }) => (f === 'read' && output !== null && isList(output) ? output : []));
  return [...part.row.keys()].filter(
    (place) => ['add', 'append'].includes(at(place).f) && shown.includes(at(place).input),
  );
}

/** The lines of the operations at `places`; indices are those of `history`. */
function subHistory(history: History, part: Part, places: readonly number[]): History {
  const chosen = new Set(places.map((place) => part.invoked[place]));
  const open = new Map<History[number]['process'], number>();
  return history.filter(({ process, type, index }) => {
    if (type === 'invoke') open.set(process, index);
    return chosen.has(open.get(process));
  });
}
