/** The first screen: the answer, the reason, what was run, and how to run it again. */

import { html, type Html } from './html.ts';
import type { Subject } from './subject.ts';
import { symbols, type Answer, type Summary } from './summary.ts';
import { number } from './words.ts';

export const answerWords: Readonly<Record<Answer, string>> = {
  valid: 'Valid',
  invalid: 'Invalid',
  unknown: 'Unknown',
  unfinished: 'No verdict',
  placed: 'Placed',
};

/** An answer as a word with its sign, so that colour is never all there is. */
export function answerMark(answer: Answer): Html {
  return html`<span class="answer ${answer}">${symbols[answer]} ${answer}</span>`;
}

export const fact = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

export function banner(subject: Subject, summary: Summary): Html {
  const { answer, counts, faults } = summary;
  const unsure = counts.info + counts.open;
  return html`<header class="banner ${answer}">
    <div>
      <p class="subject">${subject.about}</p>
      <h1><span>${symbols[answer]} ${answerWords[answer]}</span> <span class="headline">${summary.headline}</span></h1>
      <p class="reason">${summary.reason}</p>
      <dl class="facts">
        ${fact('Operations', number(summary.calls.length))}
        ${fact('ok / failed / unknown', `${number(counts.ok)} / ${number(counts.fail)} / ${number(unsure)}`)}
        ${subject.faults !== null && fact('Faults', faults.length === 0 ? 'none' : `${number(faults.length)} (${[...new Set(faults.map(({ kind }) => kind))].join(', ')})`)}
        ${subject.facts.map(([name, text]) => fact(name, text))}
      </dl>
      <p class="again">Run it again<code>${subject.command}</code></p>
      ${
        subject.notes.length > 0 &&
        html`<ul class="problems">
          ${subject.notes.map((note) => html`<li>${note}</li>`)}
        </ul>`
      }
    </div>
  </header>`;
}
