/** A campaign as one HTML page: what failed and the smallest schedule for it, what was reached and what never, how fast. */

import type { CampaignRecord, CampaignTiming, FailureClass, Reached } from '../src/store/campaign.ts';
import { answerWords, fact } from './banner.ts';
import { document, type Section } from './document.ts';
import { html, type Html } from './html.ts';
import { symbols, type Answer } from './summary.ts';
import { count, duration, number } from './words.ts';

const seedsShown = 12;

export function renderCampaign(record: CampaignRecord, timing: CampaignTiming): string {
  const { asked } = record;
  const sections = [failures(record), coverage(record), throughput(record, timing), settings(record)];
  return document({
    title: `${answerOf(record)}: campaign of ${asked.system}`,
    header: header(record, timing),
    sections: sections.filter((section) => section !== null),
    footer: html`Made by Clew ${record.clew}. The result of every seed is in results.jsonl beside this page.`,
  }).markup;
}

type CampaignAnswer = Exclude<Answer, 'unfinished' | 'placed'>;

function answerOf({ failed, unknown }: CampaignRecord): CampaignAnswer {
  return failed > 0 ? 'invalid' : unknown > 0 ? 'unknown' : 'valid';
}

const headlines: Readonly<Record<CampaignAnswer, string>> = {
  valid: 'No run failed',
  invalid: 'Some runs failed',
  unknown: 'Some runs are undecided',
};

function header(record: CampaignRecord, { startedAt, seconds }: CampaignTiming): Html {
  const { asked, runs, failed, unknown, events, virtualMs } = record;
  const answer = answerOf(record);
  const total = asked.lastSeed - asked.firstSeed + 1;
  const left = total - runs;
  const reason =
    failed > 0
      ? `${number(failed)} of ${count(runs, 'run')} failed, in ${count(record.failures.length, 'way')} that can be told apart.`
      : unknown > 0
        ? `${number(unknown)} of ${count(runs, 'run')} could not be decided.`
        : `${count(runs, 'run')} kept every promise.`;
  return html`<header class="banner ${answer}">
    <div>
      <p class="subject">
        Campaign of <strong>${asked.system}</strong>${
          asked.mutant !== null && html` with the bug <strong>${asked.mutant}</strong> planted in it`
        },
        begun ${startedAt.slice(0, 19).replace('T', ' ')} UTC
      </p>
      <h1><span>${symbols[answer]} ${answerWords[answer]}</span> <span class="headline">${headlines[answer]}</span></h1>
      <p class="reason">${reason}${left > 0 && ` ${count(left, 'seed')} of ${number(total)} were not run.`}</p>
      <dl class="facts">
        ${fact('Runs', number(runs))} ${fact('Seeds', `${asked.firstSeed} to ${asked.lastSeed}`)}
        ${fact('Virtual time', duration(virtualMs * 1e6))} ${fact('Events', number(events))}
        ${fact('Took', duration(seconds * 1e9))}
      </dl>
    </div>
  </header>`;
}

function failures({ failures: all, asked }: CampaignRecord): Section | null {
  if (all.length === 0) return null;
  const body = html`<p class="note">
      Failures of one class look the same from outside; of each, the smallest schedule that was found shows it.
    </p>
    ${all.map((one) => failureCard(one, asked))}`;
  return { id: 'failures', title: 'What failed', body };
}

function failureCard(
  { failure, count: times, seeds, reason, smallest }: FailureClass,
  { system, mutant }: CampaignRecord['asked'],
): Html {
  const more = times > seedsShown ? ', …' : '';
  const again = `clew fuzz ${system}${mutant === null ? '' : ` --mutant ${mutant}`} --seeds ${seeds[0] ?? ''}`;
  return html`<article class="failure-card">
    <h3>${failure}: ${count(times, 'run')}</h3>
    <p class="explanation">${reason}</p>
    ${
      smallest === null
        ? html`<p class="note">Not shrunk.</p>`
        : html`<p class="states">
            <a href="${smallest.directory}/report.html"
              >Smallest schedule: ${count(smallest.operations, 'operation')} and ${count(smallest.faults, 'fault')} on
              ${count(smallest.nodes, 'node')}</a
            >${!smallest.isMinimal && ' (time ran out before it was minimal)'}, from seed ${String(smallest.seed)}
          </p>`
    }
    <p class="again">Seeds ${seeds.slice(0, seedsShown).join(', ')}${more}<code>${again}</code></p>
  </article>`;
}

function coverage({ coverage: all, runs }: CampaignRecord): Section | null {
  if (all.length === 0) return null;
  const never = all.filter((reached) => reached.runs === 0);
  const row = ({ probe, runs: by, times }: Reached): Html => {
    const share = runs === 0 ? 0 : by / runs;
    return html`<tr class="${by === 0 ? 'failed' : ''}">
      <td><code>${probe}</code></td>
      <td class="number">${number(by)}</td>
      <td class="bars">
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" height="8" aria-hidden="true">
          <rect class="of-ok" width="${(100 * share).toFixed(1)}" height="8" />
        </svg>
      </td>
      <td class="number">${number(times)}</td>
    </tr>`;
  };
  const body = html`<p class="note">
      What the protocol says that it does now and then, and how many of the ${count(runs, 'run')} saw it.
      ${
        never.length === 0
          ? 'Everything that should come up came up.'
          : html`<strong>${count(never.length, 'point')} never came up</strong>, so what lies behind
              ${never.length === 1 ? 'it' : 'them'} was not tested.`
      }
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Point</th>
            <th scope="col" class="number">Runs</th>
            <th scope="col">Share</th>
            <th scope="col" class="number">Times</th>
          </tr>
        </thead>
        <tbody>
          ${all.toSorted((a, b) => a.runs - b.runs || (a.probe < b.probe ? -1 : 1)).map(row)}
        </tbody>
      </table>
    </div>`;
  return { id: 'coverage', title: 'Coverage', body };
}

const table = (lines: readonly (readonly [name: string, text: string])[]): Html =>
  html`<table>
    <tbody>
      ${lines.map(
        ([name, text]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${text}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;

function throughput(record: CampaignRecord, { seconds, busySeconds, jobs }: CampaignTiming): Section {
  const per = (of: number, by: number): string => number(Math.round(of / Math.max(by, 1e-3)));
  const body = table([
    ['Workers', number(jobs)],
    ['Runs', `${per(record.runs, seconds)} a second`],
    ['Events', `${per(record.events, seconds)} a second, ${per(record.events, busySeconds)} a worker's second`],
    ['Operations', number(record.operations)],
    ['Virtual time', `${per(record.virtualMs / 1000, seconds)} times real time`],
  ]);
  return { id: 'throughput', title: 'Throughput', body };
}

function settings({ asked }: CampaignRecord): Section {
  const body = table([
    ['System', asked.mutant === null ? asked.system : `${asked.system}, mutant ${asked.mutant}`],
    ['Workload', asked.workload ?? 'drawn for each run'],
    ['Nodes', asked.nodes === null ? '3 to 7, drawn for each run' : number(asked.nodes)],
    ['Faults', asked.faults === null ? 'those that the system survives, drawn for each run' : asked.faults.join(', ')],
    [
      'Budget',
      asked.beyondBudget ? 'more breaks than the system says that it survives' : 'within what the system survives',
    ],
    ['Seeds', `${asked.firstSeed} to ${asked.lastSeed}`],
  ]);
  return { id: 'settings', title: 'Settings', body };
}
