/** Which operations others can't do without: a read needs the write that it returned, or it would be blamed for nothing. */

import { outcomes } from '../../src/history/columns.ts';
import type { Relations } from '../causal/relations.ts';

export interface Company {
  /** Of a row: the rows of the writes that it returned. */
  writersOf(row: number): readonly number[];
  /** Of a row of unknown outcome: the first that read what it wrote, without which it would take no part. Else -1. */
  witnessOf(row: number): number;
}

export function companyOf(relations: Relations): Company {
  const { columns, accesses, start, isWrite, from, node, nodeOf, row } = relations;
  const rowOf = (access: number): number => row[node[access] as number] as number;
  // What failed did not happen, but without it the value would come from nowhere.
  const failed = new Map(relations.aborted.map(({ read, writer }) => [rowOf(read), writer]));
  const witnesses = new Map<number, number>();
  for (let access = 0; access < accesses; access++) {
    const writer = from[access] as number;
    if (isWrite[access] === 1 || writer < 0 || columns.outcome[rowOf(writer)] !== outcomes.info) continue;
    const [written, reader] = [rowOf(writer), rowOf(access)];
    if (written !== reader) witnesses.set(written, Math.min(reader, witnesses.get(written) ?? reader));
  }
  return {
    writersOf(of) {
      const aborted = failed.get(of);
      const reader = nodeOf[of] ?? -1;
      const writers = aborted === undefined ? [] : [aborted];
      if (reader < 0) return writers;
      for (let access = start[reader] as number; access < (start[reader + 1] as number); access++) {
        const writer = from[access] as number;
        if (isWrite[access] === 0 && writer >= 0 && node[writer] !== reader) writers.push(rowOf(writer));
      }
      return writers;
    },
    witnessOf: (of) => witnesses.get(of) ?? -1,
  };
}

/** With the writes that were returned, and with somebody who saw what is of unknown outcome. In increasing order. */
export function withCompany(rows: Iterable<number>, { writersOf, witnessOf }: Company): readonly number[] {
  const all = new Set(rows);
  for (const row of all) {
    for (const writer of writersOf(row)) all.add(writer);
    const witness = witnessOf(row);
    if (witness >= 0) all.add(witness);
  }
  return [...all].sort((a, b) => a - b);
}
