import { describe, expect, test } from 'vitest';

import { candidates, createNetwork, isTaken, overlap, parseRoutes, rangeOf } from '../../src/cluster/docker/network.ts';
import type { Engine } from '../../src/cluster/docker/engine.ts';

const number = (address: string) => rangeOf(`${address}/32`).first;

describe('ranges', () => {
  test('are those of the network that an address is in', () => {
    expect(rangeOf('10.87.3.7/24')).toEqual({ first: number('10.87.3.0'), last: number('10.87.3.255') });
    expect(rangeOf('255.255.255.255/32')).toEqual({ first: 2 ** 32 - 1, last: 2 ** 32 - 1 });
  });

  test('overlap where one address is in both', () => {
    const network = rangeOf('10.87.3.0/24');
    expect(overlap(network, rangeOf('10.0.0.0/8'))).toBe(true);
    expect(overlap(rangeOf('10.87.3.255/32'), network)).toBe(true);
    expect(overlap(network, rangeOf('10.87.4.0/24'))).toBe(false);
    expect(overlap(network, rangeOf('10.87.2.0/24'))).toBe(false);
  });

  test('are read from the routes of the kernel, without the default route', () => {
    const table = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'tun0\t0003570A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
      '',
    ].join('\n');
    expect(parseRoutes(table)).toEqual([rangeOf('10.87.3.0/24')]);
  });
});

test('two runs do not begin with the same subnet, and each comes to all', () => {
  expect(candidates('clew-a')[0]).not.toBe(candidates('clew-b')[0]);
  expect(new Set(candidates('clew-a')).size).toBe(256);
});

describe('a network', () => {
  const options = { name: 'clew-x', labels: {}, internal: true };
  /** An engine whose n-th answer to a new network is the n-th complaint. */
  const engine = (...complaints: (string | null)[]): { engine: Engine; asked: string[] } => {
    const asked: string[] = [];
    const createNetwork = (wish: { IPAM: { Config: { Subnet: string }[] } }) => {
      asked.push(wish.IPAM.Config[0]?.Subnet ?? '');
      const complaint = complaints[Math.min(asked.length, complaints.length) - 1] ?? null;
      return complaint === null ? Promise.resolve({ id: 'new' }) : Promise.reject(new Error(complaint));
    };
    return { engine: { docker: { createNetwork } } as unknown as Engine, asked };
  };
  const pool = 'Pool overlaps with other one on this address space';

  test('is made on the next subnet when one is taken', async () => {
    const busy = engine(pool, pool, null);
    expect(await createNetwork(busy.engine, options)).toEqual({ id: 'new', subnet: busy.asked[2] });
    expect(new Set(busy.asked).size).toBe(3);
  });

  test('is not tried for ever', async () => {
    await expect(createNetwork(engine(pool).engine, options)).rejects.toThrow(/no free subnet.*docker network prune/);
  });

  test('that the engine refuses for another reason is not tried again', async () => {
    const broken = engine('permission denied');
    await expect(createNetwork(broken.engine, options)).rejects.toThrow(
      'docker: creating the network clew-x: permission denied',
    );
    expect(broken.asked).toHaveLength(1);
  });

  test.each([
    [pool, true],
    ['cannot create network 1 (br-1): conflicts with network 2 (br-2): networks have overlapping IPv4', true],
    ['could not find an available, non-overlapping IPv4 address pool', true],
    ['network with name clew-x already exists', false],
  ])('"%s" means that the subnet is taken: %s', (complaint, taken) => {
    expect(isTaken(complaint)).toBe(taken);
  });
});
