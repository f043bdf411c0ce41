/** A run as Markdown for the summary page of a GitHub Actions job (`$GITHUB_STEP_SUMMARY`). */

import type { RunData } from '../src/store/read.ts';
import { subjectOfRun } from './subject.ts';
import { summarise, symbols } from './summary.ts';
import { targetsOf } from './targets.ts';
import { count, duration, moment, number, shorten } from './words.ts';

const faultsMax = 50;
const textMax = 300;

/**
 * Text that Markdown, and the HTML in it, take as text: what means something to either is written as an entity, and a line
 * stays one line, so that nothing in a run's data can leave its table cell.
 */
export function plainMarkdown(text: string): string {
  return shorten(text, textMax)
    .replace(/[^\p{L}\p{N}\p{Zs}.,;:=→·✓✗?%()'/-]/gu, (character) => `&#${String(character.codePointAt(0) ?? 0xfffd)};`)
    .replaceAll(/(?<=:)\/\/|www(?=\.)/g, (link) => `&#${String(link.charCodeAt(0))};${link.slice(1)}`);
}

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A section of Markdown to append to the summary file, as lines without a last newline. */
export function renderGithub(run: RunData): string {
  const { answer, headline, reason, checkers, counts, calls, faults, endNs } = summarise(subjectOfRun(run));
  const { test } = run;
  const mutant = test.mutant === null ? '' : `, mutant ${plainMarkdown(test.mutant)}`;
  const lines = [
    `## ${symbols[answer]} ${plainMarkdown(test.system)}, ${plainMarkdown(test.workload)}${mutant}: ${answer}`,
    '',
    `**${headline}.** ${plainMarkdown(reason)}`,
    '',
    `${count(calls.length, 'operation')} in ${duration(endNs)} on ${test.cluster}: ${number(counts.ok)} ok, ` +
      `${number(counts.fail)} failed, ${number(counts.info + counts.open)} unknown. Seed ${String(test.seed)}.`,
    '',
    row('Checker', 'Answer', 'Why'),
    row('---', '---', '---'),
    ...checkers.map(({ name, answer: one, says }) =>
      row(plainMarkdown(name), `${symbols[one]} ${one}`, plainMarkdown(says)),
    ),
    '',
  ];
  if (faults.length > 0) {
    const shown = faults.slice(0, faultsMax);
    lines.push(
      `<details><summary>${count(faults.length, 'fault')}</summary>`,
      '',
      row('From', 'For', 'Fault', 'Targets', 'Took effect'),
      row('---', '---', '---', '---', '---'),
      ...shown.map((fault) => {
        const effect =
          fault.bit === null ? 'not measured' : fault.bit === 'unobserved' ? 'not seen' : fault.bit ? 'yes' : 'no';
        const what = plainMarkdown(`${fault.kind} ${fault.shape}`);
        return row(
          moment(fault.fromNs, 1e8),
          duration(fault.toNs - fault.fromNs),
          what,
          plainMarkdown(targetsOf(fault)),
          effect,
        );
      }),
      ...(faults.length > shown.length
        ? ['', `${count(faults.length - shown.length, 'more fault')} in the report.`]
        : []),
      '',
      '</details>',
      '',
    );
  }
  lines.push('Run it again:', '', `<pre>${plainMarkdown(test.command)}</pre>`);
  return lines.join('\n');
}
