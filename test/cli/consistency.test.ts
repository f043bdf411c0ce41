import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpectrumVerdict } from '../../checkers/spectrum/spectrum.ts';
import { formatOperation } from '../../src/history/writer.ts';
import type { History, Json, Operation } from '../../src/history/operation.ts';
import type { TestRecord } from '../../src/store/run.ts';
import { figure2, r, sessions, w } from '../checkers/causal/cc-build.ts';
import { clew } from './clew.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clew-consistency-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function file(name: string, history: History): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, history.map(formatOperation).join(''));
  return path;
}

describe('clew check --consistency', () => {
  it('spectrum says what holds, what fails and what follows, and is no promise', async () => {
    const path = await file('a.jsonl', sessions(...figure2.a));
    const { code, stdout } = await clew(['check', path, '--consistency', 'spectrum']);
    expect(code).toBe(0);
    expect(stdout).toContain('strongest that holds: causal memory (CM)');
    expect(stdout).toMatch(
      /✗ causal convergence \(CCv\) {2,}process 1 read x = 1, and process 0 read x = 2: they saw two writes in opposite orders/,
    );
    expect(stdout).toMatch(/✓ PRAM {2,}follows from causal memory \(CM\)/);
    expect(stdout).toMatch(/\? eventual \(convergence\)/);
  });

  it('spectrum calls a history neither valid nor invalid in the report, where nothing had to hold', async () => {
    const [path, report] = [await file('h.jsonl', sessions(...figure2.a)), join(directory, 'h.html')];
    await clew(['check', path, '--consistency', 'spectrum', '--report', report]);
    const page = await readFile(report, 'utf8');
    expect(page).toContain('<header class="banner placed">');
    // Only names that are there are said to be those of the literature.
    expect(page).toContain('It breaks the session guarantee ReadYourWrites.');
    const named = async (name: 'd' | 'e'): Promise<string> => {
      await clew([
        'check',
        await file(`${name}.jsonl`, sessions(...figure2[name])),
        '--consistency',
        'spectrum',
        '--report',
        report,
      ]);
      return readFile(report, 'utf8');
    };
    expect(await named('d')).toContain('In results this is called NoTotalOrder.');
    expect(await named('e')).toContain('In the literature this is called WriteCORead.');
    expect(page).toContain('The strongest model that holds: causal memory (CM)');
    await clew(['check', path, '--consistency', 'spectrum', '--at-least', 'CM', '--report', report]);
    expect(await readFile(report, 'utf8')).toContain('<header class="banner valid">');
  });

  it('becomes a promise with --at-least', async () => {
    const path = await file('b.jsonl', sessions(...figure2.b));
    const check = (least: string) => clew(['check', path, '--consistency', 'spectrum', '--at-least', least]);
    const kept = await check('causal-convergence');
    expect([kept.code, kept.stdout.split(' ', 2)]).toEqual([0, ['✓', 'VALID']]);
    const broken = await check('CM');
    expect(broken.code).toBe(1);
    expect(broken.stdout).toContain('INVALID');
    expect((await check('eventual')).code).toBe(2);
  });

  it('of one model answers for that one, explains it, and leaves the smallest history that fails', async () => {
    const path = await file(
      'e.jsonl',
      sessions(...figure2.e, [w('z', 1), w('z', 2), w('z', 3), r('z', 3)], [r('z', 1), r('z', 3)]),
    );
    const failing = join(directory, 'min.jsonl');
    const report = join(directory, 'e.html');
    const { code, stdout } = await clew([
      'check',
      path,
      '--consistency',
      'causal',
      '--failing',
      failing,
      '--report',
      report,
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'process 2 read x = 1 though it had already learned of x = 2, which replaced it (WriteCORead)',
    );
    expect(stdout).toContain('process 0 wrote x = 1; process 0 wrote y = 1; process 1 read it; process 1 wrote x = 2');
    expect(stdout).toContain('It could have read: 2');
    expect(stdout).toContain('would not without any one of these (* the core):');
    expect(stdout).toMatch(/^\* process 2 read x 1 \(lines \d+ and \d+, at 0\.\d{3} s\)$/m);
    expect(stdout).toMatch(/^ {2}process 0 write y 1 \(lines/m);
    expect((await readFile(failing, 'utf8')).trimEnd().split('\n')).toHaveLength(12);
    expect((await clew(['check', failing, '--consistency', 'CC'])).code).toBe(1);
    const page = await readFile(report, 'utf8');
    expect(page).toContain('Consistency');
    expect(page).toContain('class="link learned"');
    expect(page).toContain('<th scope="col">Line</th>');
  });

  it('prints JSON with everything', async () => {
    const path = await file('d.jsonl', sessions(...figure2.d));
    const { stdout } = await clew(['check', path, '--consistency', 'spectrum', '--json']);
    const printed = JSON.parse(stdout) as SpectrumVerdict;
    expect(printed.strongest).toEqual(expect.arrayContaining(['CCv', 'CM']));
    const sequential = printed.models.find(({ model }) => model === 'sequential');
    expect(sequential?.valid).toBe(false);
    expect(sequential?.explanations?.[0]?.smallest?.minimal).toBe(true);
  });

  it('knows transactions, an initial value, and several files at once', async () => {
    const txn = (index: number, process: number, type: 'invoke' | 'ok', value: string): string =>
      `{"index":${index},"process":${process},"type":"${type}","f":"txn","value":${value},"time":${index}}\n`;
    const path = join(directory, 'txn.jsonl');
    await writeFile(
      path,
      txn(0, 0, 'invoke', '[["w","x",1],["w","y",1]]') +
        txn(1, 0, 'ok', '[["w","x",1],["w","y",1]]') +
        txn(2, 1, 'invoke', '[["r","y",null],["r","x",null]]') +
        txn(3, 1, 'ok', '[["r","y",null],["r","x",1]]'),
    );
    const { stdout } = await clew(['check', path, '--consistency', 'spectrum']);
    expect(stdout).toMatch(/✗ read atomic/);
    expect(stdout).toMatch(/✓ read committed/);

    const zero = await file('zero.jsonl', sessions([r('x', 0), w('x', 1)]));
    expect((await clew(['check', zero, '--consistency', 'CC', '--init', '0'])).code).toBe(0);
    expect((await clew(['check', zero, '--consistency', 'CC'])).code).toBe(1);
    const both = await clew(['check', zero, path, '--consistency', 'spectrum', '--init', '0']);
    expect(both.stdout).toContain('txn.jsonl');
  });

  it.each([
    [['--consistency', 'serial'], 'unknown model of consistency "serial"'],
    [['--consistency', 'CM', '--at-least', 'CC'], '--at-least goes with --consistency spectrum'],
    [[], 'name what the operations are of with --model'],
    [['--model', 'register', '--at-least', 'CC'], '--at-least goes with --consistency spectrum'],
  ])('refuses %o in one line', async (words, why) => {
    const path = await file('f.jsonl', sessions([w('x', 1)]));
    const { code, stderr } = await clew(['check', path, ...words]);
    expect(stderr).toContain(why);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(254);
  });

  it('names the models that a history has where it has not the one that was asked for', async () => {
    const path = await file('g.jsonl', sessions([w('x', 1)]));
    const { code, stdout } = await clew(['check', path, '--consistency', 'read-atomic']);
    expect(code).toBe(2);
    expect(stdout).toContain(
      'a history of operations has no model read-atomic (it has: linearizable, sequential, CCv,',
    );
  });

  it('decides strong eventual consistency where reads tell what their nodes had seen', async () => {
    const line = (index: number, type: 'invoke' | 'ok', node: string, f: string, value: Json): Operation => {
      return { index, process: 0, type, f, value, node, time: index };
    };
    const history = [
      line(0, 'invoke', 'n1', 'add', { id: 1 }),
      line(1, 'ok', 'n1', 'add', null),
      line(2, 'invoke', 'n1', 'read', null),
      line(3, 'ok', 'n1', 'read', { seen: [1], state: 'a' }),
      line(4, 'invoke', 'n2', 'read', null),
      line(5, 'ok', 'n2', 'read', { seen: [1], state: 'b' }),
    ];
    const path = await file('told.jsonl', history);
    const { code, stdout } = await clew(['check', path, '--consistency', 'strong-eventual']);
    expect(code).toBe(1);
    expect(stdout).toContain('having seen the same 1 update, node n1 was in state "a"');
  });

  it('says of which read it is told what it could have returned', async () => {
    const path = await file('c.jsonl', sessions(...figure2.c));
    const { stdout } = await clew(['check', path, '--consistency', 'CM']);
    expect(stdout).toContain('Where process 1 read x = 1, it could have read: 2');
  });
});

describe('clew test --consistency', () => {
  const run = (...more: readonly string[]) =>
    clew([
      'test',
      'causal-store',
      '--cluster',
      'sim',
      '--seed',
      '3',
      '--time-limit',
      '8',
      '--store',
      directory,
      ...more,
    ]);

  it('places the run among the models, and is no promise unless one is named', async () => {
    const { code, stdout } = await run('--consistency', 'spectrum');
    expect(stdout).toContain('The strongest model that holds: sequential and eventual (convergence).');
    expect(stdout).toMatch(/✓ convergence +All nodes agree on \d+ keys, .*\d m?s after the last update or repair\./);
    expect(stdout).toMatch(/✓ causal +No read contradicts causal consistency: CC and CCv hold\./);
    expect(code).toBe(0);
    const history = join(directory, 'latest', 'history.jsonl');
    const placed = await clew(['check', history, '--consistency', 'eventual']);
    expect(placed.stdout).toMatch(/✓ eventual \(convergence\) +All nodes agree on \d+ keys/);
    const test = JSON.parse(await readFile(join(directory, 'latest', 'test.json'), 'utf8')) as TestRecord;
    expect(test.consistency).toEqual({ atLeast: null });
    expect(test.command).toContain('--consistency spectrum');
    const again = await clew(['replay', join(directory, 'latest'), '--store', directory]);
    expect(again.stdout).toContain('The strongest model that holds');

    const promised = await run('--consistency', 'linearizable');
    expect(promised.code).toBe(1);
    expect((await run('--consistency', 'spectrum', '--at-least', 'CCv')).code).toBe(0);
  });

  it('explains what broke a promise, with the lines of history.jsonl', async () => {
    const { code, stdout } = await run('--mutant', 'no-session');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^process \d+ read k\d+ = \S+ though it had already learned of k\d+ = \d+.* \(Write\w+\)$/m);
    expect(stdout).toMatch(/^ {2}process \d+ wrote k\d+ = \d+, and after that it /m);
    expect(stdout).toMatch(/^It could have read: \d+/m);
    const file = /lines +those of (\S+)/.exec(stdout)?.[1] ?? '';
    const lines = (await readFile(file, 'utf8')).split('\n');
    const told = [
      ...stdout.matchAll(/^[* ] process (\d+) (\w+) (k\d+) (\S+) \(lines (\d+) and (\d+), at ([\d.]+) s\)$/gm),
    ];
    expect(told.length).toBeGreaterThan(1);
    for (const [, process, f, key, value, begun, ended, seconds] of told) {
      const at = (line: string | undefined): unknown => JSON.parse(lines[Number(line) - 1] ?? 'null');
      expect(at(begun)).toMatchObject({ process: Number(process), type: 'invoke', f, key });
      expect(at(ended)).toMatchObject({
        process: Number(process),
        type: 'ok',
        f,
        key,
        value: JSON.parse(value ?? '') as unknown,
      });
      expect((at(ended) as Operation).time / 1e9).toBeCloseTo(Number(seconds), 2);
    }
  });
});
