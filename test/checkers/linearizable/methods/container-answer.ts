/** What a method says of a history that was written by hand, and of long ones that were made. */

import { expect } from 'vitest';
import { search } from '../../../../checkers/linearizable/general/search.ts';
import type { Method } from '../../../../checkers/linearizable/method.ts';
import { replayWitness } from '../../../../checkers/linearizable/replay-witness.ts';
import { complete, type Model } from '../../../../checkers/models/model.ts';
import type { History, Json } from '../../../../src/history/operation.ts';
import { random } from '../../../../src/random.ts';
import { history as historyOf, type Line } from '../../build.ts';
import { onlyPart, type Trial } from './judge-method.ts';

/**
 * One line for each operation: process, name, argument or result, and when it began and returned (null: it is not known
 * whether it happened). Moments are all different.
 */
export type Drawn = readonly [process: number, f: string, value: Json, from: number, until: number | null];

/** A history of operations as they were drawn. Those that `insert` have an argument, all others a result. */
export function drawn(insert: string, ...operations: readonly Drawn[]): History {
  const lines = operations.flatMap(([process, f, value, from, until]): { at: number; line: Line }[] => {
    const argument = f === insert ? value : null;
    const begins = { at: from, line: [process, 'invoke', f, argument] as const };
    return until === null ? [begins] : [begins, { at: until, line: [process, 'ok', f, value] }];
  });
  return historyOf(...lines.sort((a, b) => a.at - b.at).map(({ line }) => line));
}

/** `valid` (with a witness that is confirmed), `inapplicable`, or the invocations of the core. */
export function answer<State>(method: Method, model: Model<State>, history: History): string | readonly number[] {
  const known = complete(model);
  const part = onlyPart(known, history);
  if (part === null) return 'valid';
  const said = method.decide(known, part);
  if (said.kind === 'valid') expect(replayWitness(known, part, said.witness())).toBeNull();
  if (said.kind !== 'invalid') return said.kind;
  return said.core?.map((place) => part.invoked[place] as number) ?? 'invalid';
}

/** The method and the general search say the same of `count` histories, some with more operations than can be tried out. */
export function agrees<State>({ method, model, make }: Trial<State>, count: number, purpose: string): Split {
  const split: Split = { valid: 0, invalid: 0, inapplicable: 0 };
  for (let seed = 0; seed < count; seed++) {
    const history = make(random(seed, purpose), seed);
    const known = complete(model);
    const part = onlyPart(known, history);
    if (part === null) continue;
    const said = method.decide(known, part);
    split[said.kind]++;
    if (said.kind === 'inapplicable') continue;
    expect(
      search(known, part).advance(() => false),
      `${purpose}, seed ${seed}`,
    ).toBe(said.kind);
    if (said.kind === 'valid') expect(replayWitness(known, part, said.witness()), `seed ${seed}`).toBeNull();
  }
  return split;
}

/** How many of `count` histories of a real object are explained, each by an order that is confirmed. */
export function explained<State>({ method, model, make }: Trial<State>, count: number, purpose: string): number {
  let valid = 0;
  for (let seed = 0; seed < count; seed++) {
    if (answer(method, model, make(random(seed, purpose), seed)) === 'valid') valid++;
  }
  return valid;
}

export interface Split {
  valid: number;
  invalid: number;
  inapplicable: number;
}
