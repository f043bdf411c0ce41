/**
 * Cuts and loss on the bridge that joins a cluster's nodes: one nftables table of the bridge family, on the host's side
 * of it. It sees every frame between two nodes and none between a node and the host, survives restarts of nodes, and
 * changes in one transaction, so that all edges of a partition go silent together.
 */

import type { NodeId } from '../../systems/protocol.ts';
import { RunError, UsageError } from '../errors.ts';
import type { Edge, PacketRule } from './faults.ts';

export interface BridgeTableOptions {
  /** Of the table; unique among those who share the kernel's network namespace. `[a-z0-9-]+`. */
  readonly name: string;
  /** Each node's IPv4 address on the bridge. */
  readonly addresses: Readonly<Record<NodeId, string>>;
  /** Runs `nft -f -` with the script as its input, where the bridge is; returns what it printed, rejects if it failed. */
  readonly run: (script: string) => Promise<string>;
}

export interface BridgeTable {
  /** Makes the table, empty, in place of an earlier one of this name. */
  install(): Promise<void>;
  /** Makes exactly these edges silent. */
  cut(edges: readonly Edge[]): Promise<void>;
  /** Makes exactly these shares of packets disappear; delays are not this table's business. */
  shape(rules: readonly PacketRule[]): Promise<void>;
  /** Packets dropped since `install`. */
  dropped(): Promise<number>;
  /** Removes the table if it is there. */
  remove(): Promise<void>;
}

/** Loss is drawn among this many. */
const lossSteps = 1_000_000;

export function bridgeTable({ name, addresses, run }: BridgeTableOptions): BridgeTable {
  const table = `bridge clew_${name.replaceAll(/[^a-zA-Z0-9]/g, '_')}`;

  const element = ([from, to]: Edge): string => `${addressOf(from)} . ${addressOf(to)}`;
  const elements = (edges: readonly Edge[]): string => [...new Set(edges.map(element))].join(', ');
  const addressOf = (node: NodeId): string => {
    const address = addresses[node];
    if (address === undefined) throw new UsageError(`no node "${node}" on this network`);
    return address;
  };
  const lossRule = (rule: PacketRule): string[] => {
    const loss = rule.loss ?? 0;
    if (!(loss >= 0 && loss <= 1)) throw new UsageError(`a loss of ${loss} is not a share between 0 and 1`);
    const drawn = Math.round(loss * lossSteps);
    if (drawn === 0 || rule.edges.length === 0) return [];
    const draw = drawn < lossSteps ? `numgen random mod ${lossSteps} < ${drawn} ` : '';
    return [`add rule ${table} lose ip saddr . ip daddr { ${elements(rule.edges)} } ${draw}counter name dropped drop`];
  };

  return {
    async install() {
      // Deleting what does not exist would fail the transaction: add first.
      await run(`add table ${table}
delete table ${table}
table ${table} {
  counter dropped { }
  set cut { type ipv4_addr . ipv4_addr; }
  chain forward {
    type filter hook forward priority -200; policy accept;
    ip saddr . ip daddr @cut counter name dropped drop
    jump lose
  }
  chain lose { }
}
`);
    },
    async cut(edges) {
      const add = edges.length > 0 ? `add element ${table} cut { ${elements(edges)} }\n` : '';
      await run(`flush set ${table} cut\n${add}`);
    },
    async shape(rules) {
      await run(`${[`flush chain ${table} lose`, ...rules.flatMap(lossRule)].join('\n')}\n`);
    },
    async dropped() {
      const listing = await run(`list counter ${table} dropped\n`);
      const packets = /packets (\d+)/.exec(listing)?.[1];
      if (packets === undefined) throw new RunError(`nft listed no counter of table ${table}: ${listing.trim()}`);
      return Number(packets);
    },
    async remove() {
      await run(`add table ${table}\ndelete table ${table}\n`);
    },
  };
}
