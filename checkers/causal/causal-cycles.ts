/** CyclicCO: operations that come before themselves in po + rf, and the shortest cycle that shows it. */

import { cyclicComponents } from './components.ts';
import type { Causality } from './causality.ts';
import { nodePath, type NodeStep } from './paths.ts';
import type { Arrow, Violation } from './patterns.ts';
import { isPoBefore, poNext, type Relations } from './relations.ts';
import { eventOf } from './topological-order.ts';
import { shownAt, type Occurrences } from './violations.ts';

/** One cause for each set of operations that all come before each other. */
export function causalCycles({ relations, topological, cyclic }: Causality): readonly Occurrences[] {
  if (!cyclic) return [];
  const { nodes, columns, row } = relations;
  const components = cyclicComponents(nodes, unplaced(topological.rank), successorIn(relations));
  return components.map((component) => {
    const { cycle, of } = shortestCycle(relations, component);
    return {
      at: Math.max(...cycle.core.map((node) => shownAt(columns, row[node] as number))),
      repeats: 1,
      violation: (): Omit<Violation, 'repeats'> => ({
        pattern: 'CyclicCO',
        key: of,
        core: cycle.core.map((node) => row[node] as number),
        arrows: cycle.arrows.map(([a, b, relation]) => ({ from: row[a] as number, to: row[b] as number, relation })),
      }),
    };
  });
}

function* unplaced(rank: Int32Array): Generator<number> {
  for (let n = 0; n < rank.length; n++) if ((rank[n] as number) < 0) yield n;
}

/** The i-th node directly after a node in po + rf, or -1. */
export function successorIn(relations: Relations): (node: number, i: number) => number {
  const { messageStart, messages } = relations;
  return (node, i) => {
    const message = (messageStart[node] as number) + i;
    const end = messageStart[node + 1] as number;
    if (message < end) return messages[message] as number;
    return message === end ? poNext(relations, node) : -1;
  };
}

interface Cycle {
  readonly core: readonly number[];
  readonly arrows: readonly (readonly [from: number, to: number, relation: Arrow['relation']])[];
}

/** So many nodes may be looked at, about, to find a short cycle of one component. */
const lookedAtMax = 20_000_000;

/** On every cycle is a message that goes back in the history: the shortest cycle over each of them is looked for. */
function shortestCycle(relations: Relations, component: Int32Array): { cycle: Cycle; of: string | null } {
  const { start, node: nodeOf, from, columns, key, nodes } = relations;
  const within = new Set(component);
  let best: { access: number; path: readonly NodeStep[] } | null = null;
  let tries = Math.max(1, Math.min(64, Math.floor(lookedAtMax / nodes)));
  for (const reader of component.toSorted((a, b) => a - b)) {
    for (let access = start[reader] as number; access < (start[reader + 1] as number); access++) {
      const writer = from[access] as number;
      if (writer < 0 || !within.has(nodeOf[writer] as number)) continue;
      const wrote = nodeOf[writer] as number;
      if (eventOf(relations, wrote) < eventOf(relations, reader)) continue;
      const path = wrote === reader ? [] : nodePath(relations, reader, wrote);
      if (path !== null && (best === null || path.length < best.path.length)) best = { access, path };
      if (--tries === 0 || (best !== null && best.path.length <= 1)) break;
    }
    if (tries <= 0 || (best !== null && best.path.length <= 1)) break;
  }
  if (best === null) throw new Error('a cycle in po + rf has no message');
  const reader = nodeOf[best.access] as number;
  const writer = nodeOf[from[best.access] as number] as number;
  const messages = [[writer, reader] as const, ...best.path.filter(([, , relation]) => relation === 'rf')];
  const last = messages.at(-1) ?? [writer, reader];
  const ends = messages.length > 1 ? [writer, reader, last[0], last[1]] : [writer, reader];
  const arrows: [number, number, Arrow['relation']][] = [];
  ends.forEach((a, i) => {
    const b = ends[(i + 1) % ends.length] as number;
    if (i % 2 === 0) arrows.push([a, b, 'rf']);
    else if (a !== b) arrows.push([a, b, isPoBefore(relations, a, b) ? 'po' : 'co']);
  });
  const isOneKey = messages.length === 1;
  return {
    cycle: { core: [...new Set(ends)], arrows },
    of: isOneKey ? (columns.keys[key[best.access] as number] ?? null) : null,
  };
}
