/** The paths by which a read must know of a write, one kind for each session guarantee. */

import { arrowOf, type NodeStep } from './paths.ts';
import type { Arrow } from './patterns.ts';
import { INITIAL, isPoBefore, type Relations } from './relations.ts';
import { ownBefore } from './sessions-lists.ts';
import type { Guarantee } from './sessions-strict.ts';

const steps: Readonly<Record<Guarantee, readonly Arrow['relation'][]>> = {
  RYW: ['po'],
  MR: ['rf', 'po'],
  MW: ['po', 'rf', 'po'],
  WFR: ['rf', 'po', 'rf', 'po'],
};

/** From the write `w2` to `read` (accesses): po, rf;po, po;rf;po or rf;po;rf;po. Empty if there is no such path. */
export function guaranteePath(relations: Relations, guarantee: Guarantee, w2: number, read: number): readonly Arrow[] {
  const { node } = relations;
  const path = guaranteeNodePath(relations, guarantee, node[w2] as number, node[read] as number);
  return path.map((step) => arrowOf(relations, step));
}

/** The same from node to node. */
export function guaranteeNodePath(
  relations: Relations,
  guarantee: Guarantee,
  from: number,
  to: number,
): readonly NodeStep[] {
  const way = nodesOnPath(relations, guarantee, from, to);
  if (way.length === 0) return [];
  return steps[guarantee].map((relation, i): NodeStep => [way[i] as number, way[i + 1] as number, relation]);
}

function nodesOnPath(relations: Relations, guarantee: Guarantee, start: number, end: number): readonly number[] {
  if (guarantee === 'RYW') return [start, end];
  const readers = guarantee === 'WFR' ? readersOf(relations, start) : [];
  const own = ownBefore(relations, end);
  for (let reader = relations.first[own.session] as number; reader < own.below; reader++) {
    for (const wrote of readBy(relations, reader)) {
      if (guarantee === 'MR') {
        if (wrote === start) return [start, reader, end];
      } else if (guarantee === 'MW') {
        if (isPoBefore(relations, start, wrote)) return [start, wrote, reader, end];
      } else {
        const via = readers.find((other) => isPoBefore(relations, other, wrote));
        if (via !== undefined) return [start, via, wrote, reader, end];
      }
    }
  }
  return [];
}

/** The nodes whose writes `reader` returned. */
function readBy({ start, isWrite, from, node }: Relations, reader: number): readonly number[] {
  const found: number[] = [];
  for (let access = start[reader] as number; access < (start[reader + 1] as number); access++) {
    const writer = from[access] as number;
    if (isWrite[access] === 0 && writer > INITIAL) found.push(node[writer] as number);
  }
  return found;
}

/** The first node in each session that returned a write of `wrote`. */
function readersOf(relations: Relations, wrote: number): readonly number[] {
  const { session, first, messageStart, messages } = relations;
  const isReader = (of: number): boolean => readBy(relations, of).includes(wrote);
  const firsts = new Map<number, number>();
  for (let m = messageStart[wrote] as number; m < (messageStart[wrote + 1] as number); m++) {
    const to = messages[m] as number;
    const of = session[to] as number;
    if (isReader(to)) firsts.set(of, Math.min(to, firsts.get(of) ?? to));
  }
  const own = session[wrote] as number;
  for (let n = wrote + 1; n < (first[own + 1] as number) && !firsts.has(own); n++) if (isReader(n)) firsts.set(own, n);
  return [...firsts.values()];
}
