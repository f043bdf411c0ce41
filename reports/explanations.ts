/** Violations of causal and weaker models, drawn and told: the smallest history that shows one, with who learned what from whom. */

import type { ExplainedArrow, Explanation } from '../checkers/explanation/explain.ts';
import { legalInWords } from '../checkers/explanation/lines.ts';
import type { Legal } from '../checkers/explanation/legal.ts';
import { pairs } from '../src/history/pairs.ts';
import { operationsTable, type FailureContext } from './failures.ts';
import { html, type Html } from './html.ts';
import { lanes, type LaneLink } from './lanes.ts';
import type { Call } from './operations.ts';
import { count, number } from './words.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The explanations among a verdict's evidence, as far as they are whole. */
export function explanationsIn(evidence: unknown): readonly Explanation[] {
  const found = isFields(evidence) ? evidence['explanations'] : undefined;
  return Array.isArray(found) ? found.filter(isExplanation) : [];
}

function isExplanation(value: unknown): value is Explanation {
  return (
    isFields(value) &&
    typeof value['model'] === 'string' &&
    typeof value['pattern'] === 'string' &&
    typeof value['headline'] === 'string' &&
    Array.isArray(value['core']) &&
    Array.isArray(value['steps']) &&
    value['steps'].every((step) => isFields(step) && Array.isArray(step['path']) && 'returned' in step) &&
    (value['legal'] === null || (isFields(value['legal']) && Array.isArray(value['legal']['values']))) &&
    (value['smallest'] === null || (isFields(value['smallest']) && Array.isArray(value['smallest']['operations'])))
  );
}

const told = 'is what must not be';

export function explanationCard(title: string, explanation: Explanation, context: FailureContext): Html {
  const { headline, pattern, key, steps, legal, repeats } = explanation;
  return html`<article class="failure-card">
    <h3>${key !== null && html`Key <code>${key}</code>: `}${title}</h3>
    ${!context.said.includes(headline) && html`<p class="explanation">${sentence(headline)}</p>`}
    ${drawing(explanation, context)}
    ${
      steps.length > 0 &&
      html`<ol class="steps">
        ${steps.map(({ text }) => html`<li>${sentence(text)}</li>`)}
      </ol>`
    }
    ${legal !== null && legalList(legal)}
    <p class="note">
      In the literature this is called
      ${pattern}.${repeats > 1 && ` It came up ${number(repeats)} times in this history; this is the earliest.`}
    </p>
  </article>`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function legalList(legal: Legal): Html {
  const { values, others } = legal;
  if (values.length === 0) return html`<p class="states">${legalInWords(legal)}.</p>`;
  return html`<p class="states">
    <span>It could have read: </span>${values.map((value) => html`<code class="chip">${value}</code> `)}${
      others === null ? 'or perhaps others' : others > 0 && `or one of ${number(others)} more`
    }
  </p>`;
}

function drawing(explanation: Explanation, { hasTimes }: FailureContext): Html | null {
  const { smallest, core } = explanation;
  if (smallest === null) return null;
  const calls = pairs(smallest.operations);
  const at = (call: Call): number => smallest.positions[call.invocation.index] ?? -1;
  const failed = calls.find((call) => at(call) === core.at(-1));
  if (failed === undefined) return null;
  const byPosition = new Map(calls.map((call) => [at(call), call]));
  const { names, drawing: picture } = lanes(calls, failed, [], linksOf(explanation, byPosition));
  const { length } = calls;
  return html`<p class="note">
      ${length === 1 ? 'This one operation is' : `These ${count(length, 'operation')} are`} enough to show
      it.${smallest.minimal && length > 1 && ' Without any one of them there would be nothing wrong.'}
    </p>
    <figure class="lanes">
      <div class="frame">
        <div class="names">${names}</div>
        <div class="rightmost" tabindex="0" role="region" aria-label="The smallest history that shows it">
          <div>${picture}</div>
        </div>
      </div>
      <figcaption>
        <span class="key ok">Blue arrows</span> tell who learned what: along a lane, and from a write to a read of it.
        <span class="key failed">Red arrows</span> say what had to come first. The bar in
        <span class="key failed">red</span> ${told}.
      </figcaption>
    </figure>
    ${operationsTable(calls, failed, told, hasTimes)}`;
}

function linksOf({ steps }: Explanation, byPosition: ReadonlyMap<number, Call>): readonly LaneLink[] {
  const links = new Map<string, LaneLink>();
  const add = ({ from, to, relation }: ExplainedArrow, text: string): void => {
    const [a, b] = [byPosition.get(from), byPosition.get(to)];
    if (a === undefined || b === undefined) return;
    const learned = relation === 'po' || relation === 'rf';
    links.set(`${from} ${to} ${String(learned)}`, { from: a, to: b, kind: learned ? 'learned' : 'ordered', text });
  };
  for (const { arrow, path, returned, text } of steps) {
    const isOrder = returned !== null || path.length === 0;
    for (const step of path) if (isMessage(step)) add(step, text);
    if (returned !== null) add(returned, text);
    if (isOrder) add(arrow, text);
  }
  return [...links.values()];
}

/** An order on the way of another has a step, and so an arrow, of its own. */
const isMessage = ({ relation }: ExplainedArrow): boolean => relation === 'po' || relation === 'rf';
