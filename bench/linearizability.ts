/**
 * How fast linearizability is decided: `clew check` as a whole process, beside any peer, on the same files, in turns.
 *
 * `npm run bench:linearizability -- [--peer 'name=command {history}'] [--rounds 3] [--limit 60] [--only text] [--write]`
 *
 * A peer is any command that reads a history; what it prints as `"checkMs": 12.3` and `"verdict": "…"` is shown, too.
 * `--limit` is how many seconds a process may take; it may hold 8 GB. `--write` puts the table into docs/PERFORMANCE.md.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contender, sideBySide, type Contender, type Limits, type Measured } from './peers.ts';
import { megabytes, ratio, seconds, writeSection } from './performance-page.ts';
import { registerHistory, type RegisterShape } from './register-histories.ts';

interface Row {
  readonly name: string;
  readonly shape: RegisterShape;
}

const row = (name: string, shape: Partial<RegisterShape>): Row => ({
  name: `${name}${shape.stale === true ? ', stale read' : ''}`,
  shape: { operations: 100_000, clients: 5, seed: 1, crashed: 0, values: 0, stale: false, ...shape },
});

const validAndNot = (name: string, shape: Partial<RegisterShape>): readonly Row[] => [
  row(name, shape),
  row(name, { ...shape, stale: true }),
];

const rows: readonly Row[] = [
  ...[5, 10, 30].flatMap((clients) =>
    [0, 0.01, 0.05].flatMap((crashed) =>
      validAndNot(`distinct values, 100k, ${clients} clients, ${crashed * 100} % crashed`, { clients, crashed }),
    ),
  ),
  ...validAndNot('distinct values, 1M, 10 clients, 1 % crashed', { operations: 1_000_000, clients: 10, crashed: 0.01 }),
  ...validAndNot('CAS over 5 values, 1k, 25 clients', { operations: 1000, clients: 25, values: 5 }),
  ...validAndNot('CAS over 5 values, 100k, 30 clients, 1 % crashed', { clients: 30, values: 5, crashed: 0.01 }),
];

const { values: asked } = parseArgs({
  options: {
    peer: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '3' },
    limit: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});

const limits: Limits = { timeMs: Number(asked.limit) * 1000, memoryMb: 8 * 1024 };
const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const ours: Contender = {
  name: 'clew',
  command: `'${process.execPath}' '${main}' check {history} --model cas-register --json`,
};
const peers = asked.peer.map(contender);
const directory = mkdtempSync(join(tmpdir(), 'clew-bench-'));
const lines: string[] = [
  `| history | ${[ours, ...peers].map(({ name }) => `${name}: process | check | memory`).join(' | ')} |${peers.map(({ name }) => ` ${name} ÷ clew: process | memory |`).join('')}`,
];
lines.push(`|---|${'---:|'.repeat((lines[0] ?? '').split('|').length - 3)}`);
console.log(lines.join('\n'));
let isWrong = false;
try {
  for (const { name, shape } of rows.filter((each) => each.name.includes(asked.only))) {
    const file = join(directory, 'history.jsonl');
    writeFileSync(file, `${registerHistory(shape).join('\n')}\n`);
    const measured = await sideBySide([ours, ...peers], file, Number(asked.rounds), limits);
    const mine = measured.get(ours.name);
    if (mine === undefined) continue;
    if (mine.verdict !== String(!shape.stale)) {
      isWrong = true;
      console.error(`${name}: expected ${!shape.stale}, found ${mine.verdict ?? mine.outcome}`);
    }
    const line = `| ${name} | ${[...measured.values()].map(cells).join(' | ')} |${peers.map((peer) => ` ${compared(measured.get(peer.name), mine)} |`).join('')}`;
    lines.push(line);
    console.log(line);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
if (asked.write) writeSection('linearizability', 'npm run bench:linearizability', lines.join('\n'));
if (isWrong) process.exitCode = 1;

function cells({ outcome, wallMs, checkMs, peakMb }: Measured): string {
  if (outcome === 'out of time') return `over ${seconds(limits.timeMs)} | | ${megabytes(peakMb)}`;
  if (outcome !== 'finished') return `${outcome} | | ${megabytes(peakMb)}`;
  return `${seconds(wallMs)} | ${checkMs === null ? '' : seconds(checkMs)} | ${megabytes(peakMb)}`;
}

function compared(peer: Measured | undefined, mine: Measured): string {
  if (peer === undefined || peer.outcome === 'failed') return ' | ';
  const over = peer.outcome === 'finished' ? '' : '>';
  return `${over}${ratio(peer.wallMs, mine.wallMs)} | ${over}${ratio(peer.peakMb, mine.peakMb)}`;
}
