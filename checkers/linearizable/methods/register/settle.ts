/**
 * Decides a register in which some operations found something without saying which write they saw (loose operations:
 * failed cas, and whatever found a value that was written more than once). Without them the chains decide; a clash there
 * is final. Else they are placed into the order found, which mostly succeeds. If not, those that fail are settled on a
 * block that they may have observed, as if they had read its value: that moves chains against each other. First many at
 * once (`rounds.ts`); then, if that leads nowhere, all ways are tried out (`exhaust.ts`).
 */

import { NONE, type RegisterOperations } from './operations.ts';
import { orderOf } from './order.ts';
import { exhaust } from './exhaust.ts';
import { inRounds } from './rounds.ts';
import type { Sources } from './sources.ts';
import { clashOf, taskOf, type Settled } from './task.ts';

export function settle(operations: RegisterOperations, known: Sources): Settled {
  if (hopeless(operations, known)) return { kind: 'open' };
  const task = taskOf(operations, known);
  const core = clashOf(task);
  if (core !== null) return { kind: 'invalid', core };
  const { source, chains } = task;
  if (known.loose.length === 0) return { kind: 'valid', witness: () => orderOf(operations, source, chains) };
  const { settled, stuck } = inRounds(task);
  if (settled.kind !== 'open') return settled;
  return exhaust(task, stuck);
}

/** Fewer loose operations are always worth a try. */
const fewLoose = 100;
const perTold = 3;

/**
 * Where hardly anything says which write it saw, chains tell next to nothing, and the general search, which does well
 * with few values, is the better choice.
 */
function hopeless({ found }: RegisterOperations, { source, loose }: Sources): boolean {
  let repeated = 0;
  for (const i of loose) if ((found[i] as number) !== NONE) repeated++;
  if (repeated <= fewLoose) return false;
  let told = 0;
  for (const block of source) if (block >= 0) told++;
  return repeated > perTold * told;
}
