/** Paths of po and rf with the fewest messages, for a person who asks how one operation came to know of another. */

import type { Arrow } from './patterns.ts';
import type { Relations } from './relations.ts';

/** Which steps a path may take. By default po, and rf to whoever read. */
export interface PathRules {
  /** Whether messages to this node count: in a view of one session only its own reads do (PRAM). */
  readonly hears?: (node: number) => boolean;
  /** Orders that are known already: those that end at a node. Each counts as a message. */
  readonly into?: (node: number) => readonly NodeStep[];
}

/**
 * The arrows (po and rf) from the operation of row `from` to that of row `to` with the fewest steps between sessions.
 * Null where there is no path, as for a row that takes no part.
 */
export function pathOf(relations: Relations, from: number, to: number): readonly Arrow[] | null {
  const a = relations.nodeOf[from] ?? -1;
  const b = relations.nodeOf[to] ?? -1;
  if (a < 0 || b < 0) return null;
  return nodePath(relations, a, b)?.map((step) => arrowOf(relations, step)) ?? null;
}

/** The step from row to row. */
export function arrowOf({ row }: Relations, [from, to, relation]: NodeStep): Arrow {
  return { from: row[from] as number, to: row[to] as number, relation };
}

export type NodeStep = readonly [from: number, to: number, relation: Arrow['relation']];

const noSteps: readonly NodeStep[] = [];

/**
 * The same for nodes. Goes back from `to`, breadth first in messages: what comes before a node in its session is
 * reached without one, so that a search never looks at a node twice.
 */
export function nodePath(
  relations: Relations,
  from: number,
  to: number,
  { hears = () => true, into = () => noSteps }: PathRules = {},
): readonly NodeStep[] | null {
  const { session, first, parent, start, node: nodeOfAccess, isWrite, from: returned, nodes } = relations;
  if (session[from] === session[to] && from < to) return [[from, to, 'po']];
  /** By session: nodes from its first up to here (that one left out) are reached. */
  const reached = new Map<number, number>();
  /** Stretches of sessions that end at `top`, from which a step `by` goes to `target` in the stretch `next`. */
  const tops: number[] = [to];
  const targets: number[] = [-1];
  const by: Arrow['relation'][] = ['po'];
  const nexts: number[] = [-1];
  const reach = (top: number, target: number, relation: Arrow['relation'], next: number): boolean => {
    const of = session[top] as number;
    if (top < (reached.get(of) ?? first[of] ?? nodes)) return false;
    tops.push(top);
    targets.push(target);
    by.push(relation);
    nexts.push(next);
    return of === session[from] && from <= top;
  };
  for (let i = 0; i < tops.length; i++) {
    const top = tops[i] as number;
    const of = session[top] as number;
    const base = first[of] as number;
    const low = reached.get(of) ?? base;
    if (top < low) continue;
    reached.set(of, top + 1);
    for (let n = top; n >= low; n--) {
      if (hears(n)) {
        for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
          const writer = returned[access] as number;
          if (isWrite[access] === 1 || writer < 0) continue;
          if (reach(nodeOfAccess[writer] as number, n, 'rf', i)) return unfolded(tops.length - 1);
        }
      }
      for (const [tail, , relation] of into(n)) if (reach(tail, n, relation, i)) return unfolded(tops.length - 1);
    }
    if (low === base && (parent[of] as number) >= 0 && reach(parent[of] as number, base, 'po', i)) {
      return unfolded(tops.length - 1);
    }
  }
  return null;

  function unfolded(last: number): readonly NodeStep[] {
    const path: NodeStep[] = [];
    let at = from;
    for (let i = last; i >= 0; i = nexts[i] as number) {
      const top = tops[i] as number;
      const target = targets[i] as number;
      const relation = by[i] as Arrow['relation'];
      // From a session to one that goes on from it is one step of po.
      const leaves = target >= 0 && relation === 'po';
      if (at !== top && !leaves) path.push([at, top, 'po']);
      if (target < 0) break;
      path.push([leaves ? at : top, target, relation]);
      at = target;
    }
    return path;
  }
}
