/** A partition that follows the leader: each new one is cut off as soon as it is seen, and the one before let back in. */

import type { NodeId } from '../systems/protocol.ts';
import type { Edge } from '../src/cluster/faults.ts';
import { random } from '../src/random.ts';
import { background } from './background.ts';
import type { Applied, FaultPlan, NemesisTarget, Release } from './fault.ts';
import { resolvePrimaries } from './group.ts';
import { observeSilence } from './hearing.ts';
import { planNumber } from './plan.ts';
import { split } from './topology.ts';

interface Cut {
  readonly apart: readonly NodeId[];
  readonly edges: readonly Edge[];
  readonly at: number;
  readonly release: Release;
}

/**
 * Leaders of several terms end up with entries that nobody else has, and come back to each other: the situation of figure
 * 8 of the Raft paper. Each is cut off alone or with one companion, a little after it was seen.
 */
export async function chase(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const source = random(planNumber(plan, 'seed'), 'chase');

  const cutOff = async (leader: NodeId): Promise<Cut> => {
    const companion = source.next() < 0.3 ? [source.pick(target.nodes)] : [];
    const apart = target.nodes.filter((node) => node === leader || companion.includes(node));
    const edges = split([apart, target.nodes.filter((node) => !apart.includes(node))]);
    return { apart, edges, release: await target.addCut(edges), at: target.clock.now() };
  };
  let current = await cutOff((await resolvePrimaries(plan, target))[0]);
  const working = background(target.clock, async (pause) => {
    let goOn = await pause(5);
    while (goOn) {
      const leader = (await target.leaders()).find((node) => !current.apart.includes(node));
      if (leader === undefined) {
        goOn = await pause(5 + source.int(10));
      } else if ((goOn = await pause(source.int(source.next() < 0.5 ? 8 : 60)))) {
        const { release } = current;
        current = await cutOff(leader);
        await release();
      }
    }
  });
  return {
    done: { nodes: target.nodes },
    async observe() {
      await working.stop();
      return observeSilence(target, current.edges, current.at);
    },
    async undo() {
      try {
        await working.stop();
      } finally {
        await current.release();
      }
      return undefined;
    },
  };
}
