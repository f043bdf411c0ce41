import { expect, test } from 'vitest';

import { bridgeTable } from '../../src/cluster/bridge-table.ts';

const scripted = (answer = '') => {
  const scripts: string[] = [];
  const table = bridgeTable({
    name: 'run-7',
    addresses: { n1: '10.0.0.2', n2: '10.0.0.3', n3: '10.0.0.4' },
    run: (script) => {
      scripts.push(script);
      return Promise.resolve(answer);
    },
  });
  return { table, scripts };
};

test('a cut is one transaction that replaces the cuts before it', async () => {
  const { table, scripts } = scripted();
  await table.cut([['n1', 'n2'], ['n3', 'n1'], ['n1', 'n2']]); // prettier-ignore
  expect(scripts).toEqual([
    'flush set bridge clew_run_7 cut\nadd element bridge clew_run_7 cut { 10.0.0.2 . 10.0.0.3, 10.0.0.4 . 10.0.0.2 }\n',
  ]);
});

test('no cuts leave the set empty', async () => {
  const { table, scripts } = scripted();
  await table.cut([]);
  expect(scripts).toEqual(['flush set bridge clew_run_7 cut\n']);
});

test('loss is drawn a packet; total loss draws nothing, and no loss is no rule', async () => {
  const { table, scripts } = scripted();
  await table.shape([
    { edges: [['n1', 'n2']], loss: 0.3 },
    { edges: [['n2', 'n1'], ['n2', 'n3']], loss: 1 }, // prettier-ignore
    { edges: [['n1', 'n3']], loss: 0 },
    { edges: [['n1', 'n3']], delayMs: 50 },
    { edges: [], loss: 0.5 },
  ]);
  expect(scripts[0]?.trim().split('\n')).toEqual([
    'flush chain bridge clew_run_7 lose',
    'add rule bridge clew_run_7 lose ip saddr . ip daddr { 10.0.0.2 . 10.0.0.3 } numgen random mod 1000000 < 300000 counter name dropped drop',
    'add rule bridge clew_run_7 lose ip saddr . ip daddr { 10.0.0.3 . 10.0.0.2, 10.0.0.3 . 10.0.0.4 } counter name dropped drop',
  ]);
});

test('what makes no sense is refused before anything changes', async () => {
  const { table, scripts } = scripted();
  await expect(table.cut([['n1', 'n9']])).rejects.toThrow('no node "n9"');
  await expect(table.shape([{ edges: [['n1', 'n2']], loss: 1.5 }])).rejects.toThrow('not a share');
  await expect(table.shape([{ edges: [['n1', 'n2']], loss: NaN }])).rejects.toThrow('not a share');
  expect(scripts).toEqual([]);
});

test('the count of dropped packets is read from the table', async () => {
  const listing = 'table bridge clew_run_7 {\n\tcounter dropped {\n\t\tpackets 42 bytes 4711\n\t}\n}\n';
  expect(await scripted(listing).table.dropped()).toBe(42);
  await expect(scripted('').table.dropped()).rejects.toThrow('no counter');
});
