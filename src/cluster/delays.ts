/** Delays with netem: on each sender's interface one band a delay, and a filter that puts packets for a peer into its band. */

import type { NodeId } from '../../systems/protocol.ts';
import { UsageError } from '../errors.ts';
import type { PacketRule } from './faults.ts';
import type { Task } from './task.ts';

/** The prio queueing discipline has 16 bands; the first is for packets without delay. */
const delaysMax = 15;
const queuedPacketsMax = 10_000;

interface Delay {
  readonly delayMs: number;
  readonly jitterMs: number;
}

export interface DelaysOptions {
  readonly addresses: Readonly<Record<NodeId, string>>;
  /** The command line that reads `tc` commands for a node's namespace from its input. */
  readonly tcOf: (node: NodeId) => Task['argv'];
  readonly run: (tasks: readonly Task[]) => Promise<readonly string[]>;
}

/** Makes exactly the delays of the rules hold; those of several rules on one edge add up. */
export function delays({ addresses, tcOf, run }: DelaysOptions): (rules: readonly PacketRule[]) => Promise<void> {
  const shaped = new Set<NodeId>();
  return async (rules) => {
    const wanted = delaysOf(rules);
    const tasks: Task[] = [];
    for (const node of new Set([...shaped, ...wanted.keys()])) {
      const lines = shaped.has(node) ? ['qdisc del dev eth0 root'] : [];
      const mine = wanted.get(node);
      if (mine === undefined) shaped.delete(node);
      else {
        shaped.add(node);
        lines.push(...commands(node, mine, addresses));
      }
      tasks.push({ argv: tcOf(node), input: `${lines.join('\n')}\n` });
    }
    await run(tasks);
  };
}

/** For each sender the delay of each receiver. */
function delaysOf(rules: readonly PacketRule[]): Map<NodeId, Map<NodeId, Delay>> {
  const result = new Map<NodeId, Map<NodeId, Delay>>();
  for (const { edges, delayMs = 0, jitterMs = 0 } of rules) {
    if (delayMs <= 0 && jitterMs <= 0) continue;
    for (const [from, to] of edges) {
      const mine = result.get(from) ?? new Map<NodeId, Delay>();
      result.set(from, mine);
      const before = mine.get(to) ?? { delayMs: 0, jitterMs: 0 };
      mine.set(to, { delayMs: before.delayMs + delayMs, jitterMs: before.jitterMs + jitterMs });
    }
  }
  return result;
}

function commands(
  node: NodeId,
  mine: ReadonlyMap<NodeId, Delay>,
  addresses: Readonly<Record<NodeId, string>>,
): string[] {
  const bands = new Map<string, string[]>();
  for (const [to, { delayMs, jitterMs }] of mine) {
    // netem spreads to both sides of its delay; a rule's jitter only adds.
    const netem = `netem delay ${delayMs + jitterMs / 2}ms${jitterMs > 0 ? ` ${jitterMs / 2}ms` : ''}`;
    bands.set(netem, [...(bands.get(netem) ?? []), addresses[to] ?? '']);
  }
  if (bands.size > delaysMax) {
    throw new UsageError(`${node} would have ${bands.size} different delays; at most ${delaysMax} are possible`);
  }
  const lines = [
    `qdisc add dev eth0 root handle 1: prio bands ${Math.max(3, bands.size + 1)} priomap${' 0'.repeat(16)}`,
  ];
  [...bands].forEach(([netem, targets], i) => {
    const band = `1:${(i + 2).toString(16)}`;
    lines.push(`qdisc add dev eth0 parent ${band} ${netem} limit ${queuedPacketsMax}`);
    for (const address of targets) {
      lines.push(`filter add dev eth0 parent 1: protocol ip u32 match ip dst ${address}/32 flowid ${band}`);
    }
  });
  return lines;
}
