import { expect, test } from 'vitest';

import { addressesIn, gatewayOf } from '../../src/cluster/addresses.ts';

test('nodes follow the gateway, in order', () => {
  expect(gatewayOf('10.87.0.0/24')).toBe('10.87.0.1');
  expect(addressesIn('10.87.0.0/24', ['b', 'a'])).toEqual({ b: '10.87.0.2', a: '10.87.0.3' });
});

test('large clusters go on into the next octet', () => {
  const nodes = Array.from({ length: 300 }, (_, i) => `n${i}`);
  const addresses = addressesIn('10.87.0.0/16', nodes);
  expect(addresses['n299']).toBe('10.87.1.45');
  expect(new Set(Object.values(addresses)).size).toBe(300);
});

test('a network is taken from its start, whatever address names it', () => {
  expect(gatewayOf('192.168.1.77/24')).toBe('192.168.1.1');
});

test('a network that is too small says how many it holds', () => {
  expect(() => addressesIn('10.0.0.0/29', ['1', '2', '3', '4', '5', '6'])).toThrow('has room for 5');
  expect(Object.values(addressesIn('10.0.0.0/29', ['1', '2', '3', '4', '5']))).toContain('10.0.0.6');
});

test.each(['10.0.0.0', '10.0.0/24', '10.0.0.256/24', '10.0.0.0/31', 'fd00::/64', ''])('%s is no network', (subnet) => {
  expect(() => gatewayOf(subnet)).toThrow('is not an IPv4 network');
});
