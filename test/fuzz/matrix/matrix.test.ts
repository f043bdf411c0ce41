import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runMatrix, type MatrixProgress } from '../../../src/fuzz/matrix/matrix.ts';
import { resolveMatrix, type MatrixAsked } from '../../../src/fuzz/matrix/options.ts';
import type { MatrixRecord } from '../../../src/store/matrix.ts';
import { matrixAnswer } from '../../../reports/kill-figures.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clew-matrix-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const file = (name: string): string => resolve(import.meta.dirname, `${name}.ts`);

async function matrix(
  name: string,
  more: Partial<MatrixAsked> = {},
  onProgress: (progress: MatrixProgress) => void = () => undefined,
  signal = new AbortController().signal,
): Promise<MatrixRecord> {
  const asked = { system: file(name), nodes: 3, campaigns: 2, killBudget: '300ms', control: 4, shrinkBudgetS: 20 };
  const resolved = await resolveMatrix({ jobs: 2, ...asked, ...more });
  return runMatrix({ ...resolved, command: 'clew', directory }, onProgress, signal);
}

describe('a kill matrix', () => {
  it('says how soon each mutant is killed, the same with any number of workers, and keeps its smallest run', async () => {
    const told: MatrixProgress[] = [];
    const record = await matrix('right', { killBudget: '60s' }, (progress) => told.push(progress));
    expect(record.mutants.map(({ name }) => name)).toEqual(['always-forgets', 'often-forgets']);
    const [always, often] = record.mutants;
    expect(always?.hunts.map(({ seeds, firstSeed }) => [seeds, firstSeed])).toEqual([
      [1, 1],
      [1, 100_001],
    ]);
    for (const { firstSeed, seeds, kill } of often?.hunts ?? []) {
      expect(kill).toMatchObject({ seed: firstSeed + seeds - 1, check: 'linearizable', failures: ['linearizable'] });
    }
    expect(always?.smallest).toMatchObject({ operations: 2, faults: 0, nodes: 1 });
    expect(existsSync(join(directory, 'always-forgets', 'report.html'))).toBe(true);

    const took = record.mutants.flatMap(({ hunts }) => hunts).reduce((sum, { seeds }) => sum + seeds, 0);
    expect(record.control).toMatchObject({ runs: Math.max(4, took), failedRuns: 0, failed: [] });
    expect(matrixAnswer(record)).toBe('valid');
    expect(JSON.parse(await readFile(join(directory, 'matrix.json'), 'utf8'))).toEqual(record);
    expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['hunt', 'shrinking', 'mutant', 'control']));

    const found = (of: MatrixRecord): unknown =>
      of.mutants.map(({ hunts }) => hunts.map(({ seeds, kill }) => ({ seeds, kill })));
    expect(found(await matrix('right', { killBudget: '60s', jobs: 1, shrink: false }))).toEqual(found(record));
  }, 60_000);

  it('says which mutants stay alive', async () => {
    const record = await matrix('spared');
    const [, harmless] = record.mutants;
    expect(harmless?.hunts.map(({ kill }) => kill)).toEqual([null, null]);
    expect(harmless?.hunts[0]?.seeds).toBeGreaterThan(0);
    expect(harmless?.smallest).toBeNull();
    expect(matrixAnswer(record)).toBe('unknown');
  }, 60_000);

  it('says that the system fails without a mutant, whatever was killed', async () => {
    const record = await matrix('wrong', { shrink: false, campaigns: 1 });
    expect(record.control?.failedRuns).toBe(record.control?.runs);
    expect(record.control?.failed[0]).toMatchObject({ seed: 1, failure: 'linearizable' });
    expect(matrixAnswer(record)).toBe('invalid');
  }, 60_000);

  it('ends when it is interrupted, with the mutants that were done', async () => {
    const stop = new AbortController();
    const onProgress = ({ kind }: MatrixProgress): void => {
      if (kind === 'mutant') stop.abort();
    };
    const record = await matrix('right', { shrink: false }, onProgress, stop.signal);
    expect(record.mutants.map(({ name }) => name)).toEqual(['always-forgets']);
    expect(record.control).toBeNull();
    expect(matrixAnswer(record)).toBe('unknown');
  }, 60_000);
});

describe('what is asked of a kill matrix', () => {
  it.each([
    [{ system: 'canary' }, 'canary has no mutants'],
    [{ system: 'raft', killBudget: 'soon' }, '--kill-budget soon: expected a time, such as 90s, 10m or 8h'],
    [{ system: 'raft', campaigns: 1001 }, '--campaigns 1001: at most 1000'],
    [{ system: 'rafd' }, 'unknown system "rafd"'],
  ] satisfies [MatrixAsked, string][])('is refused where it makes no sense: %o', async (asked, why) => {
    await expect(resolveMatrix(asked)).rejects.toThrow(why);
  });
});
