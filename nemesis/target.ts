/** The cluster as faults see it: effects of faults that overlap are merged, and each fault takes back only its own. */

import type { FaultControl } from '../src/cluster/faults.ts';
import { messageOf } from '../src/errors.ts';
import { untilObserved } from './evidence.ts';
import type { NemesisTarget } from './fault.ts';
import { network } from './network.ts';
import { processes } from './processes.ts';

/** Assumes that all nodes run and nothing is broken when it is made, and that nobody else uses `control` to break things. */
export function nemesisTarget(control: FaultControl): NemesisTarget {
  const links = network(control);
  const nodes = processes(control);
  const target: NemesisTarget = {
    nodes: control.nodes,
    clock: control.clock,
    capabilities: control.capabilities,
    observe: (node) => control.observe(node),
    addCut: links.addCut,
    addShape: links.addShape,
    isCut: links.isCut,
    delayOf: links.delayOf,
    holdDead: nodes.holdDead,
    holdPaused: nodes.holdPaused,
    addSkew: nodes.addSkew,
    state: nodes.state,
    skewMs: nodes.skewMs,
    skewChanges: nodes.skewChanges,
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
          const started = await attempt(`bringing back ${node}`, () => nodes.clear(node), false);
          const answers = await attempt(`asking ${node}`, () => untilObserved(target, node, timeoutMs), null);
          return { node, started, silent: answers === null };
        }),
      );
      return {
        started: brought.filter(({ started }) => started).map(({ node }) => node),
        silent: brought.filter(({ silent }) => silent).map(({ node }) => node),
        errors,
      };
    },
  };
  return target;
}

function termOf(probes: Readonly<Record<string, unknown>> | undefined): number {
  const term = probes?.['term'];
  return typeof term === 'number' ? term : -1;
}
