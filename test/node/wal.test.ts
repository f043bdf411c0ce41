import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { frame, openWal } from '../../src/node/wal.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clew-wal-'));
  path = join(directory, 'wal');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const written = async (...payloads: readonly string[]): Promise<Buffer> => {
  const { wal } = await openWal(directory);
  for (const payload of payloads) await wal.append(payload);
  await wal.close();
  return readFileSync(path);
};
const found = async () => {
  const { wal, payloads, droppedBytes } = await openWal(directory);
  await wal.close();
  return { payloads, droppedBytes };
};

test('what was appended is found again, over several openings', async () => {
  await written('[1]', '["zwölf"]');
  await written('[3]');
  expect(await found()).toEqual({ payloads: ['[1]', '["zwölf"]', '[3]'], droppedBytes: 0 });
});

test('a last record that is cut off anywhere is dropped, and the file goes on before it', async () => {
  const whole = await written('["first"]', '["second"]');
  const first = frame('["first"]', 0).length;
  for (let length = first; length < whole.length; length++) {
    writeFileSync(path, whole.subarray(0, length));
    expect(await found()).toEqual({ payloads: ['["first"]'], droppedBytes: length - first });
    await written('["third"]');
    expect(await found()).toEqual({ payloads: ['["first"]', '["third"]'], droppedBytes: 0 });
  }
});

test('a last record with any bit flipped is dropped', async () => {
  const whole = await written('["first"]', '["second"]');
  for (let at = frame('["first"]', 0).length; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
    writeFileSync(path, damaged);
    expect((await found()).payloads).toEqual(['["first"]']);
  }
});

test('a tail of zeros, which some file systems leave after a crash, is dropped', async () => {
  const whole = await written('["first"]');
  writeFileSync(path, Buffer.concat([whole, Buffer.alloc(4096)]));
  expect(await found()).toEqual({ payloads: ['["first"]'], droppedBytes: 4096 });
});

test('a damaged record with an intact one after it is corruption, and says where', async () => {
  const whole = await written('["first"]', '["second"]', '["third"]');
  const first = frame('["first"]', 0).length;
  // Whatever is damaged, be it the length, the checksum or the payload: no crash explains it.
  for (let at = first; at < first + frame('["second"]', 0).length; at++) {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
    writeFileSync(path, damaged);
    await expect(openWal(directory)).rejects.toThrow(`the record at byte ${first} is damaged`);
    expect(readFileSync(path)).toEqual(damaged);
  }
});

test('an intact record in the place of another is corruption, even one of the same length', async () => {
  const whole = await written('["a one"]', '["b two"]', '["c six"]', '["d ten"]');
  const { length } = frame('["a one"]', 0);
  for (const [from, to] of [
    [2, 0],
    [3, 1],
    [0, 1],
    [3, 2],
  ] as const) {
    const damaged = Buffer.from(whole);
    whole.copy(damaged, to * length, from * length, (from + 1) * length);
    writeFileSync(path, damaged);
    await expect(openWal(directory)).rejects.toThrow(`the record at byte ${to * length} is damaged`);
  }
});

test('replace leaves exactly the given frames, and appending goes on after them', async () => {
  const { wal } = await openWal(directory);
  for (let i = 0; i < 50; i++) await wal.append(`["old ${i}"]`);
  const before = wal.size;
  await wal.replace(['["new"]']);
  expect(wal.size).toBeLessThan(before);
  await wal.append('["after"]');
  expect(statSync(path).size).toBe(wal.size);
  await wal.close();
  expect(await found()).toEqual({ payloads: ['["new"]', '["after"]'], droppedBytes: 0 });
  expect(readdirSync(directory)).toEqual(['wal']);
});

test('a rewrite that a crash cut short is forgotten', async () => {
  await written('["first"]');
  writeFileSync(join(directory, 'wal.new'), frame('["half of"]', 0));
  expect((await found()).payloads).toEqual(['["first"]']);
  expect(readdirSync(directory)).toEqual(['wal']);
});
