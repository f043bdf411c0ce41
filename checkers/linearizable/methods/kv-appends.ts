/**
 * A key of a key-value store with gets, puts, deletes and appends. A get shows all appends since the last put, in their
 * order. So an append whose string was seen is a compare-and-set of a register: from the value before it to the longer
 * one. An append that nobody saw is a write of a value that nobody saw: after it, up to the next put, nobody can have
 * looked, and all appends there were seen by nobody, either. From there on `register/` decides.
 *
 * A string that was appended several times and seen can be that of any of these appends. As far as time does not tell,
 * all ways are tried, if there are few.
 */

import { outcomes } from '../../../src/history/columns.ts';
import type { Json } from '../../../src/history/operation.ts';
import type { Method, MethodAnswer } from '../method.ts';
import type { Part } from '../part.ts';
import { makersOf, type Makers } from './kv-appends/makers.ts';
import { callsOf, inputOf, NOWHERE, valuesOf, type Calls, type Values } from './kv-appends/values.ts';
import { NONE, type RegisterOperations } from './register/operations.ts';
import { settle } from './register/settle.ts';
import { sources } from './register/sources.ts';

export const kvAppends: Method = {
  name: 'kv-appends',
  decide: (model, part) => decide(part, model.init as Json),
};

/** Ways to tell which append made which value. */
const waysMax = 64;

function decide(part: Part, initial: Json): MethodAnswer {
  const calls = callsOf(part, initial);
  if (typeof calls === 'string') return inapplicable(calls);
  const values = valuesOf(calls);
  if (typeof values === 'string') return inapplicable(values);
  if (values.kind === 'strange') {
    const makers = makersOfStrings(calls);
    return { kind: 'invalid', core: increasing([values.get, ...values.strings.flatMap(makers)]) };
  }
  const made = makersOf(calls, values, waysMax);
  if (made === null) return inapplicable('too many strings were appended more than once');
  const { ways, unmade } = made;
  if (unmade.length > 0) {
    const shown = unmade.map((value) => values.shownBy[value] as number);
    return { kind: 'invalid', core: withGets(calls, values, shown) };
  }
  let isOpen = false;
  for (const makers of ways) {
    const settled = settleWith(calls, values, makers);
    if (settled.kind === 'valid') return settled;
    if (settled.kind === 'open') isOpen = true;
    else if (ways.length === 1) {
      const core = settled.core === null ? null : withGets(calls, values, settled.core);
      return core === null || isGuessed(calls, values, core) ? { kind: 'invalid' } : { kind: 'invalid', core };
    }
  }
  return isOpen ? inapplicable('it would take too long to tell which puts were seen') : { kind: 'invalid' };
}

const inapplicable = (why: string): MethodAnswer => ({ kind: 'inapplicable', why });

/** The part as operations of a register: values that nobody saw have the numbers beyond those of `values`. */
function settleWith({ part, gets, appends, puts }: Calls, values: Values, makers: Makers) {
  const { count, outcome, invoked, returned } = part;
  const found = new Int32Array(count).fill(NONE);
  const writes = new Int32Array(count).fill(NONE);
  let size = values.before.length;
  gets.forEach((get, place) => {
    found[get] = values.got[place] as number;
  });
  for (const i of puts) writes[i] = values.put.get(inputOf(part, i) as string | null) as number;
  for (const i of appends) {
    const value = makers.get(i) ?? NOWHERE;
    if (value !== NOWHERE) found[i] = values.appendedOrPut.has(value) ? values.empty : (values.before[value] as number);
    writes[i] = value === NOWHERE ? size++ : value;
  }
  const operations: RegisterOperations = {
    count,
    values: size,
    initial: 0,
    found,
    writes,
    denied: new Int32Array(count).fill(NONE),
    certain: outcome.map((what) => (what === outcomes.info ? 0 : 1)),
    invoked,
    returned,
  };
  return settle(operations, sources(operations));
}

const increasing = (places: Iterable<number>): readonly number[] => [...new Set(places)].sort((a, b) => a - b);

/** Puts and appends of a string; deletes for null. */
function makersOfStrings({ part, appends, puts }: Calls): (string: string | null) => readonly number[] {
  const makers = new Map<Json, number[]>();
  for (const i of [...puts, ...appends]) {
    const known = makers.get(inputOf(part, i));
    if (known === undefined) makers.set(inputOf(part, i), [i]);
    else known.push(i);
  }
  return (string) => makers.get(string) ?? [];
}

/** A core with gets that show what each append in it was appended to, and all that may have made what its gets show. */
function withGets(calls: Calls, values: Values, core: readonly number[]): readonly number[] {
  const { part, gets, appends } = calls;
  const { before, last, shownBy, endingWith, got } = values;
  const makers = makersOfStrings(calls);
  const valueOf = new Map<number, number>(gets.map((get, place) => [get, got[place] as number]));
  const isAppend = new Set(appends);
  const chosen = new Set<number>();
  const open = [...core];
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (chosen.has(i)) continue;
    chosen.add(i);
    for (let value = valueOf.get(i) ?? NOWHERE; value !== NOWHERE; value = before[value] as number) {
      open.push(...makers(last[value] ?? null));
    }
    if (!isAppend.has(i)) continue;
    for (const value of endingWith.get(inputOf(part, i) as string) ?? []) open.push(shownBy[value] as number);
  }
  return increasing(chosen);
}

/** Whether in a core, which lacks what else is known, an append could have made another value than it did. */
function isGuessed({ part, appends }: Calls, { put, appendedOrPut }: Values, core: readonly number[]): boolean {
  const times = new Map<Json, number>();
  for (const i of appends) times.set(inputOf(part, i), (times.get(inputOf(part, i)) ?? 0) + 1);
  const isAppend = new Set(appends);
  return core.some((i) => {
    const string = inputOf(part, i) as string;
    return isAppend.has(i) && ((times.get(string) ?? 0) > 1 || appendedOrPut.has(put.get(string) ?? NOWHERE));
  });
}
