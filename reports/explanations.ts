/** Violations of causal and weaker models, drawn and told: the smallest history that shows one, with who learned what from whom. */

import type { Pattern } from '../checkers/causal/patterns.ts';
import type { ExplainedArrow, Explanation } from '../checkers/explanation/explain.ts';
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
    Array.isArray(value['operations']) &&
    Array.isArray(value['steps']) &&
    value['steps'].every((step) => isFields(step) && Array.isArray(step['path']) && 'returned' in step) &&
    (value['legal'] === null || (isFields(value['legal']) && Array.isArray(value['legal']['values']))) &&
    (value['smallest'] === null || (isFields(value['smallest']) && Array.isArray(value['smallest']['operations'])))
  );
}

const told = 'is what must not be';

export function explanationCard(title: string, explanation: Explanation, context: FailureContext): Html {
  const { headline, pattern, key, steps, legal, reader = 'It', repeats } = explanation;
  return html`<article class="failure-card">
    <h3>${key !== null && html`Key <code>${key}</code>: `}${title}</h3>
    ${!context.said.includes(headline) && html`<p class="explanation">${sentence(headline)}</p>`}
    ${drawing(explanation, context)} ${stepList(steps)} ${legal !== null && legalList(legal, reader)}
    <p class="note">
      ${knownAs(pattern)}${repeats > 1 && ` It came up ${number(repeats)} times in this history; this is the earliest.`}
    </p>
  </article>`;
}

const guarantees: readonly Pattern[] = ['ReadYourWrites', 'MonotonicReads', 'MonotonicWrites', 'WritesFollowReads'];
/** Names that are Clew's own. */
const ownNames: readonly Pattern[] = ['NoTotalOrder', 'CyclicRC', 'CyclicRA', 'CyclicTCC'];

function knownAs(pattern: Pattern): string {
  if (ownNames.includes(pattern)) return `In results this is called ${pattern}.`;
  if (guarantees.includes(pattern)) return `It breaks the session guarantee ${pattern}.`;
  return `In the literature this is called ${pattern}.`;
}

/** Of a long argument so many steps are not folded away. */
const stepsMax = 12;

function stepList(steps: Explanation['steps']): Html | null {
  if (steps.length === 0) return null;
  const items = steps.map(({ text }) => html`<li>${sentence(text)}</li>`);
  if (items.length <= stepsMax)
    return html`<ol class="steps">
      ${items}
    </ol>`;
  return html`<ol class="steps">
      ${items.slice(0, stepsMax)}
    </ol>
    <details>
      <summary>${count(items.length - stepsMax, 'more step')}</summary>
      <ol class="steps" start="${stepsMax + 1}">
        ${items.slice(stepsMax)}
      </ol>
    </details>`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function legalList({ values, others }: Legal, reader: string): Html {
  if (values.length === 0) {
    return html`<p class="states">
      ${others === null ? 'No value that it could have read was found.' : 'No value that was there could have been read instead.'}
    </p>`;
  }
  return html`<p class="states">
    <span>${reader} could have read: </span>${values.map((value) => html`<code class="chip">${value}</code> `)}${
      others === null
        ? 'or perhaps others'
        : others > 0 && (others === 1 ? 'or one more' : `or one of ${number(others)} more`)
    }
  </p>`;
}

/** Larger pictures can't be taken in: of more operations only those are drawn that the argument names first. */
const drawnMax = 60;

function drawing(explanation: Explanation, { hasTimes }: FailureContext): Html | null {
  const { smallest, core } = explanation;
  if (smallest === null) return null;
  const calls = pairs(smallest.operations);
  const at = (call: Call): number => smallest.positions[call.invocation.index] ?? -1;
  const failed = calls.find((call) => at(call) === core.at(-1));
  if (failed === undefined) return null;
  const named = calls.length <= drawnMax ? null : namedFirst(explanation);
  const drawn = named === null ? calls : calls.filter((call) => named.has(at(call)));
  const byPosition = new Map(drawn.map((call) => [at(call), call]));
  const { names, drawing: picture } = lanes(drawn, failed, [], linksOf(explanation, byPosition));
  const { length } = calls;
  return html`<p class="note">
      ${length === 1 ? 'This one operation is' : `These ${count(length, 'operation')} are`} enough to show
      it.${smallest.minimal && length > 1 && ' Without any one of them there would be nothing wrong.'}${
        !smallest.minimal && ' Fewer may be: there was no time to try all.'
      }${
        smallest.leftOut > 0 &&
        ` Of their transactions, ${count(smallest.leftOut, 'read or write', 'reads and writes')} that do not matter are left out.`
      }${drawn.length < length && ` The picture has ${number(drawn.length)} of them, those that the first steps name.`}
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
        <span class="key failed">red</span> ${told}. A bar stands right of all that it knew of; times are in the table.
      </figcaption>
    </figure>
    ${operationsTable(calls, failed, told, hasTimes, (index) => smallest.positions[index] ?? index)}`;
}

/** Positions of the operations at the core, and of those that the steps name, in their order. */
function namedFirst({ core, steps }: Explanation): ReadonlySet<number> {
  const named = new Set(core);
  for (const { arrow, path, returned } of steps) {
    const because = arrow.because === undefined ? [] : [arrow.because];
    const ends = [arrow, ...path, ...(returned === null ? [] : [returned])].flatMap(({ from, to }) => [from, to]);
    const more = [...because, ...ends].filter((position) => !named.has(position));
    if (named.size + more.length > drawnMax) break;
    for (const position of more) named.add(position);
  }
  return named;
}

function linksOf({ steps }: Explanation, byPosition: ReadonlyMap<number, Call>): readonly LaneLink[] {
  const links = new Map<string, LaneLink>();
  const lane = Map.groupBy(byPosition.values(), ({ invocation }) => invocation.process);
  const isOver = (a: Call, b: Call): boolean =>
    a.invocation.process === b.invocation.process &&
    (lane.get(a.invocation.process) ?? []).some(
      ({ invocation: { index } }) => index > a.invocation.index && index < b.invocation.index,
    );
  const add = ({ from, to, relation }: ExplainedArrow, text: string): void => {
    const [a, b] = [byPosition.get(from), byPosition.get(to)];
    if (a === undefined || b === undefined) return;
    const learned = relation === 'po' || relation === 'rf';
    const kind = learned ? 'learned' : 'ordered';
    links.set(`${from} ${to} ${kind}`, { from: a, to: b, kind, over: relation === 'rf' && isOver(a, b), text });
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
