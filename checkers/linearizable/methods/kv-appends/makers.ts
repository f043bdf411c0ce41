/** Which appends may have made the values that were seen. Mostly there is one for each; a string may come up again. */

import { inputOf, NOWHERE, type Calls, type Values } from './values.ts';

/** By append (its place in the part): the value that it made, or `NOWHERE` if nobody saw it. */
export type Makers = ReadonlyMap<number, number>;

/**
 * All ways to tell which append made which value, as far as time allows; null if there are more than `max`. None if
 * some can't be made; `unmade` are those if there are just too many of them.
 */
export function makersOf(
  calls: Calls,
  values: Values,
  max: number,
): { readonly ways: readonly Makers[]; readonly unmade: readonly number[] } | null {
  const { part, appends } = calls;
  const alike = new Map<string, number[]>();
  for (const i of appends) {
    const string = inputOf(part, i) as string;
    const known = alike.get(string);
    if (known === undefined) alike.set(string, [i]);
    else known.push(i);
  }
  const windows = windowsOf(calls, values, alike);
  const isOnce = beginsOnce(calls, values);
  let ways: (readonly (readonly [append: number, value: number])[])[] = [[]];
  for (const [string, those] of alike) {
    const made = values.endingWith.get(string) ?? [];
    const alsoPut = values.put.get(string) ?? NOWHERE;
    const optional = values.appendedOrPut.has(alsoPut) ? [alsoPut] : [];
    const choices = choicesFor(calls, windows, isOnce, those, made, optional, max);
    if (choices === null || ways.length * choices.length > max) return null;
    if (choices.length === 0) return { ways: [], unmade: made.length > those.length ? made : [] };
    const [only] = choices;
    // Mostly there is nothing to choose.
    if (choices.length === 1 && ways.length === 1 && only !== undefined) (ways[0] as unknown[]).push(...only);
    else ways = ways.flatMap((way) => choices.map((choice) => [...way, ...choice]));
  }
  return { ways: ways.map((way) => new Map(way)), unmade: [] };
}

interface Windows {
  /** By value: who made it returned after this position, and was invoked before that. */
  readonly after: readonly number[];
  readonly until: readonly number[];
}

/** What is seen of a value, and of all before it, comes before the next append to it. */
function windowsOf({ part, gets }: Calls, values: Values, alike: ReadonlyMap<string, readonly number[]>): Windows {
  const { before, last, got, endingWith } = values;
  const { invoked, returned } = part;
  const size = before.length;
  const lastSeen = new Array<number>(size).fill(-1);
  const until = new Array<number>(size).fill(Infinity);
  gets.forEach((get, place) => {
    const value = got[place] as number;
    lastSeen[value] = Math.max(lastSeen[value] as number, invoked[get] as number);
    until[value] = Math.min(until[value] as number, returned[get] as number);
  });
  /** The only append that can have made a value, or -1. */
  const only = before.map((from, value) => {
    const string = last[value];
    if (from === NOWHERE || typeof string !== 'string' || (endingWith.get(string)?.length ?? 0) > 1) return -1;
    const those = alike.get(string) ?? [];
    return those.length === 1 ? (those[0] as number) : -1;
  });
  const after = new Array<number>(size).fill(-1);
  // A value has a larger number than the one before it.
  for (let value = 0; value < size; value++) {
    const from = before[value] as number;
    if (from === NOWHERE) continue;
    const by = only[from] as number;
    after[value] = Math.max(after[from] as number, lastSeen[from] as number, by < 0 ? -1 : (invoked[by] as number));
  }
  for (let value = size - 1; value >= 0; value--) {
    const from = before[value] as number;
    if (from === NOWHERE) continue;
    const by = only[value] as number;
    const end = by < 0 ? Infinity : (returned[by] as number);
    until[from] = Math.min(until[from] as number, until[value] as number, end);
  }
  return { after, until };
}

/** Whether what a value begins with was there once: then it was made once, too. Where it was not, times say nothing. */
function beginsOnce(
  { part, puts, initial }: Calls,
  { before, put, appendedOrPut }: Values,
): (value: number) => boolean {
  const times = new Map<number, number>([[put.get(initial) as number, 1]]);
  for (const i of puts) {
    const value = put.get(inputOf(part, i) as string | null) as number;
    times.set(value, (times.get(value) ?? 0) + 1);
  }
  for (const value of appendedOrPut) times.set(value, Infinity);
  const root = before.map((_, value) => value);
  before.forEach((from, value) => {
    if (from !== NOWHERE) root[value] = root[from] as number;
  });
  return (value) => times.get(root[value] as number) === 1;
}

type Choice = readonly (readonly [append: number, value: number])[];

/** How appends of the same string can have made the values `made`, each of them at least one, and `optional` ones. */
function choicesFor(
  { part }: Calls,
  { after, until }: Windows,
  isOnce: (value: number) => boolean,
  appends: readonly number[],
  made: readonly number[],
  optional: readonly number[],
  max: number,
): readonly Choice[] | null {
  const [single] = appends;
  if (appends.length === 1 && made.length <= 1 && optional.length === 0 && single !== undefined) {
    return [[[single, made[0] ?? NOWHERE]]];
  }
  const choices: Choice[] = [];
  const chosen: [number, number][] = [];
  const uses = new Map<number, number>();
  let steps = 0;
  const allows = (append: number, value: number): boolean => {
    if (!isOnce(value)) return true;
    if ((uses.get(value) ?? 0) > 0) return false;
    const begin = part.invoked[append] as number;
    return begin < (until[value] as number) && (part.returned[append] as number) > (after[value] as number);
  };
  const choose = (at: number): boolean => {
    if (++steps > 100 * max || choices.length > max) return false;
    const append = appends[at];
    if (append === undefined) {
      if (made.every((value) => (uses.get(value) ?? 0) > 0)) choices.push([...chosen]);
      return true;
    }
    for (const value of [...made, ...optional, NOWHERE]) {
      if (value !== NOWHERE && !allows(append, value)) continue;
      chosen.push([append, value]);
      uses.set(value, (uses.get(value) ?? 0) + 1);
      const goesOn = choose(at + 1);
      uses.set(value, (uses.get(value) ?? 0) - 1);
      chosen.pop();
      if (!goesOn) return false;
    }
    return true;
  };
  return choose(0) ? choices : null;
}
