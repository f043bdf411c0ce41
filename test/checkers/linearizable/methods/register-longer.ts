/**
 * Judges a method on histories that are too long for brute force, where operations that fit nowhere at first have to be
 * moved about: by the general search, and by replaying the witness.
 */

import { expect } from 'vitest';
import { search } from '../../../../checkers/linearizable/general/search.ts';
import type { Method } from '../../../../checkers/linearizable/method.ts';
import { prefixOf, subPart, type Part } from '../../../../checkers/linearizable/part.ts';
import { replayWitness } from '../../../../checkers/linearizable/replay-witness.ts';
import { complete, type CompleteModel } from '../../../../checkers/models/model.ts';
import { formatOperation } from '../../../../src/history/writer.ts';
import type { Json } from '../../../../src/history/operation.ts';
import { random, type Random } from '../../../../src/random.ts';
import { onlyPart, type Tally, type Trial } from './judge-method.ts';

/** `trial` makes the histories; of each, a prefix that ends anywhere is judged, too. */
export function judgeLonger(trial: Trial<Json>, count: number, purpose: string): Tally {
  const model = complete(trial.model) as CompleteModel<unknown>;
  const tally: Tally = { valid: 0, invalid: 0, inapplicable: 0, cores: 0 };
  for (let seed = 0; seed < count; seed++) {
    const source: Random = random(seed, purpose);
    const history = trial.make(source, seed);
    const part = onlyPart(model, history);
    if (part === null) continue;
    try {
      judgeOne(model, trial.method, part, tally);
      judgeOne(model, trial.method, prefixOf(part, source.int(history.length)), tally);
    } catch (thrown) {
      throw new Error(`${purpose}, seed ${seed}\n${history.map(formatOperation).join('')}`, { cause: thrown });
    }
  }
  process.stdout.write(`${trial.method.name}, ${purpose}: ${JSON.stringify(tally)}\n`);
  return tally;
}

function judgeOne(model: CompleteModel<unknown>, method: Method, part: Part, tally: Tally): void {
  const answer = method.decide(model, part);
  tally[answer.kind]++;
  if (answer.kind === 'inapplicable') return;
  if (answer.kind === 'valid') {
    expect(replayWitness(model, part, answer.witness())).toBeNull();
    return;
  }
  expect(search(model, part).advance(() => false)).toBe('invalid');
  if (answer.core === undefined) return;
  tally.cores++;
  expect(search(model, subPart(part, answer.core)).advance(() => false)).toBe('invalid');
}
