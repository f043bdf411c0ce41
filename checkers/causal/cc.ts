/**
 * CC, causal consistency: every read returns, of the writes of its key that come before it in causal order, one that no
 * other of them overwrote. For differentiated histories that is the absence of four bad patterns: ThinAirRead, CyclicCO,
 * WriteCOInitRead, WriteCORead (Bouajjani, Enea, Guerraoui, Hamza, POPL 2017). A failed write that was read
 * is told apart from a value that nobody wrote: AbortedRead.
 */

import type { Causality } from './causality.ts';
import { causalCycles } from './causal-cycles.ts';
import type { Conflicts } from './conflicts.ts';
import { modelVerdict } from './model-verdict.ts';
import type { Arrow, ModelVerdict } from './patterns.ts';
import { isPoBefore, keyName, type Relations } from './relations.ts';
import type { Triples } from './triples.ts';
import { byCause, shownAt, type Occurrences } from './violations.ts';

export function checkCC(causal: Causality, found: Conflicts): ModelVerdict {
  return modelVerdict('CC', causal.relations, ccCauses(causal, found), causal.cut);
}

/** What violates CC, and with it every model that implies CC. */
export function ccCauses(causal: Causality, { staleReads, initialReads }: Conflicts): readonly Occurrences[] {
  const { relations } = causal;
  return [
    ...unwritten(relations),
    ...causalCycles(causal),
    ...initial(relations, initialReads),
    ...stale(relations, staleReads),
  ];
}

/** Reads of what was never written: they violate every model of this family. */
export function unwritten(relations: Relations): readonly Occurrences[] {
  const { columns, row, node, key, value, thinAir, aborted } = relations;
  const rowOf = (access: number): number => row[node[access] as number] as number;
  const thin = byCause(
    thinAir.length,
    (i) => (key[thinAir[i] as number] as number) * 2 ** 32 + (value[thinAir[i] as number] as number),
    (i) => shownAt(columns, rowOf(thinAir[i] as number)),
    (i) => {
      const read = thinAir[i] as number;
      return { pattern: 'ThinAirRead', key: keyName(relations, read), core: [rowOf(read)], arrows: [] };
    },
  );
  const at = (i: number): { read: number; writer: number } => aborted[i] as { read: number; writer: number };
  const failed = byCause(
    aborted.length,
    (i) => at(i).writer,
    (i) => shownAt(columns, rowOf(at(i).read)),
    (i) => {
      const { read, writer } = at(i);
      const core = [writer, rowOf(read)] as const;
      const arrows: Arrow[] = [{ from: core[0], to: core[1], relation: 'rf' }];
      return { pattern: 'AbortedRead', key: keyName(relations, read), core, arrows };
    },
  );
  return [...thin, ...failed];
}

function initial(relations: Relations, found: Triples): readonly Occurrences[] {
  const { columns, row, node, key } = relations;
  const rowOf = (access: number): number => row[node[access] as number] as number;
  return byCause(
    found.count,
    (i) => key[found.at(i, 2)] as number,
    (i) => shownAt(columns, rowOf(found.at(i, 2))),
    (i) => {
      const [write, read] = [found.at(i, 1), found.at(i, 2)];
      return {
        pattern: 'WriteCOInitRead',
        key: keyName(relations, read),
        core: [rowOf(write), rowOf(read)],
        arrows: [arrow(relations, write, read)],
      };
    },
  );
}

function stale(relations: Relations, found: Triples): readonly Occurrences[] {
  const { columns, row, node } = relations;
  const rowOf = (access: number): number => row[node[access] as number] as number;
  return byCause(
    found.count,
    (i) => found.at(i, 0),
    (i) => shownAt(columns, rowOf(found.at(i, 2))),
    (i) => {
      const [w1, w2, read] = [found.at(i, 0), found.at(i, 1), found.at(i, 2)];
      return {
        pattern: 'WriteCORead',
        key: keyName(relations, read),
        core: [rowOf(w1), rowOf(w2), rowOf(read)],
        arrows: [
          arrow(relations, w1, w2),
          arrow(relations, w2, read),
          { from: rowOf(w1), to: rowOf(read), relation: 'rf' },
        ],
      };
    },
  );
}

/** From the operation of one access to that of another, which comes after it in CO. */
export function arrow(relations: Relations, from: number, to: number): Arrow {
  const { row, node } = relations;
  const a = node[from] as number;
  const b = node[to] as number;
  return { from: row[a] as number, to: row[b] as number, relation: isPoBefore(relations, a, b) ? 'po' : 'co' };
}
