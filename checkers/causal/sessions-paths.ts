/** The paths by which a read must know of a write, one kind for each session guarantee. */

import type { Arrow } from './patterns.ts';
import { INITIAL, isPoBefore, type Relations } from './relations.ts';
import type { Guarantee } from './sessions-strict.ts';

/** From the write `w2` to `read` (accesses): po, rf;po, po;rf;po or rf;po;rf;po. Empty if there is no such path. */
export function guaranteePath(relations: Relations, guarantee: Guarantee, w2: number, read: number): readonly Arrow[] {
  const { accesses, node, row, isWrite, from } = relations;
  const start = node[w2] as number;
  const end = node[read] as number;
  const isBefore = (a: number, b: number): boolean => isPoBefore(relations, a, b);
  const arrows = (...nodes: readonly number[]): readonly Arrow[] => {
    const relationsOf: Readonly<Record<Guarantee, readonly Arrow['relation'][]>> = {
      RYW: ['po'],
      MR: ['rf', 'po'],
      MW: ['po', 'rf', 'po'],
      WFR: ['rf', 'po', 'rf', 'po'],
    };
    return relationsOf[guarantee].map((relation, i) => ({
      from: row[nodes[i] as number] as number,
      to: row[nodes[i + 1] as number] as number,
      relation,
    }));
  };
  if (guarantee === 'RYW') return arrows(start, end);
  /** Reads of other writes than the initial one. */
  function* messages(): Generator<readonly [wrote: number, reader: number]> {
    for (let access = 0; access < accesses; access++) {
      const writer = from[access] as number;
      if (isWrite[access] === 0 && writer > INITIAL) yield [node[writer] as number, node[access] as number];
    }
  }
  if (guarantee === 'MR') {
    for (const [wrote, reader] of messages())
      if (wrote === start && isBefore(reader, end)) return arrows(start, reader, end);
    return [];
  }
  const last = Array.from(messages()).filter(([, reader]) => isBefore(reader, end));
  if (guarantee === 'MW') {
    for (const [wrote, reader] of last) if (isBefore(start, wrote)) return arrows(start, wrote, reader, end);
    return [];
  }
  /** By process, so that sessions that go off from one are found with it: the first reader of `w2`. */
  const firstReaders = Array.from(messages()).filter(([wrote]) => wrote === start);
  for (const [wrote, reader] of last) {
    for (const [, via] of firstReaders) if (isBefore(via, wrote)) return arrows(start, via, wrote, reader, end);
  }
  return [];
}
