/** Operations and violations of causal models in a sentence. */

import { outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import { shown } from '../../src/history/json.ts';
import { named } from '../models/model.ts';
import { accessCalls } from './accesses.ts';
import type { Ambiguity, ConsistencyModel, Violation } from './patterns.ts';

/** `process 3 read x = 4 (operation 17)`. */
export function operationInWords(columns: HistoryColumns, row: number): string {
  return `process ${columns.process[row] ?? '?'} ${deed(columns, row)} (operation ${columns.invoked[row] ?? '?'})`;
}

function deed({ f, key, input, output, outcome, names, keys, values }: HistoryColumns, row: number): string {
  const name = names[f[row] as number] as string;
  const of = keys[key[row] as number] ?? null;
  const value = (number: number | undefined): string => shown(values[number ?? 0] ?? null);
  switch (accessCalls.of(name)) {
    case 'read':
      return `read ${named(of, value(output[row]))}`;
    case 'write':
      return `wrote ${named(of, value(input[row]))}`;
    case 'delete':
      return `deleted ${of ?? 'the value'}`;
    default:
      return `did ${name} ${named(of, value(outcome[row] === outcomes.ok ? output[row] : input[row]))}`;
  }
}

/** Why a model is violated: the first violation, and how many there are. */
export function violationInWords(
  model: ConsistencyModel,
  columns: HistoryColumns,
  { pattern, core }: Pick<Violation, 'pattern' | 'core'>,
  found: number,
): string {
  const who = core.map((row) => operationInWords(columns, row));
  const [a = '', b = '', c = '', d = ''] = who;
  const [known = '', read = ''] = who.slice(-2);
  const more = found === 1 ? '' : `; ${found} violations in all`;
  return `not ${model} (${pattern}): ${clause()}${more}`;

  function clause(): string {
    switch (pattern) {
      case 'ThinAirRead':
        return `${a}, which nobody had written`;
      case 'AbortedRead':
        return `${b}, but that write failed: ${a}`;
      case 'WriteCOInitRead':
        return `${b} though it came causally after ${a}`;
      case 'WriteCORead':
        return `${c}, but that was causally overwritten: ${a}, then ${b}`;
      case 'CyclicCO':
        return `every one of these causally precedes itself: ${who.join(', ')}`;
      case 'CyclicCF':
        return `no order of all writes suits ${(core.length < 4 ? who : isRead(core[2]) ? [c, d] : [b, d]).join(' and ')}`;
      case 'WriteHBInitRead':
        return `${b} though, by what its process read, it came after ${a}`;
      case 'CyclicHB':
        return `no order of writes explains what one process read: ${who.join(', ')}`;
      case 'NoTotalOrder':
        return `no order of all operations has a place for each of ${who.join(', ')}`;
      case 'ReadYourWrites':
        return `${read}, but before that ${known}`;
      case 'MonotonicReads':
        return `${read}, but its process had read a newer version: ${known}`;
      case 'MonotonicWrites':
        return `${read}, but its process had read a write that came after a newer version: ${known}`;
      case 'WritesFollowReads':
        return `${read}, but its process had read a write by one who had read a newer version: ${known}`;
      default:
        return who.join(', ');
    }
  }

  function isRead(row: number | undefined): boolean {
    return row !== undefined && accessCalls.of(columns.names[columns.f[row] as number] as string) === 'read';
  }
}

/** Why a history is not differentiated, which leaves it open what was read. */
export function ambiguityInWords(columns: HistoryColumns, { key, rows, value }: Ambiguity): string {
  const [a, b] = rows;
  const what = named(key, shown(columns.values[value] ?? null));
  const first = operationInWords(columns, a);
  if (b === undefined) return `a read of ${what} may be that of the initial value or of a write: ${first}`;
  return `a read of ${what} may be that of either of two writes: ${first}; ${operationInWords(columns, b)}`;
}
