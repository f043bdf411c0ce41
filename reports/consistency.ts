/** A history's place among the models of consistency: a row a model, and the failures that are easiest to see. */

import type { SpectrumResult, SpectrumVerdict } from '../checkers/spectrum/spectrum.ts';
import { answerMark } from './banner.ts';
import { explanationCard } from './explanations.ts';
import type { FailureContext } from './failures.ts';
import { html, type Html } from './html.ts';
import { strongestInWords, whyInWords } from './spectrum.ts';
import type { Answer } from './summary.ts';
import { tellingExplanations } from './telling.ts';

const explainedMax = 3;

export function consistencyBody(verdict: SpectrumVerdict, context: FailureContext): Html {
  const { models } = verdict;
  const explained = tellingExplanations(models).slice(0, explainedMax);
  return html`<p class="note">
      Strongest first; what a model promises includes what those that follow from it promise. The strongest that
      ${verdict.strongest.length > 1 ? 'hold' : 'holds'}: <strong>${strongestInWords(verdict)}</strong>.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Promise</th>
            <th scope="col">Answer</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          ${models.map((result) => row(result, models))}
        </tbody>
      </table>
    </div>
    ${explained.map(({ title, explanation }) => explanationCard(`not ${title}`, explanation, context))}`;
}

function row(result: SpectrumResult, models: readonly SpectrumResult[]): Html {
  const { title, promise, valid } = result;
  const answer: Answer = valid === true ? 'valid' : valid === false ? 'invalid' : 'unknown';
  return html`<tr>
    <td class="nowrap">${title}</td>
    <td>${promise}</td>
    <td>${answerMark(answer)}</td>
    <td>${whyInWords(result, models)}</td>
  </tr>`;
}
