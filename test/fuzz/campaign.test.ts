import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCampaign, type CampaignOptions, type CampaignProgress } from '../../src/fuzz/campaign.ts';
import { resolveFuzz, type FuzzOptions } from '../../src/fuzz/options.ts';
import { readCampaign } from '../../src/store/campaign-files.ts';
import { readPlan } from '../../src/store/plan-file.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clew-campaign-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const quiet = new AbortController().signal;
const fresh = { results: [], timing: null };

async function options(asked: Partial<FuzzOptions>, more: Partial<CampaignOptions> = {}): Promise<CampaignOptions> {
  const { storeDirectory: _store, ...resolved } = await resolveFuzz({
    system: 'raft',
    jobs: 1,
    shrink: false,
    ...asked,
  });
  return { ...resolved, directory, earlier: fresh, ...more };
}

const bytes = (file: string): Promise<string> => readFile(join(directory, file), 'utf8');

describe('a campaign', () => {
  it('leaves the same bytes with one worker, with two, and after it was stopped and went on', async () => {
    const seeds = '500..515';
    await runCampaign(await options({ seeds, mutant: 'no-session' }), () => undefined, quiet);
    const one = [await bytes('results.jsonl'), await bytes('campaign.json')];
    expect(one[0]?.trimEnd().split('\n')).toHaveLength(16);

    await rm(directory, { recursive: true });
    await import('node:fs/promises').then(({ mkdir }) => mkdir(directory));
    const stop = new AbortController();
    const asked = { seeds, mutant: 'no-session', jobs: 2 };
    const first = await runCampaign(
      await options(asked),
      (progress) => {
        if (progress.kind === 'runs' && progress.done >= 4) stop.abort();
      },
      stop.signal,
    );
    expect(first.isComplete).toBe(false);
    expect(first.record.runs).toBeLessThan(16);
    // A crash in the middle of a line loses that line.
    await writeFile(join(directory, 'results.jsonl'), `${await bytes('results.jsonl')}{"seed":531,"fai`);
    const second = await runCampaign(
      await options(asked, { earlier: await readCampaign(directory) }),
      () => undefined,
      quiet,
    );
    expect(second.isComplete).toBe(true);
    expect([await bytes('results.jsonl'), await bytes('campaign.json')]).toEqual(one);
  }, 120_000);

  it('tells failures apart by class, counts them, and keeps the smallest schedule of each with its report', async () => {
    const told: CampaignProgress[] = [];
    const { record } = await runCampaign(
      await options({ seeds: '1..16', mutant: 'ack-before-sync', shrink: true, jobs: 2 }),
      (progress) => told.push(progress),
      quiet,
    );
    expect(record.failed).toBe(record.failures.reduce((sum, { count }) => sum + count, 0));
    const [found] = record.failures;
    expect(['linearizable', 'invariants: acknowledged-durable']).toContain(found?.failure);
    expect(found?.smallest?.operations).toBeLessThanOrEqual(4);
    const kept = join(directory, found?.smallest?.directory ?? '');
    const plan = await readPlan(join(kept, 'schedule.json'));
    expect(plan.found?.failure).toBe(found?.failure);
    expect(await readFile(join(kept, 'report.html'), 'utf8')).toContain('A promise was broken');
    expect(told.some(({ kind }) => kind === 'failure')).toBe(true);
    expect(told.some(({ kind }) => kind === 'shrunk')).toBe(true);
  });

  it('begins no more runs after the first that fails, when that is enough', async () => {
    const { record, isComplete } = await runCampaign(
      await options({ seeds: '1..400', mutant: 'no-session', failFast: true }),
      () => undefined,
      quiet,
    );
    expect(record.failed).toBeGreaterThan(0);
    expect(record.runs).toBeLessThan(100);
    expect(isComplete).toBe(false);
  });

  it('begins no more runs when its time is up', async () => {
    const { record } = await runCampaign(
      await options({ seeds: '1..100000', budget: '500ms' }),
      () => undefined,
      quiet,
    );
    expect(record.runs).toBeGreaterThan(0);
    expect(record.runs).toBeLessThan(1000);
  });

  it('says what was reached in how many runs, and what never', async () => {
    const { record } = await runCampaign(await options({ seeds: '1..12' }), () => undefined, quiet);
    const won = record.coverage.find(({ probe }) => probe === 'election-won');
    expect(won?.runs).toBe(12);
    expect(won?.times).toBeGreaterThan(12);
    expect(record.coverage.some(({ probe }) => probe === 'role')).toBe(false);
  });
});

describe('what is asked of a campaign', () => {
  it.each([
    [{ system: 'raft', seeds: '9..3' }, '--seeds 9..3: the last seed is before the first'],
    [{ system: 'raft', seeds: 'all' }, '--seeds all: expected a number, or a range such as 1..1000'],
    [{ system: 'raft', budget: 'soon' }, '--budget soon: expected a time, such as 90s, 10m or 8h'],
    [{ system: 'rafd' }, 'unknown system "rafd"; did you mean "raft"?'],
    [{ system: 'raft', mutant: 'stale-reed' }, 'unknown mutant of raft "stale-reed"; did you mean "stale-read"?'],
    [{ system: 'raft', workload: 'bank' }, 'unknown workload "bank"'],
    [{ system: 'raft', workload: 'kv-sessions' }, 'raft has no workload kv-sessions (it has: register, append)'],
    [{ system: 'raft', faults: ['partion'] }, 'unknown fault "partion"; did you mean "partition"?'],
    [{ system: 'raft', nodes: 0 }, 'nodes must be a whole number from 1 to 20, not 0'],
  ] satisfies [FuzzOptions, string][])('is refused where it makes no sense: %o', async (asked, why) => {
    await expect(resolveFuzz(asked)).rejects.toThrow(why);
  });
});
