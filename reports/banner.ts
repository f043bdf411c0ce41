/** The first screen: the answer, the reason, what was run, and how to run it again. */

import type { RunData } from '../src/store/read.ts';
import { html, type Html } from './html.ts';
import { symbols, type Answer, type Summary } from './summary.ts';
import { duration, number } from './words.ts';

const answerWords: Readonly<Record<Answer, string>> = {
  valid: 'Valid',
  invalid: 'Invalid',
  unknown: 'Unknown',
  unfinished: 'No verdict',
};

/** An answer as a word with its sign, so that colour is never all there is. */
export function answerMark(answer: Answer): Html {
  return html`<span class="answer ${answer}">${symbols[answer]} ${answer}</span>`;
}

/** `2026-11-20 21:55:01 UTC`; what is no time stays as it is. */
function startedAt(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso);
  return match === null ? iso : `${match[1] ?? ''} ${match[2] ?? ''} UTC`;
}

const fact = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

export function banner(run: RunData, summary: Summary): Html {
  const { test } = run;
  const { answer, counts, faults } = summary;
  const unsure = counts.info + counts.open;
  return html`<header class="banner ${answer}">
    <div>
      <p class="subject">
        <strong>${test.system}</strong
        >${test.mutant !== null && html` with the bug <strong>${test.mutant}</strong> planted in it`}, ${test.workload}
        workload, ${startedAt(test.startedAt)}
      </p>
      <h1><span>${symbols[answer]} ${answerWords[answer]}</span> <span class="headline">${summary.headline}</span></h1>
      <p class="reason">${summary.reason}</p>
      <dl class="facts">
        ${fact('Operations', number(summary.calls.length))}
        ${fact('ok / failed / unknown', `${number(counts.ok)} / ${number(counts.fail)} / ${number(unsure)}`)}
        ${fact('Faults', faults.length === 0 ? 'none' : `${number(faults.length)} (${[...new Set(faults.map(({ kind }) => kind))].join(', ')})`)}
        ${fact('Nodes', `${number(test.nodes.length)} in ${test.cluster}`)} ${fact('Clients', number(test.concurrency))}
        ${fact('Ran for', duration(summary.endNs))} ${fact('Seed', String(test.seed))}
      </dl>
      <p class="again">Run it again<code>${test.command}</code></p>
      ${
        run.notes.length > 0 &&
        html`<ul class="problems">
          ${run.notes.map((note) => html`<li>${note}</li>`)}
        </ul>`
      }
    </div>
  </header>`;
}
