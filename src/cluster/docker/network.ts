/** A private network for one cluster, on addresses that nothing else here uses. */

import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

import { hashString } from '../../random.ts';
import { RunError } from '../../errors.ts';
import { complaintOf, type Engine } from './engine.ts';

/** IPv4 addresses from `first` to `last`, as numbers. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface PrivateNetwork {
  readonly id: string;
  /** `10.87.12.0/24` */
  readonly subnet: string;
}

export interface NetworkOptions {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Without a way out. Ports of its nodes can't be published then. */
  readonly internal: boolean;
}

const triesMax = 24;

/** Makes the network on the first subnet of 10.87.0.0/16 that neither this machine nor the engine uses. */
export async function createNetwork(engine: Engine, options: NetworkOptions): Promise<PrivateNetwork> {
  const taken = rangesInUse();
  const free = candidates(options.name).filter((subnet) => !taken.some((range) => overlap(range, rangeOf(subnet))));
  for (const subnet of free.slice(0, triesMax)) {
    try {
      const network = await engine.docker.createNetwork({
        Name: options.name,
        Driver: 'bridge',
        Internal: options.internal,
        CheckDuplicate: true,
        Labels: { ...options.labels },
        IPAM: { Config: [{ Subnet: subnet }] },
      });
      return { id: network.id, subnet };
    } catch (error) {
      if (!isTaken(complaintOf(error))) {
        throw new RunError(`docker: creating the network ${options.name}: ${complaintOf(error)}`);
      }
    }
  }
  throw new RunError(
    `docker: no free subnet in 10.87.0.0/16 after ${Math.min(free.length, triesMax)} tries; ` +
      'remove networks that nobody uses (docker network prune)',
  );
}

/** Whether the engine refused a subnet because somebody has it, so that another may do. */
export function isTaken(complaint: string): boolean {
  return /overlap|conflicts with|address space|already in use/i.test(complaint);
}

/** All subnets in an order that depends on the name, so that two runs that start together don't fight over one. */
export function candidates(name: string): string[] {
  const start = hashString(name) % 256;
  return Array.from({ length: 256 }, (_, i) => `10.87.${(start + i) % 256}.0/24`);
}

export function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The addresses of `10.87.12.0/24`, or of an address with its network's length. */
export function rangeOf(cidr: string): Range {
  const [address = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = value - (value % size);
  return { first, last: first + size - 1 };
}

/** The networks in `/proc/net/route`, default routes left out. Addresses are hexadecimal, the last byte first. */
export function parseRoutes(text: string): Range[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, destination, , , , , , mask] = line.split('\t');
      if (destination === undefined || mask === undefined) return [];
      const value = (hex: string): number =>
        hex.match(/../g)?.reduceRight((sum, byte) => sum * 256 + parseInt(byte, 16), 0) ?? 0;
      const size = 2 ** 32 - value(mask);
      return size === 2 ** 32 ? [] : [{ first: value(destination), last: value(destination) + size - 1 }];
    });
}

function rangesInUse(): Range[] {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ family, cidr }) => (family === 'IPv4' && cidr !== null ? [rangeOf(cidr)] : []));
  try {
    return [...own, ...parseRoutes(readFileSync('/proc/net/route', 'utf8'))];
  } catch {
    return own;
  }
}
