/** Faults that kill and restart nodes again and again for as long as they last. */

import type { NodeId } from '../systems/protocol.ts';
import { random, type Random } from '../src/random.ts';
import { allDone, background, type Pause } from './background.ts';
import { weigh, type Finding } from './evidence.ts';
import type { Applied, FaultPlan, NemesisTarget } from './fault.ts';
import { releaseAll } from './hold.ts';
import { planNumber } from './plan.ts';
import { findReturn, strike, type Victim } from './victim.ts';

/** Strikes `node`, keeps it dead for `downMs`, and lets it come back; nothing when it is down already. */
type Bounce = (node: NodeId, downMs: number) => Promise<void>;

/** Restless hands, each killing one node at a time; half of the nodes may be down at once. */
export function storm(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const seed = planNumber(plan, 'seed');
  const hands = Math.ceil(target.nodes.length / 2);
  const hand = async (source: Random, first: boolean, pause: Pause, bounce: Bounce) => {
    for (let goOn = first || (await pause(gap(source))); goOn; goOn = await pause(gap(source))) {
      await bounce(source.pick(target.nodes), 20 + source.int(480));
    }
  };
  return restless(target, { nodes: target.nodes, hands }, (pause, bounce) =>
    allDone(Array.from({ length: hands }, (_, i) => hand(random(seed, 'storm', i), i === 0, pause, bounce))),
  );
}

const gap = (source: Random): number => 50 + source.int(600);

/**
 * No leader lasts: each is killed soon after it was elected, and while there is none, voters are bounced in the middle of
 * the election. What a server must remember of its votes and of its log across a crash is put to the test.
 */
export function unseat(plan: FaultPlan, target: NemesisTarget): Promise<Applied> {
  const source = random(planNumber(plan, 'seed'), 'unseat');
  return restless(target, { nodes: target.nodes }, async (pause, bounce) => {
    let goOn = true;
    while (goOn) {
      const [leader] = await target.leaders();
      if (leader === undefined) {
        await bounce(source.pick(target.nodes), source.int(40));
        goOn = await pause(20 + source.int(130));
      } else if ((goOn = await pause(20 + source.int(280)))) {
        await bounce(leader, source.int(40));
      }
    }
  });
}

/** Work that kills and restarts nodes until it is told to end. */
function restless(
  target: NemesisTarget,
  done: Applied['done'],
  work: (pause: Pause, bounce: Bounce) => Promise<unknown>,
): Promise<Applied> {
  const down = new Set<NodeId>();
  const held = new Set<Victim>();
  const findings: { subject: NodeId; finding: Finding }[] = [];
  const working = background(target.clock, async (pause) => {
    await work(pause, async (node, downMs) => {
      if (down.has(node)) return;
      down.add(node);
      const victim = await strike(target, node);
      held.add(victim);
      await pause(downMs);
      await victim.release();
      held.delete(victim);
      findings.push({ subject: node, finding: await findReturn(target, victim) });
      down.delete(node);
    });
  });
  return Promise.resolve({
    done,
    async observe() {
      await working.stop();
      const evidence = weigh(findings);
      return { ...evidence, detail: `${String(findings.length)} kills: ${evidence.detail}` };
    },
    async undo() {
      try {
        await working.stop();
      } finally {
        await releaseAll([...held]);
      }
      return undefined;
    },
  });
}
