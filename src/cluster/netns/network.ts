/** The network of one cluster inside its namespaces, and the faults it can have. */

import type { NodeId } from '../../../systems/protocol.ts';
import { messageOf, RunError, UsageError } from '../../errors.ts';
import { addressesIn, gatewayOf } from '../addresses.ts';
import { bridgeTable } from '../bridge-table.ts';
import type { FaultControl, PacketRule } from '../faults.ts';
import type { AgentClient } from './agent-client.ts';
import type { Task } from '../task.ts';
import { delays } from '../delays.ts';
import type { Features } from '../namespaces.ts';
import { neighbourCuts } from './neighbour-cuts.ts';

/** Nobody outside the namespaces sees it. */
const subnet = '10.87.0.0/16';

/** Each node's namespace and its address. */
export interface Network {
  readonly nodes: readonly NodeId[];
  readonly namespaces: Readonly<Record<NodeId, string>>;
  readonly addresses: Readonly<Record<NodeId, string>>;
}

/** How to make packets disappear or late. */
export type Trouble = Pick<FaultControl, 'cut' | 'shape' | 'dropped'>;

export function planNetwork(nodes: readonly NodeId[]): Network {
  return {
    nodes,
    namespaces: Object.fromEntries(nodes.map((node, i) => [node, `n${i}`])),
    addresses: addressesIn(subnet, nodes),
  };
}

/** Makes a bridge, and for each node a namespace with an interface `eth0` on it. */
export async function buildNetwork(agent: AgentClient, network: Network, can: Features): Promise<Trouble> {
  const { nodes, namespaces, addresses } = network;
  const bits = subnet.split('/')[1];
  const bridge = [
    'link set lo up',
    'link add clew type bridge',
    `addr add ${gatewayOf(subnet)}/${bits} dev clew`,
    'link set clew up',
  ];
  const ports = nodes.flatMap((node, i) => [
    `netns add ${namespaces[node]}`,
    `link add v${i} type veth peer name eth0 netns ${namespaces[node]}`,
    `link set v${i} master clew up`,
  ]);
  try {
    await agent.run([{ argv: ['ip', '-batch', '-'], input: lines([...bridge, ...ports]) }]);
    await agent.run(
      nodes.map((node) => ({
        argv: batch('ip', network, node),
        input: lines(['link set lo up', `addr add ${addresses[node]}/${bits} dev eth0`, 'link set eth0 up']),
      })),
    );
    return await installTrouble(agent, network, can);
  } catch (error) {
    throw new RunError(`can't build the network: ${messageOf(error)}`);
  }
}

/** By the bridge's table where nftables work, by neighbour entries elsewhere. */
async function installTrouble(agent: AgentClient, network: Network, can: Features): Promise<Trouble> {
  const { nft, loss, delay } = can;
  const { addresses, nodes } = network;
  const setDelays = delays({ addresses, tcOf: (node) => batch('tc', network, node), run: agent.run });
  const check = (rules: readonly PacketRule[]): void => {
    if (delay !== true && rules.some((rule) => (rule.delayMs ?? 0) > 0 || (rule.jitterMs ?? 0) > 0)) {
      throw new UsageError(`packets can't be delayed here: ${delay}`);
    }
    if (loss !== true && rules.some((rule) => (rule.loss ?? 0) > 0)) {
      throw new UsageError(`packets can't be lost here: ${loss}`);
    }
  };

  if (nft === true) {
    const argv: Task['argv'] = ['nft', '-f', '-'];
    const table = bridgeTable({
      name: 'netns',
      addresses,
      run: async (script) => (await agent.run([{ argv, input: script }])).join(''),
    });
    await table.install();
    await agent.order({ kind: 'stand-by', argv });
    return {
      cut: table.cut,
      async shape(rules) {
        check(rules);
        await setDelays(rules);
        await table.shape(rules);
      },
      dropped: table.dropped,
    };
  }
  await Promise.all(nodes.map((node) => agent.order({ kind: 'stand-by', argv: batch('ip', network, node) })));
  return {
    cut: neighbourCuts({ addresses, ipOf: (node) => batch('ip', network, node), run: agent.run }),
    async shape(rules) {
      check(rules);
      await setDelays(rules);
    },
    dropped: () => Promise.resolve(null),
  };
}

/** The command line that reads commands of `tool` for a node's namespace from its input. */
function batch(tool: 'ip' | 'tc', { namespaces }: Network, node: NodeId): Task['argv'] {
  const namespace = namespaces[node];
  if (namespace === undefined) throw new UsageError(`no node "${node}" in this cluster`);
  return [tool, '-n', namespace, '-batch', '-'];
}

function lines(commands: readonly string[]): string {
  return `${commands.join('\n')}\n`;
}
