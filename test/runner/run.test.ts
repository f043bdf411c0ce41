import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { checkLinearizable } from '../../checkers/linearizable/linearizable.ts';
import { models } from '../../checkers/models/index.ts';
import { readHistoryFile } from '../../src/history/reader.ts';
import { silentObserver, type RunEvent } from '../../src/runner/observer.ts';
import type { TestOptions } from '../../src/runner/options.ts';
import { replay } from '../../src/runner/replay.ts';
import { runTest } from '../../src/runner/run.ts';
import { readRun } from '../../src/store/read.ts';

const storeDirectory = mkdtempSync(join(tmpdir(), 'clew-run-'));
afterAll(() => {
  rmSync(storeDirectory, { recursive: true, force: true });
});

const run = (options: Partial<TestOptions> = {}) =>
  runTest(
    { system: 'raft', cluster: 'sim', timeLimitS: 15, seed: 1, storeDirectory, ...options },
    silentObserver,
    new AbortController().signal,
  );
const example = fileURLToPath(new URL('../../examples/one-copy.ts', import.meta.url));

describe('a simulated run', () => {
  it('of Raft under all faults is valid, and every kind of fault was seen to bite', async () => {
    const { runs, exitCode } = await run();
    expect(exitCode).toBe(0);
    const { results, test } = await readRun(runs[0]?.directory ?? '');
    expect(results?.checkers['faults']).toMatchObject({ valid: true });
    expect(test.faults).toEqual(['partition', 'packet', 'kill', 'pause', 'clock', 'disk']);
    expect(new Set(test.schedule.map(({ kind }) => kind))).toEqual(new Set(test.faults));
  });

  it('takes the same course with the same seed in two processes', { timeout: 60_000 }, async () => {
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
    const hashes = await Promise.all(
      ['a', 'b'].map(async (name) => {
        const store = join(storeDirectory, name);
        const words = ['test', 'raft', '--cluster', 'sim', '--time-limit', '10', '--seed', '77', '--store', store];
        await execa(process.execPath, [main, ...words]);
        return (await readRun(join(store, 'latest'))).results?.hash;
      }),
    );
    expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(hashes[1]).toBe(hashes[0]);
    const { runs } = await run({ timeLimitS: 10, seed: 77 });
    expect(runs[0]?.hash).toBe(hashes[0]);
  });

  it('that is to fail fast ends with its first violation, and is replayed to there', async () => {
    const told: string[] = [];
    const observer = {
      onEvent(event: RunEvent) {
        if (event.kind === 'message') told.push(event.text);
      },
    };
    const { signal } = new AbortController();
    const asked = { system: 'raft', cluster: 'sim', mutant: 'stale-read', timeLimitS: 50, storeDirectory } as const;
    const { runs, exitCode } = await runTest({ ...asked, seed: 7000, runs: 20, failFast: true }, observer, signal);
    expect(exitCode).toBe(1);
    const found = told.find((text) => text.startsWith('violation found after')) ?? '';
    const atS = Number(/after ([\d.]+) s: not linearizable: process/.exec(found)?.[1]);
    const { history, results } = await readRun(runs.at(-1)?.directory ?? '');
    // Clients have a second to end what they were doing.
    expect((history.at(-1)?.time ?? 0) / 1e9).toBeLessThan(Math.min(49, atS + 1.1));
    expect(results?.checkers['linearizable']?.valid).toBe(false);
    const failing = readHistoryFile(join(runs.at(-1)?.directory ?? '', 'failing.jsonl'));
    expect(failing.length).toBeLessThan(20);
    expect(checkLinearizable(failing, models.register).valid).toBe(false);
    const again = await replay({ run: runs.at(-1)?.directory ?? '', storeDirectory }, silentObserver, signal);
    expect(again.runs[0]?.hash).toBe(results?.hash);
  });

  it('replayed from its directory is the same run, and from another seed another', async () => {
    const { runs } = await run({ seed: 5 });
    const again = await replay(
      { run: runs[0]?.directory ?? '', storeDirectory },
      silentObserver,
      new AbortController().signal,
    );
    expect(again.runs[0]?.hash).toBe(runs[0]?.hash);
    expect((await run({ seed: 6 })).runs[0]?.hash).not.toBe(runs[0]?.hash);
  });
});

describe('mutants of Raft', () => {
  it.each([
    ['stale-read', 'linearizable', 1],
    ['ack-before-sync', 'linearizable', 1],
    ['no-session', 'linearizable', 1],
    ['forget-vote', 'invariants', 11],
  ])('%s is found by %s', { timeout: 60_000 }, async (mutant, checker, seed) => {
    const { runs, exitCode } = await run({ mutant, seed, timeLimitS: 50, runs: 40, failFast: true });
    expect(exitCode).toBe(1);
    const { results } = await readRun(runs.at(-1)?.directory ?? '');
    expect(results?.checkers[checker]).toMatchObject({ valid: false });
  });
});

describe("a user's own system", () => {
  it('is valid when it is right, and invalid when it answers too early', async () => {
    expect(await run({ system: example })).toMatchObject({ valid: true });
    expect(await run({ system: example, mutant: 'answers-early' })).toMatchObject({ valid: false });
  });
});

describe('what can not be done', () => {
  it('is said before anything starts, and leaves no run behind', async () => {
    const store = join(storeDirectory, 'none');
    await expect(run({ nodes: 1, faults: ['partition'], storeDirectory: store })).rejects.toThrow(
      "the sim cluster can't do the fault partition here: it needs more than 1 node",
    );
    expect(readdirSync(join(store, 'raft'))).toEqual([]);
  });

  it.each([
    [{ system: 'rafd' }, 'unknown system "rafd"; did you mean "raft"?'],
    [{ system: './no-such.ts' }, 'no such system file'],
    [{ workload: 'regster' }, 'did you mean "register"?'],
    [{ mutant: 'stale-reads' }, 'did you mean "stale-read"?'],
    [{ faults: ['partion'] }, 'did you mean "partition"?'],
    [{ concurrency: 'n2' }, 'concurrency must be a number or a number per node like 2n, not n2'],
    [{ nodes: 0 }, 'nodes must be a whole number from 1 to 50, not 0'],
    [{ rate: -1 }, 'rate must be a number from 0'],
    [{ timeLimitS: Number.NaN }, 'time limit must be a number'],
  ])('%j', async (options, message) => {
    await expect(run(options)).rejects.toThrow(message);
  });
});
