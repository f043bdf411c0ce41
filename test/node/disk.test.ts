import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Disk, DiskImage, Json } from '../../systems/protocol.ts';
import { type HostDisk, openDisk } from '../../src/node/disk.ts';

let directory: string;
const opened: HostDisk[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clew-disk-'));
});
afterEach(async () => {
  for (const disk of opened.splice(0)) await disk.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Opens the disk as a new process would; what the one before did not sync exists nowhere any more. */
const open = async (compactAtBytes?: number) => {
  const synced: number[] = [];
  const errors: unknown[] = [];
  const disk = await openDisk({
    directory,
    onSynced: (ticket) => synced.push(ticket),
    onError: (error) => errors.push(error),
    ...(compactAtBytes === undefined ? {} : { compactAtBytes }),
  });
  opened.push(disk);
  const sync = async (): Promise<void> => {
    disk.disk.sync();
    await disk.idle();
  };
  return { ...disk, sync, synced, errors };
};
const plain = ({ values, logs }: DiskImage): Json => ({
  values: Object.fromEntries(values),
  logs: Object.fromEntries([...logs].map(([name, { first, records }]) => [name, { first, records: [...records] }])),
});

test('a new disk is empty', async () => {
  expect(plain((await open()).recovered)).toEqual({ values: {}, logs: {} });
});

test('writes after the last sync are lost, those before it are not', async () => {
  const first = await open();
  first.disk.put('vote', 'n1');
  first.disk.append('log', 'a');
  first.disk.sync();
  first.disk.put('vote', 'n2');
  first.disk.append('log', 'b');
  await first.idle();
  expect(plain((await open()).recovered)).toEqual({
    values: { vote: 'n1' },
    logs: { log: { first: 0, records: ['a'] } },
  });
});

test('writes that no sync covered go with the next one', async () => {
  const first = await open();
  first.disk.put('a', 1);
  first.disk.sync();
  first.disk.put('b', 2);
  await first.idle();
  await first.sync();
  expect(plain((await open()).recovered)).toEqual({ values: { a: 1, b: 2 }, logs: {} });
});

test('tickets complete in order, each once, and never inside the call', async () => {
  const { disk, idle, synced } = await open();
  const tickets: number[] = [];
  for (let i = 0; i < 5; i++) {
    disk.append('log', i);
    tickets.push(disk.sync());
    expect(synced).toEqual([]);
  }
  await idle();
  expect(synced).toEqual(tickets);
});

test('a sync with nothing to write completes too', async () => {
  const { sync, synced } = await open();
  await sync();
  expect(synced).toEqual([0]);
});

test('truncating below the first position moves the log there', async () => {
  const { disk, sync } = await open();
  disk.append('log', 'a');
  disk.trim('log', 9);
  disk.append('log', 'at 9');
  disk.truncate('log', 4);
  disk.append('log', 'at 4');
  await sync();
  expect(plain((await open()).recovered)).toEqual({ values: {}, logs: { log: { first: 4, records: ['at 4'] } } });
});

test('what was recovered does not change with later writes', async () => {
  const first = await open();
  first.disk.append('log', 'a');
  await first.sync();
  const second = await open();
  second.disk.append('log', 'b');
  second.disk.put('x', 1);
  await second.sync();
  expect(plain(second.recovered)).toEqual({ values: {}, logs: { log: { first: 0, records: ['a'] } } });
});

test('a position that is none is an error of the protocol', async () => {
  const { disk } = await open();
  expect(() => {
    disk.truncate('log', -1);
  }).toThrow('not a position');
  expect(() => {
    disk.trim('log', 0.5);
  }).toThrow('not a position');
});

test('a failed write is told once, completes no sync, and nothing is written after it', async () => {
  const { disk, idle, errors, synced } = await open();
  // A record that JSON can't carry makes the write fail as a full disk would, without touching the file.
  disk.put('bad', 1n as unknown as Json);
  disk.sync();
  await idle();
  disk.put('good', 1);
  disk.sync();
  await idle();
  expect(errors).toHaveLength(1);
  expect(synced).toEqual([]);
  expect(plain((await open()).recovered)).toEqual({ values: {}, logs: {} });
});

describe('rewriting the file', () => {
  test('keeps it within a few times what is live', async () => {
    const { disk, sync } = await open(10_000);
    for (let i = 0; i < 400; i++) {
      disk.put('counter', i);
      disk.append('log', 'x'.repeat(100));
      if (i >= 10) disk.trim('log', i - 10);
      await sync();
    }
    expect(statSync(join(directory, 'wal')).size).toBeLessThan(12_000);
    const { values, logs } = (await open()).recovered;
    expect(values.get('counter')).toBe(399);
    expect(logs.get('log')).toMatchObject({ first: 389 });
    expect(logs.get('log')?.records).toHaveLength(11);
  });

  test('changes nothing about what is there', async () => {
    const name = fc.constantFrom('a', 'b');
    const write = fc.oneof(
      fc.tuple(fc.constant('put' as const), name, fc.nat(9)),
      fc.tuple(fc.constant('append' as const), name, fc.nat(9)),
      fc.tuple(fc.constant('truncate' as const), name, fc.nat(6)),
      fc.tuple(fc.constant('trim' as const), name, fc.nat(6)),
      fc.tuple(fc.constant('sync' as const)),
    );
    const play = async (disk: Disk, idle: () => Promise<void>, writes: readonly (readonly unknown[])[]) => {
      for (const [call, ...args] of writes) {
        if (call === 'sync') {
          disk.sync();
          await idle();
        } else (disk[call as 'put'] as (...given: unknown[]) => void)(...args);
      }
      disk.sync();
      await idle();
    };
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 30 }), async (writes) => {
        const images: Json[] = [];
        for (const compactAtBytes of [0, Infinity]) {
          rmSync(join(directory, 'wal'), { force: true });
          const { disk, idle } = await open(compactAtBytes);
          await play(disk, idle, writes);
          images.push(plain((await open()).recovered));
          for (const each of opened.splice(0)) await each.close();
        }
        expect(images[0]).toEqual(images[1]);
      }),
      { numRuns: 30, seed: 7 },
    );
  });
});
