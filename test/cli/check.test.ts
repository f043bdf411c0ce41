import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../src/random.ts';
import { clew } from './clew.ts';

let folder: string;
const file = (name: string): string => join(folder, name);

type Line = readonly [process: number, type: string, f: string, value: unknown];
const text = (lines: readonly Line[]): string =>
  lines
    .map(([process, type, f, value], i) => `${JSON.stringify({ process, type, f, value, time: i * 1e6 })}\n`)
    .join('');

const good: readonly Line[] = [
  [0, 'invoke', 'write', 1],
  [0, 'ok', 'write', 1],
  [1, 'invoke', 'read', null],
  [1, 'ok', 'read', 1],
];
/** The read came back with what had been overwritten before it began. */
const bad: readonly Line[] = [
  ...good,
  [0, 'invoke', 'write', 2],
  [0, 'ok', 'write', 2],
  [1, 'invoke', 'read', null],
  [1, 'ok', 'read', 1],
];

/** Forty additions of unknown outcome, and a sum that only a search of their subsets can rule out. */
function hard(): readonly Line[] {
  const draw = random(1, 'hard');
  const adds = Array.from({ length: 40 }, (_, i): Line => [i, 'invoke', 'add', 2 * (1 + draw.int(2 ** 40))]);
  return [...adds, [99, 'invoke', 'read', null], [99, 'ok', 'read', 2 ** 40 + 1]];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-check-'));
  await writeFile(file('good.jsonl'), text(good));
  await writeFile(file('bad.jsonl'), text(bad));
  await writeFile(file('good.jsonl.gz'), gzipSync(text(good)));
  await writeFile(file('torn.jsonl'), text(good).slice(0, -20));
  await writeFile(file('hard.jsonl'), text(hard()));
  await writeFile(
    file('jepsen.edn'),
    '{:process 0, :type :invoke, :f :read, :value nil}\n{:process 0, :type :ok, :f :read, :value nil}\n',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const check = (...words: string[]) => clew(['check', ...words, '--model', 'cas-register']);

describe('clew check', () => {
  it('says of a good history that it is, and how it knows', async () => {
    const { code, stdout, stderr } = await check(file('good.jsonl'), '--replay-witness');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^✓ VALID .*good\.jsonl/);
    expect(stdout).toMatch(/2 operations decided by register-zones/);
    expect(stdout).toContain('1 order confirmed by replay');
    expect(code).toBe(0);
  });

  it('says of a bad one which operation has no place, and writes a report and the smallest history that fails', async () => {
    const { code, stdout } = await check(file('bad.jsonl'), '--report', file('r.html'), '--failing', file('min.jsonl'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ INVALID/);
    expect(stdout).toContain('process 1 read 1, but 1 had been overwritten by 2 (process 0) before that read began');
    expect(stdout).toContain('possible was 2');
    expect(await readFile(file('r.html'), 'utf8')).toContain('has no place in any order');
    // The first read of 1 is not needed for the contradiction.
    expect((await readFile(file('min.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(6);
    const again = await check(file('min.jsonl'));
    expect(again.code).toBe(1);
  });

  it('gives only the verdict when no evidence is wanted', async () => {
    const { code, stdout } = await check(file('bad.jsonl'), '--no-evidence');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ INVALID/);
    expect(stdout).not.toContain('What fails by itself');
  });

  it('says as JSON, one line a history, what was found and how long it took', async () => {
    const { code, stdout } = await check(file('good.jsonl'), file('bad.jsonl'), file('torn.jsonl'), '--json');
    const lines = stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => line['valid'])).toEqual([true, false, undefined]);
    expect(lines[0]).toMatchObject({ file: file('good.jsonl'), operations: 2, format: 'clew' });
    expect(lines[0]?.['checkMs']).toBeGreaterThan(0);
    expect(lines[2]?.['error']).toContain('torn.jsonl:4:');
    expect(code).toBe(254);
  });

  it('sums several up in a table; the worst decides the exit code', async () => {
    const { code, stdout } = await check(
      file('good.jsonl'),
      file('bad.jsonl'),
      file('jepsen.edn'),
      file('good.jsonl.gz'),
    );
    expect(code).toBe(1);
    const table = stdout.split('\n').slice(-4);
    expect(table.map((line) => line.slice(0, 9).trim())).toEqual(['✓ valid', '✗ invalid', '✓ valid', '✓ valid']);
  });

  it('reads standard input', async () => {
    const { code, stdout } = await clew(['check', '-', '--model', 'register'], {}, text(bad));
    expect(code).toBe(1);
    expect(stdout).toContain('standard input');
  });

  it('is unknown, with what to raise, when the time is over', async () => {
    const { code, stdout } = await clew(['check', file('hard.jsonl'), '--model', 'counter', '--time-budget', '0.5']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^\? UNKNOWN/);
    expect(stdout).toContain('the time budget of 0.5 s was used up');
    expect(stdout).toContain('--time-budget');
  });

  it('starts from the initial value that was asked for', async () => {
    const lines = text([
      [0, 'invoke', 'read', null],
      [0, 'ok', 'read', 7],
    ]);
    expect((await clew(['check', '-', '--model', 'register', '--init', '7'], {}, lines)).code).toBe(0);
    expect((await clew(['check', '-', '--model', 'register'], {}, lines)).code).toBe(1);
  });
});

describe('bad input to clew check', () => {
  it.each([
    [['nowhere.jsonl', '--model', 'register'], 'nowhere.jsonl'],
    [['good.jsonl'], '--model'],
    [['good.jsonl', '--model', 'registre'], 'did you mean "register"?'],
    [['good.jsonl', '--model', 'register', '--format', 'xml'], 'unknown history format "xml"'],
    [['good.jsonl', '--model', 'register', '--init', '{'], 'expected JSON'],
    [['good.jsonl', '--model', 'mutex', '--init', '7'], 'the model mutex starts from'],
    [['good.jsonl', '--model', 'register', '--nil', 'maybe'], 'unknown meaning of nil "maybe"'],
    [['good.jsonl', '--model', 'register', '--time-budget', '0'], '--time-budget must be more than 0 s'],
    [['good.jsonl', '--model', 'register', '--memory-budget', 'much'], 'expected a number'],
    [['good.jsonl', '--model', 'register', '--jobs', '0'], 'expected a whole number from 1'],
    [['torn.jsonl', '--model', 'register'], 'torn.jsonl:4:'],
    [['-', '-', '--model', 'register'], 'only once'],
    [['good.jsonl', '--model', 'register', '--report', 'good.jsonl/r.html'], 'cannot write'],
  ])('%j is refused in one line', async (words, said) => {
    const { code, stdout, stderr } = await clew([
      'check',
      ...words.map((word) => (word.includes('.jsonl') ? file(word) : word)),
    ]);
    expect(stderr.split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^clew: /);
    expect(stderr).toContain(said);
    expect(stdout).toBe('');
    expect(code).toBe(254);
  });

  it('leaves out a cut last line when told to, and says so', async () => {
    const { code, stdout } = await check(file('torn.jsonl'), '--tolerate-cut');
    expect(code).toBe(0);
    expect(stdout).toContain('the last line is cut off and was left out');
  });
});
