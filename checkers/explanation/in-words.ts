/** Violations told to somebody who does not know the names of the patterns. */

import { outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import { isList, shown } from '../../src/history/json.ts';
import { accessCalls } from '../causal/accesses.ts';
import type { Arrow, Pattern, Violation } from '../causal/patterns.ts';
import { named } from '../models/model.ts';
import { transactionInWords } from '../transactions/in-words.ts';
import { keyText } from '../transactions/micro-operations.ts';
import { isTransaction } from '../transactions/transaction-columns.ts';
import { accessesOfRow } from './pieces.ts';
import type { Unfolded } from './unfold.ts';

/** `process 3 read x = 4`. */
export function deed(columns: HistoryColumns, row: number): string {
  return transactionInWords(columns, row).replace(/ \(operation \d+\)$/, '');
}

/** `x = 4`: what a read returned, or what a write wrote; of a transaction, what it wrote last to `key`, or read of it. */
export function value(columns: HistoryColumns, row: number, key: string | null = null): string {
  const { keys, f, names, input, output, outcome, values } = columns;
  const of = keys[columns.key[row] as number] ?? null;
  const name = names[f[row] as number] as string;
  if (isTransaction(name)) {
    const own = accessesOfRow(columns, row).filter(([, held]) => keyText(held) === key);
    const [, , last = null] = own.findLast(([kind]) => kind === 'w') ?? own[0] ?? [];
    return own.length === 0 ? 'that' : named(key, shown(last));
  }
  const held = isRead(columns, row) && outcome[row] === outcomes.ok ? output[row] : input[row];
  if (accessCalls.of(name) === 'delete') return named(of, shown(null));
  const whole = values[held as number] ?? null;
  const pair = accessCalls.of(name) === 'cas' && isList(whole) ? (whole[1] ?? null) : whole;
  return named(of, shown(pair));
}

const isRead = ({ names, f }: HistoryColumns, row: number): boolean =>
  accessCalls.of(names[f[row] as number] as string) === 'read';

const who = (columns: HistoryColumns, row: number): string => `process ${columns.process[row] ?? '?'}`;

/** What is wrong, in one sentence. */
export function headline(
  columns: HistoryColumns,
  { pattern, core, key }: Pick<Violation, 'pattern' | 'core' | 'key'>,
): string {
  const [a = -1, b = -1, c = -1] = core;
  const read = core.at(-1) ?? -1;
  const newer = core.at(-2) ?? -1;
  switch (pattern) {
    case 'ThinAirRead':
      return `${deed(columns, a)}, which nobody had written`;
    case 'AbortedRead':
      return `${deed(columns, b)}, though the write of it had failed`;
    case 'WriteCOInitRead':
      return `${deed(columns, b)} though it had already learned of ${value(columns, a, key)}`;
    case 'WriteCORead':
      return `${deed(columns, c)} though it had already learned of ${value(columns, b, key)}, which replaced it`;
    case 'WriteHBInitRead':
      return `${deed(columns, b)} though what it had read before puts ${value(columns, a, key)} earlier`;
    case 'CyclicCO':
      return `${deed(columns, core.at(-1) ?? -1)} before that could be there: what was read goes round in a circle`;
    case 'CyclicCF': {
      if (core.length < 4) return `${deed(columns, read)}, and no order of all writes explains it`;
      // Of a longer cycle the core has two writes, each with a read of it.
      if (isRead(columns, b))
        return `${deed(columns, b)}, and ${deed(columns, read)}: no order of all writes explains both`;
      return `${deed(columns, newer)}, and ${deed(columns, read)}: they saw two writes in opposite orders`;
    }
    case 'CyclicHB':
      return `what ${who(columns, read)} read fits no single order of the writes`;
    case 'NoTotalOrder':
      return `no order of all operations has a place for ${core.map((row) => deed(columns, row)).join(', and for ')}`;
    case 'ReadYourWrites':
      return `${deed(columns, read)} after it had itself written ${value(columns, newer, key)}`;
    case 'MonotonicReads':
      return `${deed(columns, read)} after it had read ${value(columns, newer, key)}`;
    case 'MonotonicWrites':
      return `${deed(columns, read)} after it had seen what somebody wrote later than ${value(columns, newer, key)}`;
    case 'WritesFollowReads':
      return `${deed(columns, read)} after it had seen what somebody wrote who had read ${value(columns, newer, key)}`;
    case 'NotMyOwnWrite':
    case 'NotMyLastWrite':
    case 'FutureRead':
    case 'IntermediateRead':
      return `${deed(columns, read)}: ${inside[pattern]}`;
    case 'CyclicRC':
    case 'CyclicRA':
    case 'CyclicTCC':
      return `${deed(columns, read)}: no order of the transactions explains what was read`;
  }
}

const inside: Readonly<Record<Extract<Pattern, `Not${string}Write` | 'FutureRead' | 'IntermediateRead'>, string>> = {
  NotMyOwnWrite: 'it did not see what it had written itself',
  NotMyLastWrite: 'it saw an own write that it had replaced itself',
  FutureRead: 'it saw an own write before it made it',
  IntermediateRead: 'it saw a value that its writer went on to replace',
};

/** Longer paths are cut in the middle. */
const pathMax = 12;

/** An arrow of the argument in words: who came to know of what by which messages, and what follows. */
export function stepInWords(columns: HistoryColumns, { arrow, path, returned }: Unfolded): string {
  const { from, to, relation, because } = arrow;
  switch (relation) {
    case 'po':
      return `${deed(columns, from)}, and after that ${deedAgain(columns, from, to)}`;
    case 'rf':
      return `${deed(columns, from)}, and ${deed(columns, to)}`;
    case 'co':
      return chainInWords(columns, path, from, to);
    case 'cf':
    case 'hb':
      return `${chainInWords(columns, path, from, because ?? to)}: so ${versions(columns, from, to, 'must come before')}`;
    case 'vo':
      return `${chainInWords(columns, path, from, because ?? to)}: so ${versions(columns, from, to, 'is older than')}`;
    case 'fr': {
      if (returned === null) return `${deed(columns, from)}, the initial value, so before ${deed(columns, to)}`;
      const replaced = chainInWords(columns, path, returned.from, to);
      return `${replaced}, which replaced it: so before that ${deed(columns, from)}`;
    }
  }
}

/** `x = 1 must come before x = 2`; of a transaction it is the whole that does, told by what it did if need be. */
function versions(columns: HistoryColumns, from: number, to: number, how: string): string {
  const isOfOne = columns.process[from] === columns.process[to];
  const what = (row: number): string => {
    if (!isTransaction(columns.names[columns.f[row] as number] as string)) return value(columns, row);
    return isOfOne ? `the transaction in which ${deed(columns, row)}` : `the transaction of ${who(columns, row)}`;
  };
  return `${what(from)} ${how} ${what(to)}`;
}

/** `process 2 wrote x = 5; process 7 read it; process 7 wrote y = 9; process 3 read it`. */
function chainInWords(columns: HistoryColumns, path: readonly Arrow[], from: number, to: number): string {
  if (path.length === 0 && from === to) return deed(columns, from);
  if (path.length === 0) return `${deed(columns, from)}, and by what was read that came before: ${deed(columns, to)}`;
  const words = [deed(columns, from), ...path.map((step) => stepOfChain(columns, step))];
  if (words.length <= pathMax) return words.join('; ');
  const half = pathMax / 2;
  return [...words.slice(0, half), `${words.length - pathMax} more steps`, ...words.slice(-half)].join('; ');
}

function stepOfChain(columns: HistoryColumns, { to, relation }: Arrow): string {
  if (relation === 'rf') return readIt(columns, to);
  return relation === 'po' ? deed(columns, to) : `that comes before: ${deed(columns, to)}`;
}

function readIt(columns: HistoryColumns, row: number): string {
  return isRead(columns, row) ? `${who(columns, row)} read it` : `${deed(columns, row)}, having read it`;
}

function deedAgain(columns: HistoryColumns, from: number, to: number): string {
  const text = deed(columns, to);
  const subject = who(columns, from);
  return text.startsWith(`${subject} `) ? `it ${text.slice(subject.length + 1)}` : text;
}

/** Who could have read something else than the last of `operations` did: the one read that the headline names, or it is named. */
export function readerInWords(headline: string, operations: readonly string[]): string {
  const reads = operations.filter((operation) => operation.includes(' read ') && headline.includes(operation));
  const read = operations.at(-1) ?? '';
  return reads.length === 1 && reads[0] === read ? 'It' : `Where ${read}, it`;
}
