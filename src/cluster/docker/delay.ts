/** Delays of what one container sends, by netem on its interface. */

import type { NodeId } from '../../../systems/protocol.ts';
import type { PacketRule } from '../faults.ts';
import { delays } from '../delays.ts';
import { runCommand } from './nft.ts';

export interface NodeDelay {
  /** Makes exactly the delays of the rules hold for what this node sends. */
  set(rules: readonly PacketRule[]): Promise<void>;
  /** The same after the node was started, when its interface is as if never touched. */
  renew(rules: readonly PacketRule[]): Promise<void>;
}

/** `pidOf` is the number of a process in the node's network namespace, which only root can enter. */
export function nodeDelay(
  node: NodeId,
  addresses: Readonly<Record<NodeId, string>>,
  pidOf: () => Promise<number>,
  run = runCommand,
): NodeDelay {
  const untouched = () => {
    let pid = 0;
    const apply = delays({
      addresses,
      tcOf: () => ['nsenter', `--net=/proc/${pid}/ns/net`, 'tc', '-batch', '-'],
      run: (tasks) => Promise.all(tasks.map((task) => run(task.argv, task.input))),
    });
    let active = false;
    return async (rules: readonly PacketRule[]): Promise<void> => {
      const mine = rules
        .map((rule) => ({ ...rule, edges: rule.edges.filter(([from]) => from === node) }))
        .filter(({ edges }) => edges.length > 0);
      if (mine.length === 0 && !active) return;
      pid = await pidOf();
      await apply(mine);
      active = mine.length > 0;
    };
  };
  let set = untouched();
  return {
    set: (rules) => set(rules),
    renew(rules) {
      set = untouched();
      return set(rules);
    },
  };
}
