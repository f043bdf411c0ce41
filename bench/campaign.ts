/**
 * What a campaign does in an hour, and what a second worker adds: whole runs of Raft with swarm faults and every check,
 * with one worker and with two, in turns. `at a tenth` and `at the end` are what the process held after a tenth of the
 * runs and after the last: a worker that keeps something of each run shows there.
 *
 * `npm run bench:campaign -- [--seeds 1000] [--rounds 3] [--write]`
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CampaignTiming, SeedResult } from '../src/store/campaign.ts';
import { figure, markdown, median, megabytes, ratio, seconds, writeSection } from './performance-page.ts';

const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const { values: asked } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
});
const runs = Number(asked.seeds);

interface Measured {
  readonly seconds: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly earlyMb: number;
  readonly lateMb: number;
}

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;

/** A campaign in a process of its own. Throws an Error when anything failed in it: nothing is planted. */
async function campaign(jobs: number): Promise<Measured> {
  const store = mkdtempSync(join(tmpdir(), 'clew-bench-campaign-'));
  try {
    const words = ['fuzz', 'raft', '--seeds', `1..${runs}`, '--jobs', String(jobs), '--no-shrink', '--store', store];
    const child = spawn(process.execPath, [main, ...words], { stdio: 'ignore' });
    const read = (file: string): string => {
      const [name = ''] = readdirSync(join(store, 'raft'));
      return readFileSync(join(store, 'raft', name, file), 'utf8');
    };
    const results = (): readonly string[] => {
      try {
        return read('results.jsonl').trimEnd().split('\n');
      } catch {
        return [];
      }
    };
    let [earlyMb, lateMb] = [NaN, NaN];
    const watching = setInterval(() => {
      try {
        lateMb = residentMb(child.pid ?? 0);
        if (Number.isNaN(earlyMb) && results().length >= runs / 10) earlyMb = lateMb;
      } catch {
        // It has ended.
      }
    }, 500);
    const [code] = (await once(child, 'exit')) as [number];
    clearInterval(watching);
    if (code !== 0) throw new Error(`the campaign ended with ${code}`);
    const timing = JSON.parse(read('timing.json')) as CampaignTiming;
    const all = results().map((line) => JSON.parse(line) as SeedResult);
    const sum = (of: (result: SeedResult) => number): number => all.reduce((total, result) => total + of(result), 0);
    return {
      seconds: timing.seconds,
      events: sum(({ events }) => events),
      virtualMs: sum(({ virtualMs }) => virtualMs),
      earlyMb,
      lateMb,
    };
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

const measured = new Map<number, Measured[]>([
  [1, []],
  [2, []],
]);
for (let round = 0; round < Number(asked.rounds); round++) {
  for (const [jobs, of] of measured) of.push(await campaign(jobs));
}
const secondsOf = (jobs: number): number => median((measured.get(jobs) ?? []).map((one) => one.seconds));
const rows = [...measured].map(([jobs, of]) => {
  const took = secondsOf(jobs);
  const [{ events, virtualMs } = { events: NaN, virtualMs: NaN }] = of;
  return [
    `${figure(runs)} runs, ${jobs === 1 ? '1 worker' : `${jobs} workers`}`,
    seconds(took * 1000),
    figure((runs / took) * 3600),
    figure(events / took),
    figure(virtualMs / 1000 / took),
    megabytes(median(of.map(({ earlyMb }) => earlyMb))),
    megabytes(median(of.map(({ lateMb }) => lateMb))),
    ratio(secondsOf(1), took),
  ];
});
const table = {
  columns: [
    'campaign',
    'time',
    'runs an hour',
    'events/s',
    'times real time',
    'at a tenth',
    'at the end',
    'beside one worker',
  ],
  rows,
};
console.log(markdown(table));
if (asked.write) writeSection('campaign', `npm run bench:campaign -- --seeds ${runs}`, table);
