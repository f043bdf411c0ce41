/** Paths of po and rf with the fewest messages, for a person who asks how one operation came to know of another. */

import type { Arrow } from './patterns.ts';
import type { Relations } from './relations.ts';

/**
 * The arrows (po and rf) from the operation of row `from` to that of row `to` with the fewest steps between sessions.
 * Null where there is no path, as for a row that takes no part.
 */
export function pathOf(relations: Relations, from: number, to: number): readonly Arrow[] | null {
  const a = relations.nodeOf[from] ?? -1;
  const b = relations.nodeOf[to] ?? -1;
  if (a < 0 || b < 0) return null;
  const path = nodePath(relations, a, b);
  if (path === null) return null;
  return path.map(([x, y, relation]) => ({
    from: relations.row[x] as number,
    to: relations.row[y] as number,
    relation,
  }));
}

export type NodeStep = readonly [from: number, to: number, relation: 'po' | 'rf'];

/**
 * The same for nodes. Goes back from `to`, breadth first in messages: what comes before a node in its session is
 * reached without one, so that a search never looks at a node twice.
 */
export function nodePath(relations: Relations, from: number, to: number): readonly NodeStep[] | null {
  const { session, first, parent, start, node: nodeOfAccess, isWrite, from: returned, nodes } = relations;
  if (session[from] === session[to] && from < to) return [[from, to, 'po']];
  /** By session: nodes from its first up to here (that one left out) are reached. */
  const reached = new Map<number, number>();
  /** Stretches of sessions that end at `top`, from which a message goes to `target` in the stretch `next`. */
  const tops: number[] = [to];
  const targets: number[] = [-1];
  const nexts: number[] = [-1];
  const reach = (top: number, target: number, next: number): boolean => {
    const of = session[top] as number;
    if (top < (reached.get(of) ?? first[of] ?? nodes)) return false;
    tops.push(top);
    targets.push(target);
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
      for (let access = start[n] as number; access < (start[n + 1] as number); access++) {
        const writer = returned[access] as number;
        if (isWrite[access] === 1 || writer < 0) continue;
        if (reach(nodeOfAccess[writer] as number, n, i)) return unfolded(tops.length - 1);
      }
    }
    if (low === base && (parent[of] as number) >= 0 && reach(parent[of] as number, base, i)) {
      return unfolded(tops.length - 1);
    }
  }
  return null;

  function unfolded(last: number): readonly NodeStep[] {
    const steps: NodeStep[] = [];
    let at = from;
    for (let i = last; i >= 0; i = nexts[i] as number) {
      const top = tops[i] as number;
      const target = targets[i] as number;
      const leaves =
        target >= 0 &&
        relations.parent[session[target] as number] === top &&
        first[session[target] as number] === target;
      if (at !== top && !leaves) steps.push([at, top, 'po']);
      if (target < 0) break;
      steps.push(leaves ? [at, target, 'po'] : [top, target, 'rf']);
      at = target;
    }
    return steps;
  }
}
