/** Gives each node of a cluster its address on the cluster's private network. */

import type { NodeId } from '../../systems/protocol.ts';
import { UsageError } from '../errors.ts';

/**
 * The addresses of `nodes` in the IPv4 network `subnet` (`10.87.0.0/24`), in order from its second address on: the
 * network's first is the gateway's. A UsageError when the network is malformed or too small.
 */
export function addressesIn(subnet: string, nodes: readonly NodeId[]): Record<NodeId, string> {
  const { base, size } = parseSubnet(subnet);
  const room = size - 3;
  if (nodes.length > room) {
    throw new UsageError(`${nodes.length} nodes do not fit into ${subnet}, which has room for ${Math.max(0, room)}`);
  }
  return Object.fromEntries(nodes.map((node, i) => [node, format(base + 2 + i)]));
}

/** The first address of `subnet`, which is the bridge's own. */
export function gatewayOf(subnet: string): string {
  return format(parseSubnet(subnet).base + 1);
}

function parseSubnet(subnet: string): { base: number; size: number } {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(subnet);
  const parts = match?.slice(1).map(Number) ?? [];
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = parts;
  if (Math.max(a, b, c, d) > 255 || bits < 8 || bits > 30) {
    throw new UsageError(`"${subnet}" is not an IPv4 network such as 10.87.0.0/24`);
  }
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { base: address - (address % size), size };
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
