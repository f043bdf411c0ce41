/**
 * What a read could have returned without violating the model, judged by everything that comes causally before it in the
 * whole history, and not by the few operations that show the violation.
 *
 * For causal consistency (CC): the writes of its key that come before it and that no other of these overwrote, the
 * initial value if none comes before it, and writes that are concurrent with it (Bouajjani, Enea, Guerraoui, Hamza, POPL
 * 2017, definition 1). What the read did return, and what was learned by that, is left aside. Of concurrent writes only
 * those are counted that began before the read ended, as nobody can have read others, and none that failed.
 *
 * For the other models: those with which the model holds for the causal past of the read, that of the write, and what
 * shows the violation.
 */

import { outcomes, type HistoryColumns } from '../../src/history/columns.ts';
import { columnsOf } from '../../src/history/columns-builder.ts';
import { historyOf } from '../../src/history/history-of.ts';
import { canonical, shown } from '../../src/history/json.ts';
import type { Json, Operation } from '../../src/history/operation.ts';
import { accessCalls } from '../causal/accesses.ts';
import type { ConsistencyModel } from '../causal/patterns.ts';
import { keyName, type Relations } from '../causal/relations.ts';
import { keyText } from '../transactions/micro-operations.ts';
import { decide, type Question } from './decide.ts';
import { futureOf, pastOf, type Past } from './past.ts';
import { accessesOfRow } from './pieces.ts';
import { paceMeter, type Deadline } from './time.ts';

export interface Legal {
  /** As they are shown, the most recent first; what was returned is not among them. */
  readonly values: readonly string[];
  /** How many more there are; null where not all that may be were looked at. */
  readonly others: number | null;
}

/** So many values are listed. */
const shownMax = 8;
/** So many are tried where each takes a decision. */
const triedMax = 16;
const bytesMax = 200_000_000;

/** These hold only where CC does. */
const strongerThanCC: readonly ConsistencyModel[] = ['CC', 'CCv', 'CM', 'sequential', 'causal'];

/** A write that might have been returned; node -1 if it is of unknown outcome and nobody saw it. */
interface Candidate {
  readonly row: number;
  readonly node: number;
  readonly value: Json;
}

/**
 * Of the read `row`; null if it is none, and where it can't be told: two writes can't be told apart, the model is
 * violated without it, too, or there was no time. `shows`: rows of what shows the violation.
 */
export function legalValues(
  question: Question,
  relations: Relations,
  row: number,
  shows: readonly number[],
  init: Json,
  time: Deadline,
): Legal | null {
  const { columns, nodeOf, start, ambiguity } = relations;
  const node = nodeOf[row] ?? -1;
  const name = columns.names[columns.f[row] as number] ?? '';
  if (node < 0 || ambiguity !== null || accessCalls.of(name) !== 'read') return null;
  const read = start[node] as number;
  const past = pastOf(relations, [node], { read });
  const { writes, isWhole } = candidatesOf(relations, row, read, past);
  const returned = canonical(columns.values[columns.output[row] as number] ?? null);
  const isInitialLegal = !writes.some((write) => write.node >= 0 && past.has(write.node));
  const inCC = strongerThanCC.includes(question.model);
  const allowed = inCC ? causallyLegal(relations, node, read, past, writes) : writes;
  const candidates = [...allowed, ...(inCC && !isInitialLegal ? [] : [{ row: -1, node: -1, value: init }])];
  const values = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const text = canonical(candidate.value);
    if (text !== returned && !values.has(text)) values.set(text, candidate);
  }
  const distinct = [...values.values()];
  if (question.model === 'CC') return listed(distinct, distinct.length, isWhole);
  const tried = tryEach(question, relations, row, past, shows, distinct, init, time);
  return tried === null ? null : listed(tried.legal, tried.legal.length, isWhole && tried.isWhole);
}

function listed(legal: readonly Candidate[], count: number, isWhole: boolean): Legal {
  const values = legal.slice(0, shownMax).map(({ value }) => shown(value));
  return { values, others: isWhole ? count - values.length : null };
}

/**
 * The writes of the key of a read that come before it or began before it ended, the last first: of an operation its last
 * write of the key.
 */
function candidatesOf(
  relations: Relations,
  row: number,
  read: number,
  past: Past,
): { readonly writes: readonly Candidate[]; readonly isWhole: boolean } {
  const { columns, accesses, key, isWrite, node, nodeOf, row: rowOf } = relations;
  const { invoked, completed, outcome, count } = columns;
  const end = completed[row] as number;
  const name = keyName(relations, read);
  const byRow = new Map<number, Candidate>();
  for (let access = 0; access < accesses; access++) {
    if (isWrite[access] === 0 || key[access] !== key[read]) continue;
    const of = node[access] as number;
    const written = rowOf[of] as number;
    if (written === row || ((invoked[written] as number) >= end && !past.has(of))) continue;
    byRow.set(written, { row: written, node: of, value: lastWritten(columns, written, name) });
  }
  let isWhole = true;
  for (let of = 0; of < count && (invoked[of] as number) < end; of++) {
    if (outcome[of] !== outcomes.info || (nodeOf[of] as number) >= 0) continue;
    for (const [f, named, value] of accessesOfRow(columns, of)) {
      if (keyText(named) !== (name ?? '')) continue;
      // What such an operation read itself would have to be right, too.
      if (f === 'r') isWhole = false;
      else byRow.set(of, { row: of, node: -1, value });
    }
  }
  return { writes: [...byRow.values()].sort((a, b) => b.row - a.row), isWhole };
}

/** The last value that an operation wrote to a key. */
function lastWritten(columns: HistoryColumns, row: number, key: string | null): Json {
  const write = accessesOfRow(columns, row).findLast(([f, of]) => f === 'w' && keyText(of) === (key ?? ''));
  return write?.[2] ?? null;
}

/** Those that CC allows: first those before the read. */
function causallyLegal(
  relations: Relations,
  node: number,
  read: number,
  past: Past,
  writes: readonly Candidate[],
): readonly Candidate[] {
  const { session } = relations;
  const before = writes.filter((write) => write.node >= 0 && past.has(write.node));
  const last = new Map<number, Candidate>();
  for (const write of before) {
    const of = session[write.node] as number;
    if (write.node > (last.get(of)?.node ?? -1)) last.set(of, write);
  }
  const overwritten = pastOf(
    relations,
    Array.from(last.values(), (write) => write.node),
    { read },
  );
  const future = futureOf(relations, node);
  const concurrent = writes.filter((write) => write.node < 0 || !(past.has(write.node) || future.has(write.node)));
  return [...before.filter((write) => !overwritten.has(write.node)), ...concurrent];
}

/** Those with which the model holds; null where it does not even without the read. */
function tryEach(
  question: Question,
  relations: Relations,
  row: number,
  past: Past,
  shows: readonly number[],
  candidates: readonly Candidate[],
  init: Json,
  { deadline, now }: Deadline,
): { readonly legal: readonly Candidate[]; readonly isWhole: boolean } | null {
  const { columns, nodeOf, start } = relations;
  const read = start[nodeOf[row] as number] as number;
  const pace = paceMeter(now);
  /** Undefined where there is no time. */
  const holds = (rows: ReadonlySet<number>, value: Json): boolean | undefined => {
    if (now() + pace.estimate(rows.size) >= deadline) return undefined;
    return pace.measured(rows.size, () => {
      const changed = withAnswer(columns, rows, row, value);
      const valid = decide(question, columnsOf(changed), init, { deadline, now, bytesMax })?.verdict.valid;
      return valid === 'unknown' ? undefined : valid === true;
    });
  };
  const base = new Set([...past.rows(), ...shows]);
  base.delete(row);
  if (holds(base, null) !== true) return null;
  base.add(row);
  const legal: Candidate[] = [];
  for (const [i, candidate] of candidates.entries()) {
    const answer = i < triedMax ? holds(withPastOf(candidate), candidate.value) : undefined;
    if (answer === undefined) return i === 0 ? null : { legal, isWhole: false };
    if (answer) legal.push(candidate);
  }
  return { legal, isWhole: true };

  function withPastOf({ row: written, node }: Candidate): ReadonlySet<number> {
    if (written < 0) return base;
    const last = node >= 0 ? node : lastOfProcess(relations, written);
    const rows = last < 0 ? [] : pastOf(relations, [last], { read }, true).rows();
    return new Set([...base, ...rows, written]);
  }
}

/** The last node of the process of `row` before it, or -1. */
function lastOfProcess({ columns, nodeOf }: Relations, row: number): number {
  for (let before = row - 1; before >= 0; before--) {
    const isOwn = columns.process[before] === columns.process[row] && columns.outcome[before] !== outcomes.info;
    if (isOwn && (nodeOf[before] as number) >= 0) return nodeOf[before] as number;
  }
  return -1;
}

/** The operations of `rows`, as if the read `row` had returned `value`. */
function withAnswer(
  columns: HistoryColumns,
  rows: ReadonlySet<number>,
  row: number,
  value: Json,
): readonly Operation[] {
  const inOrder = [...rows].sort((a, b) => a - b);
  const history = historyOf(columns, inOrder);
  const index = rows.has(row) ? completionIndex(columns, inOrder, row) : -1;
  return history.map((operation) => (operation.index === index ? { ...operation, value } : operation));
}

/** Where in `historyOf(columns, rows)` the operation `row` completes. */
function completionIndex({ invoked, completed }: HistoryColumns, rows: readonly number[], row: number): number {
  const end = completed[row] as number;
  let index = 0;
  for (const of of rows) {
    if ((invoked[of] as number) < end) index++;
    if ((completed[of] as number) < end) index++;
  }
  return index;
}
