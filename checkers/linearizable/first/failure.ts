/** What is said and shown of a part that is not linearizable. */

import type { CompleteModel, TimedOperation } from '../../models/model.ts';
import type { Shortfall } from './decision.ts';
import type { Part } from './part.ts';
import type { Path } from './search.ts';
import type { Failure } from '../verdict.ts';

const statesMax = 10;
const orderMax = 10;
const aroundMax = 40;
/** Characters of a sentence that states may take. */
const sentenceMax = 100;

/** Describes the failure of a part. */
export function failure<State>(model: CompleteModel<State>, part: Part, shortfall: Shortfall<State>): Failure {
  const { position, reached, complete } = shortfall;
  const failed = part.returns[position]?.operation;
  if (failed === undefined) throw new RangeError(`no return ${position}`);
  const others = part.operations.filter((other) => other !== failed && other.invoked < failed.completed);
  const explained = model.explain?.(failed, others) ?? null;
  const clause = explained?.clause ?? 'no order of the operations allows that';
  const states = reached.map(({ state }) => model.describe(state));
  const tails = reached.slice(0, statesMax).map(({ path }) => tail(path, orderMax));
  return {
    key: part.key,
    completion: failed.completed,
    invocation: failed.invoked,
    explanation: `process ${failed.process} ${model.describeOperation(failed)}, but ${clause}${possible(states, complete)}`,
    states: states.slice(0, statesMax),
    paths: tails.map((order, i) => ({ order: order.map(({ invoked }) => invoked), state: states[i] ?? '' })),
    around: around([
      [failed],
      explained?.witnesses ?? [],
      part.open[position]?.map(({ operation }) => operation) ?? [],
      tails.flatMap((order) => order.slice(-4)),
      others.slice(-16).reverse(),
      tails.flat().reverse(),
    ]),
  };
}

/** The last `count` operations of an order, first to last. */
function tail(path: Path | null, count: number): readonly TimedOperation[] {
  const result: TimedOperation[] = [];
  for (let rest = path; rest !== null && result.length < count; rest = rest.before) result.push(rest.operation);
  return result.reverse();
}

/** The most important first; as many as there is room for, in history order. */
function around(groups: readonly (readonly TimedOperation[])[]): readonly number[] {
  const chosen = new Set<number>();
  for (const { invoked } of groups.flat()) if (chosen.size < aroundMax) chosen.add(invoked);
  return [...chosen].sort((a, b) => a - b);
}

/** `; possible were 7 or 9`: as many as fit into a sentence, and how many more there are. */
function possible(states: readonly string[], complete: boolean): string {
  const shown: string[] = [];
  for (const state of states) {
    if (shown.length > 0 && (shown.length === statesMax || shown.join().length + state.length > sentenceMax)) break;
    shown.push(state);
  }
  const [first] = shown;
  if (first === undefined) return '';
  const more = states.length - shown.length;
  if (!complete) return `; possible were ${shown.join(', ')} and others`;
  if (more > 0) return `; possible were ${shown.join(', ')} and ${more} more`;
  if (shown.length === 1) return `; possible was ${first}`;
  return `; possible were ${shown.slice(0, -1).join(', ')} or ${shown.at(-1) ?? ''}`;
}
