/** The evidence of any checker as it is: names and values, tables where a list holds records. */

import type { Verdict } from '../checkers/verdict.ts';
import type { Json } from '../src/history/operation.ts';
import { evidenceOf } from './evidence.ts';
import { html, type Html } from './html.ts';
import { named, number, shorten, value } from './words.ts';

const rowsMax = 20;
const itemsMax = 60;
const textMax = 400;
const depthMax = 4;

type Fields = Readonly<Record<string, Json>>;
const isFields = (of: Json): of is Fields => typeof of === 'object' && of !== null && !Array.isArray(of);
const isList = (of: Json): of is readonly Json[] => Array.isArray(of);

const label = (name: string): string => named(name, 0)[0];
const left = (total: number, shown: number): Html | false =>
  total > shown && html`<p class="note">${number(total - shown)} more in results.json</p>`;

function plain(of: Json): string {
  return typeof of === 'number' ? number(of) : typeof of === 'string' ? of : value(of);
}

function tableOf(rows: readonly Fields[]): Html {
  const used = rows.flatMap((row) => Object.keys(row).filter((column) => row[column] !== null));
  const columns = [...new Set(used)];
  return html`<div class="scroll">
      <table>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col">${label(column)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, rowsMax).map(
            (row) =>
              html`<tr>
                ${columns.map((column) => html`<td>${cell(column, row[column])}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${left(rows.length, rowsMax)}`;
}

function cell(column: string, of: Json | undefined): string {
  if (of === undefined || of === null) return '';
  return shorten(typeof of === 'number' ? named(column, of)[1] : plain(of), textMax);
}

function view(name: string, of: Json, depth: number): Html {
  if (typeof of === 'number') return html`${named(name, of)[1]}`;
  if (isList(of) && of.length > 0 && of.every(isFields)) return tableOf(of);
  if (isList(of)) {
    const text = of.slice(0, itemsMax).map(plain).join(', ');
    return html`${of.length === 0 ? 'none' : shorten(text, textMax)}${left(of.length, itemsMax)}`;
  }
  if (isFields(of) && depth < depthMax) return fieldsView(Object.entries(of), depth + 1);
  return html`${shorten(plain(of), textMax)}`;
}

function fieldsView(fields: readonly (readonly [string, Json])[], depth: number): Html {
  if (fields.length === 0) return html`none`;
  return html`<dl class="evidence">
    ${fields.slice(0, itemsMax).map(
      ([name, of]) =>
        html`<dt>${label(name)}</dt>
          <dd>${view(name, of, depth)}</dd>`,
    )}
  </dl>`;
}

/** Null when a verdict has no evidence besides its answer and reason. `shownElsewhere` names what to leave out. */
export function evidenceView(verdict: Verdict, shownElsewhere: readonly string[] = []): Html | null {
  const fields = evidenceOf(verdict).filter(([name]) => !shownElsewhere.includes(name));
  return fields.length === 0 ? null : fieldsView(fields, 0);
}
