/**
 * Mutation testing of the linearizability checker, one group of sources after the other:
 *
 *     npm run test:mutation -- [--fresh] [--files=a.ts,b.ts] [group …]
 *
 * Results are kept in `.mutation/`. A group whose sources and tests are as they were is not run again, and of another
 * one only the mutants that a change can concern; `--fresh` runs all. Prints the score by group and the survivors.
 */

import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import { groups, type Group } from './groups.ts';
import { scoreOf, survivorsOf, table, type Report, type Score } from './score.ts';

const folder = '.mutation';
const sandboxes = '.stryker-tmp';
const args = process.argv.slice(2);
const isFresh = args.includes('--fresh');
const names = args.filter((argument) => !argument.startsWith('--'));
const unknown = names.filter((name) => !(name in groups));
if (unknown.length > 0) {
  process.stderr.write(`no group ${unknown.join(', ')}: there are ${Object.keys(groups).join(', ')}\n`);
  process.exit(254);
}

mkdirSync(folder, { recursive: true });
for (const name of names.length > 0 ? names : Object.keys(groups)) await run(name, groups[name]);
const scores: [string, Score][] = [];
for (const name of Object.keys(groups)) {
  const report = reportOf(name);
  if (report === null) continue;
  scores.push([name, scoreOf(report)]);
  if (names.includes(name)) process.stdout.write(`${survivorsOf(report).join('\n')}\n`);
}
process.stdout.write(`${table(scores)}\n`);

async function run(name: string, group: Group | undefined): Promise<void> {
  if (group === undefined) return;
  const done = `${folder}/${name}.done`;
  const print = fingerprint(group);
  if (!isFresh && existsSync(done) && readFileSync(done, 'utf8') === print) return;
  const config = `${folder}/${name}.config.json`;
  writeFileSync(config, JSON.stringify(configOf(name, group), null, 2));
  await execa('stryker', ['run', config], {
    preferLocal: true,
    stdio: 'inherit',
    env: { CLEW_MUTATION_GROUP: name, CLEW_ROUNDS: process.env['CLEW_ROUNDS'] ?? '0.2' },
  });
  writeFileSync(done, print);
}

function configOf(name: string, { mutate }: Group): object {
  return {
    testRunner: 'in-process',
    plugins: ['./test/mutation/in-process.ts'],
    mutate,
    ignorePatterns: ['docs', 'store', 'dist', folder, sandboxes],
    coverageAnalysis: 'perTest',
    incremental: true,
    incrementalFile: `${folder}/${name}.incremental.json`,
    force: isFresh,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: `${folder}/${name}.json` },
    allowConsoleColors: false,
    concurrency: Number(process.env['CLEW_MUTATION_CONCURRENCY'] ?? 1),
    timeoutMS: 2500,
    timeoutFactor: 1.5,
    tempDirName: `${sandboxes}/${name}`,
  };
}

/** Of all that decides the result but for what it is run with. */
function fingerprint({ mutate, tests }: Group): string {
  const hash = createHash('sha256');
  const sources = globSync(mutate.filter((glob) => !glob.startsWith('!')));
  for (const file of [...sources, ...tests, ...globSync('test/checkers/**/*.ts')].sort()) {
    if (existsSync(file)) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function reportOf(name: string): Report | null {
  const file = `${folder}/${name}.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : null;
}
