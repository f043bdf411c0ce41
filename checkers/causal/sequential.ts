/**
 * Sequential consistency (Lamport 1979): one order of all operations that respects the order of every session, in which
 * each read returns the last write of its key. To decide it is NP-complete (Gibbons & Korach 1997). What violates CCv, CM
 * or PRAM violates it; so does a cycle in what every order must hold; where these find nothing, an order is searched for
 * within a budget and confirmed by a replay of its own.
 */

import type { Accesses } from './accesses.ts';
import type { Causality } from './causality.ts';
import { ccvCauses } from './ccv.ts';
import { cmCauses } from './cm.ts';
import type { Conflicts } from './conflicts.ts';
import { modelVerdict } from './model-verdict.ts';
import type { ModelVerdict } from './patterns.ts';
import { pramCauses } from './pram.ts';
import type { Relations } from './relations.ts';
import { mustOrder } from './sequential-order.ts';
import { replaySequential } from './sequential-replay.ts';
import { mustCycle, stuck } from './sequential-evidence.ts';
import { sequentialSearch, type SequentialSearch } from './sequential-search.ts';
import { triples, type Triples } from './triples.ts';
import type { Occurrences } from './violations.ts';

export interface SequentialBudget {
  /** When `now` says so, time is over. */
  readonly deadline: number;
  /** How much the frontiers that led nowhere may take. */
  readonly bytesMax: number;
  /** Milliseconds from any start. */
  now(): number;
}

export interface SequentialVerdict extends ModelVerdict {
  readonly model: 'sequential';
  /** What decided it: a weaker model, a cycle in what every order must hold, or the search. */
  readonly method: 'weaker-models' | 'necessary-order' | 'search';
  /** Rows in an order that explains the history; only where it is valid. */
  readonly witness?: Int32Array;
  /** Where the budget was used up: the option that gives it more room, and how many operations some order explains. */
  readonly raise?: '--time-budget' | '--memory-budget';
  readonly explained?: number;
}

/** A history is worth finding out what every order must hold when a search has failed so often without. */
const easyFailures = 200;

/** Clocks are asked once in so many questions. */
const questionsBetween = 256;

/**
 * `accesses` is what the relations of `causal` were made of. `weaker`: what violates CCv, CM or PRAM, for who knows that
 * already; else it is looked for.
 */
export function checkSequential(
  accesses: Accesses,
  causal: Causality,
  found: Conflicts,
  budget: SequentialBudget,
  weaker: readonly Occurrences[] = violationsOfWeaker(causal, found),
): SequentialVerdict {
  const { relations } = causal;
  const verdict = (method: SequentialVerdict['method'], causes: readonly Occurrences[]): SequentialVerdict => ({
    ...modelVerdict('sequential', relations, causes, causal.cut),
    model: 'sequential',
    method,
  });
  if (weaker.length > 0 || relations.ambiguity !== null || causal.cut !== null) return verdict('weaker-models', weaker);

  const isTimeOver = ask(() => budget.now() >= budget.deadline);
  const { rank } = causal.topological;
  const confirmed = (search: SequentialSearch): SequentialVerdict => {
    const witness = search.longest().map((node) => relations.row[node] as number);
    const wrong = replaySequential(accesses, witness);
    if (wrong !== null) throw new Error(`the order that was found is none: ${wrong}`);
    return { ...verdict('search', []), witness };
  };

  const first = sequentialSearch(relations, rank, conflictArrows(relations, found));
  const answer = first.advance(() => first.failed() > easyFailures || isTimeOver());
  if (answer === 'found') return confirmed(first);

  const must = mustOrder(causal, isTimeOver);
  if (must.kind === 'cycle') return verdict('necessary-order', [mustCycle(relations, must.arrows, must.cycle)]);
  if (answer === 'none') return verdict('search', [stuck(relations, first.longest())]);
  const search = sequentialSearch(relations, rank, must.arrows);
  const isFull = (): boolean => search.bytes() > budget.bytesMax;
  switch (search.advance(ask(() => isFull() || budget.now() >= budget.deadline))) {
    case 'found':
      return confirmed(search);
    case 'none':
      return verdict('search', [stuck(relations, search.longest())]);
    case 'stopped': {
      const explained = Math.max(first.longest().length, search.longest().length);
      return undecided(verdict('search', []), isFull(), explained, relations.nodes);
    }
  }
}

/** CF is part of what every order must hold, and known already. */
function conflictArrows({ node }: Relations, { edges }: Conflicts): Triples {
  const arrows = triples();
  for (let i = 0; i < edges.count; i++) {
    arrows.push(node[edges.at(i, 0)] as number, node[edges.at(i, 1)] as number, edges.at(i, 2));
  }
  return arrows;
}

/** What violates a model that sequential consistency implies. */
function violationsOfWeaker(causal: Causality, found: Conflicts): readonly Occurrences[] {
  const convergent = ccvCauses(causal, found);
  if (convergent.length > 0) return convergent;
  const memory = cmCauses(causal, found);
  return memory.length > 0 ? memory : pramCauses(causal);
}

function undecided(
  verdict: SequentialVerdict,
  isFull: boolean,
  explained: number,
  operations: number,
): SequentialVerdict {
  const raise = isFull ? '--memory-budget' : '--time-budget';
  const what = isFull ? 'memory' : 'time';
  const reason = `no order was found within the ${what} budget, and none was ruled out; some order explains ${explained} of ${operations} operations. Raise ${raise} to search on`;
  return { ...verdict, valid: 'unknown', reason, raise, explained };
}

/** Asks `question` the first time and then now and then; once it says yes that stays. */
function ask(question: () => boolean): () => boolean {
  let count = 0;
  let isYes = false;
  return () => {
    if (!isYes && count++ % questionsBetween === 0) isYes = question();
    return isYes;
  };
}
