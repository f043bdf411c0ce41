import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCampaign, type Campaign } from '../../../src/fuzz/campaign.ts';
import { resolveFuzz } from '../../../src/fuzz/options.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clew-canary-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function campaign(seeds: string, forgetfulPerMille?: number): Promise<Campaign> {
  const { asked, ...how } = await resolveFuzz({ system: 'canary', seeds, nodes: 3, jobs: 2, shrinkBudgetS: 20 });
  const settings = forgetfulPerMille === undefined ? {} : { forgetfulPerMille };
  const earlier = { results: [], timing: null };
  const options = { ...how, asked: { ...asked, settings }, directory, earlier };
  return runCampaign(options, () => undefined, new AbortController().signal);
}

/** What a bird in a mine is for: as long as it falls, the pipeline from a seed to a small schedule is alive. */
describe('the canary', () => {
  it('is found in about 1 % of its runs, told apart and shrunk', async () => {
    const { record } = await campaign('1..200');
    expect(record.runs).toBe(200);
    expect(record.failures.map(({ failure }) => failure)).toEqual(['linearizable']);
    // Two, by its odds; less than one or more than eight is as likely as 13 % and 0.02 %.
    expect(record.failed).toBeGreaterThanOrEqual(1);
    expect(record.failed).toBeLessThanOrEqual(8);
    // All that forgot are found, and no others.
    expect(record.coverage.find(({ probe }) => probe === 'forgot')?.runs).toBe(record.failed);
    // A write that was answered, and a read that does not see it.
    const [smallest] = record.failures.map((found) => found.smallest);
    expect(smallest).toMatchObject({ operations: 2, faults: 0, nodes: 1, isMinimal: true });

    // The same run is right where nothing is forgotten.
    const seed = String(record.failures[0]?.seeds[0]);
    expect((await campaign(seed, 0)).record.failed).toBe(0);
  }, 120_000);

  it('always falls where it always forgets, and never where it never does', async () => {
    expect((await campaign('1..12', 1000)).record.failed).toBe(12);
    expect((await campaign('1..12', 0)).record.failed).toBe(0);
  }, 60_000);
});
