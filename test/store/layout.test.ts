import { mkdir, mkdtemp, readFile, readdir, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { createRunDirectory, fileName, linkLatest, timeName } from '../../src/store/layout.ts';
import { writeAtomically } from '../../src/store/write.ts';

const startedAt = new Date('2026-11-20T21:55:01.123Z');
let store = '';
beforeEach(async () => {
  store = join(await mkdtemp(join(tmpdir(), 'clew-store-')), 'store');
});
afterEach(async () => {
  await rm(join(store, '..'), { recursive: true, force: true });
});

describe('the run directory', () => {
  it('is named after system, time and seed', async () => {
    expect(await createRunDirectory({ store, system: 'raft', seed: 42, startedAt })).toBe(
      join(store, 'raft', '20261120T215501.123-42'),
    );
  });

  it('is never one that is there already, also when several runs begin at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 5 }, () => createRunDirectory({ store, system: 'raft', seed: 42, startedAt })),
    );
    expect(new Set(all).size).toBe(5);
    expect((await readdir(join(store, 'raft'))).toSorted()).toEqual(
      ['', '-2', '-3', '-4', '-5'].map((end) => `20261120T215501.123-42${end}`),
    );
  });

  it('stays inside the store, whatever the system is called', async () => {
    const directory = await createRunDirectory({ store, system: '../../etc', seed: 1, startedAt });
    expect(directory.startsWith(join(store, '.._.._etc'))).toBe(true);
    expect(['..', '.', '', 'a b/c', 'raft'].map(fileName)).toEqual(['_..', '_.', '_', 'a_b_c', 'raft']);
  });

  it('that cannot be made is a clear error', async () => {
    await mkdir(join(store, '..'), { recursive: true });
    await writeFile(store, 'a file');
    const making = createRunDirectory({ store, system: 'raft', seed: 1, startedAt });
    await expect(making).rejects.toThrow(RunError);
    await expect(making).rejects.toThrow(/cannot create the directory .*raft: .*--store/);
  });

  it('sorts by time', () => {
    const times = ['2026-11-20T21:55:01.123Z', '2026-11-20T21:55:01.200Z', '2027-01-01T00:00:00.000Z'];
    const names = times.map((time) => timeName(new Date(time)));
    expect(names.toSorted()).toEqual(names);
  });
});

describe('latest', () => {
  it('points to the last run, relative so that the store can be moved', async () => {
    for (const seed of [1, 2]) {
      const directory = await createRunDirectory({ store, system: 'raft', seed, startedAt });
      await linkLatest(store, directory);
      expect(await realpath(join(store, 'latest'))).toBe(await realpath(directory));
    }
    expect(await readlink(join(store, 'latest'))).toBe(join('raft', '20261120T215501.123-2'));
  });

  it('is there at every moment while it is replaced', async () => {
    const directories = await Promise.all(
      [1, 2].map((seed) => createRunDirectory({ store, system: 'raft', seed, startedAt })),
    );
    await linkLatest(store, directories[0] ?? '');
    const replacing = new AbortController();
    const looking = (async () => {
      let looks = 0;
      for (; !replacing.signal.aborted; looks++) expect(await readlink(join(store, 'latest'))).toMatch(/raft/);
      return looks;
    })();
    for (let i = 0; i < 100; i++) await linkLatest(store, directories[i % 2] ?? '');
    replacing.abort();
    expect(await looking).toBeGreaterThan(10);
    expect(await readdir(store)).toEqual(expect.arrayContaining(['latest', 'raft']));
    expect(await readdir(store)).toHaveLength(2);
  });

  it('does not replace a directory of that name', async () => {
    await mkdir(join(store, 'latest', 'precious'), { recursive: true });
    const directory = await createRunDirectory({ store, system: 'raft', seed: 1, startedAt });
    await expect(linkLatest(store, directory)).rejects.toThrow(RunError);
    expect(await readdir(join(store, 'latest'))).toEqual(['precious']);
    expect((await readdir(store)).toSorted()).toEqual(['latest', 'raft']);
  });
});

describe('writing a file', () => {
  it('replaces the old one as a whole and leaves nothing beside it', async () => {
    await mkdir(store, { recursive: true });
    const path = join(store, 'test.json');
    await writeAtomically(path, 'old');
    await writeAtomically(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(store)).toEqual(['test.json']);
  });

  it('keeps the old one when the new one cannot be put in its place', async () => {
    await mkdir(join(store, 'test.json', 'in the way'), { recursive: true });
    await expect(writeAtomically(join(store, 'test.json'), 'new')).rejects.toThrow(/cannot write .*test\.json/);
    expect(await readdir(store)).toEqual(['test.json']);
  });
});
