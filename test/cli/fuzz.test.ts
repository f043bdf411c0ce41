import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CampaignRecord } from '../../src/store/campaign.ts';
import type { MatrixRecord } from '../../src/store/matrix.ts';
import { clew } from './clew.ts';

let store: string;
beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'clew-fuzz-'));
});
afterAll(() => rm(store, { recursive: true, force: true }));

const newest = (system: string): string => {
  const all = readdirSync(join(store, system)).filter((name) => name.startsWith('campaign-'));
  return join(store, system, all.sort().at(-1) ?? '');
};

describe('clew fuzz', () => {
  it('finds a planted bug, shrinks it, and its schedule can be replayed and reported', async () => {
    const { code, stdout } = await clew([
      'fuzz',
      'raft',
      '--mutant',
      'ack-before-sync',
      '--seeds',
      '1..8',
      '--store',
      store,
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ \d of 8 runs failed/);
    expect(stdout).toMatch(/smallest {2}\d operations? and \d faults? on \d nodes?/);
    const directory = newest('raft');
    const record = JSON.parse(readFileSync(join(directory, 'campaign.json'), 'utf8')) as CampaignRecord;
    const kept = join(directory, record.failures[0]?.smallest?.directory ?? '');
    expect(readFileSync(join(directory, 'report.html'), 'utf8')).toContain('What failed');

    const again = await clew(['replay', join(kept, 'schedule.json'), '--store', store]);
    expect(again.code).toBe(1);
    expect(again.stdout).toContain('INVALID');
    expect((await clew(['replay', kept, '--store', store])).stdout).toContain('INVALID');
    expect((await clew(['report', kept])).code).toBe(0);

    const why = await clew(['explain', kept, '--futures', '8', '--store', store]);
    expect(why.code).toBe(0);
    expect(why.stdout).toMatch(/is leader[^]*How likely it is to fail so[^]*in the end {2}100 %/);
    expect(readFileSync(join(kept, 'report.html'), 'utf8')).toContain('Where it was caused');
  });

  it('explains nothing that did not fail, and says which runs can be explained', async () => {
    const nothing = await clew(['explain', store, '--store', store]);
    expect(nothing.code).toBe(254);
    expect(nothing.stderr).toContain('no schedule in');
  });

  it('says that nothing failed, and what was never reached', async () => {
    const { code, stdout } = await clew(['fuzz', 'raft', '--seeds', '1..6', '--jobs', '1', '--store', store]);
    expect(stdout).toContain('✓ 6 runs, nothing failed');
    expect(stdout).toContain('rarely reached');
    expect(code).toBe(0);
  });

  it('prints JSON, with the same results as the files', async () => {
    const { stdout } = await clew(['fuzz', 'causal-store', '--seeds', '1..4', '--json', '--store', store]);
    const printed = JSON.parse(stdout) as CampaignRecord;
    expect(printed.runs).toBe(4);
    expect(JSON.parse(readFileSync(join(newest('causal-store'), 'campaign.json'), 'utf8'))).toMatchObject({ runs: 4 });
  });

  it('does every run twice, when asked', async () => {
    const { code, stdout } = await clew(['fuzz', 'raft', '--seeds', '1..3', '--check-determinism', '--store', store]);
    expect(stdout).toContain('3 runs, each done twice: the same, event by event');
    expect(code).toBe(0);
  });

  it('stops at Ctrl-C with what it has, and goes on from there', async () => {
    const main = resolve(import.meta.dirname, '../../src/cli/main.ts');
    const words = [main, 'fuzz', 'raft', '--seeds', '15..34', '--jobs', '1', '--no-shrink', '--store', store];
    const child = spawn(process.execPath, words, { env: { ...process.env, NO_COLOR: '1' } });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const directory = await untilSome();
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(255);
    expect(stdout).toContain('clew fuzz --resume');

    const again = await clew(['fuzz', '--resume', directory, '--no-shrink']);
    expect(again.stdout).toContain('20 runs, nothing failed');
    expect(again.code).toBe(0);
  });

  const matrixOf = (name: string): string => resolve(import.meta.dirname, `../fuzz/matrix/${name}.ts`);
  const small = ['--mutant', 'all', '--nodes', '3', '--campaigns', '1', '--kill-budget', '200ms', '--control', '2'];

  it('says how soon each mutant is killed, and writes it into a document', async () => {
    const document = join(store, 'TRACK-RECORD.md');
    const summary = join(store, 'summary.md');
    const words = ['fuzz', matrixOf('spared'), ...small, '--store', store];
    const { code, stdout } = await clew([...words, '--write', document], { GITHUB_STEP_SUMMARY: summary });
    expect(stdout).toContain('? 1 of 2 mutants killed in every campaign');
    expect(stdout).toMatch(/^always-forgets +1\/1 {2}linearizable +1 +1 .* 2 operations, 0 faults, 1 node$/m);
    expect(stdout).toMatch(/^harmless +0\/1 +> \d+ /m);
    expect(stdout).toMatch(/✓ control: \d+ runs without a mutant, nothing failed/);
    expect(code).toBe(2);
    const written = readFileSync(document, 'utf8');
    expect(written).toContain('| always-forgets | 1/1 | linearizable | 1 | 1 |');
    expect(written).toContain('--mutant all --nodes 3 --campaigns 1');
    expect(written).not.toContain('--store');
    expect(readFileSync(summary, 'utf8')).toContain('## spared');
  }, 60_000);

  it('fails where the system itself does, and prints a kill matrix as JSON', async () => {
    const { code, stdout } = await clew([
      'fuzz',
      matrixOf('wrong'),
      ...small,
      '--no-shrink',
      '--json',
      '--store',
      store,
    ]);
    const { mutants, control } = JSON.parse(stdout) as MatrixRecord;
    expect(mutants.map(({ hunts }) => hunts[0]?.kill?.check)).toEqual(['linearizable']);
    expect(control).toMatchObject({ runs: 2, failedRuns: 2 });
    expect(code).toBe(1);
  }, 60_000);

  it('ends a kill matrix at Ctrl-C, and writes no document of half of it', async () => {
    const main = resolve(import.meta.dirname, '../../src/cli/main.ts');
    const document = join(store, 'half.md');
    const long = ['--mutant', 'all', '--kill-budget', '10m', '--jobs', '1', '--no-shrink', '--write', document];
    const words = [main, 'fuzz', matrixOf('spared'), ...long, '--store', store];
    const child = spawn(process.execPath, words, { env: { ...process.env, NO_COLOR: '1' } });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (text.includes('always-forgets: killed 10/10')) child.kill('SIGINT');
    });
    const [code] = (await once(child, 'exit')) as [number];
    expect(stderr).toContain('interrupted by SIGINT');
    expect(stdout).toContain('always-forgets');
    expect(stdout).toContain('not finished: no control runs');
    expect(code).toBe(255);
    expect(existsSync(document)).toBe(false);
  }, 60_000);

  it.each([
    [['fuzz', 'raft', '--mutant', 'all', '--seeds', '1..9'], '--seeds does not go with --mutant all'],
    [['fuzz', 'raft', '--mutant', 'all', '--fail-fast'], '--fail-fast does not go with --mutant all'],
    [['fuzz', 'raft', '--kill-budget', '9s'], '--kill-budget goes with --mutant all'],
    [['fuzz', 'raft', '--mutant', 'all', '--write', 'record.txt'], 'expected the path of a Markdown file'],
    [['fuzz'], "missing required argument 'system'"],
    [['fuzz', 'raft', '--seeds', '5..1'], 'the last seed is before the first'],
    [['fuzz', 'raft', '--jobs', '0'], 'expected a whole number from 1'],
    [['fuzz', '--resume', '/nowhere'], 'no campaign in /nowhere'],
    [['replay', '/nowhere.json'], 'cannot read /nowhere.json'],
  ])('refuses %o in one line', async (words, why) => {
    const { code, stderr } = await clew(words);
    expect(stderr).toContain(why);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(254);
  });
});

/** The directory of the newest campaign, once it has results of some seeds. */
async function untilSome(): Promise<string> {
  const before = newest('raft');
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const directory = newest('raft');
    if (directory === before) continue;
    try {
      if (readFileSync(join(directory, 'results.jsonl'), 'utf8').includes('\n')) return directory;
    } catch {
      // Not yet.
    }
  }
}
