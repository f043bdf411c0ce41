/** Clogs: messages wait on their links and come late, all at once and in order, when the link is free again. */

import type { NodeId } from '../systems/protocol.ts';
import type { Edge } from '../src/cluster/faults.ts';
import { background } from './background.ts';
import type { Applied, FaultPlan, NemesisTarget, Release } from './fault.ts';
import { observeSilence } from './hearing.ts';
import { planNodes, planNumber } from './plan.ts';
import { edgesOf } from './topology.ts';

const words = { past: 'clogged', event: 'clog', underWayMs: 400 };

/** The same links until the fault ends. */
export async function clog(edges: readonly Edge[], done: Applied['done'], target: NemesisTarget): Promise<Applied> {
  const release = await target.addClog(edges);
  const at = target.clock.now();
  return {
    done,
    observe: () => observeSilence(target, edges, at, words),
    async undo() {
      await release();
      return undefined;
    },
  };
}

/**
 * Nodes are clogged one by one, and freed one by one in another order: old messages of some meet new ones of others
 * (FoundationDB's "swizzling"; Zhou et al., SIGMOD 2021).
 */
export async function swizzle(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const order = planNodes(plan, 'nodes', target.nodes);
  const back = planNodes(plan, 'back', target.nodes);
  const stepMs = planNumber(plan, 'stepMs');
  const held = new Map<NodeId, Release>();
  let at = 0;
  const hold = async (node: NodeId): Promise<void> => {
    held.set(node, await target.addClog(edgesOf(node, target.nodes)));
    at = target.clock.now();
  };
  const [first, ...rest] = order;
  if (first !== undefined) await hold(first);
  const work = background(target.clock, async (pause) => {
    for (const node of rest) if (await pause(stepMs)) await hold(node);
  });
  return {
    done: { nodes: order, back, stepMs },
    async observe() {
      await work.stop();
      const edges = target.nodes.flatMap((from) =>
        target.nodes.filter((to) => to !== from && (held.has(from) || held.has(to))).map((to): Edge => [from, to]),
      );
      return observeSilence(target, edges, at, words);
    },
    async undo() {
      try {
        await work.stop();
      } finally {
        for (const [i, node] of back.entries()) {
          const release = held.get(node);
          if (release === undefined) continue;
          if (i > 0) await target.clock.sleep(stepMs);
          await release();
        }
      }
      return undefined;
    },
  };
}
