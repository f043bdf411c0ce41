/** Violations told to somebody who does not know the names of the patterns. */

import { outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import { shown } from '../../src/history/json.ts';
import { accessCalls } from '../causal/accesses.ts';
import { pathOf } from '../causal/paths.ts';
import type { Arrow, Pattern, Violation } from '../causal/patterns.ts';
import type { Relations } from '../causal/relations.ts';
import { named } from '../models/model.ts';
import { transactionInWords } from '../transactions/in-words.ts';
import { isTransaction } from '../transactions/transaction-columns.ts';

/** `process 3 read x = 4`. */
export function deed(columns: HistoryColumns, row: number): string {
  return transactionInWords(columns, row).replace(/ \(operation \d+\)$/, '');
}

/** `x = 4`: what a read returned, or what a write wrote. */
export function value(columns: HistoryColumns, row: number): string {
  const { key, keys, f, names, input, output, outcome, values } = columns;
  const of = keys[key[row] as number] ?? null;
  const name = names[f[row] as number] as string;
  if (isTransaction(name)) return 'that';
  const isRead = accessCalls.of(name) === 'read';
  const held = isRead && outcome[row] === outcomes.ok ? output[row] : input[row];
  if (accessCalls.of(name) === 'delete') return named(of, shown(null));
  return named(of, shown(values[held as number] ?? null));
}

const who = (columns: HistoryColumns, row: number): string => `process ${columns.process[row] ?? '?'}`;

/** What is wrong, in one sentence. */
export function headline(columns: HistoryColumns, { pattern, core }: Pick<Violation, 'pattern' | 'core'>): string {
  const [a = -1, b = -1, c = -1] = core;
  const read = core.at(-1) ?? -1;
  const newer = core.at(-2) ?? -1;
  switch (pattern) {
    case 'ThinAirRead':
      return `${deed(columns, a)}, which nobody had written`;
    case 'AbortedRead':
      return `${deed(columns, b)}, though the write of it had failed`;
    case 'WriteCOInitRead':
      return `${deed(columns, b)} though it had already learned of ${value(columns, a)}`;
    case 'WriteCORead':
      return `${deed(columns, c)} though it had already learned of ${value(columns, b)}, which replaced it`;
    case 'WriteHBInitRead':
      return `${deed(columns, b)} though what it had read before puts ${value(columns, a)} earlier`;
    case 'CyclicCO':
      return `${deed(columns, core.at(-1) ?? -1)} before that could be there: what was read goes round in a circle`;
    case 'CyclicCF':
      return core.length < 4
        ? `${deed(columns, read)}, and no order of all writes explains it`
        : `${deed(columns, core.at(-2) ?? -1)}, and ${deed(columns, read)}: they saw two writes in opposite orders`;
    case 'CyclicHB':
      return `what ${who(columns, read)} read fits no single order of the writes`;
    case 'NoTotalOrder':
      return `no order of all operations has a place for ${core.map((row) => deed(columns, row)).join(', and for ')}`;
    case 'ReadYourWrites':
      return `${deed(columns, read)} after it had itself written ${value(columns, newer)}`;
    case 'MonotonicReads':
      return `${deed(columns, read)} after it had read ${value(columns, newer)}`;
    case 'MonotonicWrites':
      return `${deed(columns, read)} after it had seen what somebody wrote later than ${value(columns, newer)}`;
    case 'WritesFollowReads':
      return `${deed(columns, read)} after it had seen what somebody wrote who had read ${value(columns, newer)}`;
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

/** One step of the argument. */
export interface Step {
  readonly text: string;
  /** The arrow that it tells, and the po and rf arrows that an arrow of causality consists of. */
  readonly arrow: Arrow;
  readonly unfolded: readonly Arrow[];
}

/** Longer paths are cut in the middle. */
const pathMax = 12;

/** Every arrow in words; what led from one operation to another by the fewest messages. */
export function stepsOf(relations: Relations, arrows: readonly Arrow[]): readonly Step[] {
  const { columns } = relations;
  return arrows.map((arrow): Step => {
    const { from, to, relation, because } = arrow;
    const unfolded = relation === 'co' || relation === 'hb' ? (pathOf(relations, from, to) ?? []) : [];
    const reason = because === undefined ? '' : `, since ${deed(columns, because)}`;
    switch (relation) {
      case 'po':
        return { arrow, unfolded, text: `${deed(columns, from)}, and after that ${deedAgain(columns, from, to)}` };
      case 'rf':
        return { arrow, unfolded, text: `${deed(columns, from)}, and ${deed(columns, to)}` };
      case 'co':
        return { arrow, unfolded, text: pathInWords(columns, unfolded, from, to) };
      case 'hb':
        if (unfolded.length > 0) return { arrow, unfolded, text: pathInWords(columns, unfolded, from, to) };
        return { arrow, unfolded, text: `${deed(columns, from)} before ${deed(columns, to)}${reason}` };
      case 'cf':
        return {
          arrow,
          unfolded,
          text: `so ${value(columns, from)} must come before ${value(columns, to)}${
            because === undefined ? '' : `: ${who(columns, because)} knew of the first when it read the second`
          }`,
        };
      case 'vo':
        return { arrow, unfolded, text: `so ${value(columns, from)} is older than ${value(columns, to)}${reason}` };
      case 'fr':
        return {
          arrow,
          unfolded,
          text: `${deed(columns, from)} before ${deed(columns, to)}, which replaced what it read`,
        };
    }
  });
}

/** `process 2 wrote x = 5; process 7 read it; process 7 wrote y = 9; process 3 read it`. */
function pathInWords(columns: HistoryColumns, path: readonly Arrow[], from: number, to: number): string {
  if (path.length === 0) return `${deed(columns, from)}, and by what was read that came before: ${deed(columns, to)}`;
  const words = [
    deed(columns, from),
    ...path.map((step) => (step.relation === 'rf' ? readIt(columns, step.to) : deed(columns, step.to))),
  ];
  if (words.length <= pathMax) return words.join('; ');
  const half = pathMax / 2;
  return [...words.slice(0, half), `${words.length - pathMax} more steps`, ...words.slice(-half)].join('; ');
}

function readIt(columns: HistoryColumns, row: number): string {
  const name = columns.names[columns.f[row] as number] as string;
  return accessCalls.of(name) === 'read' ? `${who(columns, row)} read it` : `${deed(columns, row)}, having read it`;
}

function deedAgain(columns: HistoryColumns, from: number, to: number): string {
  const text = deed(columns, to);
  const subject = who(columns, from);
  return text.startsWith(`${subject} `) ? `it ${text.slice(subject.length + 1)}` : text;
}
