/** What the terminal says after a campaign: what failed, the smallest schedules, what was reached and what never. */

import { count, number, shorten } from '../../reports/words.ts';
import type { Campaign } from '../fuzz/campaign.ts';
import type { Colours } from './colours.ts';

const reasonMax = 300;
const rarely = 8;

export function campaignText(
  { record, timing, isComplete }: Campaign,
  where: { readonly directory: string; readonly report: string },
  { bold, dim, green, red, yellow }: Colours,
): string {
  const { asked, runs, failed, unknown, failures, coverage, events, virtualMs } = record;
  const subject = `${asked.system}${asked.mutant === null ? '' : ` (mutant ${asked.mutant})`}, seeds ${asked.firstSeed} to ${asked.lastSeed}`;
  const [mark, paint] =
    failed > 0
      ? ([`✗ ${number(failed)} of ${count(runs, 'run')} failed`, red] as const)
      : unknown > 0
        ? ([`? ${number(unknown)} of ${count(runs, 'run')} undecided`, yellow] as const)
        : ([`✓ ${count(runs, 'run')}, nothing failed`, green] as const);
  const found = failures.flatMap(({ failure, count: times, seeds, reason, smallest }) => [
    '',
    `${red('✗')} ${bold(failure)}  ${count(times, 'run')}, the first with seed ${seeds[0] ?? '?'}`,
    `  ${shorten(reason, reasonMax)}`,
    ...(smallest === null
      ? []
      : [
          `  ${dim('smallest')}  ${count(smallest.operations, 'operation')} and ${count(smallest.faults, 'fault')} on ${count(smallest.nodes, 'node')}${smallest.isMinimal ? '' : ', not yet minimal: time ran out (--shrink-budget)'}`,
          `  ${dim('report')}    ${where.directory}/${smallest.directory}/report.html`,
          `  ${dim('again')}     clew replay ${where.directory}/${smallest.directory}/schedule.json`,
          `  ${dim('why')}       clew explain ${where.directory}/${smallest.directory}`,
        ]),
  ]);
  const never = coverage.filter((reached) => reached.runs === 0).map(({ probe }) => probe);
  const seldom = coverage
    .filter((reached) => reached.runs > 0)
    .toSorted((a, b) => a.runs - b.runs)
    .slice(0, rarely)
    .map((reached) => `${reached.probe} in ${number(reached.runs)}`);
  const speed = `${number(Math.round(events / Math.max(0.001, timing.busySeconds)))} events/s a worker, ${number(Math.round(virtualMs / 1000 / Math.max(0.001, timing.busySeconds)))} times real time`;
  return [
    `${bold(paint(mark))}  ${dim(subject)}`,
    ...found,
    '',
    ...(seldom.length === 0 ? [] : [`  rarely reached: ${seldom.join(', ')}`]),
    ...(never.length === 0 ? [] : [`  ${yellow(`never reached: ${never.join(', ')}`)}`]),
    `  ${number(Math.round(virtualMs / 1000))} s of virtual time and ${number(events)} events in ${timing.seconds.toFixed(1)} s with ${count(timing.jobs, 'worker')}: ${speed}`,
    ...(isComplete ? [] : [`  ${dim('go on')}   clew fuzz --resume ${where.directory}`]),
    `  ${dim('report')}  ${where.report}`,
  ].join('\n');
}
