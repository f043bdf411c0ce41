/** What the terminal says of a kill matrix: a line for each mutant, and how the control came out. */

import { isKilled, killFigures } from '../../reports/kill-figures.ts';
import { byWords, killedWords, measured, secondsWords, smallestWords } from '../../reports/kill-words.ts';
import { count, number } from '../../reports/words.ts';
import type { ControlRecord, MatrixRecord, MutantRecord } from '../store/matrix.ts';
import type { Colours } from './colours.ts';

const failuresShown = 5;

export function matrixText(record: MatrixRecord, directory: string, colours: Colours): string {
  const { bold, dim, green, red, yellow } = colours;
  const { mutants, campaigns, jobs, killBudgetS, control, system, seconds } = record;
  const alive = mutants.filter((mutant) => !isKilled(mutant));
  const header = ['mutant', 'killed', 'by', 'seeds p50', 'worst', 'seconds p50', 'worst', 'smallest reproduction'];
  const rows = [header, ...mutants.map(cells)];
  const widths = header.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const [title = '', ...lines] = rows.map((row) =>
    row
      .map((cell, i) => (isNumber(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const killed = `${mutants.length - alive.length} of ${count(mutants.length, 'mutant')} killed in every campaign`;
  const mark = alive.length === 0 ? green(`✓ ${killed}`) : yellow(`? ${killed}`);
  const each = `${count(campaigns, 'campaign')} each, up to ${killBudgetS} s of ${count(jobs, 'worker')} together`;
  return [
    `${bold(mark)}  ${dim(`${system}, ${each}`)}`,
    '',
    dim(title),
    ...lines.map((line, i) => (alive.includes(mutants[i] as MutantRecord) ? yellow(line) : line)),
    '',
    ...controlLines(control, red, green),
    `  ${dim('took')}     ${Math.round(seconds)} s`,
    `  ${dim('smallest')} ${directory}/<mutant>/report.html`,
  ].join('\n');
}

const isNumber = (column: number): boolean => column === 1 || (column >= 3 && column <= 6);

function cells(mutant: MutantRecord): readonly string[] {
  const figures = killFigures(mutant);
  const { seeds, seconds } = figures;
  const { smallest } = mutant;
  return [
    mutant.name,
    killedWords(figures),
    byWords(figures),
    measured(seeds.p50, number),
    measured(seeds.worst, number),
    measured(seconds.p50, secondsWords),
    measured(seconds.worst, secondsWords),
    smallest === null ? '' : smallestWords(smallest),
  ];
}

function controlLines(control: ControlRecord | null, red: Colours['red'], green: Colours['green']): readonly string[] {
  if (control === null) return ['  not finished: no control runs'];
  const { runs, unknown, failed, failedRuns } = control;
  const undecided = unknown === 0 ? '' : `, ${number(unknown)} undecided`;
  if (failedRuns === 0)
    return [`${green('✓')} control: ${count(runs, 'run')} without a mutant, nothing failed${undecided}`];
  return [
    red(`✗ control: ${number(failedRuns)} of ${count(runs, 'run')} without a mutant failed${undecided}`),
    ...failed.slice(0, failuresShown).map(({ seed, failure, reason }) => `    seed ${seed}: ${failure}: ${reason}`),
  ];
}
