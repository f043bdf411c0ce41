/** The kill matrix of a system as a section of `docs/TRACK-RECORD.md`: which planted bugs are found, and how to see each. */

import type { ControlRecord, MatrixRecord, MutantRecord } from '../src/store/matrix.ts';
import { plainMarkdown } from './github.ts';
import { isKilled, killFigures, shrinkMedian, type Measured } from './kill-figures.ts';
import { byWords, killedWords, measured, secondsWords, smallestWords } from './kill-words.ts';
import { count, number } from './words.ts';

const preface = `# Track record

Each bundled system comes with bugs that other implementations had, planted one at a time: its mutants. A campaign runs the
simulator with seed after seed until a run fails; the tables say how many seeds and seconds that took over several campaigns,
each with seeds of its own. The system without a mutant runs as often, and nothing may fail.

\`seeds\` up to a failure are the same on every machine; \`seconds\` are by the clock on the one named, with what else it did.
\`>\` before a number, and a name in bold: a campaign was given up there and had not found the bug, which a slower machine does
after fewer seeds. A reproduction is what is left of a run once no operation and no fault in it can be left out, or when the
time for that ran out.

This page is written by \`clew fuzz <system> --mutant all --write docs/TRACK-RECORD.md\`.
`;

/** The document with the section of this system in place of what was there, or at its end. */
export function withTrackRecord(document: string | null, record: MatrixRecord): string {
  const text = document ?? preface;
  const [open, close] = [`<!-- ${record.name} -->`, `<!-- /${record.name} -->`];
  const section = `${open}\n\n${trackRecord(record)}\n${close}\n`;
  const start = text.indexOf(open);
  const end = text.indexOf(close, start);
  if (start < 0 || end < 0) return `${text.trimEnd()}\n\n${section}`;
  return `${text.slice(0, start)}${section}${text.slice(end + close.length).replace(/^\n/, '')}`;
}

/** The section without its marks. Ends with a newline. */
export function trackRecord(record: MatrixRecord): string {
  const { name, description, mutants, control, notPlanted } = record;
  const alive = mutants.filter((mutant) => !isKilled(mutant));
  return [
    `## ${name}`,
    '',
    `A ${description}.`,
    '',
    about(record),
    '',
    alive.length === 0
      ? `All ${number(mutants.length)} mutants were killed in every campaign.`
      : `${number(mutants.length - alive.length)} of ${count(mutants.length, 'mutant')} were killed in every campaign. Not so: ${alive.map(tellAlive).join(', ')}.`,
    ...tellShrinking(mutants),
    control === null ? 'No control was run.' : tellControl(name, control),
    '',
    row('mutant', 'killed', 'by', 'seeds: p50', 'worst', 'seconds: p50', 'worst', 'smallest reproduction', 'shrunk in'),
    row('---', '---:', '---', '---:', '---:', '---:', '---:', '---', '---:'),
    ...mutants.map(figures),
    '',
    '### What is planted',
    '',
    ...mutants.flatMap((mutant) => [...bug(mutant, record.system), '']),
    ...(notPlanted.length === 0
      ? []
      : [
          '### Not planted',
          '',
          ...notPlanted.map(({ bug: what, source, why }) => `- ${what} ${why} Source: ${source}.`),
          '',
        ]),
  ].join('\n');
}

function about({ startedAt, host, jobs, campaigns, killBudgetS, seconds, command }: MatrixRecord): string {
  const cpu = host.cpu === '' ? '' : ` (${host.cpu})`;
  const machine = `${count(host.cores, 'core')}${cpu}, Node ${host.node}, ${host.platform}`;
  return `Measured on ${startedAt.slice(0, 10)} on ${machine}, with ${count(jobs, 'worker')} (load average ${host.load.toFixed(1)} at the end, other work included), in ${String(Math.ceil(seconds / 60))} min: ${count(campaigns, 'campaign')} a mutant, each of at most ${String(killBudgetS)} s of all workers together.

\`\`\`
${command}
\`\`\``;
}

function tellAlive(mutant: MutantRecord): string {
  const { killed, campaigns } = killFigures(mutant);
  return `${mutant.name} (${number(killed)} of ${number(campaigns)})`;
}

function tellControl(name: string, { runs, unknown, failed, failedRuns }: ControlRecord): string {
  const undecided = unknown === 0 ? '' : `, ${number(unknown)} undecided`;
  if (failedRuns === 0) return `Control: ${count(runs, 'run')} of ${name} without a mutant, none failed${undecided}.`;
  const seeds = failed.map(({ seed, failure }) => `${String(seed)} (${plainMarkdown(failure)})`).join(', ');
  return `**Control: ${number(failedRuns)} of ${count(runs, 'run')} of ${name} without a mutant failed${undecided}:** seeds ${seeds}.`;
}

function tellShrinking(mutants: readonly MutantRecord[]): readonly string[] {
  const median = shrinkMedian(mutants);
  return median === null
    ? []
    : [`A failure was shrunk in ${secondsWords(median)} s (median over the mutants, one worker).`];
}

function figures(mutant: MutantRecord): string {
  const all = killFigures(mutant);
  const { seeds, seconds } = all;
  const cell = (of: Measured, words: (value: number) => string): string => measured(of, words).replace('>', '&gt;');
  return row(
    isKilled(mutant) ? mutant.name : `**${mutant.name}**`,
    killedWords(all),
    plainMarkdown(byWords(all)),
    cell(seeds.p50, number),
    cell(seeds.worst, number),
    cell(seconds.p50, secondsWords),
    cell(seconds.worst, secondsWords),
    mutant.smallest === null ? '' : smallestWords(mutant.smallest),
    mutant.smallest === null ? '' : `${secondsWords(mutant.smallest.seconds)} s`,
  );
}

/** What is wrong, where that was seen, what it takes to show, and one command line that shows it. */
function bug(mutant: MutantRecord, system: string): readonly string[] {
  const { name, broken, source, faults, killedBy, hunts, smallest } = mutant;
  const seed = smallest?.seed ?? hunts.find(({ kill }) => kill !== null)?.kill?.seed;
  return [
    `- **${name}**. ${broken}  `,
    `  Source: ${source}.  `,
    `  Needs: ${faults.length === 0 ? 'no faults' : faults.join(', ')}. Killing check: ${killedBy}.  `,
    seed === undefined
      ? '  Not found here.'
      : `  \`npm run clew -- fuzz ${system} --mutant ${name} --seeds ${String(seed)}\``,
  ];
}

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
