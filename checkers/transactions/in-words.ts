/** Violations of transaction models in a sentence. */

import { outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import { shown } from '../../src/history/json.ts';
import { operationInWords } from '../causal/in-words.ts';
import type { Ambiguity, Violation } from '../causal/patterns.ts';
import { named } from '../models/model.ts';
import { internalAnomalies, type TransactionModel } from './anomalies.ts';
import { keyText, microOperations } from './micro-operations.ts';
import { isTransaction } from './transaction-columns.ts';

/** So many micro-operations of a transaction are told. */
const toldMax = 8;

/** `process 3 read x = 4 and wrote y = 5 (operation 17)`. */
export function transactionInWords(columns: HistoryColumns, row: number): string {
  const { names, f, input, output, values, process, invoked, outcome } = columns;
  if (!isTransaction(names[f[row] as number] as string)) return operationInWords(columns, row);
  const isKnown = outcome[row] === outcomes.ok;
  const micros = microOperations(values[(isKnown ? output[row] : input[row]) as number]) ?? [];
  const deeds = micros
    .slice(0, toldMax)
    .map(([kind, key, value]) =>
      kind === 'w'
        ? `wrote ${named(keyText(key), shown(value))}`
        : `read ${isKnown ? named(keyText(key), shown(value)) : keyText(key)}`,
    );
  const more = micros.length - deeds.length;
  if (more > 0) deeds.push(`${more} more`);
  const [last = 'did nothing'] = deeds.slice(-1);
  const list = deeds.length < 2 ? last : `${deeds.slice(0, -1).join(', ')} and ${last}`;
  return `process ${process[row] ?? '?'} ${list} (operation ${invoked[row] ?? '?'})`;
}

/** Why a model is violated: the first violation, and how many there are. */
export function violationInWords(
  { title, premise }: TransactionModel,
  columns: HistoryColumns,
  { pattern, core, key }: Violation,
  found: number,
): string {
  const who = core.map((row) => transactionInWords(columns, row));
  const [a = '', b = '', c = ''] = who;
  const more = found === 1 ? '' : `; ${found} violations in all`;
  return `not ${title} (${pattern}): ${clause()}${more}`;

  function clause(): string {
    const anomaly = internalAnomalies.find((known) => known.pattern === pattern);
    const of = key ?? 'a key';
    if (anomaly !== undefined) {
      const source = b === '' ? '' : `: ${a}`;
      return `${who.at(-1) ?? ''}: of ${of} it read a value ${anomaly.clause}${source}`;
    }
    switch (pattern) {
      case 'CyclicCO':
        return `every one of these comes before itself, by sessions and by what was read: ${who.join('; ')}`;
      case 'WriteCOInitRead':
        return `${b}, the initial ${of}, though it knew of another: ${a}`;
      case 'WriteCORead':
        return `${c}, but that ${of} had been overwritten: ${a}; then ${b}`;
      default:
        return `no order of these suits what was read (a transaction t2 comes before t1, whose write t3 read, if ${premise}): ${who.join('; ')}`;
    }
  }
}

/** Why it is left open what was read. */
export function ambiguityInWords(columns: HistoryColumns, { key, value, rows }: Ambiguity): string {
  const [a, b] = rows;
  const what = named(key, shown(columns.values[value] ?? null));
  const first = transactionInWords(columns, a);
  if (b === undefined) return `a read of ${what} may be that of the initial value or of a write: ${first}`;
  if (b === a) return `a read of ${what} may be that of either of two writes of one transaction: ${first}`;
  return `a read of ${what} may be that of either of two writes: ${first}; ${transactionInWords(columns, b)}`;
}
