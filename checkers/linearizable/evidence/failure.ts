/** What is said and shown of a part that is not linearizable. */

import type { CompleteModel, TimedOperation } from '../../models/model.ts';
import type { MethodChoice } from '../decision.ts';
import { operationAt, type Part } from '../part.ts';
import type { Failure } from '../verdict.ts';
import { dependence } from './dependence.ts';
import type { FailingPrefix } from './prefix.ts';
import { shrink, type Shrunk } from './shrink.ts';
import { possibleStates, type PossibleStates } from './states.ts';
import { subHistory } from './sub-history.ts';

const statesMax = 10;
const orderMax = 10;
const aroundMax = 40;
/** Characters of a sentence that states may take. */
const sentenceMax = 100;
/** Larger sub-histories explain nothing. */
const shrunkMax = 1000;
/** The share of the time that is left for a failure which its states may take. */
const shareOfStates = 0.4;
/** What takes longer than this is not worth waiting for. */
const statesMsMax = 1000;
const shrinkMsMax = 2000;

export interface EvidenceBudget {
  readonly deadline: number;
  now(): number;
  readonly methods?: MethodChoice;
}

/** What can be said at once, and that with all that makes it easier to understand, as far as time allows. */
export function explainedFailure(
  model: CompleteModel<unknown>,
  method: string,
  prefix: FailingPrefix,
  budget: EvidenceBudget,
): { brief: Failure; detailed: Failure | null } {
  const telling = teller(model, method, prefix);
  const brief = telling(null, null);
  const { now, deadline } = budget;
  if (!prefix.smallest || now() >= deadline) return { brief, detailed: null };
  const statesUntil = Math.min(now() + statesMsMax, now() + (deadline - now()) * shareOfStates);
  const depends = dependence(model, prefix.part);
  const states = possibleStates(model, prefix, depends, statesMax, { ...budget, deadline: statesUntil });
  const small = shrink(model, prefix, depends, { ...budget, deadline: Math.min(deadline, now() + shrinkMsMax) });
  return { brief, detailed: telling(states, small) };
}

function teller(
  model: CompleteModel<unknown>,
  method: string,
  { part, failed, positions, smallest }: FailingPrefix,
): (possible: PossibleStates | null, small: Shrunk | null) => Failure {
  const operation = operationAt(part, failed);
  const others = operationsOf(part).filter(({ invoked }) => invoked !== operation.invoked);
  const known = smallest ? (model.explain?.(operation, others) ?? null) : null;
  const clause = known?.clause ?? 'no order of the operations allows that';
  const sentence = smallest
    ? `process ${operation.process} ${model.describeOperation(operation)}, but ${clause}`
    : `no order explains the ${part.count} operations${part.key === null ? '' : ` on ${part.key}`} up to operation ` +
      `${positions - 1} (which has no place first was not looked for)`;
  const near = openAt(operation.completed, others);
  const last = others
    .slice(-16)
    .reverse()
    .map(({ invoked }) => invoked);
  return (possible, small) => {
    const { states, complete } = possible ?? { states: [], complete: false };
    const descriptions = states.map(({ description }) => description);
    const kept = small === null || small.places.length > shrunkMax ? null : small;
    const tails = states.map(({ order }) => order.slice(-orderMax));
    return {
      key: part.key,
      method,
      completion: operation.completed,
      invocation: operation.invoked,
      prefix: { positions, operations: part.count, smallest },
      explanation: `${sentence}${alternatives(descriptions, complete)}`,
      states: descriptions,
      statesComplete: complete,
      paths: tails.map((order, i) => ({ order, state: descriptions[i] ?? '' })),
      shrunk: kept === null ? null : subHistory(part, positions, kept.places, kept.minimal),
      around: around([
        [operation.invoked],
        (known?.witnesses ?? []).map(({ invoked }) => invoked),
        (kept?.places ?? []).map((place) => part.invoked[place] as number),
        near,
        tails.flatMap((order) => order.slice(-4)),
        last,
        tails.flat().reverse(),
      ]),
    };
  };
}

const operationsOf = (part: Part): readonly TimedOperation[] =>
  Array.from({ length: part.count }, (_, place) => operationAt(part, place));

/** Invocations of those that had not returned just before `position`, the latest first. */
function openAt(position: number, others: readonly TimedOperation[]): readonly number[] {
  return others
    .filter(({ completed }) => completed >= position)
    .map(({ invoked }) => invoked)
    .reverse();
}

/** The most important first; as many as there is room for, in history order. */
function around(groups: readonly (readonly number[])[]): readonly number[] {
  const chosen = new Set<number>();
  for (const invoked of groups.flat()) if (chosen.size < aroundMax) chosen.add(invoked);
  return [...chosen].sort((a, b) => a - b);
}

/** `; possible were 7 or 9`: as many as fit into a sentence, and that there are more. */
function alternatives(states: readonly string[], complete: boolean): string {
  const shown: string[] = [];
  for (const state of states) {
    if (shown.length > 0 && shown.join().length + state.length > sentenceMax) break;
    shown.push(state);
  }
  const [first] = shown;
  if (first === undefined) return '';
  if (!complete) return `; possible were ${shown.join(', ')} and others`;
  const more = states.length - shown.length;
  if (more > 0) return `; possible were ${shown.join(', ')} and ${more} more`;
  if (shown.length === 1) return `; possible was ${first}`;
  return `; possible were ${shown.slice(0, -1).join(', ')} or ${shown.at(-1) ?? ''}`;
}
