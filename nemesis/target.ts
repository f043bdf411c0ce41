/** The cluster as faults see it: effects of faults that overlap are merged, and each fault takes back only its own. */

import type { FaultControl } from '../src/cluster/faults.ts';
import { messageOf } from '../src/errors.ts';
import { untilObserved } from './evidence.ts';
import type { NemesisTarget } from './fault.ts';
import { machines } from './machines.ts';
import { network } from './network.ts';
import { processes } from './processes.ts';

/** Assumes that all nodes run and nothing is broken when it is made, and that nobody else uses `control` to break things. */
export function nemesisTarget(control: FaultControl): NemesisTarget {
  const links = network(control);
  const nodes = processes(control);
  const hosts = machines(control);
  const target: NemesisTarget = {
    nodes: control.nodes,
    clock: control.clock,
    capabilities: control.capabilities,
    observe: (node) => control.observe(node),
    addCut: links.addCut,
    addShape: links.addShape,
    addClog: links.addClog,
    isCut: links.isCut,
    delayOf: links.delayOf,
    holdDead: nodes.holdDead,
    holdPaused: nodes.holdPaused,
    holdSlow: hosts.holdSlow,
    addDiskTrouble: hosts.addDiskTrouble,
    damage: hosts.damage,
    addTimerRate: hosts.addTimerRate,
    addSkew: nodes.addSkew,
    state: nodes.state,
    skewMs: nodes.skewMs,
    skewChanges: nodes.skewChanges,
    timerRate: hosts.timerRate,
    async leaders() {
      const asked = await Promise.all(
        control.nodes
          .filter((node) => nodes.state(node).status === 'running')
          .map(async (node) => ({ node, probes: (await control.observe(node))?.probes })),
      );
      return asked
        .filter(({ probes }) => probes?.['role'] === 'leader')
        .sort((a, b) => termOf(b.probes) - termOf(a.probes))
        .map(({ node }) => node);
    },
    async clear(timeoutMs) {
      const errors: string[] = [];
      const attempt = async <T>(what: string, action: () => Promise<T>, otherwise: T): Promise<T> => {
        try {
          return await action();
        } catch (error) {
          errors.push(`${what}: ${messageOf(error)}`);
          return otherwise;
        }
      };
      await attempt('healing the network', links.clear, undefined);
      const brought = await Promise.all(
        control.nodes.map(async (node) => {
          await attempt(`making ${node} whole`, () => hosts.clear(node), undefined);
          const started = await attempt(`bringing back ${node}`, () => nodes.clear(node), false);
          const lost = nodes.state(node).status === 'lost';
          const answers = lost
            ? null
            : await attempt(`asking ${node}`, () => untilObserved(target, node, timeoutMs), null);
          return { node, started, lost, silent: answers === null && !lost };
        }),
      );
      const those = (which: 'started' | 'silent' | 'lost') =>
        brought.filter((found) => found[which]).map(({ node }) => node);
      const lost = those('lost');
      return { started: those('started'), silent: those('silent'), ...(lost.length > 0 ? { lost } : {}), errors };
    },
  };
  return target;
}

function termOf(probes: Readonly<Record<string, unknown>> | undefined): number {
  const term = probes?.['term'];
  return typeof term === 'number' ? term : -1;
}
