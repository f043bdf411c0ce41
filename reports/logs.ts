/** What nodes said around a failure. */

import type { TraceRecord } from '../src/store/run.ts';
import type { NodeLog } from '../src/store/read.ts';
import { html, type Html } from './html.ts';
import { moment, shorten, value } from './words.ts';

const linesMax = 14;
const lineMax = 300;

/** Of one node, its last words up to `untilNs`. */
export function excerpt(trace: readonly TraceRecord[], node: string, untilNs: number): readonly TraceRecord[] {
  return trace
    .filter((record) => record.node === node && record.time <= untilNs)
    .toSorted((a, b) => a.time - b.time)
    .slice(-linesMax);
}

function line({ time, kind, name, detail }: TraceRecord): Html {
  const what = kind === 'probe' || kind === 'log' ? name : kind === name ? kind : `${kind} ${name}`;
  const told = detail === undefined || detail === null ? '' : ` ${typeof detail === 'string' ? detail : value(detail)}`;
  return html`<span class="at">${moment(time, 1e6).padStart(10)}</span>
    <span class="${kind === 'crash' ? 'crash' : ''}">${shorten(`${what}${told}`, lineMax)}</span>${'\n'}`;
}

/** Excerpts of all nodes that said something by then. */
export function logExcerpts(nodes: readonly string[], trace: readonly TraceRecord[], untilNs: number): readonly Html[] {
  return nodes.flatMap((node) => {
    const records = excerpt(trace, node, untilNs);
    return records.length === 0
      ? []
      : [
          html`<h3 class="node">${node}</h3>
            <pre class="log" tabindex="0">${records.map(line)}</pre>`,
        ];
  });
}

/** The ends of the nodes' own logs, for a run that says nothing else. */
export function logTails(logs: readonly NodeLog[]): readonly Html[] {
  return logs
    .filter(({ tail }) => tail.length > 0)
    .map(
      ({ node, path, tail }) =>
        html`<h3 class="node">${node} <small>the end of ${path}</small></h3>
          <pre class="log" tabindex="0">
${tail
              .slice(-linesMax)
              .map((text) => `${shorten(text, lineMax)}\n`)
              .join('')}</pre>`,
    );
}
