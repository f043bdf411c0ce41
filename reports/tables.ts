/** The tables of a report: checkers, faults, operations, settings. */

import { answerMark } from './banner.ts';
import { isLinearizable } from './evidence.ts';
import { evidenceView } from './evidence-view.ts';
import type { FaultInterval } from './faults.ts';
import { html, type Html } from './html.ts';
import { outcomes, type Row } from './operations.ts';
import type { CheckerLine } from './summary.ts';
import { targetsOf } from './targets.ts';
import { duration, moment, number, shorten } from './words.ts';

export function swatch(fill: string): Html {
  return html`<svg class="swatch" width="11" height="11" aria-hidden="true">
    <rect width="11" height="11" rx="2" fill="${fill}" />
  </svg>`;
}

/** A key to a chart: names with the colour classes of style.ts. */
export function legend(items: readonly (readonly [kind: string, label: string])[]): Html {
  return html`<ul class="legend">
    ${items.map(
      ([kind, label]) =>
        html`<li>
          <svg class="swatch ${kind}" width="11" height="11" aria-hidden="true">
            <rect width="11" height="11" rx="2" /></svg
          >${label}
        </li>`,
    )}
  </ul>`;
}

export function checkersTable(lines: readonly CheckerLine[]): Html {
  return html`<table class="checkers">
    <thead>
      <tr>
        <th scope="col">Checker</th>
        <th scope="col">Answer</th>
        <th scope="col">Why</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map(({ name, answer, says, verdict }) => {
        const evidence = evidenceView(verdict, isLinearizable(verdict) ? ['failures'] : []);
        return html`<tr>
          <td class="nowrap">${name}</td>
          <td>${answerMark(answer)}</td>
          <td>
            ${says}${
              evidence !== null &&
              html`<details>
                <summary>Evidence</summary>
                ${evidence}
              </details>`
            }
          </td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}

const bitWords = new Map<FaultInterval['bit'], Html>([
  [true, html`<span class="answer valid">✓ yes</span>`],
  [false, html`<span class="answer invalid">✗ no</span>`],
  ['unobserved', html`<span class="answer unknown">? not seen</span>`],
  [null, html`<span class="answer unfinished">… not measured</span>`],
]);

export function faultsTable(faults: readonly (FaultInterval & { readonly colour: string })[]): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">From</th>
          <th scope="col" class="number">For</th>
          <th scope="col">Fault</th>
          <th scope="col">Shape</th>
          <th scope="col">Targets</th>
          <th scope="col">Took effect</th>
          <th scope="col">How that was measured</th>
        </tr>
      </thead>
      <tbody>
        ${faults.map(
          (fault) =>
            html`<tr>
              <td class="number">${moment(fault.fromNs, 1e8)}</td>
              <td class="number">${fault.ended ? duration(fault.toNs - fault.fromNs) : 'to the end'}</td>
              <td class="nowrap">${swatch(fault.colour)}${fault.kind}</td>
              <td class="nowrap">${fault.shape}</td>
              <td>${targetsOf(fault)}</td>
              <td>${bitWords.get(fault.bit)}</td>
              <td>${shorten(fault.detail, 300)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const outcomeNames = { ok: 'ok', fail: 'failed', info: 'unknown', open: 'open at the end' } as const;

function bars({ counts }: Row, most: number): Html {
  let from = 0;
  const parts = outcomes.map((outcome) => {
    const width = (100 * counts[outcome]) / most;
    const part = html`<rect class="of-${outcome}" x="${from.toFixed(2)}%" width="${width.toFixed(2)}%" height="10" />`;
    from += width;
    return counts[outcome] === 0 ? null : part;
  });
  return html`<svg width="100" height="10" aria-hidden="true">${parts}</svg>`;
}

export function operationsTable(rows: readonly Row[]): Html {
  const most = Math.max(1, ...rows.map(({ counts }) => outcomes.reduce((sum, outcome) => sum + counts[outcome], 0)));
  const shown = outcomes.filter((outcome) => outcome !== 'open' || rows.some(({ counts }) => counts.open > 0));
  const time = (ns: number): string => (Number.isNaN(ns) ? '–' : duration(ns));
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Operation</th>
          <th scope="col"></th>
          ${shown.map((outcome) => html`<th scope="col" class="number">${outcomeNames[outcome]}</th>`)}
          <th scope="col" class="number">median</th>
          <th scope="col" class="number">99 %</th>
          <th scope="col" class="number">slowest ok</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <td><code>${shorten(row.f, 60)}</code></td>
              <td class="bars">${bars(row, most)}</td>
              ${shown.map((outcome) => html`<td class="number">${number(row.counts[outcome])}</td>`)}
              <td class="number">${time(row.p50)}</td>
              <td class="number">${time(row.p99)}</td>
              <td class="number">${time(row.max)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export function settingsTable(settings: readonly (readonly [name: string, text: string])[]): Html {
  return html`<table>
    <tbody>
      ${settings.map(
        ([name, of]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${of}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
