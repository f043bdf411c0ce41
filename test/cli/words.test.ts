import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listed } from '../../src/cli/catalogue.ts';
import { faultList, number } from '../../src/cli/values.ts';
import { simulatedOnly } from '../../src/cluster/faults.ts';
import { UsageError } from '../../src/errors.ts';
import { resolveOptions, type TestOptions } from '../../src/runner/options.ts';
import { possibleFaults } from '../../src/runner/plan.ts';
import { clew } from './clew.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('clew --help', () => {
  it('names every command and the exit codes', async () => {
    const { code, stdout, stderr } = await clew(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const command of ['test', 'check', 'replay', 'report', 'list', 'doctor'])
      expect(stdout).toContain(`  ${command} `);
    expect(stdout).toContain('0 valid, 1 invalid, 2 unknown, 254 wrong arguments, 255');
  });

  it('names every option of clew test', async () => {
    const { code, stdout } = await clew(['test', '--help']);
    expect(code).toBe(0);
    const options =
      'workload faults fault-interval cluster nodes concurrency rate time-limit seed mutant runs fail-fast store';
    for (const option of options.split(' ')) expect(stdout).toContain(`--${option}`);
  });

  it('is an error when no command is given', async () => {
    const { code, stdout, stderr } = await clew([]);
    expect(code).toBe(254);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: clew');
  });
});

describe('clew list', () => {
  it.each(listed)('%s has a name and a description for everything, as text and as JSON', async (what) => {
    const json = await clew(['list', what, '--json']);
    expect(json.code).toBe(0);
    const rows = JSON.parse(json.stdout) as readonly { readonly name: string; readonly description: string }[];
    expect(rows.length).toBeGreaterThan(0);
    const text = await clew(['list', what]);
    expect(text.code).toBe(0);
    const lines = text.stdout.split('\n');
    expect(lines).toHaveLength(rows.length);
    for (const [i, { name, description }] of rows.entries()) {
      expect(description).not.toBe('');
      expect(lines[i]).toMatch(new RegExp(`^${name} +`));
      expect(lines[i]).toContain(description);
    }
  });

  it('knows Raft and its five mutants', async () => {
    const systems = JSON.parse((await clew(['list', 'systems', '--json'])).stdout) as readonly object[];
    expect(systems).toContainEqual(expect.objectContaining({ name: 'raft', workloads: ['register', 'append'] }));
    const mutants = JSON.parse((await clew(['list', 'mutants', '--json'])).stdout) as readonly { name: string }[];
    const names = ['stale-read', 'ack-before-sync', 'forget-vote', 'commit-prior-term', 'no-session'];
    expect(mutants.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });
});

describe('bad input', () => {
  const test = ['test', 'raft', '--cluster', 'sim', '--time-limit', '1'];
  const cases: readonly (readonly [what: string, words: readonly string[], says: string])[] = [
    ['a command that there is not', ['tset'], 'Did you mean test?'],
    ['no system', ['test'], "missing required argument 'system' (see clew test --help)"],
    ['two systems', ['test', 'raft', 'raft'], 'too many arguments'],
    ['a system that there is not', ['test', 'raff'], 'unknown system "raff"; did you mean "raft"?'],
    ['a file that is not there', ['test', './no-such-system.ts'], 'no such system file'],
    ['an option that there is not', [...test, '--node', '3'], 'Did you mean --nodes?'],
    ['an option without its value', ['test', 'raft', '--seed'], 'argument missing'],
    ['a workload that there is not', [...test, '--workload', 'regster'], 'did you mean "register"?'],
    [
      'a fault that there is not',
      [...test, '--faults', 'kill,partion'],
      'unknown fault "partion"; did you mean "partition"?',
    ],
    ['a mutant that there is not', [...test, '--mutant', 'stale-reed'], 'did you mean "stale-read"?'],
    ['a cluster that there is not', ['test', 'raft', '--cluster', 'dokcer'], 'did you mean "docker"?'],
    ['no nodes', [...test, '--nodes', '0'], 'nodes must be a whole number from 1'],
    ['nodes that are no number', [...test, '--nodes', 'five'], "'five' is invalid"],
    ['a negative rate', [...test, '--rate', '-1'], 'rate must be a number from 0'],
    ['a run that is not there, again', ['replay', 'no/such/run'], 'no run in no/such/run'],
    ['a report of a run that is not there', ['report', 'no/such/run'], 'no run in no/such/run'],
    ['a list that there is not', ['list', 'mutant'], 'did you mean "mutants"?'],
  ];

  const ranges: readonly (readonly [asked: Partial<TestOptions>, says: string])[] = [
    [{ nodes: 2.5 }, 'nodes must be a whole number from 1 to 50, not 2.5'],
    [{ concurrency: 0 }, 'concurrency must be'],
    [{ concurrency: '2m' }, 'a number per node like 2n, not 2m'],
    [{ timeLimitS: 0 }, 'time limit must be'],
    [{ seed: -1 }, 'seed must be'],
    [{ runs: 0 }, 'runs must be'],
    [{ faultIntervalS: 0 }, 'fault interval must be'],
    [{ rate: Infinity }, 'rate must be'],
  ];

  it.each(ranges)('%o is out of range', async (asked, says) => {
    await expect(resolveOptions({ system: 'raft', ...asked })).rejects.toThrow(says);
    await expect(resolveOptions({ system: 'raft', ...asked })).rejects.toBeInstanceOf(UsageError);
  });

  it.each(['', ' ', 'five', 'NaN', 'Infinity', '1,5', '2n', '0x'])('%j is no number', (text) => {
    expect(() => number(text)).toThrow('expected a number');
  });

  it.each(['', 'kill,', 'kill,,pause'])('--faults %j names something empty', (text) => {
    expect(() => faultList(text)).toThrow('commas between');
  });

  it.each(['all,kill', 'kill,none'])('--faults %s mixes everything or nothing with a kind', (text) => {
    expect(() => faultList(text)).toThrow('stands alone');
  });

  it('a fault that the cluster can not do is named with the reason', async () => {
    const options = await resolveOptions({ system: 'raft', faults: ['clock'] });
    const why = 'not on this planet';
    const nothing = { ...simulatedOnly, cut: why, loss: why, delay: why, kill: why, pause: why, clock: why };
    const choose = (): unknown => possibleFaults(options, 'netns', nothing);
    expect(choose).toThrow(UsageError);
    expect(choose).toThrow(`the netns cluster can't do the fault clock here: ${why}`);
  });

  it.concurrent.each(cases)(
    '%s: one line, exit code 254, nothing written',
    { timeout: 60_000 },
    async (_, words, says) => {
      const store =
        words[0] === 'test' && words.length > 1 && words.at(-1) !== '--seed' ? ['--store', join(folder, 'store')] : [];
      const { code, stdout, stderr } = await clew([...words, ...store]);
      expect(stderr).toMatch(/^clew: .*$/);
      expect(stderr).toContain(says);
      expect(stdout).toBe('');
      expect(code).toBe(254);
      await expect(rm(join(folder, 'store'))).rejects.toThrow('ENOENT');
    },
  );
});
