/** Keys of which nodes answered differently in the end: a row a key, a column a node. */

import type { ConvergenceVerdict } from '../checkers/eventual/convergence.ts';
import type { Verdict } from '../checkers/verdict.ts';
import { html, type Html } from './html.ts';
import { number, value } from './words.ts';

const keysMax = 12;

type Fields = Readonly<Record<string, unknown>>;

/** Null for a verdict of another kind, and where all agreed. */
export function divergences(verdict: Verdict): Html | null {
  const { nodes, divergences: all } = verdict as unknown as Fields & Partial<ConvergenceVerdict>;
  if (!Array.isArray(nodes) || !Array.isArray(all) || all.length === 0) return null;
  const shown = (all as ConvergenceVerdict['divergences']).slice(0, keysMax);
  return html`<div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Key</th>
            ${(nodes as readonly string[]).map((node) => html`<th scope="col">${node}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map(({ key, reads }) => {
            const answers = (nodes as readonly string[]).map((node) => reads.find((read) => read.node === node));
            return html`<tr>
              <td><code>${key ?? 'the value'}</code></td>
              ${answers.map((read) => html`<td>${read === undefined ? '–' : value(read.value)}</td>`)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    ${all.length > shown.length && html`<p class="note">${number(all.length - shown.length)} more in results.json</p>`}`;
}
