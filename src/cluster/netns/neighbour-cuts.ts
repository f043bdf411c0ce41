/**
 * Cuts with nothing but `ip`: on the sending side, a permanent neighbour entry sends what is meant for the peer to a
 * network card that does not exist. Silent, one-way, and it holds for open connections too.
 */

import type { NodeId } from '../../../systems/protocol.ts';
import type { Edge } from '../faults.ts';
import type { Task } from '../task.ts';

/** A locally administered address that no card has. */
const nowhere = '02:00:00:00:00:99';

export interface NeighbourCutsOptions {
  readonly addresses: Readonly<Record<NodeId, string>>;
  /** The command line that reads `ip` commands for a node's namespace from its input. */
  readonly ipOf: (node: NodeId) => Task['argv'];
  readonly run: (tasks: readonly Task[]) => Promise<readonly string[]>;
}

/** Makes exactly the given edges silent, all nodes at once. */
export function neighbourCuts({
  addresses,
  ipOf,
  run,
}: NeighbourCutsOptions): (edges: readonly Edge[]) => Promise<void> {
  let current = new Set<string>();
  return async (edges) => {
    const wanted = new Set(edges.map((edge) => JSON.stringify(edge)));
    const lines = new Map<NodeId, string[]>();
    const add = (edge: string, line: (address: string) => string): void => {
      const [from, to] = JSON.parse(edge) as Edge;
      const address = addresses[to];
      if (address === undefined) return;
      lines.set(from, [...(lines.get(from) ?? []), line(address)]);
    };
    for (const edge of wanted) {
      if (current.has(edge)) continue;
      add(edge, (address) => `neigh replace ${address} lladdr ${nowhere} nud permanent dev eth0`);
    }
    for (const edge of current) {
      if (!wanted.has(edge)) add(edge, (address) => `neigh del ${address} dev eth0`);
    }
    const before = current;
    current = wanted;
    try {
      await run([...lines].map(([node, commands]) => ({ argv: ipOf(node), input: `${commands.join('\n')}\n` })));
    } catch (error) {
      current = before;
      throw error;
    }
  };
}
