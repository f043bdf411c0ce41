/** One table of a benchmark: ours beside any peers, on histories that are made one after the other. */

import { execSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contender, sideBySide, type Contender, type Limits, type Measured } from './peers.ts';
import { line, markdown, megabytes, ratio, seconds, writeSection } from './performance-page.ts';

export interface BenchRow {
  readonly name: string;
  /** The lines of the history, without line ends. */
  readonly lines: () => readonly string[];
  /** What `clew check {history}` is asked. */
  readonly options: string;
  /** What must come out. */
  readonly valid: boolean;
}

const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));

const oursFor = (options: string): Contender => ({
  name: 'clew',
  command: `'${process.execPath}' '${main}' check {history} ${options} --json`,
});

/**
 * Measures every row and prints the table; sets the exit code if a verdict is wrong. Takes its own words from the command
 * line: `--peer 'name=command {history}'`, `--prepare 'command {history}'` (done once a history and not measured: what a
 * peer must have in a form of its own), `--rounds`, `--limit` (s a process), `--memory` (GB a process), `--only` (a part
 * of a row's name), `--write` (into docs/PERFORMANCE.md; with `--only` no other rows are touched).
 */
export async function benchmark(section: string, npmCommand: string, rows: readonly BenchRow[]): Promise<void> {
  const { values: asked } = parseArgs({
    options: {
      peer: { type: 'string', multiple: true, default: [] },
      prepare: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: '3' },
      limit: { type: 'string', default: '60' },
      memory: { type: 'string', default: '8' },
      only: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
    },
  });
  const limits: Limits = { timeMs: Number(asked.limit) * 1000, memoryMb: Number(asked.memory) * 1024 };
  const peers = asked.peer.map(contender);
  const directory = mkdtempSync(join(tmpdir(), 'clew-bench-'));
  const names = ['clew', ...peers.map(({ name }) => name)];
  const columns = [
    'history',
    ...names.flatMap((name) => [`${name}: process`, 'check', 'memory']),
    ...peers.flatMap(({ name }) => [`${name} ÷ clew: process`, 'memory']),
  ];
  const done: (readonly string[])[] = [];
  console.log(markdown({ columns, rows: [] }));
  try {
    for (const row of rows.filter(({ name }) => name.includes(asked.only))) {
      const file = join(directory, 'history.jsonl');
      writeFileSync(file, `${row.lines().join('\n')}\n`);
      for (const command of asked.prepare) execSync(command.replaceAll('{history}', `'${file}'`));
      const all = [oursFor(row.options), ...peers];
      const measured = await sideBySide(all, file, Number(asked.rounds), limits);
      const mine = measured.get('clew');
      if (mine === undefined) continue;
      if (mine.verdict !== String(row.valid)) {
        process.exitCode = 1;
        console.error(`${row.name}: expected ${row.valid}, found ${mine.verdict ?? mine.outcome}`);
      }
      const found = [...measured.values()].flatMap((one) => cells(one, limits));
      const cellsOfRow = [row.name, ...found, ...peers.flatMap(({ name }) => compared(measured.get(name), mine))];
      done.push(cellsOfRow);
      console.log(line(cellsOfRow));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const command = asked.only === '' ? npmCommand : `${npmCommand} -- --only ${asked.only}`;
  if (asked.write) writeSection(section, command, { columns, rows: done }, asked.only);
}

function cells({ outcome, wallMs, checkMs, peakMb }: Measured, limits: Limits): readonly string[] {
  if (outcome === 'out of time') return [`over ${seconds(limits.timeMs)}`, '', megabytes(peakMb)];
  if (outcome !== 'finished') return [outcome, '', megabytes(peakMb)];
  return [seconds(wallMs), checkMs === null ? '' : seconds(checkMs), megabytes(peakMb)];
}

function compared(peer: Measured | undefined, mine: Measured): readonly string[] {
  if (peer === undefined || peer.outcome === 'failed') return ['', ''];
  const over = peer.outcome === 'finished' ? '' : '>';
  return [`${over}${ratio(peer.wallMs, mine.wallMs)}`, `${over}${ratio(peer.peakMb, mine.peakMb)}`];
}
