/** What went wrong, key by key: the sentence, the picture, the possible orders, and the same as a table. */

import type { Failure } from '../checkers/linearizable/verdict.ts';
import type { History, Operation } from '../src/history/operation.ts';
import { pairs } from '../src/history/pairs.ts';
import { shrunkOf } from './evidence.ts';
import { html, type Html } from './html.ts';
import { callsAround, lanes, type LaneFault } from './lanes.ts';
import type { Call } from './operations.ts';
import { count, moment, number, ofSeveralKeys, operation, outcome } from './words.ts';

export interface FailureContext {
  readonly history: History;
  /** False for a history without times. */
  readonly hasTimes: boolean;
  readonly calls: readonly Call[];
  readonly faults: readonly LaneFault[];
  /** What the page has said already: an explanation that is part of it is not said again. */
  readonly said: string;
}

const picturesMax = 6;

/**
 * The operations of a picture as a table; `told` says in words what stands out in it. `positionOf`: where in the whole
 * history an operation of a part of it is, by its index.
 */
export function operationsTable(
  shown: readonly Call[],
  failed: Call,
  told: string,
  hasTimes: boolean,
  positionOf: (index: number) => number = (index) => index,
): Html {
  const when = ({ time, index }: Operation): string =>
    hasTimes ? moment(time, 1e5) : `line ${number(positionOf(index) + 1)}`;
  const keyed = ofSeveralKeys(shown);
  return html`<details>
    <summary>The same as a table</summary>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <th scope="col">Process</th>
            <th scope="col">Node</th>
            ${hasTimes && html`<th scope="col">Line</th>`}
            <th scope="col">Began</th>
            <th scope="col">Ended</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((call) => {
            const { invocation, completion } = call;
            const isFailed = call === failed;
            return html`<tr class="${isFailed ? 'failed' : ''}">
              <td><code>${operation(invocation, completion, keyed)}</code></td>
              <td class="number">${String(invocation.process)}</td>
              <td>${invocation.node ?? completion?.node ?? ''}</td>
              ${hasTimes && html`<td class="number">${number(positionOf(invocation.index) + 1)}</td>`}
              <td class="number">${when(invocation)}</td>
              <td class="number">${completion === null ? '–' : when(completion)}</td>
              <td>${outcome(completion)}${isFailed && html`, <strong>${told}</strong>`}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </details>`;
}

function states(failure: Failure): Html | null {
  if (failure.states.length === 0) return null;
  return html`<p class="states">
    <span>Possible just before it: </span>${failure.states.map((state) => html`<code class="chip">${state}</code> `)}
  </p>`;
}

function paths(failure: Failure, byInvocation: ReadonlyMap<number, Call>, failed: Call): Html | null {
  const all = failure.paths.filter((path) => path.order.length > 0);
  if (all.length === 0) return null;
  const named = (index: number): Html | null => {
    const call = byInvocation.get(index);
    if (call === undefined) return null;
    return html`<code>${operation(call.invocation, call.completion)}</code
      ><small>p${String(call.invocation.process)}</small>`;
  };
  const one = (path: (typeof all)[number]): Html =>
    html`<li>
      ${path.order.map((index, i) => html`${i > 0 && html`<span class="then">then</span>`}${named(index)}`)}
      <span class="then">leaves</span><code class="chip">${path.state}</code>
      <span class="stuck">✗ no room for <code>${operation(failed.invocation, failed.completion)}</code></span>
    </li>`;
  return html`<details>
    <summary>
      How far ${count(all.length, 'order')} could be followed before ${all.length === 1 ? 'it' : 'each of them'} got
      stuck
    </summary>
    <ol class="paths">
      ${all.map(one)}
    </ol>
  </details>`;
}

/** The operations as lanes with the faults that were in force; `told` says what the red one is. */
export function picture(shown: readonly Call[], failed: Call, faults: readonly LaneFault[], told: string): Html {
  const from = shown[0]?.invocation.time ?? 0;
  const to = Math.max(failed.completion?.time ?? failed.invocation.time, ...shown.map((call) => call.invocation.time));
  const inForce = faults.filter((fault) => fault.fromNs <= to && fault.toNs >= from);
  const { names, drawing } = lanes(shown, failed, inForce);
  return html`<figure class="lanes">
    <div class="frame">
      <div class="names">${names}</div>
      <div class="rightmost" tabindex="0" role="region" aria-label="Operations around the failure">
        <div>${drawing}</div>
      </div>
    </div>
    <figcaption>
      A bar reaches from the call to its answer. <span class="key failed">red</span> ${told},
      <span class="key info">dashed and open</span> was never answered: it may take effect at any later time, or never.
      <span class="key fail">grey ⊘</span> compared and found another value. Order is exact; distances are not to scale.
    </figcaption>
  </figure>`;
}

/** The smallest history that fails, drawn; null where none is known. */
function shrunkPicture(failure: Failure, context: FailureContext): Html | null {
  const found = shrunkOf(failure);
  if (found === null) return null;
  const calls = pairs(found.operations);
  const failed = calls.find(({ invocation }) => found.positions[invocation.index] === failure.invocation);
  if (failed === undefined) return null;
  const { length } = calls;
  return html`<h4>${found.minimal ? 'The smallest history that fails' : 'Some operations that fail by themselves'}</h4>
    <p class="note">
      ${length === 1 ? 'This one operation' : `These ${number(length)} operations`} cannot be explained, whatever else
      happened.${
        found.minimal && length > 1 && ' Take away any one of them, with what depends on it, and the rest can be.'
      }
    </p>
    ${picture(calls, failed, context.faults, 'has no place in any order')}`;
}

function failureSection(failure: Failure, context: FailureContext, drawn: boolean): Html {
  const { shown, failed } = callsAround(context.history, context.calls, failure.invocation, failure.around);
  const smallest = drawn ? shrunkPicture(failure, context) : null;
  const byInvocation = new Map(context.calls.map((call) => [call.invocation.index, call]));
  const title =
    failed === null
      ? html`The history no longer holds operation ${failure.invocation}`
      : html`<code>${operation(failed.invocation, failed.completion)}</code> by process
          ${String(failed.invocation.process)}
          ${context.hasTimes ? `at ${moment(failed.completion?.time ?? failed.invocation.time)}` : `in line ${number(failure.completion + 1)}`}`;
  return html`<article class="failure-card">
    <h3>${failure.key !== null && html`Key <code>${failure.key}</code>: `}${title}</h3>
    ${!context.said.includes(failure.explanation) && html`<p class="explanation">${failure.explanation}</p>`}
    ${states(failure)} ${smallest}
    ${
      failed !== null &&
      drawn &&
      (smallest === null
        ? picture(shown, failed, context.faults, 'has no place in any order')
        : html`<details>
            <summary>The same among what happened around it</summary>
            ${picture(shown, failed, context.faults, 'has no place in any order')}
          </details>`)
    }
    ${failed !== null && paths(failure, byInvocation, failed)}
    ${failed !== null && operationsTable(shown, failed, 'has no place in any order', context.hasTimes)}
  </article>`;
}

/** All failures, the earliest first; beyond the first few without a picture. */
export function failureSections(failures: readonly Failure[], context: FailureContext): Html {
  const inOrder = failures.toSorted((a, b) => a.completion - b.completion);
  const [first, more] = [inOrder.slice(0, picturesMax), inOrder.slice(picturesMax)];
  return html`${first.map((failure) => failureSection(failure, context, true))}
  ${
    more.length > 0 &&
    html`<details>
      <summary>${count(more.length, 'more key')} failed in the same run</summary>
      ${more.map((failure) => failureSection(failure, context, false))}
    </details>`
  }`;
}
