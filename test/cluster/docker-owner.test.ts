import { spawnSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import { bridgeTable } from '../../src/cluster/bridge-table.ts';
import {
  deadTables,
  formatOwner,
  isDead,
  type Machine,
  type Owner,
  parseOwner,
  tableNamed,
  tableNameFor,
  thisMachine,
} from '../../src/cluster/docker/owner.ts';

const self: Owner = { pid: 10, startTime: 500, hostname: 'here', boot: 'b-1', pidNamespace: '4026531836' };
const started = new Map([
  [10, 500],
  [11, 700],
]);
const machine: Machine = { self, startTimeOf: (pid) => started.get(pid) ?? null };

describe('an owner', () => {
  test('is read back from its label', () => {
    expect(parseOwner(formatOwner(self))).toEqual(self);
    const elsewhere = { ...self, boot: '', pidNamespace: '' };
    expect(parseOwner(formatOwner(elsewhere))).toEqual(elsewhere);
  });

  test.each(['', '12', '12:3', 'x:3@here/b/1', '12:3@here', '12:3@here/b/1/2'])('"%s" is none', (text) => {
    expect(parseOwner(text)).toBeNull();
  });

  test.each([
    ['runs', {}, false],
    ['runs beside us', { pid: 11, startTime: 700 }, false],
    ['has ended', { pid: 12 }, true],
    // The number was given to another process since.
    ['had a number that another process has now', { pid: 11, startTime: 699 }, true],
    ['was before the machine started anew', { boot: 'b-0' }, true],
    ['is on another machine', { hostname: 'there', boot: 'b-9', pid: 12 }, false],
    ['counts its processes differently, as in a container', { pidNamespace: '1', pid: 12 }, false],
  ])('that %s: dead is %s', (_what, change, dead) => {
    expect(isDead({ ...self, ...change }, machine)).toBe(dead);
  });

  test('is this process, which lives, and not one that has ended', () => {
    const real = thisMachine();
    expect(real.self.pid).toBe(process.pid);
    expect(isDead(real.self, real)).toBe(false);
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    expect(isDead({ ...real.self, pid }, real)).toBe(true);
    expect(isDead({ ...real.self, startTime: real.self.startTime + 1 }, real)).toBe(true);
  });
});

describe('tables', () => {
  const listing = (...names: string[]) => names.map((name) => `table bridge ${name}\n`).join('');
  const named = (owner: Partial<Owner>, runId = 'mh-1') => tableNamed(tableNameFor(runId, { ...self, ...owner }));

  test('of dead owners are found by their name, others stay', () => {
    const dead = named({ pid: 12 });
    const others = [named({}), named({ pid: 11, startTime: 700 }), named({ pid: 12, pidNamespace: '1' })];
    expect(deadTables(listing(...others, dead, 'clew_mine', 'filter', `my_${dead}`), machine)).toEqual([dead]);
    expect(deadTables(`table inet ${dead}\n`, machine)).toEqual([]);
  });

  test('are called what bridgeTable calls them', async () => {
    const scripts: string[] = [];
    const run = (script: string) => {
      scripts.push(script);
      return Promise.resolve('');
    };
    const name = tableNameFor('a-b.c', self);
    await bridgeTable({ name, addresses: {}, run }).remove();
    expect(scripts.join()).toContain(`delete table bridge ${tableNamed(name)}\n`);
  });
});
