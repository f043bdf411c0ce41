/** A campaign as Markdown for the summary page of a GitHub Actions job (`$GITHUB_STEP_SUMMARY`). */

import type { CampaignRecord, CampaignTiming } from '../src/store/campaign.ts';
import { plainMarkdown } from './github.ts';
import { symbols } from './summary.ts';
import { count, duration, number } from './words.ts';

const classesMax = 20;
const seedsMax = 5;

/** A section to append to the summary file, without a last newline. */
export function renderGithubCampaign(record: CampaignRecord, { seconds }: CampaignTiming): string {
  const { asked, runs, failed, unknown, failures, virtualMs, coverage } = record;
  const answer = failed > 0 ? 'invalid' : unknown > 0 ? 'unknown' : 'valid';
  const subject = `${asked.system}${asked.mutant === null ? '' : `, mutant ${asked.mutant}`}`;
  const never = coverage.filter((reached) => reached.runs === 0).map(({ probe }) => probe);
  const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `## ${symbols[answer]} Campaign of ${plainMarkdown(subject)}: ${answer}`,
    '',
    `${number(failed)} of ${count(runs, 'run')} failed, ${number(unknown)} undecided, in ${duration(seconds * 1e9)}: ` +
      `${duration(virtualMs * 1e6)} of virtual time.`,
    ...(never.length === 0 ? [] : ['', `Never reached: ${never.map(plainMarkdown).join(', ')}.`]),
    ...(failures.length === 0
      ? []
      : [
          '',
          row('Failure', 'Runs', 'Seeds', 'Smallest', 'Why'),
          row('---', '---', '---', '---', '---'),
          ...failures.slice(0, classesMax).map(({ failure, count: times, seeds, reason, smallest }) => {
            const size =
              smallest === null
                ? ''
                : `${count(smallest.operations, 'operation')}, ${count(smallest.faults, 'fault')}, ${count(smallest.nodes, 'node')}`;
            const first = seeds.slice(0, seedsMax).join(', ');
            return row(plainMarkdown(failure), number(times), first, size, plainMarkdown(reason));
          }),
          ...(failures.length > classesMax ? ['', `${number(failures.length - classesMax)} more in the report.`] : []),
        ]),
  ].join('\n');
}
