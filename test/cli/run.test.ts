import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultsRecord, TestRecord } from '../../src/store/run.ts';
import { clew } from './clew.ts';

let store: string;
beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'clew-run-'));
});
afterAll(() => rm(store, { recursive: true, force: true }));

const short = (...more: readonly string[]): readonly string[] => {
  return ['test', 'raft', '--cluster', 'sim', '--time-limit', '4', '--seed', '7', '--store', store, ...more];
};
const latest = (file: string): string => readFileSync(join(store, 'latest', file), 'utf8');

describe('clew test', () => {
  it('runs, says valid, and leaves everything in the run directory', async () => {
    const { code, stdout, stderr } = await clew(short('--faults', 'none'));
    expect(stderr).toContain('cluster: sim');
    expect(stdout).toContain('VALID');
    expect(stdout).toContain('report.html');
    expect(stdout).toContain('--seed 7');
    expect(code).toBe(0);
    const files = await readdir(join(store, 'latest'));
    expect(files).toEqual(
      expect.arrayContaining(['test.json', 'history.jsonl', 'results.json', 'report.html', 'junit.xml']),
    );
    expect((JSON.parse(latest('results.json')) as ResultsRecord).valid).toBe(true);
  });

  it('passes every option on', async () => {
    const words = '--faults kill,pause --fault-interval 1.5 --nodes 3 --concurrency 4 --rate 50 --workload append';
    await clew(short(...words.split(' ')));
    expect(JSON.parse(latest('test.json')) as TestRecord).toMatchObject({
      system: 'raft',
      workload: 'append',
      cluster: 'sim',
      nodes: ['n1', 'n2', 'n3'],
      concurrency: 4,
      rate: 50,
      timeLimitS: 4,
      seed: 7,
      faults: ['kill', 'pause'],
      faultIntervalS: 1.5,
      mutant: null,
    });
  });

  it('stops at the first invalid run of a mutant when asked to, and exits 1', { timeout: 120_000 }, async () => {
    const words = ['--mutant', 'stale-read', '--time-limit', '30', '--runs', '20', '--fail-fast'];
    const { code, stdout, stderr } = await clew(short(...words));
    expect(code).toBe(1);
    expect(stdout).toContain('INVALID');
    expect(stderr.match(/^run \d+\/20 {2}INVALID/gm)).toHaveLength(1);
    expect(stdout).toMatch(/\d+ runs: .*1 invalid \(seed \d+\)/);
  });

  it('writes the summary of a GitHub job where one is asked for', async () => {
    const file = join(store, 'summary.md');
    writeFileSync(file, 'before\n');
    await clew(short('--faults', 'none'), { GITHUB_STEP_SUMMARY: file });
    expect(await readFile(file, 'utf8')).toMatch(/^before\n## .*raft, register: valid/);
  });

  it('says in one line that the store can not be written, and exits 255', async () => {
    const { code, stderr } = await clew(short('--faults', 'none', '--store', '/dev/null/store'));
    expect(code).toBe(255);
    expect(stderr.split('\n').filter((line) => line.startsWith('clew: '))).toHaveLength(1);
    expect(stderr).toContain('/dev/null/store');
  });
});

describe('clew replay and clew report', () => {
  it('do a simulated run again, event by event, and render it again', { timeout: 120_000 }, async () => {
    await clew(short());
    const run = realpathSync(join(store, 'latest'));
    const history = latest('history.jsonl');
    const { code, stdout } = await clew(['replay', run, '--store', store]);
    expect(code).toBe(0);
    expect(stdout).toContain('the same run, event by event');
    expect(realpathSync(join(store, 'latest'))).not.toBe(run);
    expect(latest('history.jsonl')).toBe(history);

    await rm(join(run, 'report.html'));
    expect(await clew(['report', run])).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('</html>');
  });
});

describe('an interrupt', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s keeps the data, writes the report, and exits 255',
    { timeout: 120_000 },
    async (name) => {
      const main = resolve(import.meta.dirname, '../../src/cli/main.ts');
      const words = ['test', 'raft', '--cluster', 'sim', '--time-limit', '80000', '--store', store];
      const child = spawn(process.execPath, [main, ...words], {
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: 50_000,
        killSignal: 'SIGKILL',
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (!said.includes('running') && (said + text).includes('running')) child.kill(name);
        said += text;
      });
      const [code] = (await once(child, 'close')) as [number];
      expect(said).toContain(`interrupted by ${name}`);
      expect(said).toMatch(/^clew: interrupted: the data so far is in /m);
      expect(code).toBe(255);
      expect((JSON.parse(latest('results.json')) as ResultsRecord).valid).toBe('unknown');
      expect(latest('report.html')).toContain('</html>');
    },
  );
});
