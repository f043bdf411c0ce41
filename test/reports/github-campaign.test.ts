import { describe, expect, it } from 'vitest';
import { renderGithubCampaign } from '../../reports/github-campaign.ts';
import type { CampaignRecord } from '../../src/store/campaign.ts';

const record: CampaignRecord = {
  version: 1,
  clew: '0.1.0',
  asked: {
    system: 'raft',
    mutant: null,
    workload: null,
    nodes: null,
    faults: null,
    beyondBudget: false,
    settings: {},
    firstSeed: 1,
    lastSeed: 2000,
  },
  runs: 1200,
  failed: 0,
  unknown: 0,
  events: 5,
  operations: 5,
  virtualMs: 90_000,
  failures: [],
  coverage: [
    { probe: 'election-won', runs: 1200, times: 4000 },
    { probe: 'abdicated', runs: 0, times: 0 },
  ],
};
const timing = { startedAt: '2026-11-28T02:17:00.000Z', seconds: 12, jobs: 2, busySeconds: 20 };

describe('a campaign on the summary page of a job', () => {
  it('says that nothing failed, and what was never reached', () => {
    const text = renderGithubCampaign(record, timing);
    expect(text).toContain('## ✓ Campaign of raft: valid');
    expect(text).toContain('0 of 1,200 runs failed, 0 undecided, in 12 s: 90 s of virtual time.');
    expect(text).toContain('Never reached: abdicated.');
    expect(text).not.toContain('| Failure |');
  });

  it('has a line for each class of failure, which nothing in it can leave', () => {
    const failures = [
      {
        failure: 'linearizable',
        seeds: [3, 9],
        count: 2,
        reason: 'read x = 1 | <b>\n',
        smallest: { seed: 3, directory: 'd', operations: 2, faults: 1, nodes: 3, isMinimal: true },
      },
      { failure: 'progress: no-progress', seeds: [5], count: 1, reason: '', smallest: null },
    ];
    const text = renderGithubCampaign({ ...record, failed: 3, failures }, timing);
    expect(text).toContain('## ✗ Campaign of raft: invalid');
    const [first, second] = text.split('\n').filter((line) => /^\| (linear|progress)/.test(line));
    expect(first).toMatch(/^\| linearizable \| 2 \| 3, 9 \| 2 operations, 1 fault, 3 nodes \| read x = 1 &#124;/);
    expect(first).not.toContain('<b>');
    expect(second).toContain('| progress: no-progress | 1 | 5 |  |');
  });

  it('names a mutant, and says where runs are undecided', () => {
    const asked = { ...record.asked, mutant: 'stale-read' };
    expect(renderGithubCampaign({ ...record, asked, unknown: 1 }, timing)).toContain(
      '## ? Campaign of raft, mutant stale-read: unknown',
    );
  });
});
