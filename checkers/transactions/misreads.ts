/**
 * Anomalies that single reads of transactions show: what they returned can't be right in any order. Reads of keys that
 * the transaction had not written, and that return what nobody wrote or what failed, are those of all causal models.
 */

import type { Accesses } from '../causal/accesses.ts';
import type { Ambiguity, Pattern } from '../causal/patterns.ts';
import type { Relations } from '../causal/relations.ts';
import { nodesOf } from '../causal/returned-writes.ts';
import { byCause, shownAt, type Occurrences } from '../causal/violations.ts';
import { writerTable } from '../causal/writer-table.ts';
import { internalAnomaly, type Source } from './anomalies.ts';
import type { OwnMisread, TransactionAccesses } from './transaction-accesses.ts';

/** A read with what is wrong about it. */
interface Finding {
  readonly pattern: Pattern;
  /** Numbers in the columns. */
  readonly key: number;
  readonly value: number;
  readonly row: number;
  /** The row of the write that it returned, or -1. */
  readonly writer: number;
}

export interface Misreads {
  readonly causes: readonly Occurrences[];
  /** A value that a transaction read before it wrote it itself, and that another wrote, too. */
  readonly ambiguity: Ambiguity | null;
}

export function misreads({ accesses, misreads: own }: TransactionAccesses, relations: Relations): Misreads {
  const { found, ambiguity } = own.length === 0 ? noneFound : ofOwnKeys(accesses, own);
  const { columns } = relations;
  const findings = [...found, ...intermediate(relations)];
  const at = (i: number): Finding => findings[i] as Finding;
  const numbers = new Map<string, number>();
  const causeOf = ({ pattern, key, value }: Finding): number => {
    const text = `${pattern} ${key} ${value}`;
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const internal = byCause(
    findings.length,
    (i) => causeOf(at(i)),
    (i) => shownAt(columns, at(i).row),
    (i) => {
      const { pattern, key, row, writer } = at(i);
      const isForeign = writer >= 0 && writer !== row;
      return {
        pattern,
        key: columns.keys[key] ?? null,
        core: isForeign ? [writer, row] : [row],
        arrows: isForeign ? [{ from: writer, to: row, relation: 'rf' }] : [],
      };
    },
  );
  return { causes: internal, ambiguity };
}

interface Found {
  readonly found: readonly Finding[];
  readonly ambiguity: Ambiguity | null;
}

const noneFound: Found = { found: [], ambiguity: null };

/** Of keys that the transaction writes itself. */
function ofOwnKeys(accesses: Accesses, own: readonly OwnMisread[]): Found {
  const { columns, row, initial } = accesses;
  const node = nodesOf(accesses);
  const writers = writerTable(accesses, node);
  const isFinal = (write: number): boolean => !isOverwritten(accesses, node, write);
  const rowOf = (write: number): number => row[node[write] as number] as number;
  const found: Finding[] = [];
  let ambiguity: Ambiguity | null = null;
  for (const { own: ownWrite, hasWritten, ...read } of own) {
    const entry = writers.find(read.key, read.value);
    const candidates = [writers.ok, writers.otherOk, writers.info, writers.otherInfo]
      .map((column) => (entry < 0 ? -1 : (column[entry] as number)))
      .filter((write) => write >= 0);
    const [other] = candidates.filter((write) => rowOf(write) !== read.row);
    if (ownWrite === 'own later' && !hasWritten && (other !== undefined || read.value === initial)) {
      const rows = other === undefined ? ([read.row] as const) : ordered(read.row, rowOf(other));
      ambiguity ??= { key: columns.keys[read.key] ?? null, value: read.value, rows };
      continue;
    }
    const failed = entry < 0 ? -1 : (writers.failed[entry] as number);
    const [source, write] = ((): readonly [Source, number] => {
      if (ownWrite !== null) return [ownWrite, -1];
      if (other !== undefined) return [isFinal(other) ? 'other' : 'other intermediate', other];
      if (read.value === initial) return ['other', -1];
      return failed >= 0 ? ['failed', failed] : ['nobody', -1];
    })();
    const anomaly = internalAnomaly(source, hasWritten);
    if (anomaly === undefined) throw new Error(`a read of ${source} is no misread`);
    found.push({ ...read, pattern: anomaly.pattern, writer: write < 0 ? -1 : rowOf(write) });
  }
  return { found, ambiguity };
}

function ordered(a: number, b: number): readonly [number, number] {
  return a < b ? [a, b] : [b, a];
}

/** Of keys that the transaction had not written: what another wrote and overwrote. */
function intermediate(relations: Relations): readonly Finding[] {
  const { accesses, isWrite, from, key, value, row, node } = relations;
  const anomaly = internalAnomaly('other intermediate', false);
  const found: Finding[] = [];
  if (anomaly === undefined) return found;
  for (let read = 0; read < accesses; read++) {
    const writer = from[read] as number;
    if (isWrite[read] === 1 || writer < 0 || !isOverwritten(relations, node, writer)) continue;
    found.push({
      pattern: anomaly.pattern,
      key: key[read] as number,
      value: value[read] as number,
      row: row[node[read] as number] as number,
      writer: row[node[writer] as number] as number,
    });
  }
  return found;
}

/** Whether the node of a write goes on to write the same key: its writes are by key. */
function isOverwritten({ key }: Pick<Accesses, 'key'>, node: Int32Array, write: number): boolean {
  return node[write + 1] === node[write] && key[write + 1] === key[write];
}
