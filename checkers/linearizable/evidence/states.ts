/**
 * The states that are possible where a prefix fails: after everything that returned before the operation that can't be
 * placed, and before that operation. When the others can't be explained without it, because they saw its effect, it is
 * among them as an operation of unknown outcome.
 */

import { ABSENT, NEVER, outcomes } from '../../../src/history/columns.ts';
import type { Json } from '../../../src/history/operation.ts';
import { impossible, type CompleteModel } from '../../models/model.ts';
import { decision } from '../decision.ts';
import type { Dependence } from './dependence.ts';
import { finals } from '../general/search.ts';
import { operationAt, subPart, type Part } from '../part.ts';
import { settledPrefix, type FailingPrefix } from './prefix.ts';

export interface PossibleState {
  readonly description: string;
  /** Positions of the invocations in the order in which they take effect. */
  readonly order: readonly number[];
}

export interface PossibleStates {
  readonly states: readonly PossibleState[];
  /** Whether these are all. */
  readonly complete: boolean;
}

export interface StatesBudget {
  /** When `now` says so, what is known then is the result. */
  readonly deadline: number;
  now(): number;
}

/** At most `statesMax` of them. `depends` is of the prefix's part. In parts larger than `searchedMax` methods are asked first. */
export function possibleStates(
  model: CompleteModel<unknown>,
  prefix: FailingPrefix,
  depends: Dependence,
  statesMax: number,
  { deadline, now }: StatesBudget,
  searchedMax = 2000,
): PossibleStates {
  const stop = (): boolean => now() >= deadline;
  const before = settledPrefix(model, prefix.part, prefix.positions - 1);
  const without = withoutOperation(before, prefix.part.row[prefix.failed] as number);
  if (without.count > searchedMax) {
    const asked = probed(model, without, prefix, depends, statesMax, stop);
    if (asked !== null && asked.states.length > 0) return asked;
  }
  const found = endings(model, without, statesMax, stop);
  if (found.states.length > 0) return found;
  if (!found.complete) return witnessed(model, without);
  return endings(model, before, statesMax, stop);
}

/** The one state to which the order of a near-linear method leads, where a search for all has found none in time. */
function witnessed(model: CompleteModel<unknown>, part: Part): PossibleStates {
  const answer = decision(model, part).quick();
  if (answer?.kind !== 'valid') return { states: [], complete: false };
  const order = answer.witness();
  let state = model.init;
  for (const place of order) {
    const next = model.step(state, operationAt(part, place));
    if (next === impossible) return { states: [], complete: false };
    state = next;
  }
  return { states: [{ description: model.describe(state), order: invocations(part, order) }], complete: false };
}

function withoutOperation(part: Part, row: number): Part {
  const kept: number[] = [];
  for (let i = 0; i < part.count; i++) if (part.row[i] !== row) kept.push(i);
  return subPart(part, kept);
}

function endings(model: CompleteModel<unknown>, part: Part, statesMax: number, stop: () => boolean): PossibleStates {
  const search = finals(model, part, { statesMax: statesMax + 1 });
  const outcome = search.advance(stop);
  const states = search.found().map(({ state, order }) => ({
    description: model.describe(state),
    order: invocations(part, order),
  }));
  states.sort((a, b) => byLength(a.description, b.description));
  return { states: states.slice(0, statesMax), complete: outcome === 'all' && states.length <= statesMax };
}

/** 9 before 10. */
const byLength = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

const invocations = (part: Part, order: Int32Array): readonly number[] =>
  Array.from(order, (place) => part.invoked[place] as number);

/**
 * For registers, without a search: a state is possible exactly if a read that comes after everything may return it, and
 * near-linear methods answer that. Tried are the values that no later write has surely replaced, the latest first. Null
 * where no such method applies.
 */
function probed(
  model: CompleteModel<unknown>,
  part: Part,
  { part: whole, failed, positions }: FailingPrefix,
  depends: Dependence,
  statesMax: number,
  stop: () => boolean,
): PossibleStates | null {
  const f = whole.f[failed] as number;
  const isRead = whole.outcome[failed] === outcomes.ok && whole.input[failed] === ABSENT;
  if (!isRead || (model.family !== 'register' && model.family !== 'kv')) return null;
  const read = { row: whole.row[failed] as number, f, input: ABSENT, outcome: outcomes.ok };
  const states: PossibleState[] = [];
  let complete = true;
  const { values, last: candidates } = lastValues(model, whole, depends);
  for (const value of candidates) {
    if (stop() || states.length === statesMax) {
      complete = false;
      break;
    }
    const last = { ...read, output: value, invoked: positions, returned: positions + 1 };
    const answer = decision(model, extended(part, last, values)).quick();
    if (answer === null) return null;
    if (answer.kind !== 'valid') continue;
    const order = answer.witness().filter((place) => place !== part.count);
    states.push({ description: model.describe(values[value]), order: invocations(part, order) });
  }
  states.sort((a, b) => byLength(a.description, b.description));
  return { states, complete };
}

/**
 * The values in which a register can end: all that no later operation has surely replaced, the latest first, as numbers in
 * `values`. These are the columns' own and those that only a compare-and-set names, or that were there at first.
 */
function lastValues(
  model: CompleteModel<unknown>,
  part: Part,
  { makes, effects, valueOf, valueAt }: Dependence,
): { readonly values: readonly Json[]; readonly last: Iterable<number> } {
  const values = [...part.columns.values];
  const numbers = new Map(values.map((value, number) => [valueOf(value), number] as const));
  const last = new Set<number>();
  const add = (value: number): void => {
    let number = numbers.get(value);
    if (number === undefined) numbers.set(value, (number = values.push(valueAt(value)) - 1));
    last.add(number);
  };
  let latest = -1;
  for (let place = 0; place < part.count; place++) {
    if (effects[place] === 1 && part.returned[place] !== NEVER) latest = part.invoked[place] as number;
  }
  for (let place = part.count - 1; place >= 0; place--) {
    if (effects[place] !== 1 || (part.returned[place] as number) < latest) continue;
    for (const value of makes[place] ?? []) add(value);
  }
  if (latest === -1) add(valueOf(model.init as Json));
  return { values, last };
}

type Row = Readonly<Record<'row' | 'f' | 'input' | 'output' | 'outcome' | 'invoked' | 'returned', number>>;

/** The part with one more operation at its end, of a history with these `values`. */
function extended(part: Part, last: Row, values: readonly Json[]): Part {
  const more = <Column extends Int32Array | Uint16Array | Uint8Array>(
    from: Column,
    to: Column,
    value: number,
  ): Column => {
    to.set(from);
    to[from.length] = value;
    return to;
  };
  const count = part.count + 1;
  return {
    ...part,
    columns: { ...part.columns, values },
    count,
    row: more(part.row, new Int32Array(count), last.row),
    f: more(part.f, new Uint16Array(count), last.f),
    input: more(part.input, new Int32Array(count), last.input),
    output: more(part.output, new Int32Array(count), last.output),
    outcome: more(part.outcome, new Uint8Array(count), last.outcome),
    invoked: more(part.invoked, new Int32Array(count), last.invoked),
    returned: more(part.returned, new Int32Array(count), last.returned),
  };
}
